"""Cells that were never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow.program import CodeCell


def check(subject: Subject) -> Iterator[Finding]:
    """Some cells of a notebook were never run, while others were.

    Why it matters: what the notebook shows was made without them, and nobody knows that they work.
    Instead: restart the kernel, run all cells, and save; or remove them.
    """
    cells = [c for c in subject.program.cells if _does_something(c)]
    left = [c.index for c in cells if c.cell.count is None]
    if left and len(left) < len(cells):
        more = f", nor were {len(left) - 1} others" if len(left) > 2 else ""
        more = f", nor was cell {left[1] + 1}" if len(left) == 2 else more
        yield Finding(
            code="JP407",
            message=f"was never run{more}",
            hint="restart the kernel, run all cells, and save; or remove what isn't needed",
            cell=left[0],
        )


def _does_something(one: CodeCell) -> bool:
    roles = one.cell.roles
    constants = all(
        isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in one.statements
    )
    return bool(one.cell.is_code and not constants and not roles.skip)
