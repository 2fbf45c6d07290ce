"""Other values for plain values and for the containers of them."""

from __future__ import annotations

import calendar
import copy
import datetime
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from jupyter_promote.pinning import columns, frames
from jupyter_promote.pinning.columns import MISSING, said
from jupyter_promote.pinning.frames import Draft
from jupyter_promote.pinning.hints import Hints

_DEEPEST = 2
_MOST_KEYS = 10


def of_value(name: str, value: Any, hints: Hints, depth: int = 0) -> Iterator[Draft]:
    """Yield other values for an argument, whatever it is; nothing for what is not known."""
    if frames.is_plain(value):
        yield from _of_plain(name, value, hints)
    elif frames.is_frame(value) or frames.is_series(value) or frames.is_array(value):
        yield from frames.drafts(name, value, hints)
    elif type(value) in (list, tuple):
        yield from _of_sequence(name, value, hints, depth)
    elif type(value) in (set, frozenset):
        yield from _of_set(name, value)
    elif isinstance(value, dict):
        yield from _of_dict(name, value, hints, depth)


def near(value: object, step: int = 1) -> object:
    """Return a number or truth value that is not far from `value`; None for what has no such."""
    match value:
        case bool():
            return not value
        case int():
            return value + 2 * step  # an odd width stays odd
        case float():
            return round(value * (1 - 0.1 * step), 12) if value else 0.1 * step
    return None


def _same(value: object) -> object:
    return value


def _of_plain(name: str, value: Any, hints: Hints) -> Iterator[Draft]:
    seen: list[tuple[type, object]] = [(type(value), value)]
    for rank, other in _others(value, hints):
        if (type(other), other) in seen:
            continue
        seen.append((type(other), other))
        yield Draft(rank=rank, fact=f"with_{name}_{_told(other)}", build=partial(_same, other))


def _told(value: object) -> str:
    if isinstance(value, str) and not said(value):
        return "blank" if value.strip() == "" else "marked"
    return said(value)


def _others(value: Any, hints: Hints) -> Iterator[tuple[int, Any]]:
    match value:
        case bool():
            yield 1, not value
        case int():
            yield from _ranked([0, 1, value + 1, value - 1, value * 2, -value])
            yield from ((3, each) for each in hints.limits(whole=True))
            yield 4, None
        case float():
            near = [0.0, 1.0, value / 2, value * 2, -value, value + 1]
            yield from _ranked(near)
            yield from ((3, each) for each in hints.limits(whole=False))
            yield from ((4, each) for each in (None, float("nan")))
        case str():
            yield from _other_strings(value, hints)
        case None:
            yield from ((3, each) for each in (0, 1, True))
            yield from ((3, each) for each in (*hints.words, *hints.columns))
        case datetime.date():
            yield from _other_dates(value)


