"""The verbs, one page each: what the surfaces call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_promote import settings
from jupyter_promote.checks import drift, finding, hidden_state
from jupyter_promote.checks.finding import Check, Finding, Subject
from jupyter_promote.errors import BadTarget
from jupyter_promote.flow import program
from jupyter_promote.promotion import (
    draft,
    explanation,
    plan,
    project,
    reconcile,
    record,
    sharing,
)
from jupyter_promote.promotion import suggest as suggesting
from jupyter_promote.promotion.draft import Draft
from jupyter_promote.promotion.suggest import Proposal
from jupyter_promote.source import notebook, textual
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.writing import records
from jupyter_promote.writing.records import Place

CHECKS: tuple[tuple[str, Check], ...] = (
    ("JP301", hidden_state.undefined),
    ("JP302", hidden_state.out_of_order),
    ("JP303", hidden_state.unreadable),
    ("JP304", hidden_state.other_python),
    ("JP401", drift.notebook_changed),
    ("JP402", drift.module_changed),
    ("JP403", drift.missing),
)

if TYPE_CHECKING:
    from jupyter_promote.proof.observation import Observation
    from jupyter_promote.proof.verification import Verdict
    from jupyter_promote.runs.engine import Run

OnStep = Callable[[str], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Promote `notebook` to the folder `to`.

    `content` is the notebook as it stands on screen; None reads the file.
    """

    notebook: Path
    to: Path
    module: str | None = None
    content: Mapping[str, object] | None = None
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What a promotion would write or wrote. `existing` are the texts that stand there today.

    `verdict` is None where nothing was executed; `written` are the paths that changed on disk.
    `edited` are the files whose hand edits were merged; `problems` forbid writing.
    """

    draft: Draft
    existing: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    verdict: Verdict | None = None
    written: tuple[str, ...] = ()
    to: Path = Path()
    edited: tuple[str, ...] = ()
    problems: tuple[BadTarget, ...] = ()


def read(request: Request) -> Notebook:
    """Return the notebook of a request, from the screen or from its file."""
    if request.content is not None:
        return notebook.of_content(dict(request.content), request.notebook)
    return notebook.read(request.notebook)


def draw_up(request: Request) -> Promotion:
    """Return the promotion that `request` would give. Executes nothing, writes nothing.

    Raises:
        PromoteError: the notebook or the target is not usable.
    """
    return _promotion(request, plan.draw_up(read(request)))


def extract(
    request: Request,
    *,
    run: bool,
    on_step: OnStep = lambda step: None,
    cancelled: Cancelled = lambda: False,
    write: bool = True,
) -> Promotion:
    """Return the promotion after it was proved (with `run`) and written (with `write`).

    A group that the proof finds guilty is refused; nothing is written when nothing is left.

    Raises:
        PromoteError: the notebook or the target is not usable, or a file can't be written.
    """
    on_step("reading the notebook")
    found = draw_up(request)
    if not found.draft.artifacts:
        return found
    _refuse_problems(found)
    if run:
        found = _proved(request, found, on_step, cancelled)
    if not write or not found.draft.artifacts or _unproved(found, run):
        return found
    _refuse_problems(found)
    on_step("writing")
    return replace(found, written=_write(request, found))


def check(path: Path, places: Sequence[Place] = ()) -> tuple[Notebook, list[Finding]]:
    """Return the notebook at `path` and what the checks say about it, by cell.

    `places` are promotions it may belong to, besides those into a folder above it.
    """
    read_notebook = notebook.read(path)
    promotions = records.of_notebook(path, [*records.near(path), *places])
    subject = Subject(program=program.of_notebook(read_notebook), promotions=promotions)
    return read_notebook, _findings(subject)


def check_all(paths: Sequence[Path]) -> list[tuple[Notebook, list[Finding]]]:
    """Return what the checks say about the notebooks that `paths`, files or folders, stand for.

    In folders these are the `.ipynb`, and texts that were promoted.
    """
    folders = [path for path in paths if path.is_dir()]
    places = [place for folder in folders for place in records.below(folder)]
    texts = {place.original: None for place in places if textual.is_text(place.original)}
    found = [p for p in texts if any(p.is_relative_to(f.resolve()) for f in folders)]
    return [check(path, places) for path in (*notebooks_at(paths), *found)]


def explain(path: Path) -> list[explanation.CellNames]:
    """Return what each code cell of the notebook at `path` reads, binds and changes."""
    return [explanation.of_cell(one) for one in program.of_notebook(notebook.read(path)).cells]


def suggest(path: Path, *, write: bool) -> tuple[Proposal, ...]:
    """Return proposed tags for the notebook at `path`; with `write` they are added to the file."""
    read_notebook = notebook.read(path)
    found = suggesting.propose(program.of_notebook(read_notebook))
    if write and found:
        textual.refuse(path)
        from jupyter_promote.writing import tagging

        tagging.write(read_notebook, found)
    return found


def run(
    path: Path,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    file: Path | None = None,
    output: Path | None = None,
    on_step: OnStep = lambda step: None,
) -> Run:
    """Run the notebook at `path` once through papermill, with checked parameters.

    A thin notebook runs in the folder of its original, which its relative paths mean.

    Raises:
        PromoteError: a parameter, path or kernel that is not usable.
    """
    from jupyter_promote.runs import engine, parameter_files, parameters

    read_notebook = notebook.read(path)
    textual.refuse(path)
    declared = {p.name: p for p in parameters.of_notebook(read_notebook.content)}
    given = parameter_files.read(file) if file else {}
    for name, text in pairs:
        given[name] = parameters.parse_value(text, declared[name]) if name in declared else text
    return engine.run(
        path,
        parameters=given,
        output=output or path.with_name(f"{path.stem}.output.ipynb"),
        on_cell=lambda index, total: on_step(f"running cell {index + 1} of {total}"),
        **records.home_of(path),
    )


def notebooks_at(paths: Sequence[Path]) -> list[Path]:
    """Return the notebooks that `paths`, files or folders, stand for, in order."""
    found: list[Path] = []
    for path in paths:
        below = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
        found += [
            p for p in below if not any(part.startswith(".") for part in p.relative_to(path).parts)
        ]
    return found


def verify(request: Request, on_step: OnStep, cancelled: Cancelled) -> Verdict:
    """Return whether the promoted notebook below `request.to` does what the original does.

    What is on disk is compared: the module as it is now, with the hand edits it may have.
    """
    from jupyter_promote.proof import drafts, verification

    kept = request.to / ".promote" / "originals" / request.notebook.name
    read_notebook = (
        notebook.parse(kept.read_bytes(), request.notebook) if kept.is_file() else read(request)
    )
    target = project.choose(
        read_notebook, request.to, _module(request, read_notebook), in_place=kept.is_file()
    )
    thin_path = request.to / target.notebook
    if not thin_path.exists():
        raise BadTarget(
            "there is no promoted notebook here",
            where=str(thin_path),
            hint="run jupyter promote extract first",
        )
    drawn = plan.draw_up(read_notebook)
    limits = settings.read(request.to)
    verdict, _ = verification.verify(
        drafts.original(drawn),
        json.loads(thin_path.read_text()),
        drafts.conditions(drawn, target.dotted, limits, cancelled),
        sources=drafts.sources(request.to / target.root),
        on_step=on_step,
        parallel=True,
        other_values=drafts.other_values(drawn),
    )
    return verdict


def _promotion(request: Request, drawn: plan.Plan) -> Promotion:
    asked = _module(request, drawn.notebook)
    target = project.choose(drawn.notebook, request.to, asked, in_place=request.in_place)
    original = records.text_at(request.notebook) or "" if request.in_place else ""
    made = draft.render(drawn, target, original)
    places = records.at(request.to)
    neighbours = records.neighbours(places, target) if made.artifacts else []
    problems = [*records.taken(places, target, drawn.notebook.path)]
    if neighbours and not problems:
        shared = sharing.compare(drawn, target, made.artifacts[0].text, neighbours)
        refused = sharing.refusals(drawn, shared.clashes)
        if refused:
            leave = {r.name: r for r in drawn.refused} | refused
            return _promotion(request, plan.draw_up(drawn.notebook, leave=leave))
        problems += shared.problems
        if shared.loans:
            target = replace(target, loans=shared.loans)
            made = draft.render(drawn, target, original)
    subject = Subject(program=drawn.program)
    existing = {a.path: records.text_at(request.to / a.path) for a in made.artifacts}
    kept = tuple(
        a
        for a in made.artifacts
        if not (a.path.endswith("__init__.py") and existing[a.path] is not None)
    )
    last = record.parse(records.text_at(request.to / target.record_path))
    settled = reconcile.settle(kept, existing, last.generated if last else {}, target)
    return Promotion(
        draft=replace(made, artifacts=settled.artifacts),
        existing=existing,
        findings=tuple(_findings(subject)),
        to=request.to,
        edited=settled.edited,
        problems=(*problems, *settled.problems),
    )


def _module(request: Request, read_notebook: Notebook) -> str | None:
    """Return the module that was asked for, else the one this notebook was promoted to before."""
    if request.module:
        return request.module
    here = read_notebook.path.resolve()
    return next((p.record.module for p in records.at(request.to) if p.original == here), None)


def _findings(subject: Subject) -> list[Finding]:
    found = [f for _, check_one in CHECKS for f in check_one(subject)]
    return sorted(
        (f for f in found if not finding.silenced(f, subject)),
        key=lambda f: (-1 if f.cell is None else f.cell, f.line or 0, f.code),
    )


def _refuse_problems(found: Promotion) -> None:
    """Raise `BadTarget` where a file stands that we did not write, or whose edits can't be merged."""
    if found.problems:
        raise found.problems[0]


