"""Names that a cell reads though nothing above it gives them a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_promote.checks.finding import Subject
from jupyter_promote.flow import dataflow
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.program import HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """The cell reads `name` at `line`; cells are positions.

    `deleted` is the cell that deletes it, `below` the first one below that binds it, None for none.
    """

    name: str
    cell: int
    line: int
    deleted: int | None
    below: int | None


def of_subject(subject: Subject) -> Iterator[Lack]:
    """Yield what lacks, up to the first cell whose names can't be known."""
    program = subject.program
    first_star = min(program.stars, default=None)
    deleted: dict[str, int] = {}
    for one, before in zip(subject.units, dataflow.bound_before(subject.units), strict=True):
        if first_star is not None and one.position >= first_star:
            return
        for name, line in one.names.reads.items():
            if name in before.possible or name in BUILTINS or HISTORY.fullmatch(name):
                continue
            if name in one.names.binds and name not in one.names.surely:
                continue
            binders = program.binders.get(name, ())
            below = next((b.cell for b in binders if b.cell > one.position), None)
            if any(name in d.reads for d in one.names.deferred) and below is not None:
                continue
            yield Lack(
                name=name, cell=one.position, line=line, deleted=deleted.get(name), below=below
            )
        deleted |= dict.fromkeys(one.names.deleted, one.position)
        for name in one.names.bound - one.names.deletes:
            deleted.pop(name, None)
