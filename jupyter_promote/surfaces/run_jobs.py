"""Runs of a notebook as a job: what the panel is told while they go on."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from jupyter_promote.surfaces import places
from jupyter_promote.surfaces.jobs import MOST_LINES, Job
from jupyter_promote.surfaces.wire import JobWire
from jupyter_promote.surfaces.wire_runs import EndedWire, NowWire, RunningWire, plain

if TYPE_CHECKING:
    from jupyter_promote.runs.outcome import Event, Run
    from jupyter_promote.surfaces.doors import Permission

CUT = "… the rest is left out here: the output notebooks have all of it"
MOST_TOLD = 20  # runs of a sweep that did not end well
LONGEST_LINE = 2000
LONGEST_TRACEBACK = 20_000

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Running(Job[Any]):
    """A run of the notebook at `path`, or a sweep; all its runs report from threads of their own."""

    answer: Sequence[Run] | None

    def __init__(self, path: Path, root: Path, needs: Sequence[Permission], *, sweep: bool) -> None:
        super().__init__(needs)
        self.path = path
        self.root = root
        self._lock = threading.Lock()
        self._log = Log(sweep=sweep)
        self._tracebacks: dict[str, str] = {}
        self._told = RunningWire(
            sweep=sweep, total=1, done=0, failed=0, now=[], ended=[], first=0, lines=[], tail=""
        )

    @property
    def is_complete(self) -> bool:
        """Whether every run came to its own end."""
        return self.answer is not None and all(run.state != "cancelled" for run in self.answer)

    def hear(self, event: Event) -> None:
        """Take in what has happened."""
        with self._lock:
            self._take(event)
        self.tell()

    def _take(self, event: Event) -> None:
        from jupyter_promote.runs import outcome

        told = self._told
        self.step = "running"
        match event:
            case outcome.SweepStarted(total=total):
                self._told = replace(told, total=total)
            case outcome.RunStarted(id=id_, parameters=given):
                begun = NowWire(id=id_, parameters=plain(given), cell=-1, index=0, total=0)
                self._told = replace(told, now=[*self._others(id_), begun])
            case outcome.CellStarted(id=id_, cell=cell, index=index, total=total):
                now = [
                    replace(one, cell=cell, index=index, total=total) if one.id == id_ else one
                    for one in told.now
                ]
                self._told = replace(told, now=now)
            case outcome.CellOutput(id=id_, cell=cell, output=output):
                self._log.add(self._title(id_, cell), text_of(output))
                if output.get("output_type") == "error":
                    self._tracebacks[id_] = _traceback(output)
            case outcome.RunEnded(run=run):
                self._end(run)

    def _others(self, id_: str) -> list[NowWire]:
        return [one for one in self._told.now if one.id != id_]

    def _title(self, id_: str, cell: int) -> str:
        """Return the heading of what a cell shows; in a sweep it says of which run."""
        given = next((one.parameters for one in self._told.now if one.id == id_), {})
        named = ", ".join(f"{name}={value}" for name, value in given.items())
        parts = [named[:LONGEST_LINE], f"cell {cell + 1}"]
        return " · ".join(part for part in parts[not self._told.sweep :] if part)

    def _end(self, run: Run) -> None:
        told, good = self._told, run.state == "done"
        ended = told.ended
        if not told.sweep or (not good and len(ended) < MOST_TOLD and run.state != "cancelled"):
            trace = self._tracebacks.pop(run.id, "")
            ended = [*ended, _ended(run, trace, self.root)]
        self._told = replace(
            told,
            done=told.done + good,
            failed=told.failed + (run.state not in ("done", "cancelled")),
            now=self._others(run.id),
            ended=ended,
        )

    def wire(self, first: int) -> JobWire:
        """Return how far the runs are, and the lines from `first` on."""
        state = self.state  # read before the rest: once it has ended, all of it is there
        with self._lock:
            lines, tail = self._log.since(first)
            told = replace(self._told, first=first, lines=lines, tail=tail)
        error = self.error if state == "failed" else None
        return JobWire(job=self.id, state=state, step=self.step, running=told, error=error)


class Log:
    """What cells show, as lines; a heading says which cell it was."""

    def __init__(self, *, sweep: bool) -> None:
        self._lines: list[str] = []
        self._title = ""
        self._tail = ""

    def add(self, title: str, text: str) -> None:
        """Take in a piece of text, which need not end with its line."""
        if title != self._title:
            self._break()
            self._line(f"── {title} ──")
            self._title = title
        *whole, self._tail = (self._tail + text).split("\n")
        for line in whole:
            self._line(line)
        self._tail = self._tail[self._tail.rfind("\r", 0, -1) + 1 :]

    def _break(self) -> None:
        if self._tail:
            self._line(self._tail)
        self._tail = ""

    def _line(self, line: str) -> None:
        if len(self._lines) <= MOST_LINES:
            self._lines.append(_shown(line) if len(self._lines) < MOST_LINES else CUT)

    def since(self, first: int) -> tuple[list[str], str]:
        """Return the lines from `first` on, and the one that has not ended."""
        full = len(self._lines) > MOST_LINES
        return self._lines[first:], "" if full else _shown(self._tail)


def _shown(line: str) -> str:
    """Return what a terminal would show of a line: a progress bar overwrites itself."""
    return _COLOUR.sub("", line.rstrip("\r").rpartition("\r")[2])[:LONGEST_LINE]


def text_of(output: Mapping[str, Any]) -> str:
    """Return an output as text."""
    match output:
        case {"output_type": "stream", "text": text}:
            return _joined(text)
        case {"output_type": "error", "ename": name, "evalue": value}:
            return f"{name}: {value}\n"
        case {"data": {"text/plain": text}}:
            return _joined(text) + "\n"
    return ""


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _traceback(output: Mapping[str, Any]) -> str:
    lines = output.get("traceback")
    text = "\n".join(map(str, lines)) if isinstance(lines, list) else ""
    return _COLOUR.sub("", text)[-LONGEST_TRACEBACK:]


def _ended(run: Run, traceback: str, root: Path) -> EndedWire:
    from jupyter_promote.runs import reports

    return EndedWire(
        id=run.id,
        state=run.state,
        parameters=plain(run.parameters),
        results=plain(reports.values(run.results)),
        seconds=run.seconds,
        output=places.below(root, run.output),
        cell=run.failed_cell,
        line=run.error_line,
        error=run.error,
        traceback=traceback,
        engine=run.engine,
        reason=run.reason,
    )
