"""Drift: what `check` says when notebook and module are no longer what they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote import workflow
from jupyter_promote.checking.check import Request, check
from tests.programs import cells_of, content_of

NOTEBOOK = """
# %% parameters
limit = 2
# %% promote:load
numbers = [3, 1, 2]
numbers.sort()
# %% promote:keep
kept = [n for n in numbers if n >= limit]
kept.sort()
# %%
print(kept)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with `book.ipynb`, promoted into `out`."""
    save(tmp_path, NOTEBOOK)
    request = workflow.Request(
        notebook=tmp_path / "book.ipynb", to=tmp_path / "out", module="shop.steps"
    )
    assert workflow.extract(request, run=False).written
    return tmp_path


def save(folder: Path, text: str) -> None:
    content = content_of(cells_of(text))
    (folder / "book.ipynb").write_text(json.dumps(content))


def found(folder: Path) -> list[tuple[str, str, int | None]]:
    """Return (notebook, message, cell) of each finding about drift."""
    return [
        (Path(one.path).relative_to(folder).as_posix(), f"{one.code} {one.message}", one.cell)
        for one in check(Request(paths=(folder,), select=("JP4",))).findings
    ]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_project_without_drift_reports_nothing(project: Path) -> None:
    assert found(project) == []


def test_a_changed_cell_is_reported_with_its_function(project: Path) -> None:
    save(project, NOTEBOOK.replace("n >= limit", "n > limit"))
    message = "JP401 changed since promotion to src/shop/steps.py (keep)"
    assert found(project) == [("book.ipynb", message, 2)]


def test_a_changed_tag_is_a_change(project: Path) -> None:
    save(project, NOTEBOOK.replace("promote:keep", "skip"))
    assert [cell for _, _, cell in found(project)] == [2]


def test_a_new_and_a_removed_cell_are_reported(project: Path) -> None:
    content = json.loads((project / "book.ipynb").read_text())
    content["cells"][3] = {**content["cells"][3], "id": "other", "source": "print(1)"}
    (project / "book.ipynb").write_text(json.dumps(content))
    assert found(project) == [
        ("book.ipynb", "JP401 a cell was removed since promotion to src/shop/steps.py", None),
        ("book.ipynb", "JP401 is new or changed since promotion to src/shop/steps.py", 3),
    ]


def test_running_the_notebook_is_no_change(project: Path) -> None:
    content = json.loads((project / "book.ipynb").read_text())
    for number, cell in enumerate(content["cells"], 1):
        cell["execution_count"] = number
    (project / "book.ipynb").write_text(json.dumps(content, indent=2))
    assert found(project) == []


def test_without_ids_a_cell_is_known_by_what_it_holds(tmp_path: Path) -> None:
    def write(text: str) -> None:
        content = content_of(cells_of(text)) | {"nbformat_minor": 4}
        for cell in content["cells"]:
            del cell["id"]
        (tmp_path / "book.ipynb").write_text(json.dumps(content))

    write(NOTEBOOK)
    request = workflow.Request(notebook=tmp_path / "book.ipynb", to=tmp_path / "out")
    workflow.extract(request, run=False)
    write("\n# %%\nprint('first')" + NOTEBOOK)
    assert [(cell, "is new" in message) for _, message, cell in found(tmp_path)] == [(0, True)]


EDITS: dict[str, tuple[Callable[[str], str], list[tuple[str, int | None]]]] = {
    "a changed function": (
        lambda text: text.replace("kept.sort()", "kept.sort(reverse=True)"),
        [("JP402 src/shop/steps.py: keep was changed by hand", 2)],
    ),
    "an added function": (
        lambda text: text + "\n\ndef mine():\n    return 1\n",
        [("JP402 src/shop/steps.py: mine was added by hand", None)],
    ),
    "a comment at the top": (
        lambda text: "# a note\n" + text,
        [("JP402 src/shop/steps.py was changed by hand outside its functions", None)],
    ),
    "no Python": (
        lambda text: text + "def (",
        [("JP402 src/shop/steps.py was changed by hand and is no valid Python", None)],
    ),
    "line ends of Windows": (lambda text: text.replace("\n", "\r\n"), []),
}


@pytest.mark.parametrize(("change", "wanted"), EDITS.values(), ids=EDITS)
def test_module_changed_by_hand(
    project: Path, change: Callable[[str], str], wanted: list[Any]
) -> None:
    path = project / "out" / "src" / "shop" / "steps.py"
    path.write_bytes(change(path.read_text()).encode())
    assert found(project) == [("book.ipynb", *one) for one in wanted]


def test_after_promoting_again_a_merged_edit_is_still_a_drift_of_the_module_only(
    project: Path,
) -> None:
    path = project / "out" / "src" / "shop" / "steps.py"
    edit(path, "kept.sort()", "kept.sort()  # by hand")
    save(project, NOTEBOOK.replace("[3, 1, 2]", "[3, 1]"))
    request = workflow.Request(notebook=project / "book.ipynb", to=project / "out")
    workflow.extract(request, run=False)
    assert found(project) == [
        ("book.ipynb", "JP402 src/shop/steps.py: keep was changed by hand", 2)
    ]


def test_a_thin_notebook_changed_by_hand_is_reported_by_cell(project: Path) -> None:
    path = project / "out" / "notebooks" / "book.ipynb"
    edit(path, "print(kept)", "print(kept, 1)")
    cells = json.loads(path.read_text())["cells"]
    place = next(i for i, c in enumerate(cells) if "print(kept, 1)" in "".join(c["source"]))
    message = "JP402 changed by hand since it was promoted"
    assert found(project) == [("out/notebooks/book.ipynb", message, place)]


@pytest.mark.parametrize("gone", ["src/shop/steps.py", "notebooks/book.ipynb"])
def test_a_promoted_file_that_is_gone(project: Path, gone: str) -> None:
    (project / "out" / gone).unlink()
    assert found(project) == [("book.ipynb", f"JP403 {gone} was promoted and is gone", None)]


def test_an_original_that_is_gone_is_reported_at_the_thin_notebook(project: Path) -> None:
    (project / "book.ipynb").unlink()
    message = "JP403 the notebook it was promoted from, ../book.ipynb, is gone"
    assert found(project) == [("out/notebooks/book.ipynb", message, None)]


def test_checking_the_thin_notebook_alone_finds_its_record_above_it(project: Path) -> None:
    path = project / "out" / "notebooks" / "book.ipynb"
    edit(path, "print(kept)", "print(kept, 1)")
    _, some = workflow.check(path)
    assert [one.code for one in some] == ["JP402"]


def test_noqa_silences_drift(project: Path) -> None:
    save(project, NOTEBOOK.replace("promote:keep", "promote:keep noqa:JP401"))
    assert found(project) == []


def test_a_notebook_promoted_in_place_has_not_drifted(tmp_path: Path) -> None:
    save(tmp_path, NOTEBOOK)
    request = workflow.Request(
        notebook=tmp_path / "book.ipynb", to=tmp_path, module="shop.steps", in_place=True
    )
    assert workflow.extract(request, run=False).written
    assert found(tmp_path) == []
    edit(tmp_path / "book.ipynb", "print(kept)", "print(kept, 1)")
    assert [message[:5] for _, message, _ in found(tmp_path)] == ["JP401"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"generated": 3}', '{"notebook": 1, "module": "m", "generated": {}}']
)
def test_a_record_that_is_none_is_passed_over(project: Path, text: str) -> None:
    (project / "out" / ".promote" / "steps.json").write_text(text)
    assert found(project) == []


def test_a_record_that_names_files_outside_its_folder_is_passed_over(project: Path) -> None:
    path = project / "out" / ".promote" / "steps.json"
    content = json.loads(path.read_text())
    content["generated"]["../../secret.py"] = "x = 1\n"
    path.write_text(json.dumps(content))
    assert found(project) == []


def test_a_finding_names_what_to_do(project: Path) -> None:
    save(project, NOTEBOOK.replace("n >= limit", "n > limit"))
    some = check(Request(paths=(project,))).findings
    assert some
    assert all(one.hint for one in some)
