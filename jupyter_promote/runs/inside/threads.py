"""As many threads for linear algebra in a child as a stock kernel would have.

The fork-server loads OpenBLAS with one thread, because a process with several must not be forked;
sums of several threads differ in their last digits from those of one.
"""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path

_LIBRARY = re.compile(r"(?m)\s(/\S*openblas\S*\.so\S*)$")
_SETTERS = (
    "openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "scipy_openblas_set_num_threads64_",
)


def wanted() -> int:
    """Return how many threads OpenBLAS would start with."""
    for name in ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"):
        text = os.environ.get(name, "")
        if text.isdigit() and int(text) > 0:
            return int(text)
    return len(os.sched_getaffinity(0))


def start() -> None:
    """Give the OpenBLAS libraries that are loaded as many threads as are wanted."""
    count = wanted()
    if count < 2:
        return
    for path in {*_LIBRARY.findall(Path("/proc/self/maps").read_text())}:
        library = ctypes.CDLL(path)
        for name in _SETTERS:
            if hasattr(library, name):
                getattr(library, name)(ctypes.c_int(count))