def _write(request: Request, found: Promotion) -> tuple[str, ...]:
    from jupyter_promote.writing import transaction

    before = {path: None if t is None else t.encode() for path, t in found.existing.items()}
    writes = [
        transaction.Write(path=a.path, content=a.text, expected=before[a.path])
        for a in found.draft.artifacts
    ]
    return transaction.write_all(request.to, writes).written


def _proved(request: Request, found: Promotion, on_step: OnStep, cancelled: Cancelled) -> Promotion:
    """Return the promotion with its verdict; groups that change what the notebook does are refused."""
    from jupyter_promote.proof.verification import Different

    verdict, observed = _prove(found, on_step, cancelled, None)
    if not isinstance(verdict, Different):
        return replace(found, verdict=verdict)
    if found.edited:  # leaving groups out would throw edits away
        note = f"{', '.join(found.edited)}: edited by hand, which may be the reason"
        return replace(found, verdict=Different(differences=(*verdict.differences, note)))
    guilty: dict[str, plan.Refusal] = {}
    names = [g.name for g in found.draft.plan.groups]
    for name in names:
        on_step(f"looking for the group that differs: {name}")
        alone = _only(request, found, [name])
        if not alone.draft.artifacts:
            continue
        single, observed = _prove(alone, on_step, cancelled, observed)
        if isinstance(single, Different):
            guilty[name] = _not_equivalent(found, name, single.differences[0])
    if not guilty:
        guilty = {n: _not_equivalent(found, n, verdict.differences[0]) for n in names}
    rest = _without(request, found, guilty)
    if not rest.draft.artifacts:
        return replace(rest, verdict=verdict)
    final, _ = _prove(rest, on_step, cancelled, observed)
    if isinstance(final, Different):
        everything = {n: _not_equivalent(found, n, final.differences[0]) for n in names}
        return replace(_without(request, found, everything), verdict=final)
    return replace(rest, verdict=final)


