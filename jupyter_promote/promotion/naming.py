"""Names that we make: from headings and file names to identifiers that clash with nothing."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
import unicodedata
from collections.abc import Set as AbstractSet

MAX_LENGTH = 40


def identifier(text: str, *, fallback: str) -> str:
    """Return `text` as a lower-case identifier; `fallback` where no letter is left."""
    plain = unicodedata.normalize("NFKC", text).lower()
    words = re.sub(r"[^\w]+", "_", plain, flags=re.UNICODE).strip("_")
    cut = words[:MAX_LENGTH]
    if len(words) > MAX_LENGTH and "_" in cut:
        cut = cut.rsplit("_", 1)[0]
    name = re.sub(r"_+", "_", cut).strip("_")
    if not name or not name.isidentifier():
        name = (
            f"{fallback}_{name}".strip("_")
            if name and f"{fallback}_{name}".isidentifier()
            else fallback
        )
    return name


def free(name: str, taken: AbstractSet[str], *, suffix: str = "step") -> str:
    """Return `name`, suffixed where it is a keyword, a builtin or taken already."""
    if not reserved(name) and name not in taken:
        return name
    candidate = f"{name}_{suffix}"
    number = 2
    while candidate in taken or reserved(candidate):
        candidate = f"{name}_{suffix}_{number}"
        number += 1
    return candidate


def reserved(name: str) -> bool:
    """True for keywords (soft ones too) and builtins."""
    return keyword.iskeyword(name) or name in keyword.softkwlist or hasattr(builtins, name)


def is_standard_module(name: str) -> bool:
    """True for a top-level module of the standard library."""
    return name in sys.stdlib_module_names


def heading(markdown: str) -> str:
    """Return the text of the last heading in a markdown cell, "" where there is none."""
    found = ""
    fenced = False
    lines = markdown.split("\n")[:2000]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        match = None if fenced else re.match(r" {0,3}#{1,6}[ \t]+(\S.{0,300})", line)
        if match:
            found = match[1].rstrip("# \t")
        elif (
            line.strip()
            and not fenced
            and re.fullmatch(r" {0,3}(=+|-{3,})\s*", below)
            and not line.lstrip().startswith(("#", "-", "|"))
        ):
            found = line.strip()[:300]
    return re.sub(r"[*_`]{1,3}([^*_`]+)[*_`]{1,3}", r"\1", found)
