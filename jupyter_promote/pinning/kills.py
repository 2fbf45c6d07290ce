"""Which cases notice which small faults: each fault's module runs in a process of its own."""

from __future__ import annotations

import json
import os
import selectors
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from jupyter_promote.pinning.budget import Budget
from jupyter_promote.pinning.children import Job, Piece, end, replaced, settle
from jupyter_promote.pinning.mutants import Mutant
from jupyter_promote.pinning.trial import Outcome, run, unlike
from jupyter_promote.testing.foreign import attempted, ended

# Enough to choose from: the other cases that notice a fault would change little.
_MOST_KILLERS = 8
_SLOW = 0.3  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call of `function` with the arguments that `make` makes anew each time had this outcome.

    `lines` are those of the module that it executes. `required` is a recorded call; the others are
    derived. `size` is how much room it takes in the tests, in bytes, 0 where that is not known.
    """

    function: str
    name: str
    make: Callable[[], Mapping[str, object]]
    outcome: Outcome
    lines: frozenset[int]
    required: bool
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kills:
    """`killers` are, for each of the mutants, the positions of cases that notice it.

    Not all that would: a mutant that a required case notices is not shown to the optional ones.
    `unknown` are positions of mutants for which there was no time; `unstable` those of cases that
    differ from themselves, `lost` those of cases that do not finish in a child process although
    nothing was changed: both notice nothing.
    """

    mutants: tuple[Mutant, ...]
    killers: tuple[frozenset[int], ...]
    unknown: frozenset[int] = frozenset()
    unstable: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()
    seconds: float = 0.0


def killed(
    mutants: Sequence[Mutant],
    cases: Sequence[Case],
    module_name: str,
    *,
    folder: Path,
    seconds_per_case: float = 10.0,
    budget_seconds: float = 60.0,
    most_seconds: float = 300.0,
    jobs: int = 2,
) -> Kills:
    """Run the cases against each mutant of an imported module, and return who noticed what.

    First the required cases, until one notices; for mutants that they let pass, the optional ones.
    A case that never ends or ends the process has noticed. `folder` is the cases' working
    directory; give a copy, as mutants may write there. It takes `budget_seconds` where no others
    use the machine, `most_seconds` at most.

    Where processes cannot fork (Windows) nothing is run: every mutant is unknown.
    """
    started = time.monotonic()
    if not hasattr(os, "fork"):
        everything = frozenset(range(len(mutants)))
        return Kills(
            mutants=tuple(mutants), killers=(frozenset(),) * len(mutants), unknown=everything
        )
    laboratory = _Laboratory(
        module=sys.modules[module_name],
        cases=cases,
        folder=folder,
        seconds=seconds_per_case,
        budget=Budget(budget_seconds * jobs, most_seconds),
        jobs=jobs,
    )
    required = [i for i, case in enumerate(cases) if case.required]
    unstable, lost = laboratory.unusable(required)
    killers, unknown = laboratory.tried(mutants, unstable | lost)
    useful = sorted(set().union(*killers) - set(required))
    laboratory.budget = Budget(budget_seconds * jobs, most_seconds)
    more_unstable, more_lost = laboratory.unusable(useful)
    unstable, lost = unstable | more_unstable, lost | more_lost | laboratory.lost
    return Kills(
        mutants=tuple(mutants),
        killers=tuple(frozenset(each - unstable - lost) for each in killers),
        unknown=frozenset(unknown),
        unstable=frozenset(unstable),
        lost=frozenset(lost),
        seconds=time.monotonic() - started,
    )


def noticeable(mutant: Mutant, case: Case) -> bool:
    """Whether a case executes a line on which the mutant could be noticed."""
    return mutant.lines is None or any(line in case.lines for line in mutant.lines)


def firsts(cases: Sequence[Case], without: Collection[int] = ()) -> set[int]:
    """Return the positions of the first recorded call of each function."""
    found: dict[str, int] = {}
    for i, case in enumerate(cases):
        if case.required and i not in without:
            found.setdefault(case.function, i)
    return set(found.values())


def _in_turn(mutants: Sequence[Mutant], some: Collection[int], cases: Sequence[Case]) -> list[int]:
    """Return positions of mutants, each function's in turn, those of slow cases last.

    Time may not be enough for all.
    """
    met: Counter[str] = Counter()
    turns = []
    for m in sorted(some):
        seconds = sum(c.outcome.seconds for c in cases if c.required and noticeable(mutants[m], c))
        turns.append((seconds > _SLOW, met[mutants[m].function], m))
        met[mutants[m].function] += 1
    return [m for _, _, m in sorted(turns)]


@dataclass(slots=True, kw_only=True)
class _Laboratory:
    """Where the cases of a module run against other texts of it."""

    module: ModuleType
    cases: Sequence[Case]
    folder: Path
    seconds: float
    budget: Budget
    jobs: int
    credit: Counter[int] = field(default_factory=Counter)
    lost: set[int] = field(default_factory=set)

    def unusable(self, some: Sequence[int]) -> tuple[set[int], set[int]]:
        """Return of `some` cases those with another outcome, and those that do not finish, unchanged."""
        source = Path(self.module.__file__ or "").read_text(encoding="utf-8")
        unstable: set[int] = set()
        lost: set[int] = set()
        pending = [list(some[n :: self.jobs]) for n in range(self.jobs)]
        while pending := [each for each in pending if each]:
            work = iter([Piece(key=0, source=source, order=each) for each in pending])
            pending = []
            for job in self._jobs(work):
                unstable |= set(job.unlike) - {job.lost_at}
                if job.lost_at is not None:  # the cases after it were not run
                    lost.add(job.lost_at)
                    pending.append(job.order[job.order.index(job.lost_at) + 1 :])
        return unstable, lost

    def tried(
        self, mutants: Sequence[Mutant], unusable: set[int]
    ) -> tuple[list[set[int]], set[int]]:
        """Return the killers of each mutant, and the mutants for which there was no time."""
        killers: list[set[int]] = [set() for _ in mutants]
        able = {i for i in range(len(self.cases)) if i not in unusable}
        unknown = {m for m, each in enumerate(mutants) if self._order(each, able)}
        sound = {i for i in able if self.cases[i].required}
        while True:
            died: set[int] = set()
            for job in self._jobs(
                self._pieces(mutants, _in_turn(mutants, unknown, self.cases), able)
            ):
                killers[job.key] = set(job.unlike)
                self.credit.update(job.unlike)
                unknown.discard(job.key)
                died |= {job.lost_at} - {None, *sound}  # type: ignore[arg-type]
            _, lost = self.unusable(sorted(died))
            if not lost:
                return killers, unknown
            # A case that dies without any fault said nothing, and kept the next from being tried.
            self.lost |= lost
            able -= lost
            unknown |= {m for m, each in enumerate(killers) if each & lost}
            sound |= died - lost

    def _pieces(
        self, mutants: Sequence[Mutant], some: Sequence[int], able: Collection[int]
    ) -> Iterator[Piece]:
        for m in some:
            # Ordered when its turn comes: by then it is known which cases notice most.
            order = self._order(mutants[m], able)
            alone = sum(self.cases[i].required for i in order)
            yield Piece(
                key=m, source=mutants[m].source, order=order, alone=alone, enough=_MOST_KILLERS
            )

    def _order(self, mutant: Mutant, able: Collection[int]) -> list[int]:
        order = [i for i in able if noticeable(mutant, self.cases[i])]
        first = firsts(self.cases)
        return sorted(
            order,
            key=lambda i: (
                not self.cases[i].required,
                i not in first,
                -self.credit[i],
                self.cases[i].outcome.seconds,
            ),
        )

    def _jobs(self, work: Iterator[Piece]) -> Iterator[Job]:
        """Run the work in child processes, some at once; yield each as it is done."""
        running: dict[int, Job] = {}
        with selectors.DefaultSelector() as selector:
            try:
                while True:
                    while len(running) < self.jobs and self.budget.left:
                        piece = next(work, None)
                        if piece is None:
                            break
                        job = self._start(piece)
                        running[job.pipe] = job
                        selector.register(job.pipe, selectors.EVENT_READ)
                    if not running:
                        return
                    yield from list(self._done(selector, running))
            finally:
                for job in running.values():
                    end(job)

    def _done(self, selector: selectors.BaseSelector, running: dict[int, Job]) -> Iterator[Job]:
        """Wait a moment; take the children that are done, or late, out of `running`."""
        for key, _ in selector.select(timeout=0.05):
            job = running[key.fd]
            said = os.read(key.fd, 1 << 16)
            if said:
                job.read(said)
                job.deadline = time.monotonic() + self._limit(job.running)
            else:
                job.deadline = 0
        for job in [each for each in running.values() if each.deadline < time.monotonic()]:
            selector.unregister(job.pipe)
            del running[job.pipe]
            end(job)
            if not job.ended:
                job.lose()
            yield job

    def _limit(self, case: int | None) -> float:
        """Return how long a case may take: much longer than it took, never over the limit."""
        if case is None:
            return self.seconds
        return min(self.seconds, 1 + 20 * self.cases[case].outcome.seconds)

    def _start(self, piece: Piece) -> Job:
        read, write = os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 warns where threads run, as they do in a kernel; the child uses none.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(read)
            self._child(write, piece)
        os.close(write)
        deadline = time.monotonic() + self.seconds
        return Job(key=piece.key, order=piece.order, pid=pid, pipe=read, deadline=deadline)

    def _child(self, pipe: int, piece: Piece) -> NoReturn:
        """Run cases in the child process, say each one's fate, and end the process."""

        def say(what: str, case: int = -1) -> None:
            os.write(pipe, json.dumps([what, case]).encode() + b"\n")

        leave = os._exit  # the real one: a trial puts another in its place
        try:
            settle()
            module, _ = ended(lambda: replaced(self.module, piece.source))
            if module is None:
                say("broken")
            else:
                self._try_all(module, piece, say)
            say("end")
        finally:
            leave(0)

    def _try_all(self, module: ModuleType, piece: Piece, say: Callable[[str, int], None]) -> None:
        found = 0
        for place, i in enumerate(piece.order):
            say("start", i)
            if self._is_unlike(module, self.cases[i]):
                say("unlike", i)
                found += 1
                if place < piece.alone or found == piece.enough:
                    return

    def _is_unlike(self, module: ModuleType, case: Case) -> bool:
        def differs() -> bool:
            function: Any = module
            for name in case.function.split("."):
                function = getattr(function, name)
            return unlike(run(function, case.make(), folder=self.folder), case.outcome) is not None

        return attempted(differs, otherwise=True)
