"""A line for each finding, for people."""

from __future__ import annotations

import click

from jupyter_promote.checking.check import Checked
from jupyter_promote.checks.finding import Finding, Related
from jupyter_promote.source.characters import printable


def of(found: Checked) -> str:
    """Return the findings with places that many terminals make links of, then how many there are."""
    lines = [line for one in found.findings for line in _lines(one)]
    number, books = len(found.findings), found.notebooks
    return "\n".join(
        [
            *lines,
            f"{number} finding{'' if number == 1 else 's'}"
            f" in {books} notebook{'' if books == 1 else 's'}",
        ]
    )


def _lines(one: Finding) -> list[str]:
    code = click.style(one.code, fg="yellow")
    lines = [f"{_where(one)}: {code} {printable(one.message)}"]
    if one.hint:
        lines.append(f"    {printable(one.hint)}")
    lines += [f"    {printable(near.note)}: {_where(near)}" for near in one.related]
    return lines


def _where(place: Finding | Related) -> str:
    """Return a place as people say it; a line of a module stands behind a colon."""
    path = printable(place.path)
    if place.cell is None:
        return path if place.line is None else f"{path}:{place.line}"
    line = "" if place.line is None else f", line {place.line}"
    if place.line is not None and place.end_line is not None and place.end_line > place.line:
        line = f", lines {place.line}-{place.end_line}"
    return f"{path}: cell {place.cell + 1}{line}"
