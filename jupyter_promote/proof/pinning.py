"""Tests for a draft that pin what its functions do, kept only where they hold when run again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from jupyter_promote.promotion import characterization, draft
from jupyter_promote.promotion.draft import Draft, Shown
from jupyter_promote.proof import drafts
from jupyter_promote.proof.characterization import (
    PYTHON,
    Missing,
    Project,
    characterize,
    tested,
)
from jupyter_promote.proof.jobs import Place
from jupyter_promote.settings import Settings, root_of

__all__ = ["Missing", "confirmed", "digest", "pin"]

HASH_SEEDS = (1, 2)  # the first run, of the notebook, had 0
MOST_TRIALS = 5


def digest(calls: Path) -> str:
    """Return the digest of all that was recorded below `calls`."""
    found = hashlib.sha256()
    for path in sorted(p for p in calls.rglob("*") if p.is_file() and p.name != PYTHON):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def pin(
    made: Draft, to: Path, limits: Settings, calls: Path, *, cancelled: Callable[[], bool]
) -> Shown | Missing:
    """Return what pins the functions of a draft, by the recorded `calls`."""
    if not (calls / PYTHON).exists():
        return Missing(why="no promoted function was called")
    session = characterize(
        drafts.package_of(made, to),
        made.target.dotted,
        calls,
        _place(made, calls, cancelled),
        seconds=limits.test_seconds,
        recording_kb=limits.recording_kb,
    )
    if isinstance(session, Missing):
        return session
    if not session.pinned.tests:
        why = "; ".join(f"{name}(): {why}" for name, why in session.pinned.unused.items())
        return Missing(why=why or "no recorded call could be used")
    return Shown(pinned=session.pinned, recordings=session.recordings, calls=digest(calls))


def confirmed(
    made: Draft,
    to: Path,
    limits: Settings,
    calls: Path,
    shown: Shown,
    *,
    cancelled: Callable[[], bool],
) -> tuple[Shown, str]:
    """Return those tests that pass in fresh processes, and in words what became of the others.

    A test whose result differs from run to run gets a tolerance, then keeps only what does not
    differ; what fails even so is left out.
    """
    left_out: dict[str, str] = {}
    for _ in range(MOST_TRIALS):
        if not shown.pinned.tests:
            break
        again = draft.render(made.plan, made.target, shown=shown)
        with ThreadPoolExecutor(len(HASH_SEEDS)) as pool:
            trials = [
                pool.submit(_failing, again, to, limits, calls, seed, cancelled)
                for seed in HASH_SEEDS
            ]
            answers = [trial.result() for trial in trials]
        missing = next((a for a in answers if isinstance(a, Missing)), None)
        if missing is not None:
            return shown, f"the tests were not tried: {missing.why}"
        found = {n: why for a in answers if not isinstance(a, Missing) for n, why in a.items()}
        if not found:
            break
        weak = characterization.weakened(found, shown.pinned, shown.varying)
        broken = {n: why for n, why in found.items() if n not in weak}
        left_out |= broken
        shown = replace(
            shown,
            varying={**shown.varying, **weak},
            pinned=characterization.without(shown.pinned, broken),
        )
    told = "; ".join(f"{name} ({why})" for name, why in sorted(left_out.items()))
    return shown, f"left out, as they fail when run again: {told}" if told else ""


def _failing(
    made: Draft,
    to: Path,
    limits: Settings,
    calls: Path,
    hash_seed: int,
    cancelled: Callable[[], bool],
) -> dict[str, str] | Missing:
    """Return which of a draft's tests fail in a fresh process, and how."""
    texts = {a.path: a.text.encode() for a in made.artifacts if a.language == "python"}
    project = Project(
        to=to,
        source=made.target.root,
        package=made.target.dotted.partition(".")[0],
        module=made.target.module_path,
        test=made.target.test_path,
        files={**texts, **made.recordings},
    )
    found = tested(
        project,
        _place(made, calls, cancelled),
        seconds=limits.test_seconds,
        hash_seed=hash_seed,
        one_thread=hash_seed == HASH_SEEDS[0],
    )
    if isinstance(found, Missing):
        return found
    return {test.partition("::")[2] or test: why for test, why in found["failed"].items()}


def _place(made: Draft, calls: Path, cancelled: Callable[[], bool]) -> Place:
    folder = made.plan.notebook.path.resolve().parent
    python = (calls / PYTHON).read_text(encoding="utf-8")
    return Place(folder=folder, root=root_of(folder), python=python, cancelled=cancelled)
