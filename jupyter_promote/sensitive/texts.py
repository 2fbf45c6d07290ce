"""Secrets in texts: found by their forms, or by the names that they are given in the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_promote.sensitive import forms, values
from jupyter_promote.sensitive.forms import Found
from jupyter_promote.sensitive.names import Degree, degree

MASK = "***"
_SHORTEST = 4  # characters of a text in which anything could be secret
_SHORTEST_NAMED = 6  # characters of a value that is no word, see `values.written`

# `password = 'x'`, `"api_key": "x"`, `Pwd=x;`, `&token=x`: what a name ends in, the rest of the
# name (in a look-ahead, so that it is not read again), a sign, and the value.
_NAMED = re.compile(
    r"(?:pass|pwd|secret|token|key|credential|jwt)(?=(?P<rest>[\w-]{0,40}))(?P=rest)"
    r"[\\\"'`\]]{0,4}[ \t]{0,3}(?:=>|:=|==|=|:)[ \t]{0,3}"
    r"(?:\\?[\"'`](?P<quoted>[^\"'`\\\n]{4,400})|(?P<bare>[^\s\"'`\\,;&<>(){}\[\]]{4,400}))"
)
_CODE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_WIDEST = 40  # characters of a name before the word that says secret
# `--password x`, `curl -u user:x`
_OPTION = re.compile(
    r"(?<![\w-])--(?=(?P<name>[a-z][\w-]{0,40}))(?P=name)[ \t]{1,3}"
    r"[\"']?(?P<value>[^\s\"'`\\;|&<>]{4,400})"
)
_USER = re.compile(
    r"(?<![\w-])(?:-u|--user)[ \t=]{0,3}[\"']?[^\s:\"'/]{1,60}:(?P<value>[^\s\"'`\\;|&<>]{3,400})"
)
# A list of settings such as `Server=db;Uid=app;Pwd=x`: there a value is nothing but the value.
_SETTINGS = re.compile(r"(?i)[;&?](?:\s?[\w .-]{1,40}=)|^[\w .-]{1,40}=[^;\s]{0,200};")


def find(text: str) -> list[Found]:
    """Return what a text holds that looks secret, in order; where parts overlap, they are one."""
    if len(text) < _SHORTEST:
        return []
    parts = sorted((*forms.find(text), *named(text)), key=lambda one: (one.start, -one.end))
    whole: list[Found] = []
    for one in parts:
        if whole and one.start < whole[-1].end:
            last = whole.pop()
            one = Found(what=last.what, start=last.start, end=max(last.end, one.end))
        whole.append(one)
    return whole


def holds(text: str) -> bool:
    """True where a text holds something that looks secret."""
    return bool(find(text))


def masked(text: str, mask: str = MASK) -> str:
    """Return a text without what looks secret in it."""
    pieces, end = [], 0
    for one in find(text):
        pieces += [text[end : one.start], mask]
        end = one.end
    return "".join([*pieces, text[end:]]) if pieces else text


def shown(name: str, value: str) -> str:
    """Return a value that is called `name` as it may be shown: in a message, in a report."""
    return MASK if values.told(name, value) else masked(value)


def named(text: str) -> Iterator[Found]:
    """Yield the values that a text itself gives to names that say secret."""
    lowered = _lowered(text)
    if "=" in text or ":" in text:
        settings = bool(_SETTINGS.search(text))
        for match in _NAMED.finditer(lowered):
            group = match.lastgroup or "bare"
            start, end = match.span(group)
            if end - start < _SHORTEST_NAMED and not settings:
                continue
            name = _name(text, match.start(), match.end("rest"))
            code = group == "bare" and _is_code(text, start, end)
            if not code and _is_secret(name, text[start:end], settings=settings):
                yield Found(what=f"the value of {name!r}", start=start, end=end)
    if " -" in text:
        yield from _options(text, lowered)


def _options(text: str, lowered: str) -> Iterator[Found]:
    for match in _OPTION.finditer(lowered):
        value = text[match.start("value") : match.end("value")]
        if values.written(match["name"], value):
            yield Found(
                what=f"the value of --{match['name']}", start=match.start("value"), end=match.end()
            )
    for match in _USER.finditer(text):
        if not values.is_placeholder(match["value"]):
            yield Found(what="a password", start=match.start("value"), end=match.end())


def _name(text: str, start: int, end: int) -> str:
    """Return the name that ends at `end`, with what stands before `start` of it."""
    first = max(0, start - _WIDEST)
    while start > first and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    return text[start:end]


def _is_code(text: str, start: int, end: int) -> bool:
    """True for a value without quotes that is read or called, e.g. `os.environ[...]`."""
    return text[end : end + 1] in {"(", "[", "{"} or _CODE.fullmatch(text, start, end) is not None


def _is_secret(name: str, value: str, *, settings: bool) -> bool:
    if settings and degree(name) is Degree.SURELY:
        return not values.is_stand_in(value) and values.told(name, value)
    return values.written(name, value)


def _lowered(text: str) -> str:
    """Return the text in lower case; each letter stays where it is."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate(_LOWER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
