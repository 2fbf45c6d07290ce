"""`check --mutants` runs the tests of promoted modules, tries faults, and keeps what was run."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_promote import workflow
from jupyter_promote.checking.check import Request, check
from jupyter_promote.errors import RunFailed
from tests.checking.test_check import save

BOOK = """
# %%
numbers = [3, 1, 2]
# %% promote:keep
kept = [n for n in numbers if n > 1]
if len(kept) > 5:
    kept = kept[:5]
# %%
print(kept)
"""
TESTS = """from shop.steps import keep


def test_keep():
    assert len(keep([3])) == 1
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose module has one weak test."""
    save(tmp_path / "a.ipynb", BOOK)
    request = workflow.Request(notebook=tmp_path / "a.ipynb", to=tmp_path, module="shop.steps")
    assert workflow.extract(request, run=False).written
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_steps.py").write_text(TESTS)
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write("\n[tool.jupyter_promote]\nmutant_seconds = 60\n")
    return tmp_path


def test_faults_that_no_test_notices_are_told(project: Path) -> None:
    assert check(Request(paths=(project,), select=("JP2",))).findings == ()
    found = check(Request(paths=(project,), select=("JP2",), mutants=True)).findings
    assert {f.code for f in found} == {"JP203", "JP204"}
    assert all(f.path.endswith("steps.py") and f.line for f in found)
    assert any("no test notices if" in f.message for f in found)
    after = check(Request(paths=(project,), select=("JP2",))).findings
    assert [f.code for f in after] == ["JP204"]  # the run is remembered, the faults are not


def test_tests_that_fail_already_are_a_mistake(project: Path) -> None:
    (project / "tests" / "test_steps.py").write_text(TESTS.replace("== 1", "== 2"))
    with pytest.raises(RunFailed, match="no faults were tried"):
        check(Request(paths=(project,), select=("JP2",), mutants=True))
