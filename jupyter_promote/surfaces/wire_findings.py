"""What a check says, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from jupyter_promote.checks.finding import Finding


class PlaceWire(Struct, frozen=True, kw_only=True):
    """Another place that a finding is about; without a cell, `line` is one of a module's file."""

    path: str
    cell: int | None
    line: int | None
    end_line: int | None
    note: str


class FindingWire(Struct, frozen=True, kw_only=True):
    """What a check says about a cell, or about a module's file where `cell` is null.

    `line` is one-based within the cell or file, `end_line` the last of several.
    """

    code: str
    message: str
    path: str
    cell: int | None
    line: int | None
    hint: str
    end_line: int | None = None
    related: list[PlaceWire] = []


def findings(found: Iterable[Finding], path: str) -> list[FindingWire]:
    """Return findings about the notebook called `path`, and about other files that they name."""
    return [
        FindingWire(
            code=f.code,
            message=f.message,
            path=f.path or path,
            cell=f.cell,
            line=f.line,
            hint=f.hint,
            end_line=f.end_line,
            related=[
                PlaceWire(
                    path=r.path or path, cell=r.cell, line=r.line, end_line=r.end_line, note=r.note
                )
                for r in f.related
            ],
        )
        for f in found
    ]
