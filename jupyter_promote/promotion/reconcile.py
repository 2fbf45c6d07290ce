"""What a promotion gives and what stands on disk already, brought together or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_promote.errors import BadTarget
from jupyter_promote.promotion import merge
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.merge import Conflict
from jupyter_promote.promotion.project import Target

SHOWN_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The files to be written, those of them that hold hand edits, and what forbids writing."""

    artifacts: tuple[Artifact, ...]
    edited: tuple[str, ...] = ()
    problems: tuple[BadTarget, ...] = ()


def settle(
    artifacts: Sequence[Artifact],
    existing: Mapping[str, str | None],
    bases: Mapping[str, str],
    target: Target,
) -> Settled:
    """Return the artifacts with the hand edits of what stands there today.

    `existing` are the texts on disk, `bases` those last generated. Module and tests are merged; a
    thin notebook that was edited, and files that we never wrote, are problems.
    """
    own = {target.record_path, "pyproject.toml"}
    if target.in_place:
        own |= {target.notebook, target.original_path}
    found: list[Artifact] = []
    edited: list[str] = []
    problems: list[BadTarget] = []
    for artifact in artifacts:
        text, base = existing[artifact.path], bases.get(artifact.path)
        if not text or artifact.path in own or text == artifact.text or text == base:
            found.append(artifact)
            continue
        outcome = _outcome(artifact, text, base, target)
        if isinstance(outcome, BadTarget):
            problems.append(outcome)
            outcome = artifact.text
        elif artifact.language == "python" and text.replace("\r\n", "\n") != base:
            edited.append(artifact.path)
        found.append(replace(artifact, text=outcome))
    return Settled(artifacts=tuple(found), edited=tuple(edited), problems=tuple(problems))


def _outcome(artifact: Artifact, text: str, base: str | None, target: Target) -> str | BadTarget:
    if base is None:
        return BadTarget(
            f"{artifact.path} is not ours to replace",
            hint="move it away, or choose another --module",
        )
    if artifact.language == "python":
        first_party = target.package.partition(".")[0]
        merged = merge.python(base, text, artifact.text, first_party=first_party)
        return _refusal(artifact.path, merged) if isinstance(merged, Conflict) else merged
    cells = code_of(text)
    if cells is not None and cells == code_of(base):  # it was opened, run and saved
        return text if base == artifact.text else artifact.text
    return BadTarget(
        f"{artifact.path} was edited by hand since it was written",
        hint="make the change in the original notebook, then move this file away",
    )


def code_of(text: str) -> list[tuple[str, str, tuple[str, ...]]] | None:
    """Return (kind, source, tags) of each cell of a notebook's file; None if it is no notebook."""
    try:
        return [
            (
                str(cell["cell_type"]),
                "".join(cell["source"]).rstrip("\n"),
                tuple(cell.get("metadata", {}).get("tags", ())),
            )
            for cell in json.loads(text)["cells"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _refusal(path: str, conflict: Conflict) -> BadTarget:
    if conflict.last < conflict.first:
        lines = f"after line {conflict.first - 1}"
    elif conflict.last == conflict.first:
        lines = f"line {conflict.first}"
    else:
        lines = f"lines {conflict.first} to {conflict.last}"
    detail = (
        f"in the file, by hand:\n{_quoted(conflict.edited)}\n"
        f"from the notebook:\n{_quoted(conflict.generated)}"
    )
    return BadTarget(
        f"{path}, {lines}: {conflict.reason}; nothing was written",
        hint="give these lines of the file the text from the notebook, or change the cells alike",
        detail=detail,
    )


def _quoted(text: str) -> str:
    lines = text.rstrip("\n").split("\n") if text.strip() else ["(nothing)"]
    left = len(lines) - SHOWN_LINES
    if left > 1:
        lines = [*lines[:SHOWN_LINES], f"… {left} more lines"]
    return "\n".join(f"    {line}".rstrip() for line in lines)
