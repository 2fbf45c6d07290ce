"""The command line: `jupyter promote VERB`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from jupyter_promote import workflow
from jupyter_promote.surfaces import cli_runs, terminal
from jupyter_promote.surfaces.cli_answering import MISTAKE, answering


class _Group(click.Group):
    """Answers every mistake in one message, and a bug of ours with a report."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        options["standalone_mode"] = False
        try:
            status = super().main(*args, **options)
        except click.exceptions.Exit as stop:
            sys.exit(stop.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(MISTAKE)
        except (click.Abort, KeyboardInterrupt):
            click.echo("cancelled; nothing was written", err=True)
            sys.exit(130)
        sys.exit(status if isinstance(status, int) else 0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jupyter-promote")
def main() -> None:
    """Promote tagged notebook cells to a clean, tested module, and prove that nothing changed."""


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


@main.command()
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


@main.command()
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


@main.command()
@_notebook
@click.option("--cell", type=int, default=None, help="Only the cell at this zero-based position.")
@_json
@answering
def explain(notebook: Path, cell: int | None, as_json: bool) -> int:
    """Say what each code cell of NOTEBOOK reads, binds and changes, each on its own."""
    terminal.explained(workflow.explain(notebook), cell=cell, as_json=as_json)
    return 0


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@answering
def check(paths: tuple[Path, ...], format_: str) -> int:
    """Say what is wrong with the notebooks at PATHS (files or folders)."""
    return terminal.findings(workflow.check_all(paths), as_json=format_ == "json")


@main.command()
@_notebook
@click.option("--write", is_flag=True, help="Write the proposed tags into the notebook.")
@_json
@answering
def suggest(notebook: Path, write: bool, as_json: bool) -> int:
    """Propose tags for an untagged NOTEBOOK."""
    terminal.suggestion(workflow.suggest(notebook, write=write), as_json=as_json, written=write)
    return 0


for command in cli_runs.COMMANDS:
    main.add_command(command)


if __name__ == "__main__":
    main()
