"""What flows between pieces of a notebook: who needs whose names, and what is still held."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.flow import bindings, effects
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is bound when a unit begins: certainly, and on some path."""

    certain: frozenset[str]
    possible: frozenset[str]


def unit(position: int, group: str | None, statements: Sequence[ast.stmt], *, lazy: bool) -> Unit:
    """Return the unit of `statements`."""
    names = bindings.of_code(statements, lazy_annotations=lazy)
    return Unit(position=position, group=group, statements=tuple(statements), names=names)


def bound_before(units: Sequence[Unit]) -> list[Before]:
    """Return, for each unit in order, what earlier units have bound."""
    certain: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    states = []
    for one in units:
        states.append(Before(certain=certain, possible=possible))
        certain = (certain - one.names.deletes) | one.certainly_binds
        possible = (possible | one.names.binds | one.names.global_writes) - (
            one.names.deletes - one.names.binds if one.names.deletes else frozenset()
        )
    return states


def read_later(units: Sequence[Unit]) -> list[frozenset[str]]:
    """Return, for each unit in order, the names that later units read with the value it leaves."""
    live: frozenset[str] = frozenset()
    found: list[frozenset[str]] = []
    for one in reversed(units):
        after = live | one.extra_reads
        found.append(after)
        live = (after - one.certainly_binds) | one.reads | one.names.hints
    return list(reversed(found))


def surely_read_later(units: Sequence[Unit]) -> list[frozenset[str]]:
    """Return, for each unit in order, the names that later units read on every path."""
    live: frozenset[str] = frozenset()
    found: list[frozenset[str]] = []
    for one in reversed(units):
        after = live | one.extra_reads
        found.append(after)
        live = (after - one.names.binds) | one.names.surely
    return list(reversed(found))


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
    shown = effects.may_show(one.statements, around)
    random = any(
        "random" in around.origin(dotted(c.func)) or dotted(c.func) == "next"
        for c in effects.calls(one.statements)
    )
    trailing = any(isinstance(s, ast.Expr) for s in one.statements)
    raises = any(isinstance(s, ast.Assert | ast.Raise) for s in one.statements)
    return shown or random or trailing or raises
