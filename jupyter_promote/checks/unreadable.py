"""Cells that are no Python."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.promotion import versions
from jupyter_promote.source.magics import BadCode


def check(subject: Subject) -> Iterator[Finding]:
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
