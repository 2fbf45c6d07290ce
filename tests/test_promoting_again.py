"""Promoting again: hand edits survive or are refused, and what did not change stays byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote import workflow
from jupyter_promote.errors import BadTarget
from tests.programs import cells_of, content_of

NOTEBOOK = """
# %% promote
import math
# %% parameters
limit = 2
# %% promote:load
numbers = [1, 2, 3]
numbers.sort()
# %% promote:keep
kept = [n for n in numbers if n >= limit]
kept.sort()
# %%
print(kept)
# %% test
assert kept
"""
MODULE = "src/shop/steps.py"


def save(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content_of(cells_of(text))))
    return path


def promote(
    path: Path, *, run: bool = False, module: str | None = "shop.steps", **more: Any
) -> Any:
    request = workflow.Request(notebook=path, to=path.parent / "out", module=module, **more)
    return workflow.extract(request, run=run)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return save(tmp_path / "book.ipynb", NOTEBOOK)


@pytest.fixture
def module(book: Path) -> Path:
    """Return the module of the notebook, promoted once."""
    assert promote(book).written
    return book.parent / "out" / MODULE


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_twice_without_a_change_changes_no_byte(book: Path, module: Path) -> None:
    before = files(book.parent)
    assert promote(book).written == ()
    assert files(book.parent) == before


def test_an_edited_module_stays_as_it_is_while_the_notebook_does(book: Path, module: Path) -> None:
    edit(module, "numbers = [1, 2, 3]", "numbers = [1, 2, 3]  # all of them")
    before = files(book.parent)
    assert promote(book).written == ()
    assert files(book.parent) == before


def test_edits_of_both_survive_and_the_next_promotion_changes_nothing(
    book: Path, module: Path
) -> None:
    edit(module, "numbers = [1, 2, 3]", "numbers = [1, 2, 3]  # all of them")
    save(book, NOTEBOOK.replace("n >= limit", "n > limit"))
    assert promote(book).written
    text = module.read_text()
    assert "# all of them" in text
    assert "n > limit" in text
    before = files(book.parent)
    assert promote(book).written == ()
    assert files(book.parent) == before


def test_a_test_written_by_hand_survives(book: Path, module: Path) -> None:
    tests = book.parent / "out" / "tests" / "test_steps.py"
    tests.write_text(tests.read_text() + "\n\ndef test_mine():\n    assert True\n")
    save(book, NOTEBOOK.replace("assert kept", "assert kept == [2, 3]"))
    promote(book)
    assert "def test_mine" in tests.read_text()
    assert "kept == [2, 3]" in tests.read_text()


def test_a_conflict_writes_nothing_and_shows_both_sides(book: Path, module: Path) -> None:
    edit(module, "n >= limit", "n >= limit + 0")
    save(book, NOTEBOOK.replace("n >= limit", "n > limit"))
    before = files(book.parent)
    with pytest.raises(BadTarget) as caught:
        promote(book)
    assert files(book.parent) == before
    line = next(i for i, t in enumerate(module.read_text().split("\n"), 1) if "limit + 0" in t)
    assert f"{MODULE}, line {line}: " in caught.value.what
    assert "limit + 0" in caught.value.detail
    assert "n > limit" in caught.value.detail


def test_the_proof_runs_on_the_merged_text(book: Path, module: Path) -> None:
    edit(module, "numbers = [1, 2, 3]", "numbers = [1, 2, 4]")
    save(book, NOTEBOOK.replace("n >= limit", "n > limit"))
    before = files(book.parent)
    found = promote(book, run=True)
    assert found.written == ()
    assert "edited by hand" in found.verdict.differences[-1]
    assert files(book.parent) == before
    edit(module, "numbers = [1, 2, 4]", "numbers = list((1, 2, 3))")
    assert MODULE in promote(book, run=True).written
    assert "list((1, 2, 3))" in module.read_text()


def test_a_hand_written_module_beside_is_there_in_the_proof(book: Path, module: Path) -> None:
    (module.parent / "numbers_.py").write_text("ALL = [1, 2, 3]\n")
    edit(module, "numbers = [1, 2, 3]", "from shop.numbers_ import ALL\n\n    numbers = list(ALL)")
    save(book, NOTEBOOK.replace("n >= limit", "n > limit"))
    assert MODULE in promote(book, run=True).written


def test_a_thin_notebook_edited_by_hand_is_refused(book: Path, module: Path) -> None:
    edit(book.parent / "out" / "notebooks" / "book.ipynb", "print(kept)", "print(kept, limit)")
    with pytest.raises(BadTarget, match="book.ipynb was edited by hand"):
        promote(book)


def test_a_thin_notebook_that_was_run_and_saved_stays_until_it_changes(
    book: Path, module: Path
) -> None:
    path = book.parent / "out" / "notebooks" / "book.ipynb"
    content = json.loads(path.read_text())
    content["cells"][-1]["execution_count"] = 7
    path.write_text(json.dumps(content))
    before = path.read_bytes()
    assert promote(book).written == ()
    assert path.read_bytes() == before
    save(book, NOTEBOOK.replace("print(kept)", "print(kept, limit)"))
    assert "notebooks/book.ipynb" in promote(book).written


def test_a_file_without_a_record_is_refused(book: Path) -> None:
    target = book.parent / "out" / MODULE
    target.parent.mkdir(parents=True)
    target.write_text("def load():\n    return 1\n")
    with pytest.raises(BadTarget, match="is not ours to replace"):
        promote(book)
    assert target.read_text() == "def load():\n    return 1\n"


def test_a_notebook_that_was_promoted_in_place_is_not_promoted_on_top(book: Path) -> None:
    request = workflow.Request(notebook=book, to=book.parent, module="shop.steps", in_place=True)
    assert workflow.extract(request, run=False).written
    content = json.loads(book.read_text())
    content["cells"] += cells_of("# %% promote:more\nother = [1]\nother.sort()\n")
    content["cells"][-1]["id"] = "more"
    book.write_text(json.dumps(content))
    before = files(book.parent)
    with pytest.raises(BadTarget, match="was promoted already") as caught:
        workflow.extract(replace(request, module=None), run=False)
    assert ".promote/originals/book.ipynb" in caught.value.hint
    assert files(book.parent) == before
