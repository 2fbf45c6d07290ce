"""Notebooks of another Python are told when they are promoted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_promote.checks import other_python
from jupyter_promote.checks.finding import Subject
from jupyter_promote.flow import program
from jupyter_promote.source import notebook
from tests.programs import cells_of, content_of

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
    found = [f.message for f in other_python.check(about)]
    expected = f"last run with Python {said}, analysed as Python {OURS}"
    assert found == ([] if said is None else [expected])
