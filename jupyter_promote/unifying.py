"""Unify copies in a notebook: one function and calls, proposed, proved, written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_promote import settings
from jupyter_promote.checks.unify import proposing
from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.checks.unify.obstacle import Obstacle
from jupyter_promote.checks.unify.proposal import Proposal
from jupyter_promote.errors import BadParameter
from jupyter_promote.flow import program
from jupyter_promote.source import notebook, textual
from jupyter_promote.source.characters import printable
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.source.tags import shorten

if TYPE_CHECKING:
    from jupyter_promote.proof.verification import Verdict

KEPT = ".promote/before-unify"  # holds notebooks as they were before copies were replaced

OnStep = Callable[[str], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cell in which calls replace copies: its zero-based position, id, and sources."""

    cell: int
    id: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unified:
    """What replacing copies by calls of one function would do to a notebook.

    `source` defines the function, in a new cell `new_id` right above the cell `above` (a position)
    and so below the cell with the id `after`, "" at the top. Without `source` the first copy is the
    function, and the others go. `left` says why some of the copied lines stay. Where nothing can be
    done, `obstacle` says why, and all else is empty. `verdict` is None where nothing was executed.
    """

    notebook: Notebook = field(repr=False)
    name: str = ""
    source: str = field(default="", repr=False)
    above: int = 0
    after: str = ""
    new_id: str = ""
    places: tuple[Place, ...] = ()
    changes: tuple[Change, ...] = ()
    inputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    left: Obstacle | None = None
    obstacle: Obstacle | None = None
    verdict: Verdict | None = None
    written: bool = False

    @property
    def content(self) -> dict[str, Any]:
        """The notebook (nbformat 4) with the function and the calls."""
        return _changed(self, self.notebook.content)


def unify(
    path: Path,
    cells: str | None,
    *,
    run: bool,
    write: bool,
    on_step: OnStep = lambda step: None,
    cancelled: Cancelled = lambda: False,
) -> list[Unified]:
    """Return one function for the copies that `cells` names in the notebook at `path`.

    Without `cells`, for each group of copies that is found. With `run` the proposals are proved;
    with `write` the one that `cells` names is written, unless the proof speaks against it.

    Raises:
        PromoteError: the notebook or `cells` is not usable, or the file can't be written.
    """
    if write and cells is None:
        raise BadParameter(
            "which copies shall be replaced is not said",
            where="--write",
            hint="name them with --cells, as unify lists them without --write",
        )
    if write:
        textual.refuse(path)
    read = notebook.read(path)
    groups = [places_of(cells)] if cells is not None else copies_in(read)
    found = [draw_up(read, places) for places in groups]
    if run:
        found = [
            one if one.obstacle else proved(one, on_step=on_step, cancelled=cancelled)
            for one in found
        ]
    return [_write(one) if write and _writable(one) else one for one in found]


def _writable(found: Unified) -> bool:
    """True unless there is an obstacle, or a proof that failed."""
    if found.obstacle is not None or found.verdict is None:
        return found.obstacle is None
    from jupyter_promote.proof.verification import Equivalent

    return isinstance(found.verdict, Equivalent)


def unify_content(content: Mapping[str, object], places: Sequence[Place], path: Path) -> Unified:
    """Return what one function for the copies at `places` would do to a notebook.

    `content` is the notebook's JSON, `path` names it. Executes nothing, writes nothing.

    Raises:
        PromoteError: the notebook is not usable.
    """
    return draw_up(notebook.of_content(json.loads(json.dumps(content)), path), places)


def draw_up(read: Notebook, places: Sequence[Place]) -> Unified:
    """Return what one function for the copies at `places` would do to the notebook."""
    found = proposing.propose(program.of_notebook(read), places)
    match found:
        case Obstacle():
            return Unified(notebook=read, places=tuple(places), obstacle=found)
        case Proposal():
            return _unified(read, found)


