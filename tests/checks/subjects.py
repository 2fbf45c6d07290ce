"""Notebooks to check, written as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import program
from jupyter_promote.source import notebook
from tests.programs import cells_of, content_of


def subject(text: str, counts: Sequence[int | None] = ()) -> Subject:
    cells = cells_of(text)
    for cell, count in zip(cells, counts, strict=False):
        if cell["cell_type"] == "code":
            cell["execution_count"] = count
    read = notebook.of_content(json.loads(json.dumps(content_of(cells))), Path("nb.ipynb"))
    return Subject(program=program.of_notebook(read))


def places(findings: Iterable[Finding]) -> list[tuple[int | None, int | None]]:
    return [(f.cell, f.line) for f in findings]
