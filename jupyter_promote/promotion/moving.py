"""Which definitions move to the module: those that are promoted, and all that these need."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_promote.flow import bindings
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion.definitions import Definitions
from jupyter_promote.promotion.grouping import Group


def moved(code: Program, groups: Sequence[Group], known: Definitions) -> frozenset[str]:
    """Return the definitions in the groups' cells, those that these cells read, and what they need."""
    cells = {i for g in groups for i in g.cells}
    read: set[str] = set()
    for one in (c for c in code.cells if c.index in cells):
        names = bindings.of_code(one.statements)
        read |= names.reads.keys() | names.hints
    todo = [n for n, d in known.movable.items() if d.cell in cells or n in read]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [n for n in known.movable[name].needs if n in known.movable]
    return frozenset(found)
