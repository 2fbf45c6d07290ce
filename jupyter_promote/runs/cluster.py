"""Runs on the workers of a Dask cluster, which share the project's folder with us.

A worker executes a run as this machine would, in a stock kernel. The ledger stays here and decides
what is done: what a worker that died had not answered is executed again by another one.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from jupyter_promote.errors import RunFailed
from jupyter_promote.runs import dask_client, execution
from jupyter_promote.runs.execution import Job, Limits, Stock
from jupyter_promote.runs.outcome import Run, State
from jupyter_promote.runs.trial import Task

_ANSWER_SECONDS = 10
_WORKERS_SECONDS = 60  # workers may be about to start, or to start again
_POLL_SECONDS = 0.2
_STOP_SECONDS = 8.0  # in which a worker that was asked to stop has answered
_ASK_SECONDS = 2.0  # between a worker's questions whether it shall stop


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Give the cluster at `dask://HOST:PORT`.

    Raises:
        BadParameter, RunFailed: as of `dask_client.connected`, or there is no worker.
    """
    with dask_client.connected(address) as (client, distributed):
        yield Cluster(client, distributed)


class Cluster:
    """Executes runs on workers; several threads may ask for one each."""

    def __init__(self, client: Any, distributed: Any) -> None:
        self._client = client
        self._distributed = distributed
        self._stop = distributed.Event(f"jupyter-promote-{uuid.uuid4().hex}", client=client)
        self._asked = threading.Event()
        try:
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except (TimeoutError, distributed.TimeoutError) as error:
            raise RunFailed("the Dask scheduler has no workers", hint="start some") from error
        self.slots = max(sum(client.nthreads().values()), 1)

    def execute(self, job: Job, task: Task, limits: Limits) -> Run:
        """Return what became of a run that a worker executed; `lost` where the cluster is gone.

        Without workers it waits for one, until somebody cancels.
        """
        broken = (OSError, self._distributed.CancelledError, self._distributed.KilledWorker)
        try:
            future = self._client.submit(
                _there, job, task, limits.seconds, limits.memory_mb, self._stop.name,
                pure=False, key=f"run-{task.id}-{uuid.uuid4().hex}",
            )  # fmt: skip
            patience = _STOP_SECONDS
            while not future.done():
                if limits.cancelled():
                    self._ask_to_stop()
                    patience -= _POLL_SECONDS
                if patience < 0:
                    future.cancel()
                    return _unanswered(task, "cancelled", "cancelled")
                if self._client.status not in ("running", "connecting"):
                    return _unanswered(task, "lost", "the Dask scheduler is gone")
                time.sleep(_POLL_SECONDS)
            found: Run = future.result(timeout=_ANSWER_SECONDS)
        except broken as error:
            why = f"the Dask cluster lost it ({type(error).__name__})"
            return _unanswered(task, "lost", why)
        return found

    def _ask_to_stop(self) -> None:
        if not self._asked.is_set():
            self._asked.set()
            self._stop.set()


def _unanswered(task: Task, state: State, error: str) -> Run:
    return Run(
        id=task.id,
        state=state,
        parameters=task.given,
        output=task.output,
        seconds=0.0,
        error=error,
    )


def _there(job: Job, task: Task, seconds: float | None, memory_mb: float | None, stop: str) -> Run:
    """Execute a run on a worker."""
    limits = Limits(seconds=seconds, memory_mb=memory_mb, cancelled=_asking(stop))
    Path(task.output).parent.mkdir(parents=True, exist_ok=True)
    host = Stock("on a Dask worker")
    return execution.execute(job, task.given, task.output, host=host, limits=limits, run_id=task.id)


def _asking(stop: str) -> Callable[[], bool]:
    """Return what says whether somebody cancelled; it asks the scheduler now and then."""
    event: Any = import_module("distributed").Event(stop)
    last = [0.0, False]

    def cancelled() -> bool:
        if not last[1] and time.monotonic() - last[0] > _ASK_SECONDS:
            last[:] = [time.monotonic(), event.is_set()]
        return bool(last[1])

    return cancelled
