"""The commands about one notebook: `suggest`, `extract`, `verify`, `explain`."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_promote import workflow
from jupyter_promote.surfaces import terminal
from jupyter_promote.surfaces.cli_answering import answering

_notebook = click.argument("notebook", type=click.Path(path_type=Path))
_to = click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The project's folder.",
)
_module = click.option(
    "--module", default=None, metavar="NAME", help="churn, shop.churn, or a path ending in .py."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command()
@_notebook
@_to
@_module
@click.option("--no-run", is_flag=True, help="Decide by static analysis alone; execute nothing.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@click.option("--in-place", is_flag=True, help="Replace NOTEBOOK; its bytes are kept in .promote.")
@_json
@answering
def extract(
    notebook: Path,
    to: Path,
    module: str | None,
    no_run: bool,
    dry_run: bool,
    in_place: bool,
    as_json: bool,
) -> int:
    """Write the tagged cells of NOTEBOOK as a module, tests and a thin notebook."""
    request = workflow.Request(notebook=notebook, to=to, module=module, in_place=in_place)
    with terminal.progress(quiet=as_json) as on_step:
        found = workflow.extract(request, run=not no_run, on_step=on_step, write=not dry_run)
    terminal.promotion(found, as_json=as_json, dry_run=dry_run)
    return terminal.status_of(found, dry_run=dry_run)


@click.command()
@_notebook
@_to
@_module
@click.option("--mutants", is_flag=True, help="Say which small faults no test would notice.")
@_json
@answering
def verify(notebook: Path, to: Path, module: str | None, mutants: bool, as_json: bool) -> int:
    """Run NOTEBOOK, its promoted form and the tests, and say whether all do the same."""
    request = workflow.Request(notebook=notebook, to=to, module=module)
    with terminal.progress(quiet=as_json) as on_step:
        found = workflow.verify(request, on_step, lambda: False, mutants=mutants)
    return terminal.verified(found, as_json=as_json)


@click.command()
@_notebook
@click.option("--cell", type=int, default=None, help="Only the cell at this zero-based position.")
@_json
@answering
def explain(notebook: Path, cell: int | None, as_json: bool) -> int:
    """Say what each code cell of NOTEBOOK reads, binds and changes, each on its own."""
    terminal.explained(workflow.explain(notebook), cell=cell, as_json=as_json)
    return 0


@click.command()
@_notebook
@click.option("--write", is_flag=True, help="Write the proposed tags into the notebook.")
@_json
@answering
def suggest(notebook: Path, write: bool, as_json: bool) -> int:
    """Propose tags for an untagged NOTEBOOK."""
    terminal.suggestion(workflow.suggest(notebook, write=write), as_json=as_json, written=write)
    return 0
