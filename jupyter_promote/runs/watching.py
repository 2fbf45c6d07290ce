"""Watch over a process that executes a notebook: its time, its memory, and whether it is wanted."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

_POLL_SECONDS = 0.1


class Ended(Protocol):
    """A process that can be watched and ended."""

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""

    def end(self, why: Literal["time", "memory", "cancelled"]) -> None:
        """Kill it and all that it started."""


def kill_group(group: int | None) -> None:
    if group and group != os.getpgrp():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


@contextmanager
def watched(
    process: Ended,
    *,
    seconds: float | None,
    cancelled: Callable[[], bool],
    memory_mb: float | None = None,
) -> Iterator[None]:
    """End the process when time is up, memory is short or the person cancels: from a thread."""
    finished = threading.Event()
    deadline = None if seconds is None else time.monotonic() + seconds

    def watch() -> None:
        while not finished.wait(_POLL_SECONDS):
            if cancelled():
                process.end("cancelled")
            elif deadline is not None and time.monotonic() > deadline:
                process.end("time")
            elif memory_mb is not None and (memory(process.pid) or 0) > memory_mb:
                process.end("memory")

    thread = threading.Thread(target=watch, name="jupyter-promote-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def memory(pid: int | None, what: Literal["VmRSS", "VmHWM"] = "VmRSS") -> float | None:
    """Return the megabytes that a process uses (`VmHWM`: has used at most); None if unknown."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else None
