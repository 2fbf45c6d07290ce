"""The statements of a source text as copies keep them, also of text that is no valid Python."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

NAME, NUMBER, STRING = "v", "0", '"'
_TOKEN = re.compile(
    r"""[ \t\f\r]*(?:\#[^\n]*)?
    ( [^\W\d]\w*(?!["'\w])
    | [][(){},:+@&|^~;](?![=*/>])
    | \n
    | [rbfuRBFU]{0,2}(?:'''[^\\']*(?:(?:\\.|'(?!''))[^\\']*)*(?:'''|\\?\Z)
                       |\"\"\"[^\\"]*(?:(?:\\.|"(?!""))[^\\"]*)*(?:\"\"\"|\\?\Z)
                       |'[^\\'\n]*(?:\\.[^\\'\n]*)*'?
                       |"[^\\"\n]*(?:\\.[^\\"\n]*)*"?)
    | (?:\d|\.\d)(?:[eE][-+]\d|[\w.])*
    | [^\W\d]\w*
    | \*\*=?|//=?|>>=?|<<=?|==|!=|<=|>=|->|:=|[-+*/%@&|^]=|\\\n
    | \S
    )""",
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = frozenset(keyword.kwlist)
_STARTS_ANEW = frozenset("def class import return while with try except elif raise".split())
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_RUNS_CODE = "time|timeit|capture|prun|memit|mprun|lprun"
_TIMED = re.compile(rf"(?m)^[ \t]*%%?(?:{_RUNS_CODE})\b(?:[ \t]+-\w+(?:[ \t]+\d+)?)*")
_TIMED_CELL = re.compile(rf"\s*%%(?:{_RUNS_CODE})\b[^\n]*")
_MAGIC = re.compile(
    r"(?m)^[ \t]*(?:%[A-Za-z_]|% ?matplotlib|!(?!=)|\?).*$|^[ \t]*[A-Za-z_][\w.]*\?+[ \t]*$"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines `first` to `last` hold a statement: its tokens as written, and with names left out.

    Both are lists of tokens of one length, joined by blanks. In `shape`, a name that a copy may
    change is `v`, a string `"`, a number 0; attributes, keywords and called names stay.
    """

    first: int
    last: int
    exact: str
    shape: str


def of_source(source: str) -> Iterator[Statement]:
    """Yield the statements of a cell or module; comments and magics are none."""
    exact: list[str] = []
    shape: list[str] = []
    line = first = last = 1
    depth = 0
    fresh = True  # nothing but blanks stands before on the line
    for token in _TOKEN.findall(_without_magics(source) + "\n"):
        if token == "\\\n":
            line += 1
            continue
        ends = token in "\n;" and depth <= 0
        unclosed = fresh and depth > 0 and token in _STARTS_ANEW
        if exact and (ends or unclosed):
            yield Statement(first, last, " ".join(exact), " ".join(shape))
            exact, shape, depth = [], [], 0
        fresh = token == "\n"
        if fresh:
            line += 1
            continue
        if token == ";":
            continue
        if not exact:
            first = line
        kind = _kind(token)
        if kind == NAME:
            shape.append(token if exact and exact[-1] == "." else NAME)
        elif kind == STRING:
            line += token.count("\n")
            token = _plain(token)
            shape.append(STRING)
        else:
            if token in _OPEN:
                depth += 1
                if token == "(" and shape and shape[-1] == NAME and not _defines(exact):
                    shape[-1] = exact[-1]
            elif token in _CLOSE:
                depth -= 1
                if exact and exact[-1] == ",":
                    exact.pop()
                    shape.pop()
            elif token == "=" and depth > 0 and shape[-1] == NAME and exact[0] != "def":
                shape[-1] = exact[-1]
            shape.append(kind)
        exact.append(token)
        last = line
    if exact:
        yield Statement(first, last, " ".join(exact), " ".join(shape))


def _defines(exact: list[str]) -> bool:
    return len(exact) > 1 and exact[-2] in ("def", "class")


@lru_cache(maxsize=1 << 16)
def _kind(token: str) -> str:
    """Return what stands for a token in the shape."""
    start = token[0]
    if start in "'\"" or token[-1] in "'\"":
        return STRING
    if start.isdigit() or (start == "." and len(token) > 1):
        return NUMBER
    if (start.isalpha() or start == "_") and token not in _KEYWORDS:
        return NAME
    return token


@lru_cache(maxsize=1 << 16)
def _plain(token: str) -> str:
    """Return a string's text as one word, however it was quoted."""
    text = token.lstrip("rbfuRBFU").strip("'\"")
    return '"' + re.sub(r"\s", "\x1f", text)


def _without_magics(source: str) -> str:
    """Return the source with IPython's lines empty; of those that time code, the code stays."""
    if "%" not in source and "!" not in source and "?" not in source:
        return source
    if source.lstrip().startswith("%%"):
        source, timed = _TIMED_CELL.subn("", source, 1)
        if not timed:
            return ""
    return _MAGIC.sub("", _TIMED.sub("", source))
