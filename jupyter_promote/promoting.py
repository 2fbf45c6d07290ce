"""Promote a notebook: drawn up, proved, pinned by tests, written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_promote import scratch_folders, settings
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.errors import BadTarget
from jupyter_promote.promotion import draft, plan, project, reconcile, record, sharing
from jupyter_promote.promotion.draft import Draft, Shown
from jupyter_promote.source import files, notebook
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.writing import records

if TYPE_CHECKING:
    from jupyter_promote.pinning.spoken import Pinned
    from jupyter_promote.proof.observation import Observation
    from jupyter_promote.proof.verification import Verdict

OnStep = Callable[[str], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Promote `notebook` to the folder `to`.

    `content` is the notebook as it stands on screen; None reads the file. What is written stays
    `within` a real folder.
    """

    notebook: Path
    to: Path
    module: str | None = None
    content: Mapping[str, object] | None = None
    in_place: bool = False
    within: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What a promotion would write or wrote. `existing` are the texts that stand there today.

    `verdict` is None where nothing was executed; `written` are the paths that changed on disk.
    `edited` are the files whose hand edits were merged; `problems` forbid writing. `pinned` is
    what a run has shown of the functions; `untested` says why there is nothing.
    """

    draft: Draft
    existing: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    verdict: Verdict | None = None
    written: tuple[str, ...] = ()
    to: Path = Path()
    edited: tuple[str, ...] = ()
    problems: tuple[BadTarget, ...] = ()
    pinned: Pinned | None = None
    untested: str = ""


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


def _promotion(request: Request, drawn: plan.Plan, shown: Shown | None = None) -> Promotion:
    asked = asked_module(request, drawn.notebook)
    target = project.choose(drawn.notebook, request.to, asked, in_place=request.in_place)
    last = record.parse(records.text_at(request.to / target.record_path))
    original = records.text_at(request.notebook) or "" if request.in_place else ""

    def rendered() -> Draft:
        return draft.render(drawn, target, original, last=last, shown=shown)

    made = rendered()
    places = records.at(request.to)
    neighbours = records.neighbours(places, target) if made.artifacts else []
    problems = [*records.taken(places, target, drawn.notebook.path)]
    if neighbours and not problems:
        shared = sharing.compare(drawn, target, made.module.text, neighbours)
        refused = sharing.refusals(drawn, shared.clashes)
        if refused:
            leave = {r.name: r for r in drawn.refused} | refused
            return _promotion(request, plan.draw_up(drawn.notebook, leave=leave))
        problems += shared.problems
        if shared.loans:
            target = replace(target, loans=shared.loans)
            made = rendered()
    subject = Subject(
        program=drawn.program,
        module=made.module.text if made.artifacts else "",
        module_path=target.module_path,
        varying=made.varying,
    )
    existing = {a.path: records.text_at(request.to / a.path) for a in made.artifacts}
    kept = tuple(
        a
        for a in made.artifacts
        if not (a.path.endswith("__init__.py") and existing[a.path] is not None)
    )
    settled = reconcile.settle(kept, existing, last.generated if last else {}, target)
    return Promotion(
        draft=replace(made, artifacts=settled.artifacts),
        existing=existing,
        findings=tuple(table.at_promotion(subject)),
        to=request.to,
        edited=settled.edited,
        problems=(*problems, *settled.problems),
    )


def asked_module(request: Request, read_notebook: Notebook) -> str | None:
    """Return the module that was asked for, else the one this notebook was promoted to before."""
    if request.module:
        return request.module
    here = read_notebook.path.resolve()
    return next((p.record.module for p in records.at(request.to) if p.original == here), None)


def _refuse_problems(found: Promotion) -> None:
    """Raise `BadTarget` where a file stands that we did not write, or whose edits can't be merged."""
    if found.problems:
        raise found.problems[0]


def _write(request: Request, found: Promotion) -> tuple[str, ...]:
    from jupyter_promote.writing import transaction

    texts = {path: None if t is None else t.encode() for path, t in found.existing.items()}
    writes = [
        transaction.Write(path=a.path, content=a.text, expected=texts[a.path])
        for a in found.draft.artifacts
    ]
    for path, content in found.draft.recordings.items():
        there = request.to / path
        before = there.read_bytes() if there.is_file() else None
        writes.append(transaction.Write(path=path, content=content, expected=before))
    files.refuse_leaving(
        request.to, request.within
    )  # looked at before the proof, which took a while
    return transaction.write_all(request.to, writes).written


