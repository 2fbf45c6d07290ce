"""What a function prints, without what differs from run to run, and numbers to a tolerance."""

from __future__ import annotations

import math
import re

_PASSING = (
    (re.compile(r"0x[0-9a-fA-F]{6,}"), "0x…"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "hh:mm:ss"),
    (re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4}\b"), "today"),
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")


def steady(text: str) -> str:
    """Return printed text without addresses in memory, times of day and today's date."""
    for pattern, instead in _PASSING:
        text = pattern.sub(instead, text)
    return text


def assert_prints(printed: str, expected: str, *, rtol: float = 0.0) -> None:
    """Fail unless `printed` is `expected`, but for addresses, times of day and today's date.

    With `rtol`, numbers may differ by that share, and blanks by what their width takes.
    """
    __tracebackhide__ = True
    said, wanted = steady(printed), steady(expected)
    if said == wanted or (rtol and _close(said, wanted, rtol)):
        return
    lines = zip(said.splitlines(), wanted.splitlines(), strict=False)
    first = next(((a, b) for a, b in lines if a != b), (said[-80:], wanted[-80:]))
    raise AssertionError(f"it prints {first[0]!r}, not {first[1]!r}")


def _close(said: str, wanted: str, rtol: float) -> bool:
    words = [" ".join(_NUMBER.sub("#", text).split()) for text in (said, wanted)]
    pairs = zip(_NUMBER.findall(said), _NUMBER.findall(wanted), strict=False)
    return words[0] == words[1] and all(
        math.isclose(float(a), float(b), rel_tol=rtol, abs_tol=rtol) for a, b in pairs
    )
