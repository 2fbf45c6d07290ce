"""Proving a draft: its thin notebook beside the original, its module as it would be written."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from jupyter_promote.promotion import parameters
from jupyter_promote.promotion.draft import Draft
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.proof import variation, verification
from jupyter_promote.proof.events import LEAVES
from jupyter_promote.proof.observation import Conditions, Observation
from jupyter_promote.proof.verification import Verdict
from jupyter_promote.settings import Settings

MAX_SOURCE = 5_000_000


def prove(
    made: Draft,
    to: Path,
    limits: Settings,
    *,
    on_step: Callable[[str], None],
    cancelled: Callable[[], bool],
    observed: Observation | None,
    calls: Path | None = None,
) -> tuple[Verdict, Observation | None]:
    """Return whether the draft does what its notebook does, and what the notebook does.

    The calls of its functions are recorded below `calls`.
    """
    thin = next(a for a in made.artifacts if a.path == made.target.notebook)
    return verification.verify(
        original(made.plan),
        json.loads(thin.text),
        conditions(made.plan, made.target.dotted, limits, cancelled),
        sources=package_of(made, to),
        on_step=on_step,
        original_observation=observed,
        dropped=sum(s.fate == "dropped" for f in made.plan.functions for s in f.shown),
        parallel=True,
        other_values=other_values(made.plan)[:1],
        calls=calls,
    )


def package_of(made: Draft, to: Path) -> dict[str, str]:
    """Return the files of the draft's package by path below `src`; others as they stand in `to`."""
    prefix = f"{made.target.root}/" if made.target.root else ""
    python = [
        a for a in made.artifacts if a.language == "python" and not a.path.startswith("tests/")
    ]
    top = made.target.package.partition(".")[0]
    beside = sources(to / made.target.root, top) if top else {}
    return {**beside, **{a.path.removeprefix(prefix): a.text for a in python}}


def conditions(
    drawn: Plan, module: str, limits: Settings, cancelled: Callable[[], bool]
) -> Conditions:
    """Return how the notebook of a plan is run, with the limits of its project."""
    return Conditions(
        folder=drawn.notebook.path.resolve().parent,
        module=module,
        seconds=limits.proof_seconds,
        cancelled=cancelled,
    )


def other_values(drawn: Plan) -> tuple[dict[str, object], ...]:
    """Return other values for the notebook's parameters, to see that they take effect."""
    declared = parameters.of_program(drawn.program).values()
    literals = {p.name: ast.literal_eval(p.default) for p in declared if p.default is not None}
    return variation.other_values(literals)


def original(drawn: Plan) -> dict[str, object]:
    """Return the original notebook; cells that leave the thin one run, but what they show is not compared."""
    content: dict[str, object] = dict(drawn.notebook.content)
    cells = [dict(cell) for cell in drawn.notebook.content["cells"]]
    for index in drawn.removed:
        cells[index]["metadata"] = {**cells[index]["metadata"], LEAVES: True}
    content["cells"] = cells
    return content


def sources(root: Path, package: str = "") -> Mapping[str, str]:
    """Return the Python files below `root`, or of one package there, by their path below `root`."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        if not relative.startswith(("tests/", ".")) and path.stat().st_size < MAX_SOURCE:
            with suppress(OSError, UnicodeDecodeError):
                found[relative] = path.read_text(encoding="utf-8")
    return found
