"""Who executes the cells: stock kernels, or children of a fork-server; and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_promote.runs import preload
from jupyter_promote.runs.execution import Job, Stock
from jupyter_promote.runs.forkserver import ForkServer, NoForkServer
from jupyter_promote.runs.warm import Warm

_FEWEST = 3  # for fewer runs a fork-server costs more than it saves


@contextmanager
def opened(job: Job, *, runs: int, cold: bool) -> Iterator[Stock | Warm]:
    """Give what can execute the job: a fork-server that is being started, where that is possible."""
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
