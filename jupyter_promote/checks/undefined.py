"""Names that only the kernel remembers."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import dataflow
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.program import HISTORY


def check(subject: Subject) -> Iterator[Finding]:
    """A cell reads a name that no cell above it defines.

    Why it matters: it worked only because of what the kernel still remembered.
    Instead: move the defining cell above, or add the name to the parameters cell.
    """
    program = subject.program
    units = [
        dataflow.unit(c.index, None, c.statements, lazy=c.index in program.lazy)
        for c in program.cells
    ]
    first_star = min(program.stars, default=None)
    for one, before in zip(units, dataflow.bound_before(units), strict=True):
        if first_star is not None and one.position >= first_star:
            return
        for name, line in one.names.reads.items():
            if name in before.possible or name in BUILTINS:
                continue
            maybe = name in one.names.binds and name not in one.names.surely
            if maybe or HISTORY.fullmatch(name):
                continue
            below = next(
                (b.cell + 1 for b in program.binders.get(name, ()) if b.cell > one.position), None
            )
            late = any(name in d.reads for d in one.names.deferred)
            if late and below is not None:
                continue
            where = f"only cell {below} below defines it" if below else "no cell defines it"
            yield Finding(
                code="JP301",
                message=f"reads {name!r}, but {where}",
                hint="move the defining cell above, or add the name to the parameters cell",
                cell=one.position,
                line=line,
            )
