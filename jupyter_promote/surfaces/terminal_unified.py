"""What `unify` prints."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import click

from jupyter_promote.source.characters import printable
from jupyter_promote.surfaces import terminal, wire_unified
from jupyter_promote.surfaces.wire_unified import UnifiedWire
from jupyter_promote.unifying import Unified

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def unified(found: Sequence[Unified], *, as_json: bool) -> int:
    """Print proposals and obstacles; return 1 unless something was proposed and nothing disproved."""
    rows = [wire_unified.unified(one) for one in found]
    if as_json:
        terminal.as_object({"groups": rows})
    else:
        for row in rows:
            _one(row)
        if not rows:
            click.echo("no copies were found")
    usable = [
        r for r in rows if r.obstacle is None and r.verdict.status in ("equivalent", "not-run")
    ]
    return 0 if usable or not rows else 1


def _one(row: UnifiedWire) -> None:
    places = ", ".join(f"cell {c.cell + 1} lines {c.first}-{c.last}" for c in row.copies)
    if row.obstacle is not None:
        click.secho(f"no function [{row.obstacle.code}]: ", fg="yellow", bold=True, nl=False)
        click.echo(printable(row.obstacle.message))
        if row.obstacle.hint:
            click.echo(f"  {printable(row.obstacle.hint)}")
        return
    outputs = f" -> {', '.join(row.outputs)}" if row.outputs else ""
    signature = row.signature or f"kept once: {row.name}"
    click.secho(printable(f"{signature}{outputs}"), bold=True, nl=False)
    click.echo(f"   {places}")
    if row.left is not None:
        click.echo(f"  some lines stay: {printable(row.left.message)}")
    for line in _difference(row):
        click.secho(f"  {printable(line)}", fg=COLOURS.get(line[:1]))
    if row.verdict.status == "not-run":
        click.echo("not verified: nothing was executed (--no-run)")
    else:
        terminal.verdict_lines(row.verdict)
    if row.written:
        click.echo("written; the notebook as it was is in .promote/before-unify")


def _difference(row: UnifiedWire) -> Iterator[str]:
    """Yield the unified diff of the cells, the new one first."""
    new = f"new cell above cell {row.above + 1}"
    yield from _lines("", row.source, new) if row.source else ()
    for cell in row.cells:
        yield from _lines(cell.before, cell.after, f"cell {cell.cell + 1}")


def _lines(before: str, after: str, name: str) -> Iterator[str]:
    changed = difflib.unified_diff(
        before.split("\n") if before else [], after.split("\n"), name, name, lineterm=""
    )
    yield from changed