def _unified(read: Notebook, found: Proposal) -> Unified:
    ids = {c.id for c in read.cells}
    wanted = f"{found.name.replace('_', '-')[:50]}-function"
    numbered = (f"{wanted}-{n}" for n in range(2, len(ids) + 3))
    return Unified(
        notebook=read,
        name=found.name,
        source=found.source,
        above=found.above,
        after=read.cells[found.above - 1].id if found.above else "",
        new_id=next(i for i in (wanted, *numbered) if i not in ids) if found.source else "",
        places=found.places,
        changes=tuple(
            Change(
                cell=cell,
                id=read.cells[cell].id,
                before=read.content["cells"][cell]["source"],
                after=source,
            )
            for cell, source in sorted(found.cells.items())
        ),
        inputs=found.inputs,
        parameters=found.parameters,
        outputs=found.outputs,
        left=found.left,
    )


def copies_in(read: Notebook) -> list[tuple[Place, ...]]:
    """Return the groups of copies in a notebook, those that would save most lines first.

    Copies that run over several cells are looked at cell by cell.
    """
    from jupyter_promote.checks.clones import groups, shapes

    cells = [(c.index, c.source) for c in read.cells if c.is_code]
    found: list[tuple[Place, ...]] = []
    for group in groups.find([shapes.of_notebook(read.path.name, cells)]):
        for spans in zip(*(place.spans for place in group.places), strict=False):
            lines = [(s.cell, s.first, s.last) for s in spans if s.cell is not None]
            found.append(tuple(Place(cell=c, first=a, last=b) for c, a, b in lines))
    return found


def proved(
    found: Unified,
    *,
    on_step: OnStep = lambda step: None,
    cancelled: Cancelled = lambda: False,
) -> Unified:
    """Return the proposal with its verdict: the notebook is run as it is, and with the calls.

    Both are compared as a promotion's original and thin notebook are; no display may be missing.
    """
    from jupyter_promote.proof import verification

    folder = found.notebook.path.resolve().parent
    limits = settings.read(folder)
    verdict, _ = verification.verify(
        found.notebook.content,
        found.content,
        verification.Conditions(
            folder=folder,
            seconds=limits.proof_seconds,
            cancelled=cancelled,
        ),
        sources={},
        on_step=on_step,
        dropped=0,
        parallel=True,
    )
    return replace(found, verdict=verdict)


def _write(found: Unified) -> Unified:
    """Return the proposal after it was written; the notebook as it was is kept in `.promote`.

    Raises:
        PromoteError: the file was changed meanwhile, or can't be written.
    """
    from jupyter_promote.writing import transaction

    path = found.notebook.path
    textual.refuse(path)
    before = path.read_bytes()
    kept = path.resolve().parent / KEPT / path.name
    content = _changed(found, json.loads(before))
    for cell in content["cells"]:
        if isinstance(cell["source"], str):
            cell["source"] = cell["source"].splitlines(keepends=True)
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    writes = [
        transaction.Write(path=path.name, content=text, expected=before),
        transaction.Write(
            path=f"{KEPT}/{path.name}",
            content=before,
            expected=kept.read_bytes() if kept.is_file() else None,
        ),
    ]
    transaction.write_all(path.resolve().parent, writes)
    return replace(found, written=True)


def _changed(found: Unified, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return `content`, the JSON of the notebook, with the function and the calls."""
    cells = [dict(cell) for cell in content["cells"]]
    for change in found.changes:
        cells[change.cell]["source"] = change.after
    if found.source:
        made: dict[str, Any] = {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": found.source,
        }
        if content.get("nbformat_minor", 0) >= 5:
            made["id"] = found.new_id
        cells.insert(found.above, made)
    return {**content, "cells": cells}


def places_of(text: str) -> tuple[Place, ...]:
    """Return the places that `3:1-7,9:1-7` names: cells by number, each with its lines.

    A cell without lines stands for all of it.

    Raises:
        BadParameter: the text names no places.
    """
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,6})(?::(\d{1,7})(?:-(\d{1,7}))?)?\s*", part)
        if match is None or int(match[1]) < 1:
            raise BadParameter(
                f"{shorten(printable(part))!r} names no lines of a cell",
                where="--cells",
                hint="write CELL:FIRST-LAST, cells counted from 1, e.g. 3:1-7,9:1-7",
            )
        first = int(match[2] or 1)
        last = int(match[3] or match[2] or 10**7)
        found.append(Place(cell=int(match[1]) - 1, first=first, last=last))
    return tuple(found)
