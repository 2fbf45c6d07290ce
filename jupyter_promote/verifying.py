"""Verify a promotion as it stands on disk: the thin notebook beside the original, and its tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_promote import settings
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding
from jupyter_promote.errors import BadTarget
from jupyter_promote.promoting import Cancelled, OnStep, Request, asked_module, read
from jupyter_promote.promotion import plan, project
from jupyter_promote.promotion.project import Target
from jupyter_promote.source import notebook
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.writing import tested

if TYPE_CHECKING:
    from jupyter_promote.proof.observation import Observation
    from jupyter_promote.proof.suite import Suite, Untested
    from jupyter_promote.proof.verification import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the proof found, and what the project's own tests say.

    `findings` are about the original: what only a run can tell.
    """

    target: Target
    verdict: Verdict
    tests: Suite | Untested
    findings: tuple[Finding, ...] = ()


def verify(
    request: Request, on_step: OnStep, cancelled: Cancelled, *, mutants: bool = False
) -> Verified:
    """Return whether the promoted notebook below `request.to` does what the original does.

    What is on disk is compared: the module as it is now, with the hand edits it may have. Its
    tests are run, too; with `mutants` they are tried on small faults. Which lines they run is kept,
    for `check` to say which branches none takes.
    """
    from jupyter_promote.proof import drafts, suite, verification

    kept = request.to / ".promote" / "originals" / request.notebook.name
    read_notebook = (
        notebook.parse(kept.read_bytes(), request.notebook) if kept.is_file() else read(request)
    )
    target = project.choose(
        read_notebook, request.to, asked_module(request, read_notebook), in_place=kept.is_file()
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
    conditions = drafts.conditions(drawn, target.dotted, limits, cancelled)
    verdict, observed = verification.verify(
        drafts.original(drawn),
        json.loads(thin_path.read_text(encoding="utf-8")),
        conditions,
        sources=drafts.sources(request.to / target.root),
        on_step=on_step,
        parallel=True,
        other_values=drafts.other_values(drawn),
    )
    if observed is None:
        why = "the notebook did not run to its end, so its tests were not run"
        return Verified(target=target, verdict=verdict, tests=suite.Untested(why=why))
    ask = suite.Ask(
        to=request.to,
        target=target,
        python=observed.python,
        folder=conditions.folder,
        faults=mutants,
        limits=limits,
        on_step=on_step,
        cancelled=cancelled,
    )
    found = suite.tried(ask)
    if isinstance(found, suite.Suite):
        tested.keep(request.to, target, found.ran)
    said = _stale(read_notebook, verdict, observed)
    return Verified(target=target, verdict=verdict, tests=found, findings=tuple(said))


def _stale(read_notebook: Notebook, verdict: Verdict, observed: Observation) -> Iterator[Finding]:
    """Yield what the rules say about stored outputs, where two runs have shown the same."""
    from jupyter_promote.proof import stored, verification

    if isinstance(verdict, verification.Equivalent) and not verdict.unstable:
        cells = list(stored.stale(read_notebook.content, observed))
        for rule in table.of_scope("verifying"):
            yield from rule.check(cells)
