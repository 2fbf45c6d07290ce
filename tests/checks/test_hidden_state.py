"""What a notebook hides in its kernel is found; what is in order is left alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_promote.checks import hidden_state
from jupyter_promote.checks.finding import Finding, Subject, silenced
from jupyter_promote.flow import program
from jupyter_promote.source import notebook
from tests.programs import cells_of, content_of


def subject(text: str, counts: Sequence[int | None] = ()) -> Subject:
    cells = cells_of(text)
    for cell, count in zip(cells, counts, strict=False):
        cell["execution_count"] = count
    read = notebook.of_content(json.loads(json.dumps(content_of(cells))), Path("nb.ipynb"))
    return Subject(program=program.of_notebook(read))


def places(findings: Sequence[Finding]) -> list[tuple[int | None, int | None]]:
    return [(f.cell, f.line) for f in findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("# %%\ny = x", [(0, 1)], id="a name that nobody defines"),
        pytest.param("# %%\n\ny = x\n# %%\nx = 1", [(0, 2)], id="a name that a cell below defines"),
        pytest.param("# %%\ndel x", [(0, 1)], id="a del of nothing"),
        pytest.param("# %%\nx += 1", [(0, 1)], id="an augmented assignment of nothing"),
        pytest.param("# %%\nx = 1\ndel x\n# %%\ny = x", [(1, 1)], id="a name that was deleted"),
        pytest.param(
            "# %%\ndef f():\n    return x\ny = f()", [(0, 3)], id="a function called too early"
        ),
    ],
)
def test_a_name_that_no_cell_above_defines(text: str, found: list[tuple[int, int]]) -> None:
    findings = list(hidden_state.undefined(subject(text)))
    assert places(findings) == found
    assert all(f.code == "JP301" and f.hint for f in findings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# %%\nx = 1\n# %%\ny = x", id="a name defined above"),
        pytest.param("# %%\nif a_ := 1:\n    x = 1\n# %%\ny = x", id="a name defined on some path"),
        pytest.param("# %%\nprint(len([]), display, __name__)", id="builtins, also IPython's"),
        pytest.param(
            "# %%\ndef f():\n    return x\n# %%\nx = 1\ny = f()", id="a function called later"
        ),
        pytest.param("# %%\nfrom math import *\n# %%\ny = pi", id="a name that a star may bring"),
        pytest.param("# %%\nys = [x for x in []]", id="a comprehension's own name"),
        pytest.param("# %%\n%time x = 1\n# %%\ny = x", id="a name that a magic binds"),
        pytest.param("# %%\nx = = 1", id="a cell that does not parse"),
        pytest.param("# %% markdown\nx", id="text"),
    ],
)
def test_names_in_order_are_left_alone(text: str) -> None:
    assert list(hidden_state.undefined(subject(text))) == []


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([1, 2, 3], []),
        ([1, None, 5], []),
        ([None, None, None], []),
        ([2, 1, 3], [1]),
        ([1, 1, 2], [1]),
        ([5, 4, 3], [1]),
    ],
)
def test_cells_that_ran_in_another_order(counts: list[int | None], found: list[int]) -> None:
    findings = hidden_state.out_of_order(subject("# %%\nx = 1\n# %%\ny = 1\n# %%\nz = 1", counts))
    assert [f.cell for f in findings] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# %%\nx = 1\nx = = 1", [(0, 2)]),
        ("# %%\nreturn 1", [(0, 1)]),
        ("# %%\nx = 1", []),
        ("# %%\n%matplotlib inline\nx = 1", []),
        ("# %%\n%%bash\nls | x = =", []),
        ("# %%\nawait f()", []),
        ("# %%\n", []),
        ("# %% markdown\nx = = 1", []),
    ],
)
def test_cells_that_are_no_python(text: str, found: list[tuple[int, int]]) -> None:
    assert places(list(hidden_state.unreadable(subject(text)))) == found


OURS = ".".join(map(str, sys.version_info[:2]))


@pytest.mark.parametrize(
    ("info", "said"),
    [
        pytest.param({"version": "3.9.7"}, "3.9", id="an older Python"),
        pytest.param({"version": "3.99"}, "3.99", id="a newer Python"),
        pytest.param({"version": "2.7.18+"}, "2.7", id="Python 2"),
        pytest.param({"version": f"{OURS}.99"}, None, id="the same Python, another patch"),
        pytest.param({"version": ""}, None, id="an empty version"),
        pytest.param({"version": "three"}, None, id="no version"),
        pytest.param({}, None, id="never run"),
        pytest.param(None, None, id="no language at all"),
    ],
)
def test_a_notebook_of_another_python(info: dict[str, str] | None, said: str | None) -> None:
    content = content_of(cells_of("# %%\nx = 1"))
    if info is not None:
        content["metadata"]["language_info"] = {"name": "python"} | info
    about = Subject(program=program.of_notebook(notebook.of_content(content, Path("nb.ipynb"))))
    found = [f.message for f in hidden_state.other_python(about)]
    expected = f"last run with Python {said}, analysed as Python {OURS}"
    assert found == ([] if said is None else [expected])


@pytest.mark.parametrize(
    ("tags", "expected"), [("noqa", True), ("noqa:JP301", True), ("noqa:JP302", False), ("", False)]
)
def test_a_tag_silences(tags: str, expected: bool) -> None:
    about = subject(f"# %% {tags}\ny = x")
    assert [silenced(f, about) for f in hidden_state.undefined(about)] == [expected]
