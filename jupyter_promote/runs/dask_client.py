"""The connection to a Dask cluster, for whoever gives it work."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

from jupyter_promote.errors import BadParameter, RunFailed

_ADDRESS = re.compile(r"dask://(?P<place>[\w.-]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5})")
_SECONDS = 10


@contextmanager
def connected(address: str) -> Iterator[tuple[Any, Any]]:
    """Give a client of the scheduler at `dask://HOST:PORT`, and the package `distributed`.

    Raises:
        BadParameter: the address is none, or dask.distributed is not installed.
        RunFailed: the scheduler can't be reached.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise BadParameter(f"{address!r} is no address", hint="e.g. --on dask://localhost:8786")
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise BadParameter(
            "--on needs dask.distributed", hint="pip install 'jupyter-promote[dask]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what fails is said once, by us
    try:
        client = distributed.Client(
            f"tcp://{found['place']}", timeout=_SECONDS, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise RunFailed(
            "there is no Dask scheduler that answers",
            where=address,
            hint="start it, or leave --on out",
        ) from error
    try:
        yield client, distributed
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=_SECONDS)
