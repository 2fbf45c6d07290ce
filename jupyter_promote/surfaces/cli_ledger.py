"""The commands about runs that were: `jupyter promote runs VERB`."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_promote import challenging, running
from jupyter_promote.surfaces import terminal_runs
from jupyter_promote.surfaces.cli_answering import answering

_path = click.Path(path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_where = click.option(
    "--at", "where", type=_path, default=Path("."), help="A notebook or folder of the project."
)
_state = click.option(
    "--state", type=click.Choice(["done", "failed", "timed-out", "cancelled", "lost", "running"])
)


@click.group()
def runs() -> None:
    """List, compare and export the runs that the ledger knows."""


@runs.command(name="list")
@_where
@_state
@click.option("--limit", type=click.IntRange(min=1), default=50, help="The newest so many.")
@_json
@answering
def list_(where: Path, state: str | None, limit: int, as_json: bool) -> int:
    """List runs, the newest first."""
    found = running.recorded(where)
    chosen = [row for row in found if state is None or row.state == state]
    return terminal_runs.rows(chosen[:limit], as_json=as_json)


@runs.command()
@click.argument("id_", metavar="ID")
@_where
@_json
@answering
def show(id_: str, where: Path, as_json: bool) -> int:
    """Show all that is known of the newest run whose id begins with ID."""
    return terminal_runs.row(running.chosen(where, [id_])[0], as_json=as_json)


@runs.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--plot", type=_path, help="Draw a picture: a PNG or SVG file.")
@click.option("--metric", help="For --plot: the result.")
@click.option("--over", help="For --plot: the parameter.")
@_where
@_json
@answering
def compare(
    ids: tuple[str, ...],
    plot: Path | None,
    metric: str | None,
    over: str | None,
    where: Path,
    as_json: bool,
) -> int:
    """Put parameters and results of runs beside each other; without ID, those of the last sweep.

    Exits with 1 when the newest profiled run (--profile) leaves what earlier runs showed.
    """
    found = running.chosen(where, ids)
    if plot is not None:
        if metric is None or over is None:
            raise click.UsageError("--plot needs --metric RESULT and --over PARAMETER")
        running.draw(found, metric=metric, over=over, path=plot)
    return terminal_runs.compared(found, running.alarms(where), as_json=as_json)


@runs.command()
@click.argument("notebook", type=_path)
@click.option(
    "--with",
    "other",
    type=_path,
    required=True,
    help="A folder with another version of the project.",
)
@click.option("-p", "pairs", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter.")
@click.option("--output-dir", "folder", type=_path, help="Where the executed notebooks go.")
@_json
@answering
def challenge(
    notebook: Path,
    other: Path,
    pairs: tuple[tuple[str, str], ...],
    folder: Path | None,
    as_json: bool,
) -> int:
    """Run NOTEBOOK with its module and with another version of it, and compare the two.

    Exits with 1 when a run failed, or when they differ.
    """
    with terminal_runs.one(quiet=as_json) as on_event:
        found = challenging.challenge(
            notebook, other, pairs=pairs, folder=folder, on_event=on_event
        )
    return terminal_runs.challenged(found, as_json=as_json)


@runs.command()
@click.argument("file")
@_where
@_state
@answering
def export(file: str, where: Path, state: str | None) -> int:
    """Write all runs to FILE (.csv, .parquet or .json), or to MLflow: mlflow or mlflow:ADDRESS."""
    found = running.recorded(where)
    running.export([row for row in found if state is None or row.state == state], file)
    return 0


@runs.command()
@click.option("--older-than", "days", type=click.FloatRange(min=0), metavar="DAYS")
@click.option("--missing", is_flag=True, help="Those whose output is gone.")
@_state
@_where
@_json
@answering
def prune(days: float | None, missing: bool, state: str | None, where: Path, as_json: bool) -> int:
    """Remove finished runs from the ledger; the executed notebooks stay."""
    if days is None and not missing and state is None:
        raise click.UsageError("say which: --older-than DAYS, --missing or --state STATE")
    removed = running.prune(where, days=days, missing=missing, state=state)
    return terminal_runs.pruned(removed, as_json=as_json)
