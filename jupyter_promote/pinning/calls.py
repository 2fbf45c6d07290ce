"""The recorded calls, and how their arguments are made again: loaded, or by the calls before."""

from __future__ import annotations

import copy
import functools
import json
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import trial
from jupyter_promote.pinning.recorder import CALLS
from jupyter_promote.testing import storage
from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.foreign import attempted

LONGEST_CHAIN = 8  # calls that must be made again for one argument


class Unmade(Exception):
    """An argument can't be made again; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What `call` returned, at `path` in it, after it went through the calls `then`."""

    call: int
    path: tuple[str | int, ...]
    then: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it was recorded: `values` were stored, `made` come from earlier calls.

    `spread` are other rows of values that were too large to store whole, by argument; `lacking`
    says which argument can't be had, '' if none.
    """

    number: int
    function: str
    values: Mapping[str, Any] = field(repr=False)
    spread: Mapping[str, Any] = field(repr=False)
    made: Mapping[str, Made]
    order: tuple[str, ...]
    lacking: str
    raised: str
    types: Mapping[str, Mapping[str, str]]
    returns: Mapping[str, Mapping[str, str]]

    def ordered(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments in the order in which they were given."""
        return {name: arguments[name] for name in self.order if name in arguments}


def read(folder: Path, module: str) -> list[Call]:
    """Return the calls recorded below `folder`, in the order in which they began."""
    lines = folder / CALLS
    if not lines.exists():
        return []
    raw = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    return sorted((_call(each, folder, module) for each in raw), key=lambda c: c.number)


def _call(raw: Mapping[str, Any], folder: Path, module: str) -> Call:
    values, spread, made, lacking = {}, {}, {}, ""
    for name, place in raw["arguments"].items():
        if "stored" in place:
            values[name] = storage.load(folder / place["stored"], module=module)
            if place["spread"]:
                other = folder / f"{place['stored']}.spread"
                spread[name] = storage.load(other, module=module)
        elif "made" in place:
            found = place["made"]
            made[name] = Made(
                call=found["call"], path=tuple(found["path"]), then=tuple(found["then"])
            )
        else:
            lacking = f"{name.strip('*')}: {place['lacking']}"
    return Call(
        number=raw["number"],
        function=raw["function"],
        values=values,
        spread=spread,
        made=made,
        order=tuple(raw["arguments"]),
        lacking=lacking,
        raised=raw["raised"],
        types=raw["types"],
        returns=raw.get("returns", {}),
    )


class Maker:
    """Makes arguments by making the earlier calls again, in `folder`.

    A call through which an argument only went is left out where it can't be made again: `shortened`
    are the calls whose arguments may therefore not be what they were in the notebook. `by_chance`
    are those made again that drew random numbers which nobody seeded.
    """

    def __init__(self, calls: Sequence[Call], module: types.ModuleType, folder: Path) -> None:
        self.calls: dict[int, Call] = {}
        self.shortened: set[int] = set()
        self.by_chance: set[int] = set()
        for call in sorted(calls, key=lambda c: c.number):
            self.calls[call.number] = self._shortened(call)
        self.module = module
        self.folder = folder
        self.kept: dict[int, dict[str, Any] | None] = {}

    def _shortened(self, call: Call) -> Call:
        made = {
            name: replace(each, then=tuple(filter(self._can_be_made, each.then)))
            for name, each in call.made.items()
        }
        before = {n for each in call.made.values() for n in (each.call, *each.then)}
        if made != call.made or before & self.shortened:
            self.shortened.add(call.number)
        return replace(call, made=made)

    def _can_be_made(self, number: int) -> bool:
        call = self.calls.get(number)
        if call is None or call.lacking:
            return False
        try:
            self.chain(call)
        except Unmade:
            return False
        return True

    def function(self, name: str) -> Callable[..., Any]:
        """Return a function of the module, or a method of one of its classes."""
        found: Any = self.module
        for part in name.split("."):
            found = getattr(found, part)
        return found  # type: ignore[no-any-return]

    def chain(self, call: Call) -> dict[int, None]:
        """Return the earlier calls that must be made again for `call`, in order.

        Raises:
            Unmade: one of them can't be made again, or they are too many.
        """
        found: dict[int, None] = {}
        for made in call.made.values():
            for number in (made.call, *made.then):
                earlier = self.calls.get(number)
                if earlier is None or earlier.number >= call.number:
                    raise Unmade("it comes from a call that was not recorded")
                if earlier.lacking:
                    raise Unmade(f"it comes from {earlier.function}(), where {earlier.lacking}")
                found |= {**self.chain(earlier), number: None}
        if len(found) > LONGEST_CHAIN:
            raise Unmade(f"it takes {len(found)} earlier calls to make it")
        return dict.fromkeys(sorted(found))

    def fresh(self, call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments for a call: copies of `values`, and what earlier calls make.

        Raises:
            Unmade: an earlier call can't be made again.
        """
        arguments = {name: copy.deepcopy(value) for name, value in values.items()}
        if call.made:
            arguments |= self._made(call)
        return call.ordered(arguments)

    def _made(self, call: Call) -> dict[str, Any]:
        """Return what earlier calls make: copies where a copy is as good, else made anew."""
        if call.number not in self.kept:
            made = self._made_anew(call)
            self.kept[call.number] = made if _can_be_copied(made) else None
            return copy.deepcopy(made) if self.kept[call.number] is not None else made
        kept = self.kept[call.number]
        return self._made_anew(call) if kept is None else copy.deepcopy(kept)

    def _made_anew(self, call: Call) -> dict[str, Any]:
        results: dict[int, Any] = {}
        return {name: self._make(made, results) for name, made in call.made.items()}

    def _make(self, made: Made, results: dict[int, Any]) -> Any:
        found = functools.reduce(_step, made.path, self._result(made.call, results))
        for number in made.then:
            if number not in results:
                self._result(number, results)
        return found

    def _result(self, number: int, results: dict[int, Any]) -> Any:
        """Make the call `number` again, once."""
        if number not in results:
            call = self.calls[number]
            arguments = {name: copy.deepcopy(value) for name, value in call.values.items()}
            arguments |= {n: self._make(made, results) for n, made in call.made.items()}
            outcome = trial.run(
                self.function(call.function), call.ordered(arguments), folder=self.folder
            )
            if outcome.reached or outcome.raised:
                why = outcome.reached or f"raises {outcome.raised and outcome.raised.type}"
                raise Unmade(f"{call.function}() {why}")
            if outcome.chance:
                self.by_chance.add(number)
            results[number] = outcome.result
        return results[number]


def _can_be_copied(value: Any) -> bool:
    return attempted(
        lambda: difference(copy.deepcopy(value), value, rtol=0, atol=0) is None, otherwise=False
    )


def _step(value: Any, key: str | int) -> Any:
    return value[key]


def testable(calls: Sequence[Call], maker: Maker) -> Iterator[tuple[Call, str]]:
    """Yield each call, and why it can't be made again in a test, '' if it can."""
    for call in calls:
        try:
            maker.chain(call)
        except Unmade as error:
            yield call, str(error)
        else:
            yield call, call.lacking
