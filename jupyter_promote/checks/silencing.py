"""What people silence: by a tag on the cell, or by a comment in it.

`# noqa: JP301 why` behind code silences its line; on a line of its own, the whole cell (or file).
A code may be cut short: `JP3` stands for all that begin so. A bare `# noqa` is what other linters
take it for: it silences everything on its line; on a line of its own, nothing of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jupyter_promote.checks.finding import Finding

_COMMENT = re.compile(
    r"^(?P<code>.*?)#\s*noqa\b(?P<codes>\s*:\s*[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)?", re.IGNORECASE
)
_CODE = re.compile(r"[A-Z]+\d+", re.IGNORECASE)
EVERYTHING = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Findings whose codes begin with one of `codes` are not told, on `line` or in all of the cell."""

    codes: tuple[str, ...]
    line: int | None = None

    def covers(self, finding: Finding) -> bool:
        """True where the finding, which is about this cell or file, is silenced."""
        if not finding.code.startswith(self.codes):
            return False
        first = finding.line
        return self.line is None or (
            first is not None and first <= self.line <= (finding.end_line or first)
        )


def of_text(text: str, tags: Iterable[str] = ()) -> tuple[Silence, ...]:
    """Return what the tags of a cell and the comments in its text silence; a file has no tags."""
    return (*_of_tags(tags), *(_of_comments(text) if "noqa" in text.lower() else ()))


def _of_tags(tags: Iterable[str]) -> Iterator[Silence]:
    for tag in tags:
        if tag == "noqa" or tag == "noqa:":
            yield Silence(codes=(EVERYTHING,))
        elif tag.startswith("noqa:"):
            yield Silence(codes=tuple(code.upper() for code in _CODE.findall(tag[5:])) or ("?",))


def _of_comments(text: str) -> Iterator[Silence]:
    for number, line in enumerate(text.split("\n"), 1):
        found = _COMMENT.search(line)
        if found is None:
            continue
        codes = tuple(code.upper() for code in _CODE.findall(found["codes"] or ""))
        alone = not found["code"].strip()
        if codes:
            yield Silence(codes=codes, line=None if alone else number)
        elif not alone:
            yield Silence(codes=(EVERYTHING,), line=number)
