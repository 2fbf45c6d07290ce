"""Cells that ran in another order than they stand in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow.dataflow import Unit


def check(subject: Subject) -> Iterator[Finding]:
    """Two cells ran in another order than they stand in, and one uses what the other binds.

    Why it matters: the outputs on screen may not be what the notebook gives from top to bottom.
    Instead: restart the kernel, run all cells, and save.
    """
    units = {u.position: u for u in subject.units}
    fixed = _imported(subject)
    ran = [(c.index, c.cell.count) for c in subject.program.cells if c.cell.count is not None]
    for place, (index, count) in enumerate(ran):
        for above, before in ran[:place]:
            if before < count:
                continue
            names = [n for n in _shared(units[above], units[index]) if n not in fixed]
            if names:
                yield Finding(
                    code="JP302",
                    message=f"ran as number {count}, before cell {above + 1} (number {before}),"
                    f" and both use {', '.join(repr(n) for n in names[:3])}",
                    hint="restart the kernel, run all cells, and save",
                    cell=index,
                )
                return


def _shared(above: Unit, below: Unit) -> list[str]:
    """Return the names that one binds and the other reads or binds, by name."""
    first, last = above.names, below.names
    return sorted(
        (first.binds & (last.reads.keys() | last.hints | last.binds))
        | (last.binds & (first.reads.keys() | first.hints))
    )


def _imported(subject: Subject) -> set[str]:
    """Return the names that are bound by imports only: importing again changes nothing."""
    imports = (ast.Import, ast.ImportFrom)
    return {
        name
        for name, binders in subject.program.binders.items()
        if all(isinstance(b.node, imports) for b in binders)
    }
