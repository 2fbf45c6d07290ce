"""Who works out what the cache does not know: this process, or others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

BATCH = 64  # files: what is worked out is remembered after each batch
Given = TypeVar("Given")
Made = TypeVar("Made")


class Compute(Protocol):
    """Does some work for many things, and gives what came of it in their order."""

    def __call__(self, work: Callable[[Given], Made], many: Sequence[Given], /) -> Iterable[Made]:
        """Work things out."""
        ...


def here(work: Callable[[Given], Made], many: Sequence[Given], /) -> Iterator[Made]:
    """Work things out one after the other in this process."""
    return map(work, many)


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Who computes, and how many files at once make good use of it."""

    compute: Compute = here
    batch: int = BATCH
