"""From markdown to docstrings: always text, never code."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_promote.promotion.plan import Function, Plan

WIDTH = 79
MAX_READ = 20_000  # characters of markdown
MAX_PROSE = 400  # characters below the summary


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
    bare = plain(text)[:MAX_READ]
    bare = re.sub(r"!\[[^\]\[]*\]\([^()\s]*\)", "", bare)
    bare = re.sub(r"\[([^\]\[]*)\]\([^()\s]*\)", r"\1", bare)
    bare = re.sub(r"<[^<>\n]{0,200}>", "", bare)
    bare = re.sub(r"(?<!\w)(\*\*|__|\*|_)(?=\S)([^*_\n]+?)(?<=\S)\1(?!\w)", r"\2", bare)
    return bare.replace("`", "")


def about(plan: Plan, function: Function) -> list[str]:
    """Return the lines of a function's docstring, from the markdown above its group."""
    paragraphs = _markdown_above(plan, function.group.cells[0])
    heading = function.group.heading or _heading_in(paragraphs)
    words = [markdown_to_text(p).strip() for p in _readable(paragraphs)]
    first = words[0] if words else ""
    summaries = (sentence(first), sentence(heading), sentence(re.split(r"[:–—]", heading)[0]))
    whole = (c for c in summaries if c and not c.endswith("…"))
    summary = next(whole, _named(function))
    lines, room = [summary], MAX_PROSE
    for paragraph in filter(None, [_rest(first, summary), *words[1:]]):
        kept = _cut(paragraph, room)
        if kept:
            lines += ["", *_wrapped(kept)]
        if kept != paragraph:
            break
        room -= len(kept)
    return [*lines, *_parameters(function)]


def _named(function: Function) -> str:
    """Return what the function's name says, with the variable that it names as code."""
    known = {*function.inputs, *function.outputs}
    verb, _, thing = function.name.partition("_")
    if thing in known:
        return f"{verb.capitalize()} `{thing}`."
    return sentence(function.name.replace("_", " "))


def _cut(paragraph: str, room: int) -> str:
    """Return the sentences, or the lines of a list, that fit into so many characters."""
    if len(paragraph) <= room:
        return paragraph
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z(])|\n(?=\s*(?:[-*+]|\d+[.)])\s)", paragraph)
    kept = ""
    for part in parts:
        end = paragraph.index(part, len(kept)) + len(part)
        if end > room:
            break
        kept = paragraph[:end]
    return kept


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


def _readable(paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs of prose, without words that lead to a formula, table or code, or go on from it."""
    after_block = False
    for paragraph, below in zip(paragraphs, [*paragraphs[1:], "#"], strict=False):
        block = not _is_prose(paragraph)
        goes_on = after_block and paragraph[:1].islower()
        before_block = not _is_prose(below) and not below.startswith("#")
        after_block = block
        if not block and not goes_on:
            text = _without_lead(paragraph) if before_block else paragraph
            if text:
                yield text


def _without_lead(paragraph: str) -> str:
    """Return a paragraph without a last sentence that ends in a colon, or in nothing."""
    if paragraph.rstrip().endswith((".", "!", "?")):
        return paragraph
    found = re.match(r"(?s).*[.!?](?=\s+[A-Z])", paragraph)
    return found[0] if found else ""


def _is_prose(paragraph: str) -> bool:
    """False for headings, tables, code, formulas, images, labels and tables of contents."""
    text = paragraph.lstrip()
    if text.startswith(("#", "|", "```", "$$", "\\", "<", "![", ":::", "---")) or re.fullmatch(
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
    """Return what a paragraph says beside the summary: all of it where that says something else."""
    words = " ".join(first.split())
    start = summary.rstrip(".")
    if words.lower().startswith(start.lower()):
        return words[len(start) :].lstrip(".!?: ").strip()
    return first


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
    """Return the paragraphs of the markdown cells directly above a cell, from the last heading on."""
    found: list[str] = []
    for cell in reversed(plan.notebook.cells[:first]):
        if cell.kind != "markdown":
            break
        found = [cell.source, *found]
    text = re.sub(r"(?ms)^ {0,3}```.*?^ {0,3}```", "```", "\n\n".join(found)[-MAX_READ:])
    text = re.sub(r"(?m)^(#{1,6} .*)$", r"\n\1\n", text)
    text = re.sub(r"(\$\$[^$]*\$\$|\\begin\{(\w+\*?)\}(?s:.*?)\\end\{\2\})", r"\n\n\1\n\n", text)
    blocks = [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    last = max((i for i, p in enumerate(blocks) if p.startswith("#")), default=0)
    return blocks[last:]


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
