"""What a finding is known by when lines and cells have moved: its rule, file, and line of text."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jupyter_promote.checking.cache import digest_of
from jupyter_promote.checks.finding import Finding
from jupyter_promote.errors import PromoteError


class Fingerprints:
    """Fingerprints of findings; each file is read once."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def of(self, finding: Finding, path: str) -> str:
        """Return the fingerprint of a finding about the file that is called `path`.

        It stands for the text of the line, of the cell where the finding names no line, else for
        the message.
        """
        text = self._text(finding)
        about = finding.message if text is None else " ".join(text.split())
        return digest_of(finding.code, path, about).hex()

    def _text(self, finding: Finding) -> str | None:
        if finding.cell is None and finding.line is None:
            return None
        if finding.path not in self._files:
            self._files[finding.path] = _texts(finding.path, cells=finding.cell is not None)
        parts = self._files[finding.path]
        if finding.cell is None:
            whole = parts[0] if parts else ""
        elif finding.cell < len(parts):
            whole = parts[finding.cell]
        else:
            return None
        lines = whole.split("\n")
        if finding.line is None:
            return whole
        return lines[finding.line - 1] if finding.line <= len(lines) else whole


def _texts(path: str, *, cells: bool) -> list[str]:
    """Return the sources of a notebook's cells, or the text of a module as a whole."""
    try:
        if not cells:
            return [Path(path).read_text(encoding="utf-8-sig")]
        if not path.endswith(".ipynb"):
            return _of_text_notebook(path)
        found = msgspec.json.decode(Path(path).read_bytes())["cells"]
        sources = (cell.get("source", "") for cell in found)
        return ["".join(s) if isinstance(s, list) else str(s) for s in sources]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _of_text_notebook(path: str) -> list[str]:
    from jupyter_promote.source import notebook

    try:
        return [cell.source for cell in notebook.read(Path(path)).cells]
    except PromoteError:
        return []
