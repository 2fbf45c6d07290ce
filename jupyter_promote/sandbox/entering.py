"""Put a process that has begun already into its sandbox: a child of a fork-server, a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_promote.sandbox import guard, landlock, namespace


def enter(told: Mapping[str, Any]) -> None:
    """Enter the sandbox that `told` describes; this process must have one thread.

    Raises:
        OSError: the system does not allow it.
    """
    if "namespace" in told:
        namespace.enter(told["namespace"])
        return
    if told["only"]:
        landlock.restrict(told["only"])
    guard.contain(told["layer"], told["passed"], programs=told["programs"])
