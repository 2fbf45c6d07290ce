"""What the command line prints: one JSON object, or text that a person reads."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from jupyter_promote import quoting
from jupyter_promote.source.characters import printable

if TYPE_CHECKING:
    from jupyter_promote.promotion.explanation import CellNames
    from jupyter_promote.promotion.suggest import Suggestion
    from jupyter_promote.proof.verification import Verdict
    from jupyter_promote.workflow import Promotion, Verified


def as_object(value: object) -> None:
    """Print `value` as one JSON object."""
    click.echo(quoting.json(msgspec.json.format(msgspec.json.encode(value)).decode()))


def error(kind: str, what: str, where: str, hint: str, as_json: bool, *, detail: str = "") -> None:
    """Print a mistake: what, where, and what to do; `detail` are lines that show it."""
    if as_json:
        more = {"detail": detail} if detail else {}
        as_object({"error": {"kind": kind, "what": what, "where": where, "hint": hint, **more}})
        return
    place = f" {printable(where)}:" if where else ""
    click.secho(f"error [{kind}]:{place} {printable(what)}", fg="red", err=True)
    for line in detail.split("\n") if detail else ():
        click.echo(f"  {printable(line)}", err=True)
    if hint:
        click.echo(f"  {printable(hint)}", err=True)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the current step on a terminal once the work takes longer than a second."""
    shows = not quiet and sys.stderr.isatty()
    step, done = [""], threading.Event()

    def turn() -> None:
        started = time.monotonic()
        while not done.wait(0.2):
            if time.monotonic() - started > 1:
                click.echo(
                    f"\r\x1b[2K{'⠋⠙⠹⠸⠼⠴⠦⠧'[int(time.monotonic() * 5) % 8]} {step[0]}",
                    nl=False,
                    err=True,
                )

    worker = threading.Thread(target=turn, daemon=True)
    if shows:
        worker.start()
    try:
        yield lambda text: step.__setitem__(0, printable(text))
    finally:
        done.set()
        if shows:
            worker.join()
            click.echo("\r\x1b[2K", nl=False, err=True)


def status_of(found: Promotion, *, dry_run: bool) -> int:
    """Return extract's exit code: 0 something was written (or would be), 1 nothing was."""
    if not found.draft.artifacts:
        return 1 if found.draft.plan.refused else 0  # without tags there was nothing to do
    return 1 if found.verdict is not None and _status(found.verdict) != "equivalent" else 0


def _status(verdict: Verdict | None) -> str:
    from jupyter_promote.surfaces import wire

    return wire.verdict(verdict).status


def promotion(found: Promotion, *, as_json: bool, dry_run: bool) -> None:
    """Print what was promoted, refused and proved."""
    from jupyter_promote.surfaces import wire

    report = wire.report(found)
    if as_json:
        as_object(report)
        return
    wrote = bool(found.draft.artifacts) and status_of(found, dry_run=dry_run) == 0
    _functions(report)
    for item in report.refused:
        cells = _cells(item.cells)
        _warn(
            f"refused {printable(item.name)} ({cells}) [{item.code}]: {printable(item.message)}",
            item.hint,
        )
    for dropped in report.dropped_displays:
        click.echo(
            f"  display dropped, cell {dropped.cell + 1}: {printable(dropped.code)[:60]} ({dropped.reason})"
        )
    for note in report.findings:
        place = "" if note.cell is None else f"cell {note.cell + 1}: "
        _warn(f"[{note.code}] {place}{printable(note.message)}", note.hint)
    if not report.functions and not report.refused and not report.moved:
        _warn(
            "no cell is tagged for promotion",
            "tag cells promote or promote:NAME, or try: jupyter promote suggest",
        )
    verdict_lines(report.verdict)
    _test_lines(report.characterization)
    if wrote:
        click.echo("would write:" if dry_run else "wrote:")
        for path in [f.path for f in report.files]:
            changed = dry_run or path in found.written
            click.echo(f"  {printable(path)}" + ("" if changed else "  (unchanged)"))
    elif found.draft.artifacts:
        click.echo("nothing was written")


def _functions(report: Any) -> None:
    for one in report.functions:
        outputs = f" -> {', '.join(one.outputs)}" if one.outputs else ""
        click.secho(f"{printable(one.signature)}{printable(outputs)}", bold=True, nl=False)
        click.echo(f"   {_cells(one.cells)}")
    if report.moved:
        click.echo(f"definitions moved from {_cells(report.moved)}")


def _cells(cells: Sequence[int]) -> str:
    numbers = [str(c + 1) for c in cells]
    return f"cell{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def _warn(text: str, hint: str) -> None:
    click.secho("warning: ", fg="yellow", nl=False)
    click.echo(text)
    if hint:
        click.echo(f"  {printable(hint)}")


