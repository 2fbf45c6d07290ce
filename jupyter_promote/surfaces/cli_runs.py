"""The commands that execute notebooks with parameters: `run`, `sweep`, `runs`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from jupyter_promote import running
from jupyter_promote.surfaces import terminal_runs
from jupyter_promote.surfaces.cli_answering import answering

_path = click.Path(path_type=Path)
_notebook = click.argument("notebook", type=_path)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_pairs = click.option(
    "-p", "pairs", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter."
)
_positive = click.FloatRange(min=0, min_open=True)


_junit = click.option("--junit", type=_path, help="Write a JUnit report.")
_summary = click.option("--summary", type=_path, help="Add a Markdown table to this file.")


def _how(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options about how runs are executed, as one argument `how`."""

    @wraps(command)
    def called(
        *args: Any,
        kernel: str | None,
        cold: bool,
        profile: bool,
        deadline: float | None,
        memory: float | None,
        **options: Any,
    ) -> Any:
        how = running.How(
            kernel=kernel, cold=cold, profile=profile, seconds=deadline, memory_mb=memory
        )
        return command(*args, how=how, **options)

    for option in (
        click.option("--memory", type=_positive, metavar="MB", help="Memory that a run may use."),
        click.option(
            "--deadline", type=_positive, metavar="S", help="Seconds that a run may take."
        ),
        click.option("--profile", is_flag=True, help="Keep what promoted functions take and give."),
        click.option("--cold", is_flag=True, help="Execute in stock kernels only."),
        click.option("--kernel", default=None, metavar="NAME", help="Not the notebook's kernel."),
    ):
        called = option(called)
    return called


@contextmanager
def _cancelling() -> Iterator[Callable[[], bool]]:
    """Give what says whether the person asked to stop: Ctrl-C or SIGTERM, the second one at once."""
    asked = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, frame: object) -> None:
        asked.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, stop)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command()
@_notebook
@_pairs
@click.option("--params", "file", default=None, type=_path, help="A YAML, JSON or TOML file.")
@click.option("--output", default=None, type=_path, help="Where the executed notebook goes.")
@_how
@_junit
@_summary
@_json
@answering
def run(
    notebook: Path,
    pairs: tuple[tuple[str, str], ...],
    file: Path | None,
    output: Path | None,
    how: running.How,
    junit: Path | None,
    summary: Path | None,
    as_json: bool,
) -> int:
    """Run NOTEBOOK once through papermill, its parameters checked first."""
    with _cancelling() as cancelled, terminal_runs.one(quiet=as_json) as on_event:
        how = replace(how, cancelled=cancelled)
        found = running.run(
            notebook, pairs=pairs, file=file, output=output, how=how, on_event=on_event
        )
    running.report([found], notebook, junit=junit, summary=summary)
    return terminal_runs.run(found, as_json=as_json)


@click.command()
@_notebook
@click.option("--grid", type=_path, help="Axes of a grid: YAML, JSON or TOML.")
@click.option("--params", type=_path, help="The points: YAML, JSON, TOML or CSV.")
@click.option("--sample", metavar="random:N|lhs:N", help="Draw N points of the grid's ranges.")
@click.option("--seed", type=int, default=0, help="For --sample; the same seed, the same points.")
@_pairs
@click.option("--output-dir", "folder", type=_path, help="Where the executed notebooks go.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many runs at once.")
@click.option("--retries", type=click.IntRange(min=0), default=1, help="If a run was killed.")
@click.option("--resume", is_flag=True, help="Keep what is done already.")
@click.option("--on", default="", metavar="dask://HOST:PORT", help="Run on a Dask cluster.")
@_how
@_junit
@_summary
@_json
@answering
def sweep(
    notebook: Path,
    grid: Path | None,
    params: Path | None,
    sample: str | None,
    seed: int,
    pairs: tuple[tuple[str, str], ...],
    folder: Path | None,
    jobs: int | None,
    retries: int,
    resume: bool,
    on: str,
    how: running.How,
    junit: Path | None,
    summary: Path | None,
    as_json: bool,
) -> int:
    """Run NOTEBOOK at many points, several at a time."""
    wanted = running.Wanted(grid=grid, params=params, sample=sample, seed=seed, pairs=pairs)
    with _cancelling() as cancelled, terminal_runs.many(quiet=as_json) as on_event:
        how = replace(how, cancelled=cancelled)
        found = running.sweep(
            notebook,
            wanted,
            folder=folder,
            jobs=jobs,
            retries=retries,
            resume=resume,
            on=on,
            how=how,
            on_event=on_event,
        )
    running.report(found, notebook, junit=junit, summary=summary)
    return terminal_runs.sweep(found, as_json=as_json)
