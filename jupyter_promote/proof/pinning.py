"""Tests for a draft that pin what its functions do, kept only where they hold when run again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from jupyter_promote.promotion import characterization, draft
from jupyter_promote.promotion.draft import Draft, Shown
from jupyter_promote.proof import drafts
from jupyter_promote.proof.characterization import PYTHON, Missing, characterize, failing
from jupyter_promote.settings import Settings

__all__ = ["Missing", "confirmed", "digest", "pin"]

HASH_SEEDS = (1, 2)  # the first run, of the notebook, had 0


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
    session = characterize(
        drafts.package_of(made, to),
        made.target.dotted,
        calls,
        folder=made.plan.notebook.path.resolve().parent,
        seconds=limits.test_seconds,
        recording_kb=limits.recording_kb,
        cancelled=cancelled,
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

    A test whose result differs from run to run keeps what does not; what fails even so is left
    out.
    """
    folder = made.plan.notebook.path.resolve().parent
    left_out: set[str] = set()
    for seed in HASH_SEEDS:
        for _ in range(2):
            if not shown.pinned.tests:
                break
            again = draft.render(made.plan, made.target, shown=shown)
            text = next(a.text for a in again.artifacts if a.path == made.target.test_path)
            found = failing(
                drafts.package_of(again, to),
                text,
                {
                    path.removeprefix("tests/"): content
                    for path, content in again.recordings.items()
                },
                name=Path(made.target.test_path).name,
                calls=calls,
                folder=folder,
                notebook_folder=made.target.folder,
                hash_seed=seed,
                seconds=limits.test_seconds,
                cancelled=cancelled,
            )
            if isinstance(found, Missing):
                return shown, f"the tests were not tried: {found.why}"
            weak, broken = characterization.varied(found, shown.pinned, shown.varying)
            if not found:
                break
            left_out |= broken
            shown = replace(
                shown,
                varying=shown.varying | weak,
                pinned=characterization.without(shown.pinned, broken),
            )
    return shown, (
        f"left out, as they fail when run again: {', '.join(sorted(left_out))}" if left_out else ""
    )
