"""The command that writes files for schedulers and CI: `export`."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_promote import scheduling
from jupyter_promote.source.characters import printable
from jupyter_promote.surfaces.cli_answering import answering

TARGETS = ("luigi", "airflow", "github", "gitlab", "jenkins", "make")

_path = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=click.Choice(TARGETS))
@click.argument("notebook", type=_path)
@click.option("--grid", type=_path, help="As for sweep.")
@click.option("--params", type=_path, help="As for sweep.")
@click.option("--sample", metavar="random:N|lhs:N", help="As for sweep.")
@click.option("-p", "pairs", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter.")
@click.option(
    "--install",
    multiple=True,
    metavar="FILE|URL",
    help="What CI installs beside the project, e.g. a wheel of jupyter_promote; no bare names.",
)
@click.option("--output", type=_path, help="Which file to write.")
@answering
def export(
    target: str,
    notebook: Path,
    grid: Path | None,
    params: Path | None,
    sample: str | None,
    pairs: tuple[tuple[str, str], ...],
    install: tuple[str, ...],
    output: Path | None,
) -> int:
    """Write a file with which TARGET runs NOTEBOOK every night, or a sweep of it."""
    options = (("--grid", grid), ("--params", params), ("--sample", sample))
    points = [(name, value) for name, value in options if value is not None]
    written = scheduling.export(
        target, notebook, points=points, pairs=pairs, install=install, output=output
    )
    click.echo(f"wrote {printable(str(written))}")
    return 0
