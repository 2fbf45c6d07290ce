"""Who executes the cells: stock kernels, or children of a fork-server; and why."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from jupyter_promote.runs import identity, preload
from jupyter_promote.runs.execution import Job, Stock
from jupyter_promote.runs.forkserver import ForkServer, NoForkServer
from jupyter_promote.runs.identity import Environment
from jupyter_promote.runs.warm import Warm

_FEWEST = 3  # for fewer runs a fork-server costs more than it saves
MOST_KEPT = 3  # fork-servers; each holds what its notebook imports


class Hosting(Protocol):
    """Finds what can execute a job."""

    def opened(self, job: Job, *, runs: int, cold: bool) -> AbstractContextManager[Stock | Warm]:
        """Give what executes so many runs of the job."""

    def environment(self, job: Job) -> Environment:
        """Return what is installed for the job's interpreter."""


class Brief:
    """A fork-server for one sweep; it is gone afterwards."""

    @contextmanager
    def opened(self, job: Job, *, runs: int, cold: bool) -> Iterator[Stock | Warm]:
        """Give a fork-server that is being started, where that is possible."""
        reason = reason_for_stock(job, runs=runs, cold=cold)
        if reason is not None:
            yield Stock(reason)
            return
        try:
            warm = Warm(start(job))
        except NoForkServer as error:
            yield Stock(str(error))
            return
        try:
            yield warm
        finally:
            warm.stop()

    def environment(self, job: Job) -> Environment:
        """Return what is installed for the job's interpreter."""
        return identity.of_environment(job.interpreter, job.environment)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """A fork-server that is used by so many."""

    warm: Warm
    users: int = 0


class Lasting:
    """Fork-servers that outlive a run, so that the next one need not wait for them.

    The latest few are kept, and none that has imported what was installed anew since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, _Kept] = OrderedDict()
        self._environments: dict[object, tuple[tuple[int, ...], Environment]] = {}

    @contextmanager
    def opened(self, job: Job, *, runs: int, cold: bool) -> Iterator[Stock | Warm]:
        """Give a fork-server that is ready or being started, where that is possible."""
        reason = reason_for_stock(job, runs=_FEWEST if runs else 0, cold=cold)
        if reason is not None:
            yield Stock(reason)
            return
        try:
            kept = self._used(job)
        except NoForkServer as error:
            yield Stock(str(error))
            return
        try:
            yield kept.warm
        finally:
            with self._lock:
                kept.users -= 1
            self._trim()

    def _used(self, job: Job) -> _Kept:
        imports, stamps = preload.imports(job.node.cells), self.environment(job).stamps()
        key = (_place(job), tuple(imports), stamps)
        with self._lock:
            kept = self._kept.pop(key, None) or _Kept(warm=Warm(start(job)))
            self._kept[key] = kept
            kept.users += 1
            return kept

    def _trim(self) -> None:
        """End the oldest fork-servers that nobody uses, if there are too many."""
        with self._lock:
            idle = [key for key, kept in self._kept.items() if not kept.users]
            ended = [self._kept.pop(key) for key in idle[: max(len(self._kept) - MOST_KEPT, 0)]]
        for kept in ended:
            kept.warm.stop()

    def environment(self, job: Job) -> Environment:
        """Return what is installed for the job's interpreter; it is asked once, if nothing changes."""
        key = _place(job)
        stamps, known = self._environments.get(key, ((), None))
        if known is None or known.stamps() != stamps:
            known = identity.of_environment(job.interpreter, job.environment)
            self._environments[key] = (known.stamps(), known)
        return known

    def close(self) -> None:
        """End all fork-servers."""
        with self._lock:
            ended, self._kept = [*self._kept.values()], OrderedDict()
        for kept in ended:
            kept.warm.stop()


def _place(job: Job) -> tuple[tuple[str, ...], frozenset[tuple[str, str]]]:
    return tuple(job.interpreter), frozenset(job.environment.items())


def start(job: Job) -> ForkServer:
    """Start a fork-server for runs of the job."""
    imports = preload.imports(job.node.cells)
    return ForkServer(job.interpreter, job.environment, imports)


def reason_for_stock(job: Job, *, runs: int, cold: bool) -> str | None:
    """Return why stock kernels execute the job ('' if that was asked for); None if they need not."""
    if cold:
        return ""
    if runs < _FEWEST:
        return "so few runs do not pay for a fork-server"
    return preload.reason_for_stock(job.node.cells, job.language, bool(job.interpreter)) or None
