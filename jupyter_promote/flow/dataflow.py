"""What flows between pieces of a notebook: who needs whose names, and what is still held."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from jupyter_promote.flow import awaiting, bindings, effects, looks
from jupyter_promote.flow.bindings import BUILTINS, Bindings
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.strings import dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Statements that run as one in the thin notebook: a cell that stays, or a group's call.

    `group` is the group's name, None for a cell that stays; `extra_reads` are read right after it
    (displays that the thin notebook keeps).
    """

    position: int
    group: str | None
    statements: tuple[ast.stmt, ...] = field(repr=False)
    names: Bindings = field(repr=False)
    extra_reads: frozenset[str] = frozenset()

    @property
    def reads(self) -> frozenset[str]:
        """Names read before they are certainly bound here, deferred reads included."""
        return frozenset(self.names.reads)

    @property
    def certainly_binds(self) -> frozenset[str]:
        """Names bound on every path through the unit."""
        return self.names.bound


class Names(AbstractSet[str]):
    """Names of which something holds at one place; they are listed only where somebody asks."""

    __slots__ = ("_holds", "_among")

    def __init__(self, holds: Callable[[str], bool], among: Callable[[], Iterable[str]]) -> None:
        self._holds, self._among = holds, among

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._holds(name)

    def __iter__(self) -> Iterator[str]:
        return (n for n in dict.fromkeys(self._among()) if self._holds(n))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __or__(self, other: AbstractSet[Any]) -> Names:
        return Names(lambda n: n in self or n in other, lambda: (*self._among(), *other))

    def __sub__(self, other: AbstractSet[Any]) -> Names:
        return Names(lambda n: n in self and n not in other, self._among)

    __ror__ = __or__

    @classmethod
    def _from_iterable(cls, names: Iterable[Any]) -> frozenset[Any]:
        return frozenset(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is bound when a unit begins: certainly, and on some path."""

    certain: AbstractSet[str]
    possible: AbstractSet[str]


class _Changes:
    """When something became true or false of each name; a set for each unit would grow too large."""

    def __init__(self) -> None:
        self._places: dict[str, list[int]] = {}
        self._values: dict[str, list[bool]] = {}

    def note(self, place: int, names: Iterable[str], value: bool) -> None:
        """Say that from `place` on, which never decreases, `value` is true of the names."""
        for name in names:
            self._places.setdefault(name, []).append(place)
            self._values.setdefault(name, []).append(value)

    def last(self, place: int) -> Names:
        """Return the names of which the last change at or before `place` is to true."""

        def holds(name: str) -> bool:
            found = bisect_right(self._places.get(name, ()), place)
            return found > 0 and self._values[name][found - 1]

        return Names(holds, lambda: self._places)

    def next(self, place: int) -> Names:
        """Return the names of which the first change at or after `place` is to true."""

        def holds(name: str) -> bool:
            places = self._places.get(name, ())
            found = bisect_left(places, place)
            return found < len(places) and self._values[name][found]

        return Names(holds, lambda: self._places)


def unit(position: int, group: str | None, statements: Sequence[ast.stmt], *, lazy: bool) -> Unit:
    """Return the unit of `statements`."""
    names = bindings.of_code(statements, lazy_annotations=lazy)
    return Unit(position=position, group=group, statements=tuple(statements), names=names)


def bound_before(units: Sequence[Unit]) -> list[Before]:
    """Return, for each unit in order, what earlier units have bound."""
    certain, possible = _Changes(), _Changes()
    for i, one in enumerate(units):
        names = one.names
        certain.note(i + 1, names.deletes - one.certainly_binds, value=False)
        certain.note(i + 1, one.certainly_binds, value=True)
        possible.note(i + 1, names.deletes - names.binds, value=False)
        possible.note(i + 1, names.binds | (names.global_writes - names.deletes), value=True)
    return [Before(certain=certain.last(i), possible=possible.last(i)) for i in range(len(units))]


def read_later(units: Sequence[Unit]) -> list[Names]:
    """Return, for each unit in order, the names that later units read with the value it leaves."""
    changes = _Changes()
    for i, one in enumerate(units):
        reads = one.reads | one.names.hints
        changes.note(2 * i, reads, value=True)
        changes.note(2 * i, one.certainly_binds - reads, value=False)
        changes.note(2 * i + 1, one.extra_reads, value=True)
    return [changes.next(2 * i + 1) for i in range(len(units))]


def surely_read_later(units: Sequence[Unit]) -> list[Names]:
    """Return, for each unit in order, the names that later units read on every path."""
    changes = _Changes()
    for i, one in enumerate(units):
        changes.note(2 * i, one.names.surely, value=True)
        changes.note(2 * i, one.names.binds - one.names.surely, value=False)
        changes.note(2 * i + 1, one.extra_reads, value=True)
    return [changes.next(2 * i + 1) for i in range(len(units))]


def late_reads(units: Sequence[Unit]) -> Mapping[str, int]:
    """Return the names that functions kept in the notebook read when they run, with a position."""
    found: dict[str, int] = {}
    for one in units:
        if one.group is None:
            for late in one.names.deferred:
                for name in late.reads:
                    found.setdefault(name, one.position)
    return found


def commute(first: Unit, second: Unit, around: Surroundings) -> str:
    """Return why two units may not change places, "" where they may."""
    a, b = first.names, second.names
    touched = (set(a.binds) | a.deletes) & (set(b.reads) | b.binds | b.hints | b.deletes)
    touched |= (set(b.binds) | b.deletes) & (set(a.reads) | a.hints)
    touched |= {n for late in (*a.deferred, *b.deferred) for n in late.reads} & (
        (set(a.binds) | set(b.binds)) & set(a.binds) & set(b.reads)
    )
    if touched:
        return f"both use {', '.join(repr(n) for n in sorted(touched)[:3])}"
    for one, other in ((first, second), (second, first)):
        if other.statements and awaiting.awaits(one.statements):
            return "one awaits, and other tasks may run meanwhile"
        changed = effects.mutated(one.statements, around)
        if changed and _variables(other, around):
            return f"{sorted(changed)[0]!r} may be changed in place"
        if effects.changes_world(one.statements, around) and _uses_world(other, around):
            return "one changes files, options or modules that the other may use"
    if acts_outside(first, around) and acts_outside(second, around):
        return "both print, draw, draw random numbers or touch files"
    return ""


def _uses_world(one: Unit, around: Surroundings) -> bool:
    return bool(set(one.names.reads) & set(around.modules)) or any(effects.calls(one.statements))


def _variables(one: Unit, around: Surroundings) -> set[str]:
    return {n for n in one.names.reads if n not in around.modules and n not in BUILTINS}


def acts_outside(one: Unit, around: Surroundings) -> bool:
    """True where the unit may do something that is seen outside its variables."""
    if any(effects.influences_imports(s) for s in one.statements):
        return True
    shown = looks.may_show(one.statements, around)
    random = any(
        "random" in around.origin(dotted(c.func)) or dotted(c.func) == "next"
        for c in effects.calls(one.statements)
    )
    trailing = any(isinstance(s, ast.Expr) for s in one.statements)
    raises = any(isinstance(s, ast.Assert | ast.Raise) for s in one.statements)
    return shown or random or trailing or raises
