"""The command `unify`: copies in a notebook become calls of one function."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_promote import workflow
from jupyter_promote.surfaces import terminal, terminal_unified
from jupyter_promote.surfaces.cli_answering import answering


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--cells",
    default=None,
    metavar="PLACES",
    help="The copies, cells counted from 1: 3:1-7,9:1-7. Without it, all groups that are found.",
)
@click.option("--write", is_flag=True, help="Change NOTEBOOK; its bytes are kept in .promote.")
@click.option("--no-run", is_flag=True, help="Decide by static analysis alone; execute nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@answering
def unify(notebook: Path, cells: str | None, write: bool, no_run: bool, as_json: bool) -> int:
    """Propose one function for copies in NOTEBOOK, and prove that calling it changes nothing."""
    with terminal.progress(quiet=as_json) as on_step:
        found = workflow.unify(notebook, cells, run=not no_run, write=write, on_step=on_step)
    return terminal_unified.unified(found, as_json=as_json)
