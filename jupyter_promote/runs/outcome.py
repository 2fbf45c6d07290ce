"""What became of a run, and what is told while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from nbformat import NotebookNode

State = Literal["done", "failed", "timed-out", "cancelled", "lost"]
Why = Literal["time", "memory", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution: how it ended, with which parameters, and where its notebook is.

    `failed_cell` is a position in the notebook that was given, not in the output; `error_line`
    counts from 1 in that cell. `engine` is what executed the cells and `reason` why, where the
    choice was not the person's. A run is `lost` when what executed it was killed from outside.
    Where the output went to a storage, `url` is its address there.
    """

    state: State
    parameters: Mapping[str, object]
    output: Path
    seconds: float
    url: str = ""
    id: str = ""
    failed_cell: int | None = None
    error: str = ""
    error_line: int | None = None
    engine: str = "cold"
    reason: str = ""
    exit_signal: str = ""
    peak_mb: float | None = None
    results: Mapping[str, object] = field(default_factory=dict)
    profile: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a run ended, its notebook, and the notebook's text where that is known already."""

    run: Run
    node: NotebookNode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepStarted:
    """`total` runs are to be executed; `kept` others are done already."""

    total: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The run `id` begins, for the `attempt`-th time."""

    id: str
    attempt: int
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStarted:
    """The code cell number `index` (from 0) of `total` begins; `cell` is its place in the notebook."""

    id: str
    cell: int
    index: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOutput:
    """The cell showed something: an output as nbformat writes it."""

    id: str
    cell: int
    output: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What the run has shown so far is in the file `path`."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over."""

    run: Run


Event = SweepStarted | RunStarted | CellStarted | CellOutput | Saved | RunEnded
OnEvent = Callable[[Event], None]


def unheard(event: Event) -> None:
    """Nobody listens."""