def _proved(request: Request, found: Promotion, on_step: OnStep, cancelled: Cancelled) -> Promotion:
    """Return the promotion with its verdict and, where it is equivalent, the tests that pin it."""
    from jupyter_promote.proof.verification import Equivalent

    with scratch_folders.temporary("calls") as folder:
        ask = _Ask(request=request, on_step=on_step, cancelled=cancelled, calls=folder)
        proved = _equivalent(ask, found)
        if not isinstance(proved.verdict, Equivalent):
            return proved
        return _pinned(ask, proved)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What was asked, who listens, and where the calls of a run are recorded."""

    request: Request
    on_step: OnStep
    cancelled: Cancelled
    calls: Path


def _equivalent(ask: _Ask, found: Promotion) -> Promotion:
    """Return the promotion with its verdict; groups that change what the notebook does are refused."""
    from jupyter_promote.proof.verification import Different

    verdict, observed = _prove(ask, found, None)
    if not isinstance(verdict, Different):
        return replace(found, verdict=verdict)
    if found.edited:  # leaving groups out would throw edits away
        note = f"{', '.join(found.edited)}: edited by hand, which may be the reason"
        return replace(found, verdict=Different(differences=(*verdict.differences, note)))
    guilty: dict[str, plan.Refusal] = {}
    names = [g.name for g in found.draft.plan.groups]
    for name in names:
        ask.on_step(f"looking for the group that differs: {name}")
        alone = _only(ask.request, found, [name])
        if not alone.draft.artifacts:
            continue
        single, observed = _prove(ask, alone, observed)
        if isinstance(single, Different):
            guilty[name] = _not_equivalent(found, name, single.differences[0])
    if not guilty:
        guilty = {n: _not_equivalent(found, n, verdict.differences[0]) for n in names}
    rest = _without(ask.request, found, guilty)
    if not rest.draft.artifacts:
        return replace(rest, verdict=verdict)
    final, _ = _prove(ask, rest, observed)
    if isinstance(final, Different):
        everything = {n: _not_equivalent(found, n, final.differences[0]) for n in names}
        return replace(_without(ask.request, found, everything), verdict=final)
    return replace(rest, verdict=final)


def _prove(
    ask: _Ask, found: Promotion, observed: Observation | None
) -> tuple[Verdict, Observation | None]:
    from jupyter_promote.proof import drafts

    for path in ask.calls.iterdir():  # those of a run before
        path.unlink()
    return drafts.prove(
        found.draft,
        found.to,
        settings.read(found.to),
        on_step=ask.on_step,
        cancelled=ask.cancelled,
        observed=observed,
        calls=ask.calls,
    )


def _pinned(ask: _Ask, found: Promotion) -> Promotion:
    """Return the promotion with tests that pin what its functions did, and do again when tried."""
    from jupyter_promote.proof import pinning

    limits = settings.read(found.to)
    calls = pinning.digest(ask.calls)
    if found.draft.pinned.get("calls") == calls:  # nothing has changed since the last promotion
        return found
    ask.on_step("making tests from the recorded calls")
    shown = pinning.pin(found.draft, found.to, limits, ask.calls, cancelled=ask.cancelled)
    if isinstance(shown, pinning.Missing):
        return replace(found, untested=shown.why)
    ask.on_step("running the tests")
    shown, dropped = pinning.confirmed(
        found.draft, found.to, limits, ask.calls, shown, cancelled=ask.cancelled
    )
    made = _promotion(ask.request, found.draft.plan, shown)
    if made.problems:  # types would run into edits made by hand
        untyped = replace(shown, pinned=replace(shown.pinned, types={}))
        made = _promotion(ask.request, found.draft.plan, untyped)
    if made.problems:
        why = f"the tests stay as they are: {made.problems[0].what}"
        return replace(found, untested=why)
    return replace(made, verdict=found.verdict, pinned=shown.pinned, untested=dropped)


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
