"""Which small faults of a module the project's own tests notice: pytest runs once for each.

The engine starts this in the interpreter of the notebook's kernel, in a sandbox. The runs are forked
children that share one import of the libraries, each with the fault in the module's place.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import json
import os
import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from jupyter_promote.pinning import children, inside, mutants, suite
from jupyter_promote.pinning.mutants import Mutant

NO_FORK = "faults can only be tried where processes can fork"
_POLL_SECONDS = 0.01
_NOTHING_RAN = 5  # pytest's exit status where no test was collected


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Try faults in `module` with the tests in the file `test`, both paths below `root`.

    Of all faults every one of `parts` is tried, from number `part` on: others try the rest at the
    same time. `lines` are those that each test runs, `took` its seconds; only the tests that
    `passed` count. A run takes `usual` seconds; all take about `seconds`.
    """

    root: str
    part: int
    parts: int
    module: str
    test: str
    package: str
    out: str
    passed: list[str]
    lines: dict[str, list[int]]
    took: dict[str, float]
    usual: float
    seconds: float


def main(job: Mapping[str, Any]) -> None:
    """Do a job, and write what it gave."""
    found = _tried(Job(**job)) if hasattr(os, "fork") else {"missing": NO_FORK}
    inside.tell(job, found)


def _tried(job: Job) -> dict[str, Any]:
    os.chdir(job.root)
    source = Path(job.module).read_text(encoding="utf-8")
    suite.warm(source, job.package)
    gc.freeze()  # so that children do not copy what they share
    bench = _Bench(job)
    # Tests that fail in a fork, or read the module's text, would notice whatever is changed.
    steady = set(job.passed) - bench.control(ast.unparse(ast.parse(source)) + "\n")
    faults = mutants.of_source(source)[job.part :: job.parts]
    noticed, unknown = bench.noticed(faults, steady)
    return {
        "mutants": len(faults) - len(unknown),
        "unknown": len(unknown),
        "left_out": sorted(set(job.passed) - steady),
        "survivors": [
            {"line": fault.line, "function": fault.function, "change": fault.change}
            for i, fault in enumerate(faults)
            if i not in noticed and i not in unknown
        ],
    }


def tests_on(
    lines: Mapping[str, Collection[int]], some: range | None, among: Collection[str]
) -> list[str]:
    """Return those `among` the tests that run one of `some` lines; all where that is not known."""

    def meets(found: Collection[int]) -> bool:
        return some is None or any(line in some for line in found)

    everyone = meets(lines.get(suite.EVERY, ()))
    return [test for test in among if everyone or meets(lines.get(test, ()))]


class _Choice:
    """A plugin of pytest that runs the tests in `order` only, and says which fail."""

    def __init__(self, order: Sequence[str], pipe: int) -> None:
        self.place = {test: i for i, test in enumerate(order)}
        self.pipe = pipe

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave the tests that are asked for, in their order."""
        kept = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(kept, key=lambda item: self.place[item.nodeid])

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Say that a test failed."""
        if report.failed:
            os.write(self.pipe, json.dumps(report.nodeid).encode() + b"\n")


@dataclass(slots=True, kw_only=True)
class _Run:
    """A child that runs tests; `said` is what it has told of failures."""

    key: int
    pid: int
    pipe: int
    deadline: float
    status: int | None = None
    said: bytes = b""

    def look(self) -> bool:
        """Take in what the child says; true when it has ended, or is late and has been ended."""
        with contextlib.suppress(BlockingIOError):
            self.said += os.read(self.pipe, 1 << 16)
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if ended:
            self.status = os.waitstatus_to_exitcode(status)
        return bool(ended) or time.monotonic() > self.deadline

    @property
    def failed(self) -> list[str]:
        """The tests that failed."""
        return [json.loads(line) for line in self.said.split(b"\n") if line.endswith(b'"')]

    @property
    def noticed(self) -> bool:
        """True where a test failed, or the run did not come to its end."""
        return self.status not in (0, _NOTHING_RAN)


@dataclass(slots=True)
class _Bench:
    """Where the tests run against texts of the module, one after the other."""

    job: Job
    credit: Counter[str] = field(default_factory=Counter)

    def control(self, source: str) -> set[str]:
        """Return the tests that fail although nothing was changed."""
        run = self._start(0, source, self.job.passed, first_only=False)
        _await(run)
        if run.status is None:
            return set(self.job.passed)
        return set(run.failed)

    def noticed(
        self, faults: Sequence[Mutant], tests: Collection[str]
    ) -> tuple[set[int], set[int]]:
        """Return the positions of faults that a test notices, and of those for which no time was."""
        end = time.monotonic() + self.job.seconds
        order = [*range(len(faults))]
        random.Random(0).shuffle(order)  # so that those that are tried are a fair sample
        found: set[int] = set()
        unknown = set(order)
        for key in order:
            if time.monotonic() > end:
                break
            unknown.discard(key)
            if chosen := self._order(faults[key], tests):
                run = self._start(key, faults[key].source, chosen)
                _await(run)
                if run.noticed:
                    found.add(key)
                    self.credit.update(run.failed)
        return found, unknown

    def _order(self, fault: Mutant, tests: Collection[str]) -> list[str]:
        able = tests_on(self.job.lines, fault.lines, sorted(tests))
        return sorted(able, key=lambda test: self.job.took[test] / (1 + self.credit[test]))

    def _start(
        self, key: int, source: str, order: Sequence[str], *, first_only: bool = True
    ) -> _Run:
        """Put a text in the module's place, and run tests."""
        Path(self.job.module).write_text(source, encoding="utf-8")
        read, write = os.pipe()
        os.set_blocking(read, False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(read)
            self._child(_Choice(order, write), first_only)
        os.close(write)
        deadline = time.monotonic() + 5 + 10 * self.job.usual
        return _Run(key=key, pid=pid, pipe=read, deadline=deadline)

    def _child(self, choice: _Choice, first_only: bool) -> NoReturn:
        status = -1
        try:
            children.settle()
            sys.dont_write_bytecode = True  # texts of one size and second would be confused
            import pytest

            options = ["-x"] if first_only else []
            arguments = [*options, *suite.arguments(self.job.test)]
            status = int(pytest.main(arguments, plugins=[choice]))
        finally:
            os._exit(status & 0xFF)


def _await(run: _Run) -> None:
    try:
        while not run.look():
            time.sleep(_POLL_SECONDS)
    finally:
        _close(run)


def _close(run: _Run) -> None:
    """End a child, and all that it started."""
    with contextlib.suppress(BlockingIOError):
        run.said += os.read(run.pipe, 1 << 16)
    if run.status is None:
        children.kill(run.pid)
    os.close(run.pipe)
