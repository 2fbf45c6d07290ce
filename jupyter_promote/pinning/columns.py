"""Other values for a column: of a frame, of records, of a list, as plain lists of plain values."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_promote.pinning.hints import Hints


class Missing:
    """Stands in a list for the value that says nothing is there: None, NaN or NaT."""


MISSING = Missing()
MOST_ROWS = 40
_MOST_ALONE = 4
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`before` and `after` go around a column's name to say the fact; `values` are the new ones.

    `rank` is small for what notices most. There may be more values than there were, or fewer.
    """

    rank: int
    values: list[Any]
    before: str = "with"
    after: str = ""

    def fact(self, name: str) -> str:
        """Return the fact about a column of this name."""
        return "_".join(filter(None, (self.before, name, self.after)))


def of_values(values: Sequence[object], hints: Hints) -> Iterator[Edit]:
    """Yield other values for a column; what there is depends on what it holds."""
    plain = list(values)
    present = [each for each in plain if not is_missing(each)]
    if not plain:
        return
    middle = len(plain) // 2
    yield Edit(rank=1, after="missing", values=_put(plain, middle, MISSING))
    if middle:
        yield Edit(rank=3, before="with_the_first", after="missing", values=_put(plain, 0, MISSING))
    yield Edit(rank=4, before="with_every", after="missing", values=[MISSING] * len(plain))
    if not present:
        return
    yield Edit(rank=3, before="with_one", after="throughout", values=[present[0]] * len(plain))
    if kind := _kind(present):
        yield from kind(plain, hints)


def is_missing(value: object) -> bool:
    """Whether a value is None, NaN or NaT."""
    return value is None or value is MISSING or (value != value) is True


def _put(values: list[Any], index: int, value: object) -> list[Any]:
    return [*values[:index], value, *values[index + 1 :]]


def _each(values: list[Any], change: Callable[[Any], Any]) -> list[Any]:
    return [each if is_missing(each) else change(each) for each in values]


_Kind = Callable[[list[Any], Hints], Iterator[Edit]]


def _kind(present: list[Any]) -> _Kind | None:
    kinds: list[tuple[Any, _Kind]] = [
        (bool, _flags),
        ((int, float), _numbers),
        (str, _strings),
        (datetime.date, _dates),
    ]
    for types, edits in kinds:
        if all(isinstance(each, types) for each in present):
            return edits
    return None


def _flags(values: list[Any], hints: Hints) -> Iterator[Edit]:
    yield Edit(rank=2, after="flipped", values=_each(values, lambda each: not each))


def _numbers(values: list[Any], hints: Hints) -> Iterator[Edit]:
    whole = all(is_missing(each) or isinstance(each, int) for each in values)
    limits = hints.limits(whole=whole)[:MOST_ROWS]
    if limits:
        where = _said(limits[1]) if len(limits) == 3 else "the_limits"
        yield Edit(rank=1, after=f"at_{where}", values=_cycled(limits, len(values)))
        # Alone a number is its own sum, mean and share.
        for number in [each for each in hints.numbers if each in limits][:_MOST_ALONE]:
            value = int(number) if whole else number
            yield Edit(rank=3, after=f"at_{_said(number)}_alone", values=[value])
    yield Edit(rank=2, after="negated", values=_each(values, lambda each: -each))
    yield Edit(rank=2, after="0", values=_each(values, lambda each: each * 0))
    middle = len(values) // 2
    largest = max((abs(each) for each in values if not is_missing(each)), default=1)
    if math.isfinite(largest):
        extreme = (largest + 1) * 1000
        yield Edit(rank=3, before="with_an_extreme", values=_put(values, middle, extreme))
    tied = [values[i - i % 2] for i in range(len(values))]
    yield Edit(rank=4, after="tied_in_pairs", values=tied)
    yield Edit(rank=4, after="times_10", values=_each(values, lambda each: each * 10))
    if not whole:
        halves = _each(values, lambda each: each if math.isinf(each) else math.floor(each) + 0.5)
        yield Edit(rank=4, after="halfway", values=halves)


def _cycled(some: Sequence[Any], least: int) -> list[Any]:
    length = max(len(some), min(least, MOST_ROWS))
    return [some[i % len(some)] for i in range(length)]


def _strings(values: list[Any], hints: Hints) -> Iterator[Edit]:
    middle = len(values) // 2
    if hints.words:
        texts = [each if isinstance(each, str) else "" for each in values]
        yield Edit(rank=1, after="from_the_code", values=_with_words(texts, hints.words))
    if hints.marks:
        yield Edit(rank=2, after="marked", values=_marked(values, hints.marks))
    yield Edit(rank=2, before="with_an_empty", values=_put(values, middle, ""))
    yield Edit(rank=2, after="between_blanks", values=_each(values, lambda each: f"  {each} "))
    yield Edit(rank=3, after="in_capitals", values=_each(values, str.upper))
    yield Edit(rank=3, after="in_small_letters", values=_each(values, str.lower))
    yield Edit(rank=3, before="with_an_unknown", values=_put(values, middle, "other"))
    if all(is_missing(each) or _DATE.match(each) for each in values):
        spread = _spread(values, _parsed, lambda each: each.isoformat())
        yield Edit(rank=2, after="spread", values=spread)


def _with_words(texts: list[str], words: Sequence[str]) -> list[str]:
    """Return the words alone, at the start and at the end of the texts, and half of the texts."""
    found: list[str] = []
    for i, word in enumerate(words):
        text = texts[i % len(texts)]
        found += [word, f"{word}{text}", f"{text}{word}", f"{text}{word}{text}"]
    half = texts[: min(len(texts) // 2, MOST_ROWS // 2)]
    return [*half, *found][:MOST_ROWS]


def _marked(values: list[Any], marks: Sequence[str]) -> list[Any]:
    length = max(len(values), min(len(marks), MOST_ROWS))
    texts = [values[i % len(values)] for i in range(length)]
    around = [marks[i % len(marks)] for i in range(length)]
    return [t if is_missing(t) else f"{m}{t}{m}" for t, m in zip(texts, around, strict=True)]


def _dates(values: list[Any], hints: Hints) -> Iterator[Edit]:
    yield Edit(rank=2, after="spread", values=_spread(values, lambda each: each, lambda each: each))
    day = datetime.timedelta(days=1)
    yield Edit(rank=3, after="a_day_later", values=_each(values, lambda each: each + day))


def _parsed(text: str) -> datetime.date | None:
    match = _DATE.match(text)
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _spread(
    values: list[Any], read: Callable[[Any], Any], write: Callable[[Any], Any]
) -> list[Any]:
    """Return dates with gaps nine times as long: months and years without any appear."""
    dates = [None if is_missing(each) else read(each) for each in values]
    present = [each for each in dates if each is not None]
    if not present:
        return values
    first = min(present)
    try:
        moved = [None if d is None else first + (d - first) * 9 for d in dates]
    except OverflowError:
        return values
    return [v if m is None else write(m) for v, m in zip(values, moved, strict=True)]


def _said(number: int | float) -> str:
    """Return a number as part of a name."""
    text = f"{number:g}" if isinstance(number, float) and abs(number) < 1e6 else f"{number:.0f}"
    return text.replace("-", "minus_").replace(".", "_").replace("+", "")


def said(value: object) -> str:
    """Return a plain value as part of a name."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return re.sub(r"\W+", "_", str(value)).strip("_")[:30]
    return _said(value)
