"""JP204: branches and functions that no test ran, when the tests last ran."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from jupyter_promote.checks import untaken
from jupyter_promote.checks.finding import Finding, Project, PythonFile

MODULE = '''"""Steps."""


def clean(rows, strict=False):
    """Clean."""
    if strict:
        rows = sorted(rows)
        if rows[0] < 0:
            raise ValueError
    else:
        rows = list(rows)
    try:
        rows.remove(0)
    except ValueError:
        rows = rows
    for row in rows:
        print(row)
    return rows


class Basket:
    def size(self):
        return 3


if __name__ == "__main__":
    clean([])
'''
IMPORTED = {1, 4, 21, 22, 26}
EVERYTHING = IMPORTED | set(range(6, 24))


def found(ran: Iterable[int] | None) -> list[Finding]:
    file = PythonFile(path="src/steps.py", name="steps", tree=ast.parse(MODULE))
    lines = {} if ran is None else {"src/steps.py": frozenset(ran)}
    return list(untaken.check(Project(modules=(file,), tests=(), ran=lines)))


@pytest.mark.parametrize(
    ("missing", "messages", "lines"),
    [
        ({7, 8, 9}, ["no test takes a branch of clean(): `if` in line 6"], [7]),
        ({9}, ["no test takes a branch of clean(): `if` in line 8"], [9]),
        ({11}, ["no test takes a branch of clean(): `else` in line 6"], [11]),
        ({14, 15}, ["no test takes a branch of clean(): `except` in line 12"], [15]),
        ({17}, ["no test takes a branch of clean(): `for` in line 16"], [17]),
        ({23}, ["no test runs Basket.size()"], [22]),
        (set(range(6, 19)), ["no test runs clean()"], [4]),
        (
            {11, 17},
            [
                "no test takes a branch of clean(): `else` in line 6",
                "no test takes a branch of clean(): `for` in line 16",
            ],
            [11, 17],
        ),
    ],
)
def test_what_no_test_ran(missing: set[int], messages: list[str], lines: list[int]) -> None:
    findings = found(EVERYTHING - missing)
    assert [f.message for f in findings] == messages
    assert [f.line for f in findings] == lines
    assert all(f.code == "JP204" and f.path == "src/steps.py" for f in findings)


def test_what_ran_is_left_alone() -> None:
    assert found(EVERYTHING) == []


def test_without_a_run_nothing_is_said() -> None:
    assert found(None) == []
