"""What a run of the tests has shown is kept as long as module and tests are what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_promote.promotion.project import Target
from jupyter_promote.writing import tested

MODULE, TESTS = "src/shop/steps.py", "tests/test_steps.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path in (MODULE, TESTS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n")
    return tmp_path


def keep(project: Path, *lines: int) -> None:
    target = Target(
        package="shop", module="steps", root="src", notebook="notebooks/a.ipynb", has_project=True
    )
    tested.keep(project, target, {"test_a": lines, "test_b": (1,)})


def test_the_last_run_counts(project: Path) -> None:
    assert tested.lines(project, MODULE, TESTS) is None
    keep(project, 2, 3)
    assert tested.lines(project, MODULE, TESTS) == {1, 2, 3}
    keep(project, 5)
    assert tested.lines(project, MODULE, TESTS) == {1, 5}


@pytest.mark.parametrize("path", [MODULE, TESTS])
def test_it_counts_no_more_when_something_has_changed(project: Path, path: str) -> None:
    keep(project, 2)
    (project / path).write_text("x = 2\n")
    assert tested.lines(project, MODULE, TESTS) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"module": 1, "tests": 2, "lines": 3}'])
def test_what_is_damaged_is_passed_over(project: Path, text: str) -> None:
    keep(project, 2)
    (project / tested.path_of(MODULE)).write_text(text)
    assert tested.lines(project, MODULE, TESTS) is None


def test_a_project_that_cannot_be_written_is_no_trouble(project: Path) -> None:
    (project / ".promote").write_text("a file")
    keep(project, 2)
    assert tested.lines(project, MODULE, TESTS) is None
