"""What the commands that execute notebooks print."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jupyter_promote.source.characters import printable
from jupyter_promote.surfaces import terminal

if TYPE_CHECKING:
    from jupyter_promote.challenging import Challenge
    from jupyter_promote.runs.alarms import Alarm
    from jupyter_promote.runs.ledger import Row
    from jupyter_promote.runs.outcome import Event, OnEvent, Run

_COLOURS = {"done": "green", "failed": "red", "timed-out": "red", "lost": "red"}
_REDRAW_SECONDS = 0.2
_LONGEST = 60  # characters of a value or an error in a line


@contextmanager
def one(*, quiet: bool) -> Iterator[OnEvent]:
    """Show which cell is being executed."""
    from jupyter_promote.runs.outcome import CellStarted

    with terminal.progress(quiet=quiet) as on_step:

        def on_event(event: Event) -> None:
            if isinstance(event, CellStarted):
                on_step(f"running cell {event.index + 1} of {event.total}")

        yield on_event


def as_wire(found: Run) -> dict[str, object]:
    """Return a run as the JSON answers show it."""
    return {
        "id": found.id,
        "state": found.state,
        "parameters": dict(found.parameters),
        "output": found.url or str(found.output),
        "engine": found.engine,
        "reason": found.reason,
        "seconds": found.seconds,
        "failed_cell": found.failed_cell,
        "error": found.error,
        "error_line": found.error_line,
        "peak_mb": found.peak_mb,
        "results": dict(found.results),
    }


def run(found: Run, *, as_json: bool) -> int:
    """Print how a run ended; return 0 when it is done, 1 when it failed."""
    from jupyter_promote.runs import reports

    if as_json:
        terminal.as_object(as_wire(found))
    else:
        done = found.state == "done"
        click.secho(
            f"{found.state} in {found.seconds:.1f} s", fg="green" if done else "red", bold=True
        )
        if not done:
            click.echo(f"  {reports.why(found)}")
        for name, value in found.results.items():
            click.echo(f"  {printable(name)} = {_short(value)}")
        click.echo(f"  {printable(found.url or str(found.output))}")
    return 0 if found.state == "done" else 1


def sweep(found: Sequence[Run], *, as_json: bool) -> int:
    """Print how the runs of a sweep ended; return 0 when all are done, 1 when not."""
    if as_json:
        terminal.as_object({"runs": [as_wire(run) for run in found]})
    else:
        counts: dict[str, int] = {}
        for one_run in {run.id: run for run in found}.values():
            counts[one_run.state] = counts.get(one_run.state, 0) + 1
        good = counts.keys() <= {"done"}
        text = ", ".join(f"{count} {state}" for state, count in counts.items())
        click.secho(text, fg="green" if good else "red", bold=True)
        if found:
            first = found[0]
            click.echo(f"  {printable(first.url.rpartition('/')[0] or str(first.output.parent))}")
    return 0 if all(run.state == "done" for run in found) else 1


def _short(value: object) -> str:
    text = printable(value if isinstance(value, str) else json.dumps(value, default=str))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _named(values: Mapping[str, object]) -> str:
    return " ".join(f"{printable(name)}={_short(value)}" for name, value in values.items())


@contextmanager
def many(*, quiet: bool) -> Iterator[Callable[[Event], None]]:
    """Print a line for each run that ends, and below them, on a terminal, what is going on."""
    if quiet:
        yield lambda event: None
        return
    table = _Table(live=sys.stdout.isatty())
    with table.redrawn():
        yield table.heard


class _Table:
    """The runs of a sweep so far."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._running: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._total = 0
        self._drawn = 0

    def heard(self, event: Event) -> None:
        """Take in what has happened."""
        from jupyter_promote.runs import outcome

        with self._lock:
            match event:
                case outcome.SweepStarted(total=total, kept=kept):
                    self._total = total
                    if kept:
                        click.echo(f"{kept} kept from before")
                case outcome.RunStarted(id=id_, attempt=attempt):
                    self._running[id_] = "starting" if attempt == 1 else f"attempt {attempt}"
                case outcome.CellStarted(id=id_, index=index, total=total):
                    self._running[id_] = f"cell {index + 1} of {total}"
                case outcome.RunEnded(run=run):
                    self._running.pop(run.id, None)
                    self._counts[run.state] = self._counts.get(run.state, 0) + 1
                    self._clear()
                    self._ended(run)

    def _ended(self, run: Run) -> None:
        from jupyter_promote.runs import reports

        click.echo(f"{run.id}  ", nl=False)
        click.secho(f"{run.state:9}", fg=_COLOURS.get(run.state, "yellow"), nl=False)
        click.echo(f" {run.seconds:7.2f} s  {run.engine:4}  {_named(run.parameters)}", nl=False)
        click.echo(f"  {_named(run.results)}" if run.results else "")
        if run.state != "done":
            click.echo(f"  {reports.why(run)}")

    @contextmanager
    def redrawn(self) -> Iterator[None]:
        """Redraw what is going on, time and again."""
        over = threading.Event()

        def turn() -> None:
            while not over.wait(_REDRAW_SECONDS):
                with self._lock:
                    self._clear()
                    self._draw()

        thread = threading.Thread(target=turn, daemon=True)
        if self._live:
            thread.start()
        try:
            yield
        finally:
            over.set()
            if self._live:
                thread.join()
                self._clear()

    def _clear(self) -> None:
        if self._drawn:
            click.echo(f"\x1b[{self._drawn}F\x1b[J", nl=False)
            self._drawn = 0

    def _draw(self) -> None:
        ended = sum(self._counts.values())
        left = ""
        if ended and ended < self._total:
            each = (time.monotonic() - self._started) / ended
            left = f", about {_span(each * (self._total - ended))} left"
        lines = [f"  {id_}  {state}" for id_, state in [*self._running.items()][:10]]
        lines.append(f"{ended} of {self._total} ended, {len(self._running)} running{left}")
        click.echo("\n".join(lines))
        self._drawn = len(lines)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def rows(found: Sequence[Row], *, as_json: bool) -> int:
    """Print runs of the ledger, one a line."""
    if as_json:
        terminal.as_object({"runs": [_as_wire(row) for row in found]})
        return 0
    for row in found:
        when = datetime.fromtimestamp(row.started or row.queued).strftime("%Y-%m-%d %H:%M")
        seconds = "" if row.seconds is None else f"{row.seconds:.2f} s"
        click.echo(f"{row.id}  {when}  ", nl=False)
        click.secho(f"{row.state:9}", fg=_COLOURS.get(row.state, "yellow"), nl=False)
        name = printable(Path(row.notebook).name)
        click.echo(f" {seconds:>9}  {row.engine:4}  {name}  {_named(row.parameters)}", nl=False)
        click.echo(f"  {_named(row.results)}" if row.results else "")
    return 0


