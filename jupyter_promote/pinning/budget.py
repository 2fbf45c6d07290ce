"""How much may be computed: the same on a machine that others use as on one of our own."""

from __future__ import annotations

import time


class Budget:
    """Seconds of computing by child processes, used up also after `most` seconds on the clock.

    Children count when they have ended. Where processes cannot fork (Windows) there are none.
    """

    def __init__(self, computing: float, most: float) -> None:
        self._computing = _by_children() + computing
        self._end = time.monotonic() + most

    @property
    def left(self) -> bool:
        """Whether there is some left."""
        return time.monotonic() < self._end and _by_children() < self._computing


def _by_children() -> float:
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
