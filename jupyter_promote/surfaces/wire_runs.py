"""What the panel is told of runs: those under way, and those in the ledger.

Positions of cells are zero-based places in the notebook that was run; paths are relative to the
server's root, and "" where there is nothing to be opened.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

LARGEST = 2**53  # beyond it, JavaScript would show another number
Plain = bool | int | float | str | None
State = Literal["queued", "running", "done", "failed", "timed-out", "cancelled", "lost"]


class EndedWire(Struct, frozen=True, kw_only=True):
    """A run that is over; `traceback` and `error` say why, where it did not end well."""

    id: str
    state: State
    parameters: dict[str, Plain]
    results: dict[str, Plain]
    seconds: float
    output: str
    cell: int | None
    line: int | None
    error: str
    traceback: str
    engine: str
    reason: str


class NowWire(Struct, frozen=True, kw_only=True):
    """A run under way: the code cell number `index` (from 0) of `total` is being executed."""

    id: str
    parameters: dict[str, Plain]
    cell: int
    index: int
    total: int


class RunningWire(Struct, frozen=True, kw_only=True):
    """A run, or a sweep of `total` runs, under way; `lines` are what its cells show from `first` on.

    `tail` is a line that has not ended yet. Of the runs that are over, `ended` has those that did
    not end well, or the only one.
    """

    sweep: bool
    total: int
    done: int
    failed: int
    now: list[NowWire]
    ended: list[EndedWire]
    first: int
    lines: list[str]
    tail: str


class RunWire(Struct, frozen=True, kw_only=True):
    """A run in the ledger; `at` is when it began, in seconds since 1970."""

    key: int
    id: str
    sweep: str
    state: State
    parameters: dict[str, Plain]
    results: dict[str, Plain]
    seconds: float | None
    at: float
    output: str
    cell: int | None
    line: int | None
    error: str
    engine: str
    reason: str


class ResultsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was run of the notebook at `path`?"""

    path: str


class ResultsWire(Struct, frozen=True, kw_only=True):
    """The runs of a notebook, the newest first, and the job that the server last had for it."""

    runs: list[RunWire]
    job: str


class StartRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run of the notebook at `path` as it is saved, or with `sweep` all runs of a grid.

    `fields` are texts as typed, of those parameters that do not keep their defaults.
    """

    path: str
    fields: dict[str, str]
    sweep: bool = False
    warm: bool = True
    deadline: float | None = None


def plain(values: Mapping[str, object]) -> dict[str, Plain]:
    """Return values as the panel can show and sort them."""
    return {str(name): _plain(value) for name, value in values.items()}


def _plain(value: object) -> Plain:
    match value:
        case None | bool() | str():
            return value
        case int() if abs(value) < LARGEST:
            return value
        case float() if math.isfinite(value):
            return value
        case int() | float():
            return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
