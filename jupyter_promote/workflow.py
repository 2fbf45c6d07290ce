"""The verbs, one page each: what the surfaces call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import program
from jupyter_promote.promoting import Promotion, Request, draw_up, extract
from jupyter_promote.promotion import explanation
from jupyter_promote.promotion import suggest as suggesting
from jupyter_promote.promotion.suggest import Suggestion
from jupyter_promote.running import run, sweep
from jupyter_promote.source import notebook, textual
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.unifying import unify, unify_content
from jupyter_promote.verifying import Verified, verify
from jupyter_promote.writing import records
from jupyter_promote.writing.records import Place

__all__ = [
    "Promotion",
    "Request",
    "Verified",
    "check",
    "draw_up",
    "explain",
    "extract",
    "run",
    "suggest",
    "sweep",
    "unify",
    "unify_content",
    "verify",
]


def check(path: Path, places: Sequence[Place] = ()) -> tuple[Notebook, list[Finding]]:
    """Return the notebook at `path` and what the checks say about it, by cell.

    `places` are promotions it may belong to, besides those into a folder above it.
    """
    read_notebook = notebook.read(path)
    promotions = records.of_notebook(path, [*records.near(path), *places])
    subject = Subject(program=program.of_notebook(read_notebook), promotions=promotions)
    return read_notebook, table.findings(subject)


def explain(path: Path) -> list[explanation.CellNames]:
    """Return what each code cell of the notebook at `path` reads, binds and changes."""
    return [explanation.of_cell(one) for one in program.of_notebook(notebook.read(path)).cells]


def suggest(path: Path, *, write: bool) -> Suggestion:
    """Return proposed tags for the notebook at `path`; with `write` they are added to the file."""
    read_notebook = notebook.read(path)
    found = suggesting.study(program.of_notebook(read_notebook))
    if write and found.proposals:
        textual.refuse(path)
        from jupyter_promote.writing import tagging

        tagging.write(read_notebook, found.proposals)
    return found
