"""Characters that a reader can't see, or would take for others."""

from __future__ import annotations

import re
import unicodedata

from jupyter_promote.quoting import terminal

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
STEERING = frozenset("\x07\x08\x1b\x9b")


def doubts(source: str) -> list[str]:
    """Return what a reviewer should know about the characters of a cell, one sentence each."""
    if source.isascii() and not STEERING & set(source):
        return []
    found = []
    present = set(source)
    if present & BIDI:
        found.append("characters turn the direction of writing: the code may read unlike it runs")
    if present & INVISIBLE:
        found.append("the code holds invisible characters")
    if present & STEERING:
        found.append("the code holds characters that steer a terminal")
    names = sorted(n for n in set(re.findall(r"[^\W\d]\w*", source)) if not n.isascii())
    found += [
        f"{n!r} is the same name as {unicodedata.normalize('NFKC', n)!r}"
        for n in names
        if _folds(n)
    ]
    found += [f"the name {n!r} mixes alphabets" for n in names if len(_scripts(n)) > 1]
    return found


def _folds(name: str) -> bool:
    return unicodedata.normalize("NFKC", name) != unicodedata.normalize("NFC", name)


def _scripts(name: str) -> set[str]:
    """Return the alphabets of a name's letters, as their Unicode names begin."""
    letters = (c for c in name if c.isalpha())
    return {unicodedata.name(c, "?").split()[0] for c in letters} & {"LATIN", "CYRILLIC"}


def printable(text: str) -> str:
    """Return `text` without characters that could steer a terminal or hide in a line."""
    return terminal(text)
