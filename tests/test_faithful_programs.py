"""Programs that break without the rules of a faithful promotion, and ordinary ones beside them.

They stand in tests/promotion/programs/: `=== name`, `--- what must become of it`, then the cells
(`# %% a` begins a cell tagged promote:a). What is `promoted` must not be refused and must do the
same; `refused` gives the codes by group; `lawful` programs may be either, but never do something
else. `--- inject n = 10` runs them once more with that cell after the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.programs import differences, promote

PROGRAMS = Path(__file__).parent / "promotion" / "programs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A program, and what must become of its groups: `codes` by group, None for either."""

    name: str
    text: str = field(repr=False)
    codes: dict[str, str] | None
    inject: str


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the programs of a file, in order."""
    for chunk in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
        name, _, rest = chunk.partition("\n")
        head, mark, cells = rest.partition("# %%")
        options = [line[4:] for line in head.split("\n") if line.startswith("--- ")]
        fate, _, codes = options[0].partition(" ")
        yield Row(
            name=name,
            text=mark + cells,
            codes=None if fate == "lawful" else dict(re.findall(r"(\w+): ([\w-]+)", codes)),
            inject=next((o[7:] for o in options if o.startswith("inject ")), ""),
        )


ROWS = [row for path in sorted(PROGRAMS.glob("*.txt")) for row in rows_of(path)]


# What static analysis does not see, and the proof does: by the program's name, why.
KNOWN = {
    "1.2 an object with a finalizer of one's own lives on": "no look at classes with __del__",
    "3.1 a property between that has an effect": "attributes are taken to have no effect",
    "3.1 an operator between that has an effect": "operators are taken to have no effect",
}


def _marked(row: Row) -> Any:
    reason = KNOWN.get(row.name)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(row, id=row.name, marks=marks)


def test_every_program_has_its_own_name() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names) > 300
    assert set(KNOWN) <= set(names)


@pytest.mark.parametrize("row", [_marked(row) for row in ROWS])
def test_the_law_holds(row: Row) -> None:
    made = promote(row.text)
    if row.codes is not None:
        assert made.refused == row.codes, made.written
    if made.plan.written:
        assert not differences(made), made.written
        if row.inject:
            assert not differences(made, inject=row.inject), made.written


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.name.startswith("text")], ids=lambda r: r.name
)
def test_promoting_again_writes_the_same(row: Row) -> None:
    first, second = promote(row.text), promote(row.text)
    assert (first.module, first.cells) == (second.module, second.cells)
