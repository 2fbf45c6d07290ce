"""Choose the few cases that notice most: every recorded behaviour, then what finds more faults."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeVar

from jupyter_promote.pinning.kills import Case, Kills, firsts, killed, noticeable
from jupyter_promote.pinning.mutants import Mutant

__all__ = ["Case", "Kills", "Survivor", "choose", "covered", "killed", "survivors"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """No chosen case notices `mutant`; `reached`, though one executes the line it is on."""

    mutant: Mutant
    reached: bool


def covered(path: str, run: Callable[[], _T]) -> tuple[_T, frozenset[int]]:
    """Return what `run` gives, and the lines of the module at `path` that it executes."""
    lines: set[int] = set()

    def within(frame: FrameType, event: str, argument: Any) -> Any:
        lines.add(frame.f_lineno)
        return within

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        return within(frame, event, argument) if frame.f_code.co_filename == path else None

    before = sys.gettrace()
    threading.settrace(entered)
    sys.settrace(entered)
    try:
        result = run()
    finally:
        sys.settrace(before)
        threading.settrace(before)
    return result, frozenset(lines)


def choose(cases: Sequence[Case], kills: Kills) -> list[Case]:
    """Return the cases that together notice what all of them notice, in their order.

    Of a function's recorded calls the first stays, and of the others those that add a line or
    notice something more. Derived cases come in one by one, the one that adds most first; of equal
    ones the smaller, the quicker, the earlier. A case that differs from itself never stays.
    """
    gains = [_gains(kills, i, case) for i, case in enumerate(cases)]
    stable = set(range(len(cases))) - kills.unstable
    required = {i for i in stable if cases[i].required}
    optional = stable - required - kills.lost
    first = firsts(cases, without=kills.unstable)
    chosen = [*first, *_greedy(cases, gains, required - first, _union(gains, first))]
    chosen += _greedy(cases, gains, optional, _union(gains, chosen))
    return [cases[i] for i in sorted(_needed(chosen, gains, keep=first))]


def survivors(chosen: Iterable[Case], cases: Sequence[Case], kills: Kills) -> list[Survivor]:
    """Return the mutants that the chosen cases let live; those never tried are not among them."""
    kept = {id(case) for case in chosen}
    remaining = [case for case in cases if id(case) in kept]
    positions = {i for i, case in enumerate(cases) if id(case) in kept}
    return [
        Survivor(mutant=mutant, reached=any(noticeable(mutant, case) for case in remaining))
        for m, mutant in enumerate(kills.mutants)
        if m not in kills.unknown and not kills.killers[m] & positions
    ]


# What a case adds: mutants that it notices ("kill", position), lines it executes ("line", number).
_Gain = tuple[str, int]


def _gains(kills: Kills, position: int, case: Case) -> frozenset[_Gain]:
    noticed = (("kill", m) for m, killers in enumerate(kills.killers) if position in killers)
    return frozenset([*noticed, *(("line", line) for line in case.lines)])


def _union(gains: Sequence[frozenset[_Gain]], some: Iterable[int]) -> set[_Gain]:
    return set().union(*(gains[i] for i in some))


def _greedy(
    cases: Sequence[Case], gains: Sequence[frozenset[_Gain]], rest: set[int], have: set[_Gain]
) -> list[int]:
    """Return those of `rest` that add something, the one that adds most first."""
    have, rest, taken = set(have), set(rest), []

    def worth(i: int) -> tuple[int, int, int, float, int]:
        added = gains[i] - have
        noticed = sum(kind == "kill" for kind, _ in added)
        return -noticed, -len(added), cases[i].size, round(cases[i].outcome.seconds, 2), i

    while rest:
        best = min(rest, key=worth)
        if not gains[best] - have:
            break
        taken.append(best)
        have |= gains[best]
        rest.discard(best)
    return taken


def _needed(chosen: Sequence[int], gains: Sequence[frozenset[_Gain]], keep: set[int]) -> list[int]:
    """Return the chosen without those that the others made superfluous, the earliest tried first."""
    needed = list(chosen)
    for i in chosen:
        others = [each for each in needed if each != i]
        if i not in keep and gains[i] <= _union(gains, others):
            needed = others
    return needed
