"""Names that only the kernel remembers, cells that ran in another order, another Python."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import dataflow
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.program import HISTORY
from jupyter_promote.promotion import versions
from jupyter_promote.source.magics import BadCode


def undefined(subject: Subject) -> Iterator[Finding]:
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


def out_of_order(subject: Subject) -> Iterator[Finding]:
    """The stored execution counts are not in document order.

    Why it matters: the outputs on screen may not be what the notebook gives from top to bottom.
    Instead: restart the kernel, run all cells, and save.
    """
    last = 0
    for one in subject.program.cells:
        count = one.cell.count
        if count is None:
            continue
        if count <= last:
            yield Finding(
                code="JP302",
                message=f"ran as number {count}, after a cell below it or twice",
                hint="restart the kernel and run all cells",
                cell=one.index,
            )
            return
        last = count


def unreadable(subject: Subject) -> Iterator[Finding]:
    """A cell is no valid Python.

    Why it matters: a run from top to bottom stops there.
    Instead: correct the cell, or make it a markdown or raw cell.
    """
    for one in subject.program.cells:
        if isinstance(one.code, BadCode) and one.cell.source.strip():
            bad = versions.explained(one.code, one.cell.source)
            cure = f"run it with Python {bad.needs}" if bad.needs else "correct the cell"
            yield Finding(
                code="JP303",
                message=bad.message,
                hint=f"{cure}, or make it a markdown cell",
                cell=one.index,
                line=bad.line,
            )


def other_python(subject: Subject) -> Iterator[Finding]:
    """The notebook was last run with another Python than this one.

    Why it matters: what is valid, and what libraries do, may differ between the two.
    Instead: promote it with the Python that runs it.
    """
    info = subject.program.notebook.content.get("metadata", {}).get("language_info") or {}
    found = re.match(r"(\d+)\.(\d+)\b", str(info.get("version", "")))
    if found and (int(found[1]), int(found[2])) != sys.version_info[:2]:
        running = ".".join(map(str, sys.version_info[:2]))
        yield Finding(
            code="JP304",
            message=f"last run with Python {found[0]}, analysed as Python {running}",
            hint=f"promote it with Python {found[0]}, or run it once with Python {running}",
        )
