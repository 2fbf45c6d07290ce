"""What a check says, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from jupyter_promote.checks.finding import Finding, Lines


class SpanWire(Struct, frozen=True, kw_only=True):
    """Lines of a cell, one-based."""

    cell: int
    line: int
    end_line: int


class PlaceWire(Struct, frozen=True, kw_only=True):
    """Another place that a finding is about; without a cell, `line` is one of a module's file.

    `like` are the positions of those before it in the list that it repeats, too.
    """

    path: str
    cell: int | None
    line: int | None
    end_line: int | None
    note: str
    spans: list[SpanWire] = []
    like: list[int] = []


class FindingWire(Struct, frozen=True, kw_only=True):
    """What a check says about a cell, or about a module's file where `cell` is null.

    `line` is one-based within the cell or file, `end_line` the last of several. What goes on from
    cell to cell has all its lines in `spans`.
    """

    code: str
    message: str
    path: str
    cell: int | None
    line: int | None
    hint: str
    end_line: int | None = None
    related: list[PlaceWire] = []
    spans: list[SpanWire] = []


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
                    path=r.path or path,
                    cell=r.cell,
                    line=r.line,
                    end_line=r.end_line,
                    note=r.note,
                    spans=_lines(r.spans),
                    like=list(r.like),
                )
                for r in f.related
            ],
            spans=_lines(f.spans),
        )
        for f in found
    ]


def _lines(spans: Iterable[Lines]) -> list[SpanWire]:
    return [SpanWire(cell=s.cell, line=s.line, end_line=s.end_line) for s in spans]
