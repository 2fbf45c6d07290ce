"""Proposed tags for an untagged notebook: from its headings, its dataflow, and what cells hold.

Nothing is proposed that the plan would refuse: proposals are tried, cut, joined or dropped until
the plan for the notebook that holds them promotes every group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program, of_notebook
from jupyter_promote.promotion import cuts, kinds, plan, titles
from jupyter_promote.promotion.cuts import SCREEN, Stretch
from jupyter_promote.promotion.grouping import Refusal
from jupyter_promote.promotion.kinds import Kind
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.source import notebook
from jupyter_promote.source.notebook import Notebook

PASSES = 4
ROUNDS = 12  # of cutting and joining; after these, what is refused is dropped
JOINED = ("late-binding", "maybe-unbound", "frame-capture")  # may be cured by the cell below
WORDS = {
    "definitions": ("promote", "it only defines functions, classes or constants"),
    "constants": ("promote", "it only sets constants"),
    "test": ("test", "it only asserts"),
    "look": ("skip", "it only looks at values, and nothing below can see whether it has run"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A tag for the cell at a zero-based position, and why."""

    cell: int
    tag: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A cell for which no tag is proposed, and why."""

    cell: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What is proposed for a notebook, and which of its cells stay untagged."""

    proposals: tuple[Proposal, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    """A suggestion in the making: tags of single cells, groups, and cells that stay."""

    fixed: Mapping[int, Proposal]
    groups: tuple[Stretch, ...]
    left: Mapping[int, str]
    joined: frozenset[tuple[int, ...]] = field(default=frozenset())


def propose(program: Program) -> tuple[Proposal, ...]:
    """Return proposals for the code cells that have no tag of ours, in document order."""
    return study(program).proposals


def study(program: Program) -> Suggestion:
    """Return proposals for the notebook's untagged cells, and why the others stay untagged.

    What was refused beside one set of groups may do beside those that are left: it is tried again
    until nothing is added, so that a notebook which holds all proposals gets no more of them.
    """
    found = _once(program)
    for _ in range(PASSES):
        if not found.proposals:
            break
        more = _once(of_notebook(tagged(program.notebook, found.proposals)))
        proposals = sorted((*found.proposals, *more.proposals), key=lambda p: p.cell)
        found = Suggestion(proposals=tuple(proposals), left=more.left)
        if not more.proposals:
            break
    return found


def _once(program: Program) -> Suggestion:
    around = kinds.surroundings(program)
    sketch = _sketch(program)
    for round_ in range(2 * ROUNDS):
        proposals = _named(program, sketch, around)
        problems = _problems(program, proposals, sketch) if proposals else []
        if not problems:
            break
        sketch = _repaired(sketch, problems, cutting=round_ < ROUNDS)
    else:
        proposals = ()
    left = tuple(Left(cell=i, reason=why) for i, why in sorted(sketch.left.items()))
    return Suggestion(proposals=proposals, left=left)


# the first idea


def _sketch(program: Program) -> _Sketch:
    found = kinds.of_notebook(program)
    fixed, left = _parameters(program, found)
    for kind in found:
        if kind.index in fixed or kind.index in left:
            continue
        if kind.word in WORDS:
            tag, why = WORDS[kind.word]
            fixed[kind.index] = Proposal(cell=kind.index, tag=tag, reason=why)
        elif kind.word == "unfit":
            left[kind.index] = kind.why
        elif kind.word == "setup":
            left[kind.index] = "imports, magics and options stay where they are"
    code = [
        (
            replace(k, word="setup" if k.index in fixed or k.index in left else "code")
            if k.word in ("literals", "constants")
            else k
        )
        for k in found
    ]
    groups = []
    for text, part in cuts.sections(code, cuts.headings(program)):
        for stretch in cuts.stretches(program, text, part):
            if _worth(stretch):
                groups.append(stretch)
            else:
                left |= dict.fromkeys(stretch.cells, "a single line that only shows something")
    return _Sketch(fixed=fixed, groups=tuple(groups), left=left)


def _worth(stretch: Stretch) -> bool:
    statements = [s for k in stretch.kinds for s in k.cell.statements]
    shows = not any(k.unit.names.binds or k.unit.names.deletes for k in stretch.kinds)
    return len(statements) > 1 or stretch.lines > 2 or not shows


def _parameters(
    program: Program, found: Sequence[Kind]
) -> tuple[dict[int, Proposal], dict[int, str]]:
    """Return the parameters cell among the literals at the top, and what they leave over."""
    if program.parameters is not None:
        return {}, {}
    top: list[Kind] = []
    for kind in found:
        if kind.word in ("code", "plot", "unfit", "test", "tagged"):
            break
        top.append(kind)
    plain = [k for k in top if k.word == "literals"]
    chosen = (plain or [k for k in top if k.word == "constants"])[:1]
    fixed = {
        k.index: Proposal(
            cell=k.index,
            tag="parameters",
            reason=f"it sets {_listed(kinds.literals_among(k.cell))} to literals, and nothing else",
        )
        for k in chosen
    }
    rest = "more literals: move them into the parameters cell"
    return fixed, {k.index: rest for k in plain if k not in chosen}


# names and reasons


def _named(program: Program, sketch: _Sketch, around: Surroundings) -> tuple[Proposal, ...]:
    """Return the proposals with names for the groups."""
    promote = (c.cell.roles.promote for c in program.cells)
    taken = {*program.binders, *program.mentions, *(name for name in promote if name)}
    found = dict(sketch.fixed)
    mixed = _mixed(program, sketch)
    for stretch in sketch.groups:
        name, source = titles.of_stretch(stretch, around, _wanted(program, stretch), taken)
        taken.add(name)
        for kind in stretch.kinds:
            why = _reason(stretch, source) + (mixed if kind is sketch.groups[0].kinds[0] else "")
            found[kind.index] = Proposal(cell=kind.index, tag=f"promote:{name}", reason=why)
    return tuple(found[i] for i in sorted(found))


def _wanted(program: Program, stretch: Stretch) -> frozenset[str]:
    """Return the variables of a stretch that cells below read."""
    bound = frozenset().union(*(k.unit.names.binds for k in stretch.kinds))
    moves = kinds.Imports | kinds.Definition
    variables = (n for n in bound if not isinstance(program.binders[n][-1].node, moves))
    return frozenset(n for n in variables if kinds.read_below(program, n, stretch.cells[-1]))


def _reason(stretch: Stretch, source: str) -> str:
    where = f"it belongs to the section {stretch.heading!r}" if stretch.heading else ""
    where = where or "no section's heading stands above it"
    if stretch.crossing is not None:
        where += f", cut where the fewest variables cross ({_listed(stretch.crossing) or 'none'})"
    elif all(k.word == "plot" for k in stretch.kinds) and not stretch.main:
        where += ", and it only draws"
    long = f"; it has {stretch.lines} lines: split the cell" if stretch.lines > SCREEN else ""
    return f"{where}; named after {source}{long}"


def _mixed(program: Program, sketch: _Sketch) -> str:
    """Return what to say of literals that stand among other code in the first cell of code."""
    tags = {p.tag for p in sketch.fixed.values()}
    if program.parameters is not None or "parameters" in tags or not sketch.groups:
        return ""
    names = kinds.literals_among(sketch.groups[0].kinds[0].cell)
    if not names:
        return ""
    return (
        f"; it also sets {_listed(names)}: parameters, if they had a cell of their own at the top"
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


# trying


def _problems(
    program: Program, proposals: Sequence[Proposal], sketch: _Sketch
) -> list[tuple[tuple[int, ...], Refusal | None]]:
    """Return the proposed cells that the plan would refuse or can't do without."""
    found = plan.draw_up(tagged(program.notebook, proposals))
    ours = {p.cell for p in proposals}
    problems: list[tuple[tuple[int, ...], Refusal | None]] = []
    for refusal in found.refused:
        cells = tuple(i for i in refusal.cells if i in ours)
        if cells:
            problems.append((cells, refusal))
    problems += [((i,), None) for i in _needed(found, sketch)]
    return problems


def _needed(found: Plan, sketch: _Sketch) -> list[int]:
    """Return the proposed skip cells that would stay in the thin notebook."""
    return [i for i, p in sketch.fixed.items() if p.tag == "skip" and i not in found.removed]


def tagged(original: Notebook, proposals: Sequence[Proposal]) -> Notebook:
    """Return the notebook with the proposed tags."""
    tags = {p.cell: p.tag for p in proposals}
    cells: list[Any] = list(original.content["cells"])
    for index, tag in tags.items():
        metadata = cells[index].get("metadata", {})
        own = [*metadata.get("tags", []), tag]
        cells[index] = {**cells[index], "metadata": {**metadata, "tags": own}}
    return notebook.of_content({**original.content, "cells": cells}, original.path)


def _repaired(
    sketch: _Sketch,
    problems: Sequence[tuple[tuple[int, ...], Refusal | None]],
    *,
    cutting: bool,
) -> _Sketch:
    """Return the sketch with what was refused cut, joined or dropped."""
    by_cells = {g.cells: g for g in sketch.groups}
    for cells, refusal in problems:
        group = by_cells.get(cells)
        if refusal is None:
            sketch = _dropped(sketch, cells, "a cell that stays may see what it does")
        elif group is None:
            sketch = _dropped(sketch, _guilty(cells, refusal.message), refusal.message)
        elif group not in sketch.groups:
            continue  # joined to the one above in this round
        elif cutting and len(group.kinds) > 1 and group.cells not in sketch.joined:
            sketch = _changed(sketch, (group,), cuts.halves(group))
        elif cutting and _below(sketch, group) and refusal.code in JOINED:
            sketch = _joined(sketch, group)
        else:
            sketch = _dropped(sketch, cells, refusal.message)
    return sketch


def _guilty(cells: tuple[int, ...], message: str) -> tuple[int, ...]:
    """Return the cell that the message names, all of them where it names none of them."""
    named = {int(n) - 1 for n in re.findall(r"\bcell (\d+)", message)}
    return tuple(i for i in cells if i in named) or cells


def _dropped(sketch: _Sketch, cells: tuple[int, ...], why: str) -> _Sketch:
    groups = tuple(g for g in sketch.groups if not set(g.cells) & set(cells))
    fixed = {i: p for i, p in sketch.fixed.items() if i not in cells}
    return replace(
        sketch, fixed=fixed, groups=groups, left={**sketch.left, **dict.fromkeys(cells, why)}
    )


def _changed(sketch: _Sketch, old: Sequence[Stretch], new: Sequence[Stretch]) -> _Sketch:
    at = sketch.groups.index(old[0])
    return replace(sketch, groups=(*sketch.groups[:at], *new, *sketch.groups[at + len(old) :]))


def _below(sketch: _Sketch, group: Stretch) -> Stretch | None:
    """Return the group of the same section that follows, if the two were not joined before."""
    at = sketch.groups.index(group) + 1
    after = sketch.groups[at] if at < len(sketch.groups) else None
    if after is None or after.heading != group.heading or group.cells in sketch.joined:
        return None
    between = range(group.cells[-1] + 1, after.cells[0])
    return None if any(i in sketch.left for i in between) else after


def _joined(sketch: _Sketch, group: Stretch) -> _Sketch:
    after = _below(sketch, group)
    assert after is not None
    one = replace(group, kinds=(*group.kinds, *after.kinds), main=group.main or after.main)
    sketch = _changed(sketch, (group, after), (one,))
    return replace(sketch, joined=sketch.joined | {one.cells})
