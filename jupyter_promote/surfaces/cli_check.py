"""The command `check`: what is wrong with notebooks, modules and tests."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_promote.surfaces import formats
from jupyter_promote.surfaces.cli_answering import answering

_path = click.Path(path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_path)
@click.option(
    "--format", "format_", type=click.Choice(formats.NAMES), default="text", show_default=True
)
@click.option("--select", default="", metavar="RULES", help="E.g. JP1,JP301: only these rules.")
@answering
def check(paths: tuple[Path, ...], format_: str, select: str) -> int:
    """Say what is wrong with the notebooks, modules and tests at PATHS (files or folders)."""
    from jupyter_promote.checking import check as checking

    codes = tuple(code.strip() for code in select.split(",") if code.strip())
    found = checking.check(checking.Request(paths=paths, select=codes))
    click.echo(formats.written(found, format_), nl=format_ != "github")
    return 1 if found.findings else 0
