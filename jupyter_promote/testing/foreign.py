"""Somebody else's code may raise whatever it likes: this is where it is caught, for all of us."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def ended(work: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    """Return what `work` gives and None, or None and what it raised; Ctrl-C goes on."""
    try:
        return work(), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, error


def attempted(work: Callable[[], T], otherwise: T) -> T:
    """Return what `work` gives, `otherwise` where it raises an error."""
    found: list[T] = []
    _, error = ended(lambda: found.append(work()))
    if error is not None and not isinstance(error, Exception):
        raise error
    return found[0] if found else otherwise
