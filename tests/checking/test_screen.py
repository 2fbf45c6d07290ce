"""What is said of the notebook on screen while it is edited."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from jupyter_promote.checking import screen
from jupyter_promote.checking.screen import Neighbours, Readings, Screen
from jupyter_promote.checks.finding import Finding, Related
from jupyter_promote.source.notebook import Notebook

COPY = """{0} = pd.read_csv("{0}.csv").drop_duplicates("order_id")
{0} = {0}[{0}["price"] > 0].sort_values("shipped_at")
{0}["weekday"] = pd.to_datetime({0}["shipped_at"]).dt.day_name()
{0}_revenue = {0}.groupby("weekday")["price"].sum()
print({0}_revenue.round(2).to_string())"""

EDITS = [
    ["total = 1", "print(total)", "print(rate)"],
    ["total = 1", "print(total)", "rate = 2", "print(rate)"],
    ["total = 1", "print(totals)", "rate = 2", "print(rate)"],
    ["from __future__ import annotations", "def f(x: late): pass", "print(rate)"],
    ["print(total)", "total = 1", "print(rate", "rate = 1"],
]


def shown(folder: Path, cells: list[str], tags: dict[int, list[str]] | None = None) -> Screen:
    made = [
        nbformat.v4.new_code_cell(source, id=f"c{i}", metadata={"tags": (tags or {}).get(i, [])})
        for i, source in enumerate(cells)
    ]
    content = nbformat.v4.new_notebook(cells=made)
    return Screen(path=folder / "nb.ipynb", project=folder, within=folder, content=content)


def file(path: Path, cells: list[str]) -> None:
    made = [nbformat.v4.new_code_cell(source) for source in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)


def test_what_was_read_before_changes_no_finding(tmp_path: Path) -> None:
    readings = Readings()
    for cells in [*EDITS, *reversed(EDITS)]:
        one = shown(tmp_path, cells)
        assert screen.cells(one, readings) == screen.cells(one, Readings())


def test_only_cells_that_changed_are_read_again(tmp_path: Path) -> None:
    readings = Readings()

    def read(cells: list[str]) -> Notebook:
        return shown(tmp_path, cells).read()

    first = readings.program(read(EDITS[1]))
    second = readings.program(read(EDITS[2]))
    same = [a is b for a, b in zip(first.cells, second.cells, strict=True)]
    assert same == [True, False, True, True]


def test_a_tag_counts_as_a_change(tmp_path: Path) -> None:
    readings = Readings()
    assert screen.cells(shown(tmp_path, ["print(rate)"]), readings)
    assert not screen.cells(shown(tmp_path, ["print(rate)"], {0: ["noqa"]}), readings)


def test_copies_are_told_of_unsaved_cells(tmp_path: Path) -> None:
    file(tmp_path / "nb.ipynb", ["print(1)"])
    cells = ["import pandas as pd", COPY.format("north"), COPY.format("south")]
    found = screen.copied(shown(tmp_path, cells), Neighbours())
    assert [(f.code, f.cell, f.related[0].cell) for f in found] == [
        ("JP101", 1, 2),
        ("JP101", 2, 1),
    ]
    assert screen.copied(shown(tmp_path, cells, {1: ["noqa:JP101"]}), Neighbours()) == []


def test_copies_in_other_files_follow_the_files(tmp_path: Path) -> None:
    other, neighbours = tmp_path / "other.ipynb", Neighbours()
    one = shown(tmp_path, ["import pandas as pd", COPY.format("north")])
    assert screen.copied(one, neighbours) == []
    file(other, ["import pandas as pd", COPY.format("west")])
    [found] = screen.copied(one, neighbours)
    assert (found.code, found.cell, found.path) == ("JP102", 1, "")
    assert [(r.path, r.cell) for r in found.related] == [(str(other), 1)]
    file(other, ["print(1)"])
    assert screen.copied(one, neighbours) == []


def test_nothing_is_flagged_in_what_a_run_wrote(tmp_path: Path) -> None:
    file(tmp_path / "source.ipynb", ["import pandas as pd", COPY.format("west")])
    output = shown(tmp_path, ["import pandas as pd", COPY.format("west"), "y = x"])
    assert screen.copied(output, Neighbours())
    assert screen.cells(output, Readings())
    paths = {"input_path": "source.ipynb", "output_path": f"out/{output.path.name}"}
    assert isinstance(output.content, dict)
    output.content["metadata"]["papermill"] = paths
    assert not screen.copied(output, Neighbours())
    assert not screen.cells(output, Readings())


@pytest.mark.parametrize(
    ("path", "others", "cells"),
    [("", ("", ""), [0, 1, 2]), ("/b.ipynb", ("", ""), [1, 2]), ("/b.ipynb", ("/c.py",), [])],
    ids=["all here", "the first elsewhere", "none here"],
)
def test_a_finding_is_told_at_each_of_its_places_here(
    path: str, others: tuple[str, ...], cells: list[int]
) -> None:
    related = tuple(
        Related(note="the same", path=other, cell=i, line=1, end_line=i + 5)
        for i, other in enumerate(others, 1)
    )
    finding = Finding(
        code="JP101",
        message="5 lines stand in some other places too: the same",
        hint="",
        path=path,
        cell=0,
        line=1,
        end_line=5,
        related=related,
    )
    found = list(screen.turned(finding))
    assert [f.cell for f in found] == cells
    assert all(f.path == "" and len(f.related) == len(others) for f in found)
    assert [f.message.partition(" stand")[0] for f in found] == [f"{i + 5} lines" for i in cells]
