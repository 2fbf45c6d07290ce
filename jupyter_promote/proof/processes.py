"""Run a program until it ends, time is up, or the person cancels."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_POLL_SECONDS = 0.1


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    cancelled: Callable[[], bool],
    one_thread: bool = True,
) -> str:
    """Return what a program printed; it draws no windows, and uses one thread if not told otherwise."""
    own = {
        **os.environ,
        **(dict.fromkeys(_ONE_THREAD, "1") if one_thread else {}),
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        **environment,
    }
    end = time.monotonic() + seconds
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=folder, env=own, stdin=subprocess.DEVNULL, stdout=said,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        while process.poll() is None and time.monotonic() < end and not cancelled():
            time.sleep(_POLL_SECONDS)
        late = process.poll() is None and not cancelled()
        if process.poll() is None:
            os.killpg(process.pid, 9)
            process.wait()
        said.seek(0)
        told = said.read().decode("utf-8", "replace")
        return f"{told}\nit took longer than {seconds:.0f} s" if late else told


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it ended without a word"
