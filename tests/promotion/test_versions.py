"""A cell for a newer Python says so; what no Python reads is called no valid Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_promote.checks import unreadable
from jupyter_promote.checks.finding import Subject
from jupyter_promote.flow import program
from jupyter_promote.promotion import plan, versions
from jupyter_promote.source import magics, notebook
from jupyter_promote.source.magics import BadCode
from tests.programs import cells_of, content_of

RUNNING = ".".join(map(str, sys.version_info[:2]))


def explained(source: str) -> BadCode:
    """Return why the source is no code for this Python."""
    found = magics.parse(source)
    if not isinstance(found, BadCode):
        pytest.skip(f"Python {RUNNING} reads it")
    return versions.explained(found, source)


@pytest.mark.parametrize(
    ("source", "needs", "line"),
    [
        pytest.param("x = 1\ntype X = int", "3.12", 2, id="type aliases"),
        pytest.param('x = f"{"a"}"', "3.12", 1, id="f-strings with the same quotes inside"),
        pytest.param('x = f"{\n1}"', "3.12", 1, id="f-strings of two lines"),
        pytest.param("def f[T](x: T): pass", "3.12", 1, id="type parameters"),
        pytest.param("class A[T = int]: pass", "3.13", 1, id="type parameters with defaults"),
        pytest.param("try:\n    pass\nexcept A, B:\n    pass", "3.14", 3, id="bare exceptions"),
        pytest.param("x = t'{a}'", "3.14", 1, id="t-strings"),
        pytest.param("type X = int\nx = t'{a}'", "3.14", 2, id="the newest of two"),
        pytest.param("x = await f()\ntype X = int", "3.12", 2, id="beside an await"),
        pytest.param("%matplotlib inline\n!ls\ntype X = int", "3.12", 3, id="below magics"),
        pytest.param("%%time\ntype X = int", "3.12", 2, id="below a cell magic"),
    ],
)
def test_a_newer_python_is_named(source: str, needs: str, line: int) -> None:
    found = explained(source)
    assert (found.needs, found.line) == (needs, line)
    text = source.split("\n")[line - 1]
    assert found.message == f"`{text}` needs Python {needs}; this is Python {RUNNING}"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("print 'x'", id="Python 2"),
        pytest.param("x = = 1", id="a mistake"),
        pytest.param("type X = int\nx = = 1", id="a mistake beside newer syntax"),
        pytest.param("return 1", id="a return outside a function"),
        pytest.param("SELECT * FROM t", id="another language"),
        pytest.param("x = '\ud83d'.encode(", id="half a character"),
    ],
)
def test_what_no_python_reads_keeps_its_message(source: str) -> None:
    found = explained(source)
    assert not found.needs
    assert found.message.startswith("is no valid Python")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it")
def test_refusal_and_finding_say_which_python_is_needed() -> None:
    content = content_of(cells_of("# %% a\ntype X = int\n# %% b\ny = 1\n# %%\nprint(y)"))
    read = notebook.of_content(content, Path("it.ipynb"))
    drawn = plan.draw_up(read)
    assert [(r.name, r.code, r.message, r.hint) for r in drawn.refused] == [
        (
            "a",
            "syntax-error",
            f"cell 1, line 1: `type X = int` needs Python 3.12; this is Python {RUNNING}",
            "promote it with Python 3.12, or remove its tag",
        )
    ]
    assert [f.name for f in drawn.functions] == ["b"]
    finding = next(unreadable.check(Subject(program=program.of_notebook(read))))
    assert finding.hint == "run it with Python 3.12, or make it a markdown cell"