def _ranked(values: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    yield from ((1 if i < 4 else 2, each) for i, each in enumerate(values))


def _other_strings(value: str, hints: Hints) -> Iterator[tuple[int, str]]:
    if value in hints.columns:
        yield from ((1, each) for each in hints.columns)
    yield from ((2, each) for each in hints.words)
    yield 2, ""
    yield 2, f"  {value} "
    yield from ((3, f"{mark}{value}{mark}") for mark in hints.marks)
    yield from ((3, each) for each in (value.upper(), value.lower(), value.title()))
    yield from ((3, f"{value} {word} {value}") for word in hints.words)
    lines = value.splitlines()
    if len(lines) > 1:
        yield 3, lines[0]
        yield 3, "\n".join(lines[::-1])


def _other_dates(value: Any) -> Iterator[tuple[int, Any]]:
    day = datetime.timedelta(days=1)
    yield 1, value + day
    yield 1, value - day
    yield 2, value.replace(day=calendar.monthrange(value.year, value.month)[1])
    yield 2, value.replace(month=12, day=31)
    yield 2, value.replace(month=1, day=1)
    yield 3, value.replace(year=2024, month=2, day=29)
    yield 4, None


def _of_sequence(name: str, value: Any, hints: Hints, depth: int) -> Iterator[Draft]:
    """Lists of plain values and of records are columns; of others, the first item varies."""
    if depth:
        for rank, fact, rows in frames.row_edits(len(value)):
            said_ = f"{fact.format('item')}_in_{name}"
            yield Draft(rank=rank + 1, fact=said_, build=partial(frames.take, value, rows))
    if not value:
        return
    if all(frames.is_plain(each) for each in value):
        for edit in columns.of_values(_short(value), hints):
            build = partial(_sequence_of, type(value), edit.values)
            yield Draft(rank=edit.rank, fact=edit.fact(name), build=build)
    elif all(isinstance(each, dict) for each in value):
        yield from _of_records(name, value, hints)
    elif depth < _DEEPEST:
        for draft in of_value(f"the_first_of_{name}", value[0], hints, depth + 1):
            build = partial(_with_item, value, 0, draft)
            yield Draft(rank=draft.rank + 1, fact=draft.fact, build=build)


def _short(value: Any) -> list[Any]:
    return [MISSING if columns.is_missing(each) else each for each in frames.short(value)]


def _sequence_of(kind: type, values: Sequence[Any]) -> Any:
    return kind(None if each is MISSING else each for each in values)


def _with_item(value: Any, index: int, draft: Draft) -> Any:
    others = list(value)
    others[index] = draft.build()
    return type(value)(others)


def _of_records(name: str, records: Any, hints: Hints) -> Iterator[Draft]:
    """Dictionaries in a list: each key is a column."""
    some = frames.short(records)
    keys = list(dict.fromkeys(key for each in some for key in each))[:_MOST_KEYS]
    for key in keys:
        values = [each.get(key) for each in some]
        if all(frames.is_plain(each) for each in values):
            plain = [MISSING if columns.is_missing(each) else each for each in values]
            for edit in columns.of_values(plain, hints):
                build = partial(_records_with, some, key, edit.values)
                yield Draft(rank=edit.rank, fact=edit.fact(said(key)), build=build)
        fact = f"without_{said(key)}_in_one_of_{name}"
        yield Draft(rank=3, fact=fact, build=partial(_records_without, some, key))


def _records_with(records: Any, key: object, values: Sequence[Any]) -> Any:
    changed = []
    for i, value in enumerate(values):
        plain = None if value is MISSING else value
        changed.append({**copy.deepcopy(records[i % len(records)]), key: plain})
    return type(records)(changed)


def _records_without(records: Any, key: object) -> Any:
    others = copy.deepcopy(list(records))
    others[len(others) // 2].pop(key, None)
    return type(records)(others)


def _of_set(name: str, value: Any) -> Iterator[Draft]:
    if not value:
        return
    kind: type = type(value)
    first = min(value, key=repr)
    yield Draft(rank=0, fact=f"with_an_empty_set_{name}", build=kind)
    yield Draft(rank=2, fact=f"with_one_of_{name}", build=partial(kind, [first]))
    yield Draft(rank=2, fact=f"without_one_of_{name}", build=partial(kind, value - {first}))


def _of_dict(name: str, value: Mapping[Any, Any], hints: Hints, depth: int) -> Iterator[Draft]:
    if not value:
        return
    yield Draft(rank=0, fact=f"with_an_empty_dict_{name}", build=dict)
    for key in list(value)[:_MOST_KEYS]:
        fact = f"without_the_key_{said(key)}"
        rest = {each: copy.deepcopy(value[each]) for each in value if each != key}
        yield Draft(rank=2, fact=fact, build=partial(dict, rest))
        if depth >= _DEEPEST:
            continue
        for draft in of_value(said(key), value[key], hints, depth + 1):
            build = partial(_with_key, value, key, draft)
            yield Draft(rank=draft.rank + 1, fact=draft.fact, build=build)


def _with_key(value: Mapping[Any, Any], key: object, draft: Draft) -> dict[Any, Any]:
    return {**copy.deepcopy(dict(value)), key: draft.build()}
