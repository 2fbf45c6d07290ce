"""Notebooks kept as text are read by jupytext; other text is refused in words."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote import workflow
from jupyter_promote.checking.check import Request as CheckRequest
from jupyter_promote.checking.check import check
from jupyter_promote.errors import BadPath, NotANotebook
from jupyter_promote.source import notebook

PERCENT = """# %% tags=["parameters"]
limit = 2

# %% [markdown]
# ## Load

# %% tags=["promote:load"]
# %matplotlib inline
rows = list(range(limit))
rows.sort()

# %%
print(rows)
"""
HEADER = """# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: light
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""
LIGHT = HEADER + '# + tags=["promote:load"]\nrows = [2]\nrows.sort()\n# -\n\nprint(rows)\n'
MYST = """---
kernelspec:
  name: python3
  display_name: Python 3
---

## Load

```{code-cell} ipython3
:tags: [promote:load]

rows = [2]
rows.sort()
```

```{code-cell} ipython3
print(rows)
```
"""
MARKDOWN = """---
jupyter:
  kernelspec:
    name: python3
    display_name: Python 3
---

```python tags=["promote:load"]
rows = [2]
rows.sort()
```

```python
print(rows)
```
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("book.py", PERCENT), ("book.py", LIGHT), ("book.md", MYST), ("book.md", MARKDOWN)],
    ids=["percent", "light", "myst", "markdown"],
)
def test_a_text_notebook_is_promoted_and_promoting_twice_changes_nothing(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    request = workflow.Request(notebook=path, to=tmp_path / "out", module="shop.steps")
    found = workflow.extract(request, run=False)
    assert found.draft.plan.refused == ()
    assert "def load" in (tmp_path / "out/src/shop/steps.py").read_text()
    thin = json.loads((tmp_path / "out/notebooks/book.ipynb").read_text())
    assert "jupytext" not in thin["metadata"]
    assert any("from shop.steps import load" in "".join(c["source"]) for c in thin["cells"])
    assert workflow.extract(request, run=False).written == ()
    assert path.read_text() == text


def test_a_text_notebook_is_proved(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text(PERCENT)
    request = workflow.Request(notebook=tmp_path / "book.py", to=tmp_path / "out")
    assert workflow.extract(request, run=True).written


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_bytes(PERCENT.replace("\n", "\r\n").encode())
    assert len(notebook.read(tmp_path / "book.py").cells) == 4


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        pytest.param("m.py", "import os\n", "a Python module, not", id="a module"),
        pytest.param("m.py", "", "a Python module, not", id="an empty file"),
        pytest.param("m.py", "x = '''\n# a %% b\n'''\n", "a Python module", id="a sign inside"),
        pytest.param("m.md", "# Title\n\n```python\nx = 1\n```\n", "a Markdown text", id="a text"),
        pytest.param("m.md", "---\ntitle: x\n---\n", "a Markdown text", id="another header"),
        pytest.param(
            "m.py", HEADER.replace("light", "dark"), "jupytext can't", id="an unknown format"
        ),
        pytest.param("m.txt", "# %%\nx = 1\n", "this is not a notebook", id="another ending"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, name: str, text: str, what: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NotANotebook, match=what) as caught:
        notebook.read(tmp_path / name)
    assert caught.value.hint


def test_without_jupytext_the_hint_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer: Callable[..., Any] = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "jupytext":
            raise ImportError(name)
        return importer(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    (tmp_path / "book.py").write_text(PERCENT)
    with pytest.raises(NotANotebook, match="not installed") as caught:
        notebook.read(tmp_path / "book.py")
    assert caught.value.hint == "pip install jupytext"


def test_a_text_notebook_is_never_replaced_run_or_tagged(tmp_path: Path) -> None:
    path = tmp_path / "book.py"
    path.write_text(PERCENT.replace(' tags=["promote:load"]', ""))
    request = workflow.Request(notebook=path, to=tmp_path, module="shop.steps", in_place=True)
    with pytest.raises(BadPath, match="only an .ipynb"):
        workflow.extract(request, run=False)
    with pytest.raises(NotANotebook, match="promoted and checked only"):
        workflow.run(path)
    with pytest.raises(NotANotebook, match="promoted and checked only"):
        workflow.suggest(path, write=True)
    assert workflow.suggest(path, write=False).proposals


def test_a_changed_text_notebook_has_drifted(tmp_path: Path) -> None:
    path = tmp_path / "book.py"
    path.write_text(PERCENT)
    request = workflow.Request(notebook=path, to=tmp_path, module="shop.steps")
    workflow.extract(request, run=False)
    path.write_text("# %%\nprint('new')\n\n" + PERCENT)
    _, found = workflow.check(path)
    assert [(one.code, one.cell) for one in found] == [("JP401", 0)]
    (tmp_path / "helper.py").write_text("# %% no notebook of ours\n")
    every = check(CheckRequest(paths=(tmp_path,)))
    assert every.notebooks == 2
    assert [f.path for f in every.findings if f.code == "JP401"] == [str(path)]
