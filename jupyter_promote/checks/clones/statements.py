"""The statements of a source text, as copies keep them: tolerant of what is no valid Python."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

NAME, NUMBER, STRING = "v", "0", '"'
_PREFIX = "[rbfuRBFU]{0,2}"
_TOKEN = re.compile(
    rf"""(?:[ \t\f]|\#[^\n]*)*
    ( [^\W\d]\w*(?!["'\w])
    | [-()\[\]{{}},.:+/@&|^~;](?![=*/>])
    | \n
    | {_PREFIX}(?:'''[^\\']*(?:(?:\\.|'(?!''))[^\\']*)*(?:'''|\Z)
                 |\"\"\"[^\\"]*(?:(?:\\.|"(?!""))[^\\"]*)*(?:\"\"\"|\Z)
                 |'(?:[^\\'\n]|\\.)*'?|"(?:[^\\"\n]|\\.)*"?)
    | (?:\d|\.\d)(?:[eE][-+]|[\w.])*
    | [^\W\d]\w*
    | \*\*=?|//=?|>>=?|<<=?|==|!=|<=|>=|->|:=|[-+*/%@&|^]=|\\\n
    | \S
    )""",
    re.VERBOSE | re.DOTALL,
)
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
_NO_EXPRESSION = frozenset("def class import return while with try except elif raise".split())
_RUNS_CODE = r"%%?(?:time|timeit|capture|prun|memit|mprun|lprun)\b"
_MAGIC = re.compile(r"^[ \t]*(?:[%!?].*|[\w.]+\?+[ \t]*)$", re.MULTILINE)
_TIMED = re.compile(rf"[ \t]*{_RUNS_CODE}(?:[ \t]+-\w+(?:[ \t]+\d+)?)*")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines `first` to `last` hold a statement: its tokens as written, and with names left out.

    Both are token lists of one length, joined by spaces. In `shape`, a name that a copy may change
    is `v`, a string `"`, a number 0; attributes, keywords, called and builtin names are kept.
    """

    first: int
    last: int
    exact: str
    shape: str


def of_source(source: str) -> Iterator[Statement]:
    """Yield the statements of a cell or module; imports, comments and magics are none."""
    if "%" in source or "!" in source or "?" in source:
        source = _without_magics(source)
    exact: list[str] = []
    shape: list[str] = []
    line = first = last = 1
    depth = 0
    before = ""
    for token in _TOKEN.findall(source):
        if token == "\n":
            line += 1
            if depth <= 0 and exact:
                yield from _statement(first, last, exact, shape)
                exact, shape, depth = [], [], 0
            before = token
            continue
        if token == "\\\n":
            line += 1
            continue
        kind = _kind(token)
        if before == "\n" and depth > 0 and token in _NO_EXPRESSION:
            yield from _statement(first, last, exact, shape)
            exact, shape, depth = [], [], 0
        if not exact:
            first = line
        if kind == STRING:
            line += token.count("\n")
            exact.append(_plain(token))
            shape.append(STRING)
        elif kind == NAME:
            exact.append(token)
            shape.append(token if before == "." else NAME)
        elif token == ";":
            before = token
            continue
        else:
            if token in _OPEN:
                depth += 1
                if token == "(" and shape and shape[-1] == NAME and exact[-2:-1] not in _DEFINING:
                    shape[-1] = exact[-1]
            elif token in _CLOSE:
                depth -= 1
                if before == ",":
                    exact.pop()
                    shape.pop()
            elif token == "=" and depth and shape and shape[-1] == NAME and exact[0] != "def":
                shape[-1] = exact[-1]
            exact.append(token)
            shape.append(kind)
        last = line
        before = token
    if exact:
        yield from _statement(first, last, exact, shape)


_DEFINING = (["def"], ["class"])


def _statement(first: int, last: int, exact: list[str], shape: list[str]) -> Iterator[Statement]:
    if exact and exact[0] not in ("import", "from"):
        yield Statement(first, last, " ".join(exact), " ".join(shape))


@lru_cache(maxsize=1 << 16)
def _kind(token: str) -> str:
    """Return what stands for a token in the shape."""
    start = token[0]
    if token[-1] in "'\"" or start in "'\"":
        return STRING
    if start.isdigit() or (start == "." and len(token) > 1):
        return NUMBER
    if (start.isalpha() or start == "_") and token not in _KEPT:
        return NAME
    return token


@lru_cache(maxsize=1 << 16)
def _plain(token: str) -> str:
    """Return a string's text as one word, however it was quoted."""
    text = token.lstrip("rbfuRBFU").strip("'\"")
    return '"' + re.sub(r"\s", "\x1f", text)


def _without_magics(source: str) -> str:
    """Return the source with IPython's lines blank; of those that time code, the code is kept."""
    stripped = source.lstrip()
    if stripped.startswith("%%") and not _TIMED.match(stripped):
        return ""
    lines = source.split("\n")
    return "\n".join(lines)
