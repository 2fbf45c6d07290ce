"""Which statements of the copies belong together; what stands in one copy only at its ends is left out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from difflib import SequenceMatcher

from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle, said
from jupyter_promote.flow import trees

Shape = tuple[str, ...]


def align(copies: Sequence[Copy], *, whole: bool = False) -> list[Copy]:
    """Return the copies with the same number of statements, of the same shape where possible.

    With `whole` nothing may be left out.

    Raises:
        Blocked: one of them has a statement in its middle that another lacks.
    """
    shapes = [[_shape(s) for s in c.statements] for c in copies]
    if len({len(s) for s in shapes}) == 1:
        return list(copies)
    shortest = min(range(len(copies)), key=lambda i: len(shapes[i]))
    found = []
    for copy, shape in zip(copies, shapes, strict=True):
        start = _within(shape, shapes[shortest])
        if start is None or whole and len(shape) > len(shapes[shortest]):
            raise _extra(copy, shape, copies[shortest], shapes[shortest])
        found.append(copy.part(start, start + len(shapes[shortest])))
    return found


def _within(shape: Sequence[Shape], wanted: Sequence[Shape]) -> int | None:
    """Return where `wanted` begins in `shape`, None where it is not found in one piece."""
    starts = range(len(shape) - len(wanted) + 1)
    return next((i for i in starts if shape[i : i + len(wanted)] == wanted), None)


def _extra(copy: Copy, shape: Sequence[Shape], other: Copy, lacking: Sequence[Shape]) -> Blocked:
    """Return the obstacle that a statement without a counterpart is."""
    steps = SequenceMatcher(None, lacking, shape, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    inner = [s for s in changed if s[3] > 0 and s[4] < len(shape)] or changed
    _, lack, _, start, end = inner[0]
    where, at = (copy, start) if end > start else (other, lack)
    statement = where.statements[at]
    against = other if where is copy else copy
    return Blocked(
        Obstacle(
            code="not-alike",
            message=f"{said(statement)} has no counterpart in cell {against.cell + 1}",
            cell=where.cell,
            line=statement.lineno,
            hint="leave that line out of the copies, or have it in all of them",
        )
    )


def _shape(statement: ast.stmt) -> Shape:
    return tuple(type(n).__name__ for n in trees.walk(statement))
