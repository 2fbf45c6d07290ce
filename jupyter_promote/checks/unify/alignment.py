"""Which statements of the copies belong together; what stands in one copy only at its ends is left out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from difflib import SequenceMatcher

from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle, said
from jupyter_promote.flow import trees

Shape = tuple[str, ...]


def align(copies: Sequence[Copy], *, whole: bool = False) -> tuple[list[Copy], Obstacle | None]:
    """Return the copies with the same number of statements, and why some were left out.

    Where the numbers differ it is the longest run of statements whose shapes all copies have; with
    `whole` nothing may be left out.

    Raises:
        Blocked: too little is left.
    """
    shapes = [[_shape(s) for s in c.statements] for c in copies]
    lengths = {len(s) for s in shapes}
    if len(lengths) == 1:
        return list(copies), None
    short = min(range(len(copies)), key=lambda i: len(shapes[i]))
    longer = next(i for i in range(len(copies)) if len(shapes[i]) > min(lengths))
    blocked = _extra(copies[longer], shapes[longer], copies[short], shapes[short])
    run = None if whole else _longest(shapes, shapes[short])
    if run is None:
        raise blocked
    found = [
        c.part(_start(s, run), _start(s, run) + len(run))
        for c, s in zip(copies, shapes, strict=True)
    ]
    return found, blocked.obstacle if len(run) < min(lengths) else None


def least(statements: int) -> int:
    """Return how many of a copy's statements must be left to be worth a function."""
    return max(3, (statements + 1) // 2)


def _longest(shapes: Sequence[list[Shape]], among: list[Shape]) -> list[Shape] | None:
    """Return the longest run of `among` that stands in all the copies, if it is long enough."""
    size = len(among)
    for length in range(size, min(size, least(size)) - 1, -1):
        for start in range(size - length + 1):
            run = among[start : start + length]
            if all(_start(s, run) >= 0 for s in shapes):
                return run
    return None


def _start(shape: list[Shape], run: list[Shape]) -> int:
    """Return where `run` begins in `shape`, -1 where it is not found in one piece."""
    starts = range(len(shape) - len(run) + 1)
    return next((i for i in starts if shape[i : i + len(run)] == run), -1)


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
