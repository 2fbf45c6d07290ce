"""The command `check`: what is wrong with notebooks, modules and tests."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from jupyter_promote.source.characters import printable
from jupyter_promote.surfaces import formats, terminal
from jupyter_promote.surfaces.cli_answering import answering

_path = click.Path(path_type=Path)
KEPT = 100_000  # objects after which garbage is looked for: nearly all that a check makes is kept


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_path)
@click.option(
    "--format", "format_", type=click.Choice(formats.NAMES), default="text", show_default=True
)
@click.option("--select", default="", metavar="RULES", help="E.g. JP1,JP301: only these rules.")
@click.option(
    "--baseline", type=_path, metavar="FILE", help="Accept what FILE holds; made where it is not."
)
@click.option(
    "--changed-since", "since", default="", metavar="REV", help="Only what changed since REV (git)."
)
@click.option("--mutants", is_flag=True, help="Run tests, and say which small faults none notices.")
@click.option("--on", default="", metavar="dask://HOST:PORT", help="Compute on a Dask cluster.")
@answering
def check(
    paths: tuple[Path, ...],
    format_: str,
    select: str,
    baseline: Path | None,
    since: str,
    mutants: bool,
    on: str,
) -> int:
    """Say what is wrong with the notebooks, modules and tests at PATHS (files or folders)."""
    from jupyter_promote.checking import check as checking

    gc.set_threshold(KEPT)
    codes = tuple(code.strip() for code in select.split(",") if code.strip())
    with terminal.progress(quiet=format_ != "text") as on_step:
        request = checking.Request(
            paths=paths,
            select=codes,
            baseline=baseline,
            since=since,
            on=on,
            mutants=mutants,
            on_step=on_step,
        )
        found = checking.check(request)
    for note in found.notes:
        click.echo(printable(note), err=True)
    if found.accepted:
        click.echo(f"accepted {found.accepted} findings in {printable(str(baseline))}", err=True)
    click.echo(formats.written(found, format_), nl=format_ != "github")
    return 1 if found.findings else 0
