"""Tags and comments of other tools, read as ours and never written: nbdev and Kale.

A cell that has a tag of our own is left to that tag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from jupyter_promote.source.tags import Roles, check_name

# nbdev: `#| export`, with or without a module's name after it, above the code.
DIRECTIVE = re.compile(r"#\s*\|\s*(export[is]?|hide)\b[ \t]*[\w.]*[ \t]*")
PROMOTED_BY_KALE = ("imports", "functions")


def roles(own: Roles, tags: Iterable[str], source: str, *, where: str = "") -> Roles:
    """Return `own`, or where it asks for nothing, what the marks of other tools stand for.

    Raises:
        BadName: a Kale block whose name is no Python name.
    """
    if own.promoted or own.skip or own.parameters or own.test is not None:
        return own
    words = set(_directives(source))
    blocks = [t.partition(":")[2] for t in tags if t.startswith("block:") and t != "block:"]
    if "pipeline-parameters" in tags:
        return replace(own, parameters=True)
    if blocks:
        check_name(blocks[0], where=where, what="Kale's tag 'block:…'")
        return replace(own, promote=unicodedata.normalize("NFKC", blocks[0]))
    if any(t in PROMOTED_BY_KALE for t in tags) or words - {"hide"}:
        return replace(own, promote="")
    return replace(own, skip=True) if words else own


def without_directives(source: str) -> str:
    """Return the source with the comments that we read as tags made empty lines."""
    if not any(_directives(source)):
        return source
    lines = source.split("\n")
    for i, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            break
        lines[i] = "" if DIRECTIVE.fullmatch(line) else line
    plain = "\n".join(lines)
    return source if plain.lstrip().startswith("%%") else plain  # or a comment became a magic


def _directives(source: str) -> Iterable[str]:
    """Yield the words of the directives among the comments on top of the cell."""
    for line in source.split("\n"):
        if line.strip() and not line.startswith("#"):
            return
        found = DIRECTIVE.fullmatch(line)
        if found:
            yield found[1]
