"""Where in a file a finding stands: the line of the notebook's JSON that holds the cell's line."""

from __future__ import annotations

import json
import os
from pathlib import Path

from jupyter_promote.checks.finding import Finding, Related


def relative(path: str) -> str:
    """Return a path from the working directory with forward slashes, an absolute one outside of it."""
    found = os.path.relpath(path)
    if found.startswith(".."):
        found = os.path.abspath(path)
    return found.replace(os.sep, "/")


class Lines:
    """The lines of cells in the files of notebooks; each file is read once."""

    def __init__(self) -> None:
        self._files: dict[str, list[list[int]]] = {}

    def of(self, place: Finding | Related) -> tuple[int, int]:
        """Return the first and last line of a place in its file; 1 where that is not known."""
        first = place.line or 1
        last = max(place.end_line or first, first)
        if place.cell is None:
            return first, last
        if place.path not in self._files:
            self._files[place.path] = _cells(place.path)
        cells = self._files[place.path]
        own = cells[place.cell] if place.cell < len(cells) else []
        if not own:
            return 1, 1
        return own[min(first, len(own)) - 1], own[min(last, len(own)) - 1]


def _cells(path: str) -> list[list[int]]:
    """Return the lines of the file that hold each cell's lines; [] for what is no plain notebook.

    A notebook's file holds each line of a cell on a line of its own, as Jupyter writes it; the
    source of a cell that stands on one line of the file is there as a whole.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        sources = [cell.get("source", "") for cell in json.loads(text)["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    found: list[list[int]] = []
    position, line = 0, 1
    for source in sources:
        parts = source if isinstance(source, list) else [source]
        own: list[int] = []
        start = text.find('"source"', position)
        line += text.count("\n", position, start) if start >= 0 else 0
        position = max(start, position)
        for part in parts:
            start = _find(text, part, position)
            if start < 0:
                return found
            line += text.count("\n", position, start)
            position = start + 1
            own += [line] * max(1, part.count("\n"))
        found.append(own)
    return found


def _find(text: str, part: str, start: int) -> int:
    """Return where a string stands in JSON text, as this or that program writes it."""
    tries = {json.dumps(part, ensure_ascii=False), json.dumps(part)}
    return min((at for t in tries if (at := text.find(t, start)) >= 0), default=-1)
