"""Workflow commands, from which GitHub makes annotations in a pull request."""

from __future__ import annotations

from jupyter_promote.checking.check import Checked
from jupyter_promote.checks.finding import Finding
from jupyter_promote.surfaces.formats import lines

MOST = 60_000  # characters: GitHub takes no longer ones


def of(found: Checked) -> str:
    """Return a command for each finding; lines are those of the notebook's file."""
    places = lines.Lines()
    return "".join(f"{_command(one, places)}\n" for one in found.findings)


def _command(one: Finding, places: lines.Lines) -> str:
    first, last = places.of(one)
    cell = "" if one.cell is None else f"cell {one.cell + 1}: "
    text = f"{cell}{one.message}" + (f"\n{one.hint}" if one.hint else "")
    fields = {
        "file": lines.relative(one.path),
        "line": str(first),
        "endLine": str(last),
        "title": f"{one.code} (jupyter promote check)",
    }
    named = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    return f"::warning {named}::{_text(text[:MOST])}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
