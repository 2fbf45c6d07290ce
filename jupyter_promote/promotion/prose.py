"""From markdown to docstrings: always text, never code."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_promote.promotion.plan import Function, Plan

WIDTH = 79
MAX_PROSE = 500


def plain(text: str) -> str:
    """Return `text` without control, bidirectional or other invisible characters."""
    kept = (
        (
            c
            if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
            else " "
        )
        for c in text
    )
    return "".join(kept)


def sentence(text: str) -> str:
    """Return `text` as one sentence for a summary line: a capital first, a full stop last.

    "" where it holds no word.
    """
    bare = re.sub(r'"{2,}', "", markdown_to_text(text))
    words = re.sub(r"^\d+(\.\d+)*[.)]\s+", "", " ".join(bare.split()))
    match = re.match(r"(.+?[.!?])(?=\s+[A-Z0-9(]|$)", words)
    found = (match[1] if match else words).strip()
    if len(found) > WIDTH - 8:
        found = textwrap.shorten(found, WIDTH - 8, placeholder="…")
    if not re.search(r"\w", found):
        return ""
    found = found[0].upper() + found[1:]
    return found if found[-1] in ".!?…" else found.rstrip(":;,") + "."


def markdown_to_text(text: str) -> str:
    """Return markdown prose without its marks: emphasis, links, images, code fences, HTML tags."""
    bare = plain(text)[:20_000]
    bare = re.sub(r"!\[[^\]\[]*\]\([^()\s]*\)", "", bare)
    bare = re.sub(r"\[([^\]\[]*)\]\([^()\s]*\)", r"\1", bare)
    bare = re.sub(r"<[^<>\n]{0,200}>", "", bare)
    bare = re.sub(r"(?<!\w)(\*\*|__|\*|_)(?=\S)([^*_\n]+?)(?<=\S)\1(?!\w)", r"\2", bare)
    return bare.replace("`", "")


def about(plan: Plan, function: Function) -> list[str]:
    """Return the lines of a function's docstring, from the markdown above its group."""
    paragraphs = _markdown_above(plan, function.group.cells[0])
    heading = function.group.heading or _heading_in(paragraphs)
    words = [p for p in paragraphs if _is_prose(p)]
    first = words[0] if words else ""
    candidates = (sentence(first), sentence(heading), sentence(function.name.replace("_", " ")))
    whole = (c for c in candidates if c and not c.endswith("…"))
    summary = next(whole, candidates[2])
    rest = _rest(first, summary)
    paragraphs = [rest] if rest else []
    more = [p for p in paragraphs + [markdown_to_text(w).strip() for w in words[1:]] if p]
    lines = [summary]
    for paragraph in more:
        if sum(map(len, lines)) > MAX_PROSE:
            break
        lines += ["", *_wrapped(paragraph)]
    return [*lines, *_parameters(function)]


def _parameters(function: Function) -> list[str]:
    """Return the numpydoc section of the parameters whose meaning the notebook tells."""
    told = [p for p in function.parameters if p.help]
    if not told:
        return []
    lines = ["", "Parameters", "----------"]
    for one in told:
        lines.append(f"{one.name} : {one.annotation}" if one.annotation else one.name)
        lines += [f"    {line}" for line in textwrap.wrap(sentence(one.help), WIDTH - 12)]
    return lines


def _is_prose(paragraph: str) -> bool:
    """False for headings, tables, code, formulas, images, labels and tables of contents."""
    text = paragraph.lstrip()
    if text.startswith(("#", "|", "```", "$$", "<", "![", ":::", "---")) or re.fullmatch(
        r"\([\w:-]+\)=", text
    ):
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    return not all(re.match(r"\s*([-*+]|\d+[.)])\s+\[[^\]]*\]\(#", line) for line in lines)


def _wrapped(paragraph: str) -> list[str]:
    if re.search(r"(?m)^\s*([-*+]|\d+[.)])\s", paragraph):
        return [
            w
            for line in paragraph.split("\n")
            for w in textwrap.wrap(line, WIDTH - 8, subsequent_indent="  ")
        ]
    return textwrap.wrap(" ".join(paragraph.split()), WIDTH - 8, break_long_words=False)


def _rest(first: str, summary: str) -> str:
    words = " ".join(markdown_to_text(first).split())
    start = summary.rstrip(".…")
    if summary.endswith("…"):
        return words
    return (
        words[len(start) :].lstrip(".!?: ").strip()
        if words.lower().startswith(start.lower())
        else ""
    )


def _heading_in(paragraphs: Sequence[str]) -> str:
    return next(
        (
            re.sub(r"^[#\s]+", "", p).split("\n")[0]
            for p in reversed(paragraphs)
            if p.lstrip().startswith("#")
        ),
        "",
    )


def _markdown_above(plan: Plan, first: int) -> list[str]:
    """Return the paragraphs of the markdown cells directly above the cell at `first`."""
    found: list[str] = []
    for cell in reversed(plan.notebook.cells[:first]):
        if cell.kind != "markdown":
            break
        found = [cell.source, *found]
    text = "\n\n".join(found)
    text = re.sub(r"(?m)^(#{1,6} .*)$", r"\n\1\n", text)
    return [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]


def docstring(lines: Sequence[str], *, indent: int) -> str:
    """Return a docstring literal of `lines`; whatever they hold, it stays text."""
    pad = " " * indent
    bare = [plain(line).rstrip() for line in lines]
    while bare and not bare[-1]:
        bare.pop()
    if bare and (bare[0].startswith('"') or len(bare) == 1 and bare[0].endswith('"')):
        bare[0] = bare[0].replace('"', "'")  # else four quotes stand in a row
    safe = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in bare]
    if len(safe) <= 1:
        return f'{pad}"""{safe[0] if safe else ""}"""'
    body = "\n".join(f"{pad}{line}" if line else "" for line in safe[1:])
    return f'{pad}"""{safe[0]}\n{body}\n{pad}"""'