def row(found: Row, *, as_json: bool) -> int:
    """Print all that the ledger knows of a run."""
    if as_json:
        terminal.as_object({"run": _as_wire(found)})
        return 0
    for name, value in _as_wire(found).items():
        if value not in ("", None, {}):
            text = _named(value) if isinstance(value, dict) else printable(str(value))
            click.echo(f"{name:18} {text}")
    return 0


def compared(found: Sequence[Row], alarms: Sequence[Alarm], *, as_json: bool) -> int:
    """Print parameters that differ and results, a run a line, then alarms; return 1 for these."""
    from jupyter_promote.runs import reports

    if as_json:
        told = [{"function": one.function, "message": one.message} for one in alarms]
        terminal.as_object({"runs": [_as_wire(one) for one in found], "alarms": told})
        return 1 if alarms else 0
    flattened = [reports.flat(one) for one in found]
    wanted = ("parameters.", "results.")
    names = [*dict.fromkeys(n for one in flattened for n in one if n.startswith(wanted))]
    shown = [
        name
        for name in names
        if name.startswith("results.") or len({repr(one.get(name)) for one in flattened}) > 1
    ]
    head = ["id", "state", "seconds", *(name.partition(".")[2] for name in shown)]
    body = [
        [one.id, one.state, f"{one.seconds or 0:.2f}", *(_short(flat.get(n)) for n in shown)]
        for one, flat in zip(found, flattened, strict=True)
    ]
    widths = [max(len(printable(line[i])) for line in [head, *body]) for i in range(len(head))]
    for number, line in enumerate([head, *body]):
        text = "  ".join(
            printable(cell).ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        click.secho(text.rstrip(), bold=number == 0)
    for one in alarms:
        click.secho("alarm: ", fg="red", bold=True, nl=False)
        click.echo(printable(f"{one.function}(): {one.message}"))
    return 1 if alarms else 0


def challenged(found: Challenge, *, as_json: bool) -> int:
    """Print two runs side by side and how they differ; return 1 where they do, or one failed."""
    both = {"champion": found.champion, "challenger": found.challenger}
    told = [f"{one.function}(): {one.message}" for one in found.alarms]
    if as_json:
        rows = {name: as_wire(run) for name, run in both.items()}
        terminal.as_object({**rows, "differences": found.differences, "alarms": told})
    else:
        for name, run in both.items():
            click.secho(f"{name:10} ", bold=True, nl=False)
            click.secho(run.state, fg=_COLOURS.get(run.state), nl=False)
            results = ", ".join(f"{n} = {_short(v)}" for n, v in run.results.items())
            click.echo(f" in {run.seconds:.1f} s  {printable(results)}".rstrip())
            if run.error:
                click.echo(f"  {printable(run.error)}")
        for line in (*found.differences, *told):
            click.secho("differs: ", fg="yellow", nl=False)
            click.echo(printable(line))
        if not found.differences and not told:
            click.echo("they show the same")
    failed = any(run.state != "done" for run in both.values())
    return 1 if failed or found.differences or told else 0


def pruned(removed: int, *, as_json: bool) -> int:
    """Say how many runs were removed."""
    if as_json:
        terminal.as_object({"removed": removed})
    else:
        click.echo(f"{removed} run{'' if removed == 1 else 's'} removed from the ledger")
    return 0


def _as_wire(found: Row) -> dict[str, object]:
    hidden = ("key", "owner", "heard")
    known = {f.name: getattr(found, f.name) for f in fields(found) if f.name not in hidden}
    return {**known, "seconds": found.seconds}
