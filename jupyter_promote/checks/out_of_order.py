"""Cells that ran in another order than they stand in."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
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
