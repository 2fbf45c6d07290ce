"""A baseline accepts what is there: also when it moves, but not once more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_promote.checking.check import Request, check
from jupyter_promote.errors import BadParameter, DiskProblem
from tests.checking.test_check import save

TWO = "# %%\ny = x\n# %%\nz = w"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    save(tmp_path / "a.ipynb", TWO)
    return tmp_path


def told(project: Path) -> list[str]:
    found = check(Request(paths=(project,), baseline=project / "accepted.json")).findings
    return [f.message for f in found]


def test_the_first_use_accepts_everything(project: Path) -> None:
    first = check(Request(paths=(project,), baseline=project / "accepted.json"))
    assert (first.findings, first.accepted) == ((), 2)
    second = check(Request(paths=(project,), baseline=project / "accepted.json"))
    assert (second.findings, second.accepted) == ((), 0)
    rows = json.loads((project / "accepted.json").read_text())["findings"]
    assert [(r["code"], r["path"]) for r in rows] == [("JP301", "a.ipynb")] * 2
    assert [p.name for p in project.iterdir() if p.name.startswith(".")] == []


def test_what_moves_stays_accepted(project: Path) -> None:
    assert told(project) == []
    save(project / "a.ipynb", "# %%\nimport os\n# %%\n# first\n\ny  =  x\n# %%\nz = w")
    assert told(project) == []


def test_what_is_new_is_told(project: Path) -> None:
    assert told(project) == []
    save(project / "a.ipynb", TWO + "\n# %%\nv = u")
    assert told(project) == ["reads 'u', but no cell defines it"]
    save(project / "a.ipynb", TWO.replace("y = x", "y = x + 1"))
    assert told(project) == ["reads 'x', but no cell defines it"]


def test_the_same_once_more_is_told(project: Path) -> None:
    assert told(project) == []
    save(project / "a.ipynb", TWO + "\n# %%\nz = w")
    assert len(told(project)) == 1


def test_another_file_with_the_same_line_is_told(project: Path) -> None:
    assert told(project) == []
    save(project / "b.ipynb", TWO)
    assert len(told(project)) == 2


@pytest.mark.parametrize(
    "text", ["", "[]", '{"findings": []}', '{"version": 2, "findings": []}', "\0"]
)
def test_a_file_that_is_no_baseline_is_a_mistake_and_stays(project: Path, text: str) -> None:
    (project / "accepted.json").write_text(text)
    with pytest.raises(BadParameter):
        told(project)
    assert (project / "accepted.json").read_text() == text


def test_a_baseline_that_cannot_be_written_is_a_mistake(project: Path) -> None:
    with pytest.raises(DiskProblem):
        check(Request(paths=(project,), baseline=project / "none" / "accepted.json"))