def verified(found: Verified, *, as_json: bool) -> int:
    """Print what the proof found and what the tests say; return 0 when all is well, 1 when not."""
    from jupyter_promote.surfaces import wire_verified

    answer = wire_verified.verified(found)
    if as_json:
        as_object(answer)
    else:
        verdict_lines(answer)
        _suite_lines(answer.tests)
        for one in answer.findings:
            place = "" if one.cell is None else f"cell {one.cell + 1}: "
            _warn(f"[{one.code}] {place}{printable(one.message)}", one.hint)
    return 0 if answer.status == "equivalent" and not answer.tests.failed else 1


def _suite_lines(tests: Any) -> None:
    covered, lines = tests.lines
    if not lines:
        click.echo("tests: none were run")
    else:
        colour = "red" if tests.failed else "green"
        click.secho("tests: ", fg=colour, bold=True, nl=False)
        skipped = f", {tests.skipped} skipped" if tests.skipped else ""
        click.echo(
            f"{tests.passed} passed, {len(tests.failed)} failed{skipped};"
            f" they run {covered} of {lines} lines of the module"
        )
    for name in tests.failed:
        click.echo(f"  failed: {printable(name)}")
    for name, (covered, lines) in tests.coverage.items():
        if covered < lines:
            click.echo(f"  {name}(): {covered} of {lines} lines")
    if tests.mutants is not None:
        noticed = tests.mutants - len(tests.survivors)
        click.secho("faults: ", fg="green", bold=True, nl=False)
        share = f" ({noticed / tests.mutants:.2f})" if tests.mutants else ""
        click.echo(f"they notice {noticed} of {tests.mutants} small faults{share}")
        if tests.unknown:
            click.echo(f"  {tests.unknown} others were not tried: the time (mutant_seconds) was up")
    for one in tests.survivors:
        click.echo(f"  [{one.code}] {printable(f'{one.path} line {one.line}: {one.message}')}")
    for line in tests.notes:
        click.echo(f"  {printable(line)}")


def verdict_lines(answer: Any) -> None:
    """Print what the proof found."""
    match answer.status:
        case "equivalent":
            counts = f"{answer.outputs} outputs, {answer.variables} variables, {answer.figures} figures, {answer.files} files"
            click.secho("equivalent: ", fg="green", bold=True, nl=False)
            click.echo(f"{counts} compared")
        case "different":
            click.secho(
                "different: the promoted notebook does not do the same", fg="red", bold=True
            )
        case "not-verified":
            click.secho(
                "not verified: nothing was proved, so nothing was written", fg="red", bold=True
            )
        case _:
            click.echo("not verified: nothing was executed (--no-run)")
    for line in (*answer.differences, *answer.notes):
        click.echo(f"  {printable(line)}")


def _test_lines(answer: Any) -> None:
    if answer.status == "made":
        tests = sum(len(f.tests) for f in answer.functions)
        covered, lines = (
            sum(getattr(f, n) for f in answer.functions) for n in ("covered", "lines")
        )
        noticed = answer.mutants - len(answer.survivors)
        click.secho("pinned: ", fg="green", bold=True, nl=False)
        click.echo(
            f"{tests} tests run {covered} of {lines} lines of functions"
            f" and notice {noticed} of {answer.mutants} small faults"
        )
    elif answer.status == "kept":
        click.echo("pinned: the tests are those of the last promotion")
    for line in answer.notes:
        click.echo(f"  {printable(line)}")


def explained(found: Sequence[CellNames], *, cell: int | None, as_json: bool) -> None:
    """Print what cells read, bind and change."""
    chosen = [one for one in found if cell is None or one.cell == cell]
    if as_json:
        as_object({"cells": chosen})
        return
    if not chosen:
        click.echo("there is no such code cell" if found else "there are no code cells")
    for one in chosen:
        click.secho(f"cell {one.cell + 1}", bold=True)
        if one.error:
            click.echo(f"  {printable(one.error)}")
        for word, names in (("reads", one.reads), ("binds", one.binds), ("changes", one.mutates)):
            if names:
                click.echo(f"  {word:8} {', '.join(names)}")


def suggestion(found: Suggestion, *, as_json: bool, written: bool) -> None:
    """Print proposed tags with their reasons, then the cells left alone, by reason."""
    if as_json:
        as_object({"proposals": found.proposals, "left": found.left, "written": written})
        return
    for one in found.proposals:
        click.secho(f"cell {one.cell + 1}: {printable(one.tag)}", bold=True, nl=False)
        click.echo(f"   {printable(one.reason)}")
    reasons: dict[str, list[int]] = {}
    for cell in found.left:
        reasons.setdefault(cell.reason, []).append(cell.cell)
    if reasons:
        click.echo("left as they are:")
    for reason, cells in reasons.items():
        click.echo(f"  {_cells(cells)}: {printable(reason)}")
    if not found.proposals:
        click.echo("nothing to propose: every code cell is tagged, or there is none to promote")
    elif written:
        click.echo("the tags were written into the notebook")
