"""Workflow commands, from which GitHub makes annotations in a pull request."""

from __future__ import annotations

from jupyter_promote import quoting
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
    named = ",".join(f"{name}={quoting.github_property(value)}" for name, value in fields.items())
    return f"::warning {named}::{quoting.github_message(text[:MOST])}"
