"""What a decision about a group is made with, and how a rule refuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jupyter_promote.flow import dataflow
from jupyter_promote.flow.bindings import Deferred
from jupyter_promote.flow.dataflow import Before, Names, Unit
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion.definitions import Definitions
from jupyter_promote.promotion.grouping import Group, Refusal


@dataclass(frozen=True, kw_only=True)  # no slots: what all groups ask for is worked out once
class Context:
    """The notebook around the group that is looked at."""

    code: Program
    known: Definitions
    moved: frozenset[str]
    around: Surroundings
    units: Sequence[Unit] = field(repr=False)
    states: Sequence[Before] = field(repr=False)

    @cached_property
    def live(self) -> Sequence[Names]:
        """For each unit, the names that later units read."""
        return dataflow.read_later(self.units)

    @cached_property
    def surely(self) -> Sequence[Names]:
        """For each unit, the names that later units read on every path."""
        return dataflow.surely_read_later(self.units)

    @cached_property
    def late(self) -> Mapping[str, int]:
        """The names that functions kept in the notebook read when they run."""
        return dataflow.late_reads(self.units)

    @cached_property
    def writers(self) -> Sequence[Unit]:
        """The units kept in the notebook whose functions write variables by `global`."""
        return [u for u in self.units if u.group is None and u.names.global_writes]

    @cached_property
    def late_readers(self) -> Mapping[str, Sequence[tuple[int, Unit, Deferred]]]:
        """By name, the functions kept in the notebook that read it when they run, with an order."""
        found: dict[str, list[tuple[int, Unit, Deferred]]] = {}
        lates = ((u, d) for u in self.units if u.group is None for d in u.names.deferred)
        for order, (unit, late) in enumerate(lates):
            for name in late.reads:
                found.setdefault(name, []).append((order, unit, late))
        return found

    @cached_property
    def kept_users(self) -> Mapping[str, Sequence[Unit]]:
        """By name, the units kept in the notebook that read it or define a function so named."""
        found: dict[str, list[Unit]] = {}
        for one in self.units:
            names = one.reads | {d.name for d in one.names.deferred} if one.group is None else ()
            for name in names:
                found.setdefault(name, []).append(one)
        return found


class Refuse(Exception):
    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def refusal(group: Group, code: str, message: str, hint: str) -> Refusal:
    return Refusal(name=group.name, cells=group.cells, code=code, message=message, hint=hint)
