"""What a check says, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jupyter_promote.flow.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The rule `code` has something to say about a cell (zero-based) and line (one-based)."""

    code: str
    message: str
    hint: str
    cell: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The notebook that is checked."""

    program: Program


Check = Callable[[Subject], Iterator[Finding]]


def silenced(finding: Finding, subject: Subject) -> bool:
    """True where a `noqa` tag on the cell silences the finding."""
    if finding.cell is None:
        return False
    codes = subject.program.notebook.cells[finding.cell].roles.noqa
    return "noqa" in codes or "" in codes or finding.code in codes
