"""Derived calls: arguments a little other than the recorded ones, each with the fact that differs.

What is tried follows what breaks in practice: nothing there, one row, something missing, another
order, repetition, other signs and sizes, and the numbers and strings that the code itself names.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from jupyter_promote.pinning import frames, hints, scalars
from jupyter_promote.pinning.columns import MOST_ROWS
from jupyter_promote.pinning.frames import Draft
from jupyter_promote.pinning.hints import Hints
from jupyter_promote.testing.foreign import attempted

_LONGEST_FACT = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The recorded call, but `fact`, a part of a test's name, is true of its `arguments`.

    What the fact does not concern is the same object as in the recorded call.
    """

    fact: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """These arguments are given by `drafts`; those in `left_out` not at all."""

    rank: int
    fact: str
    drafts: Mapping[str, Draft]
    left_out: tuple[str, ...] = ()


def of_call(
    arguments: Mapping[str, object],
    function: ast.FunctionDef | ast.AsyncFunctionDef | None,
    *,
    most: int = 150,
) -> Iterator[Variant]:
    """Yield at most `most` other calls, the most promising first; the recorded values stay.

    Arguments are by parameter name, `*name` is a tuple and `**name` a dict.
    """
    known = hints.of_function(function, _columns(arguments), _numbers(arguments))
    changes = sorted(_changes(arguments, known), key=lambda change: change.rank)
    names: set[str] = set()
    for change in changes:
        if len(names) >= most:
            return
        others = {name: each for name, each in arguments.items() if name not in change.left_out}
        # A value that cannot be built is no variant: a dtype that takes no such value.
        with contextlib.suppress(Exception):
            others.update({name: draft.build() for name, draft in change.drafts.items()})
            fact = _free(_identifier(change.fact), names)
            names.add(fact)
            yield Variant(fact=fact, arguments=others)


def _columns(arguments: Mapping[str, object]) -> list[str]:
    """Return the names of columns and of records' keys among the arguments."""
    found: list[object] = []
    for value in arguments.values():
        if frames.is_frame(value):
            found += list(value.columns)  # type: ignore[attr-defined]
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], dict):
            found += list(value[0])
        elif isinstance(value, dict):
            found += list(value)
    return [each for each in dict.fromkeys(found) if isinstance(each, str)]


def _numbers(arguments: Mapping[str, object]) -> list[int | float]:
    """Return the numbers that the call gives: limits of its tables, as those of the code."""
    values = arguments.values()
    return [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]


def _changes(arguments: Mapping[str, object], known: Hints) -> Iterator[_Change]:
    yield from _left_out(arguments, known)
    yield from _of_rows(arguments)
    single: dict[str, list[Draft]] = {}
    for key, value in {**_unpassed(arguments, known), **arguments}.items():
        # Two tables of a length belong together: one of them longer than the other says little.
        tied = len(_group(arguments, key)) > 1
        drafts = list(scalars.of_value(key.lstrip("*"), value, known))
        if tied:
            drafts = [draft for draft in drafts if _keeps_length(draft, value)]
        for draft in drafts:
            others = _others_shortened(arguments, key)
            yield _Change(rank=draft.rank, fact=draft.fact, drafts={**others, key: draft})
        if frames.is_plain(value):
            single[key] = drafts[:3]
    yield from _pairs(single)


def _unpassed(arguments: Mapping[str, object], known: Hints) -> dict[str, object]:
    """Return the parameters that the call leaves to their defaults."""
    return {name: value for name, value in known.defaults.items() if name not in arguments}


def _left_out(arguments: Mapping[str, object], known: Hints) -> Iterator[_Change]:
    named = [name for name in arguments if name in known.defaults]
    if len(named) > 1:
        yield _Change(rank=0, fact="with_defaults", drafts={}, left_out=tuple(named))
    for name in named:
        yield _Change(rank=0, fact=f"without_{name}", drafts={}, left_out=(name,))


def _pairs(single: Mapping[str, list[Draft]]) -> Iterator[_Change]:
    """Two plain parameters at once: one of them often hides what the other does."""
    for (one, some), (other, more) in itertools.combinations(single.items(), 2):
        for a, b in itertools.product(some, more):
            fact = f"{a.fact}_and_{b.fact.removeprefix('with_')}"
            yield _Change(rank=5, fact=fact, drafts={one: a, other: b})


def _group(arguments: Mapping[str, object], key: str) -> list[str]:
    """Return the tables with as many rows as this argument has, itself included."""
    rows = frames.length(arguments.get(key))
    if not rows:
        return []
    return [name for name, value in arguments.items() if frames.length(value) == rows]


def _others_shortened(arguments: Mapping[str, object], key: str) -> dict[str, Draft]:
    """Return the tables that lose rows where the one of `key` is shortened."""
    if (frames.length(arguments.get(key)) or 0) <= MOST_ROWS:
        return {}
    return {
        name: Draft(rank=0, fact="", build=partial(frames.short, arguments[name]))
        for name in _group(arguments, key)
        if name != key
    }


def _keeps_length(draft: Draft, value: object) -> bool:
    return attempted(
        lambda: frames.length(draft.build()) == frames.length(frames.short(value)),
        otherwise=False,
    )


def _of_rows(arguments: Mapping[str, object]) -> Iterator[_Change]:
    """Fewer, repeated and reordered rows; those of tables with equal length together."""
    groups = list(dict.fromkeys(tuple(_group(arguments, name)) for name in arguments))
    tables = [group for group in groups if group]
    for group in tables:
        first = arguments[group[0]]
        flat = all(
            not frames.is_frame(arguments[n]) and not _is_matrix(arguments[n]) for n in group
        )
        noun = "item" if flat else "row"
        suffix = f"_in_{group[0].lstrip('*')}" if len(tables) > 1 else ""
        for rank, fact, rows in frames.row_edits(frames.length(first) or 0):
            drafts = {name: _taken(arguments[name], rows) for name in group}
            told = _fact_of_rows(fact, noun, first)
            yield _Change(rank=rank, fact=told + suffix, drafts=drafts)


def _fact_of_rows(fact: str, noun: str, first: object) -> str:
    if fact == "without_{}s" and isinstance(first, list):
        return "with_an_empty_list"
    return fact.format(noun)


def _is_matrix(value: object) -> bool:
    return frames.is_array(value) and getattr(value, "ndim", 1) > 1


def _taken(value: Any, rows: list[int]) -> Draft:
    return Draft(rank=0, fact="", build=partial(frames.take, value, rows))


def _identifier(fact: str) -> str:
    return re.sub(r"\W+", "_", fact).strip("_")[:_LONGEST_FACT].rstrip("_")


def _free(fact: str, names: set[str]) -> str:
    """Return the fact, with a number where it is another one's name."""
    numbered = (f"{fact}_{n}" for n in itertools.count(2))
    return next(each for each in itertools.chain([fact], numbered) if each not in names)