def _prove(
    found: Promotion, on_step: OnStep, cancelled: Cancelled, observed: Observation | None
) -> tuple[Verdict, Observation | None]:
    from jupyter_promote.proof import drafts

    return drafts.prove(
        found.draft,
        found.to,
        settings.read(found.to),
        on_step=on_step,
        cancelled=cancelled,
        observed=observed,
    )


def _unproved(found: Promotion, run: bool) -> bool:
    if not run:
        return False
    from jupyter_promote.proof.verification import Equivalent

    return not isinstance(found.verdict, Equivalent)


def _only(request: Request, found: Promotion, names: Sequence[str]) -> Promotion:
    others = {
        g.name: _not_equivalent(found, g.name, "")
        for g in found.draft.plan.groups
        if g.name not in names
    }
    return _promotion(request, plan.draw_up(found.draft.plan.notebook, leave=others))


def _without(request: Request, found: Promotion, guilty: Mapping[str, plan.Refusal]) -> Promotion:
    return _promotion(request, plan.draw_up(found.draft.plan.notebook, leave=dict(guilty)))


def _not_equivalent(found: Promotion, name: str, difference: str) -> plan.Refusal:
    group = next(g for g in found.draft.plan.groups if g.name == name)
    message = f"promoted, the notebook does something else: {difference}"
    return plan.Refusal(
        name=name,
        cells=group.cells,
        code="not-equivalent",
        message=message,
        hint="report it: the static rules missed this",
    )
