"""Copy-paste in a tree of files: which rule says it, what is meant, what is silenced, remembered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_promote import workflow
from jupyter_promote.checking.check import Request, check
from jupyter_promote.checks.finding import Finding
from tests.checking.test_check import save

CLEAN = """orders = load_orders(path)
orders = orders.dropna(subset=["price", "amount"])
orders["total"] = orders["price"] * orders["amount"]
orders["month"] = orders["date"].dt.to_period("M")
by_month = orders.groupby("month")["total"].sum()
by_month = by_month.rolling(3).mean().dropna()
print(by_month.tail(12).to_string())
"""
OTHER = CLEAN.replace("orders", "sales").replace("load_sales", "load_orders").replace("12", "24")
FUNCTION = "def summary(path):\n" + "".join(f"    {line}\n" for line in CLEAN.splitlines())


def told(folder: Path) -> list[Finding]:
    return list(check(Request(paths=(folder,), select=("JP1",))).findings)


def brief(folder: Path) -> list[tuple[str, str, int | None]]:
    return [(f.code, os.path.relpath(f.path, folder), f.cell) for f in told(folder)]


def test_a_copy_within_a_notebook(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", f"# %%\n{CLEAN}\n# %% markdown\nWords\n# %%\nx = 1\n{OTHER}")
    (only,) = told(tmp_path)
    assert (only.code, only.cell, only.line, only.end_line) == ("JP101", 0, 1, 7)
    assert only.message == "7 lines stand in one other place too: the same but for names and values"
    assert [(r.cell, r.line, r.end_line) for r in only.related] == [(2, 2, 8)]


def test_a_copy_across_notebooks(tmp_path: Path) -> None:
    for name in "abc":
        save(tmp_path / f"{name}.ipynb", f"# %%\n{CLEAN}")
    (only,) = told(tmp_path)
    assert (only.code, Path(only.path).name) == ("JP102", "a.ipynb")
    assert only.message == "7 lines stand in 2 other places too: the same"
    assert [(Path(r.path).name, r.like) for r in only.related] == [
        ("b.ipynb", ()),
        ("c.ipynb", (0,)),
    ]


def test_a_copy_of_what_a_module_has(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", f"# %%\n{CLEAN}")
    (tmp_path / "steps.py").write_text(FUNCTION)
    (only,) = told(tmp_path)
    assert (only.code, only.hint) == ("JP103", "import summary from steps.py")
    assert [(Path(r.path).name, r.cell) for r in only.related] == [("steps.py", None)]


def test_a_copy_among_modules_but_not_among_tests(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FUNCTION)
    (tmp_path / "test_a.py").write_text(FUNCTION)
    assert told(tmp_path) == []
    (tmp_path / "b.py").write_text(f"import os\n\n\n{FUNCTION}")
    assert brief(tmp_path) == [("JP104", "a.py", None)]


@pytest.mark.parametrize("what", ["tag", "comment", "line"])
def test_a_place_that_is_silenced_is_no_copy(tmp_path: Path, what: str) -> None:
    tag = "noqa:JP101" if what == "tag" else ""
    source = f"# noqa: JP1 on purpose\n{CLEAN}" if what == "comment" else CLEAN
    source = (
        source.replace("sum()", "sum()  # noqa: JP101 on purpose") if what == "line" else source
    )
    save(tmp_path / "a.ipynb", f"# %%\n{CLEAN}\n# %% {tag}\n{source}")
    assert told(tmp_path) == []
    save(tmp_path / "a.ipynb", f"# %%\n{CLEAN}\n# %% {tag}\n{source}\n# %%\n{CLEAN}")
    (only,) = told(tmp_path)
    assert [r.cell for r in (only, *only.related)] == [0, 2]


def test_what_a_promotion_writes_is_no_copy(tmp_path: Path) -> None:
    save(
        tmp_path / "a.ipynb",
        f"# %%\nfrom shop_data import load_orders\npath = 'x'\n# %% promote:summary\n{CLEAN}\n# %%\nprint(by_month)",
    )
    request = workflow.Request(
        notebook=tmp_path / "a.ipynb", to=tmp_path / "out", module="shop.steps"
    )
    assert workflow.extract(request, run=False).written
    assert told(tmp_path) == []
    save(tmp_path / "b.ipynb", f"# %%\n{OTHER}")
    (only,) = told(tmp_path)
    assert (only.code, Path(only.path).name) == ("JP103", "b.ipynb")
    assert [Path(r.path).name for r in only.related] == ["steps.py"]


def test_how_long_a_copy_must_be_is_an_option(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", f"# %%\n{CLEAN}\n# %%\n{CLEAN}")
    text = "[tool.jupyter_promote.JP101]\nmin_lines = 8\n"
    (tmp_path / "pyproject.toml").write_text(text)
    assert told(tmp_path) == []


def test_an_old_notebook_a_damaged_one_and_one_of_another_language(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "input": CLEAN, "language": "python"}] * 2
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    (tmp_path / "damaged.ipynb").write_text("{")
    save(tmp_path / "r.ipynb", f"# %%\n{CLEAN}")
    content = json.loads((tmp_path / "r.ipynb").read_text())
    content["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    (tmp_path / "r.ipynb").write_text(json.dumps(content))
    assert brief(tmp_path) == [("JP101", "old.ipynb", 0)]


def test_what_was_found_is_remembered_until_something_changes(tmp_path: Path) -> None:
    for name in "ab":
        os.utime(save(tmp_path / f"{name}.ipynb", f"# %%\n{CLEAN}"), (1_600_000_000,) * 2)
    first = told(tmp_path)
    assert len(first) == 1
    code = (
        "import sys; from pathlib import Path;"
        "from jupyter_promote.checking.check import Request, check;"
        f"found = check(Request(paths=(Path({str(tmp_path)!r}),), select=('JP1',)));"
        "print(len(found.findings), 'jupyter_promote.checks.clones.groups' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert said.split() == ["1", "False"]
    save(tmp_path / "b.ipynb", "# %%\nx = 1")
    assert told(tmp_path) == []


def test_only_copies_are_looked_for_where_only_they_are_asked_for(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", f"# %%\n{CLEAN}\n# %%\n{CLEAN}")
    code = (
        "import sys; from pathlib import Path;"
        "from jupyter_promote.checking.check import Request, check;"
        f"found = check(Request(paths=(Path({str(tmp_path)!r}),), select=('JP1',)));"
        "print(len(found.findings), *(m in sys.modules for m in"
        " ('ast', 'nbformat', 'jupyter_promote.flow', 'jupyter_promote.source.notebook')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert said.split() == ["1", "True", "False", "False", "False"]
