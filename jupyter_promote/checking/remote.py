"""Checking on the workers of a Dask cluster, which see the same files at the same paths."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from jupyter_promote.checking import cache
from jupyter_promote.checking.computing import BATCH, Given, Made, Power
from jupyter_promote.checking.units import Job
from jupyter_promote.errors import RunFailed
from jupyter_promote.runs import dask_client

CHUNK = 16  # files that a worker is given at once


@contextmanager
def on(address: str) -> Iterator[Power]:
    """Give the power of the cluster whose scheduler is at an address.

    Raises:
        BadParameter: the address is none, or dask.distributed is not installed.
        RunFailed: the scheduler can't be reached, has no workers, or others than ours.
    """
    with dask_client.connected(address) as (client, distributed):
        broken = (
            OSError,
            TimeoutError,
            distributed.CancelledError,
            distributed.scheduler.KilledWorker,
        )
        workers = _workers(client, address)
        yield Power(compute=_Cluster(client, address, broken), batch=BATCH * workers)


def _workers(client: Any, address: str) -> int:
    """Return how many workers there are, all with this version of ours."""
    try:
        versions = client.run(cache.version)
    except ImportError:
        versions = {"": ""}
    if not versions:
        raise RunFailed("the Dask scheduler has no workers", where=address, hint="start some")
    other = [worker for worker, version in versions.items() if version != cache.version()]
    if other:
        raise RunFailed(
            f"a worker {other[0]} has another version of jupyter_promote, or none".replace(
                "  ", " "
            ),
            where=address,
            hint="install the same version, for the same Python, on all workers",
        )
    return len(versions)


class _Cluster:
    """Gives work to the workers in chunks."""

    def __init__(self, client: Any, address: str, broken: tuple[type[BaseException], ...]) -> None:
        self._client, self._address, self._broken = client, address, broken

    def __call__(self, work: Callable[[Given], Made], many: Sequence[Given], /) -> list[Made]:
        """Work things out on the cluster."""
        chunks = [many[i : i + CHUNK] for i in range(0, len(many), CHUNK)]
        try:
            futures = [self._client.submit(_done, work, chunk, pure=False) for chunk in chunks]
            return [one for part in self._client.gather(futures) for one in part]
        except self._broken as error:
            raise RunFailed(
                f"the Dask cluster failed ({type(error).__name__})",
                where=self._address,
                hint="look at its logs; what was found so far is remembered",
            ) from error


def _done(work: Callable[[Given], Made], many: Sequence[Given]) -> list[Made]:
    """Work things out on a worker."""
    for one in many:
        if isinstance(one, Job) and not os.path.exists(one.path):
            raise RunFailed(
                "a worker does not see this file",
                where=one.path,
                hint="workers need the same files at the same paths, e.g. on a shared drive",
            )
    return [work(one) for one in many]
