"""The command line: `jupyter promote VERB`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, NoReturn

import click

# jsonschema, which reads notebooks, imports this for a kind of address that they don't hold; to build
# its grammar takes longer than papermill needs for everything else.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

MISTAKE = 2
# Each command stands in a module that is imported when it is asked for: `check` must start quickly.
COMMANDS = {
    "suggest": "cli_promote",
    "extract": "cli_promote",
    "verify": "cli_promote",
    "explain": "cli_promote",
    "check": "cli_check",
    "unify": "cli_unify",
    "run": "cli_runs",
    "sweep": "cli_runs",
    "runs": "cli_ledger",
    "export": "cli_export",
}


class _Group(click.Group):
    """Finds the commands, and answers every mistake in one message, a bug of ours with a report."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands, in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the command of a name."""
        if name not in COMMANDS:
            return None
        found = getattr(import_module(f"jupyter_promote.surfaces.{COMMANDS[name]}"), name)
        assert isinstance(found, click.Command)
        return found

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


if __name__ == "__main__":
    main()
