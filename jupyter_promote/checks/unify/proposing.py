"""Propose one function for a group of copies in a notebook, or say what stands in the way."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from jupyter_promote.checks.unify import (
    alignment,
    copies,
    functions,
    interface,
    names,
    rendering,
    settling,
    template,
)
from jupyter_promote.checks.unify.arguments import Around
from jupyter_promote.checks.unify.copies import Copy, Place
from jupyter_promote.checks.unify.interface import Split
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle
from jupyter_promote.checks.unify.proposal import Proposal
from jupyter_promote.checks.unify.rendering import Call, Signature
from jupyter_promote.checks.unify.template import Hole, Template
from jupyter_promote.flow import awaiting, bindings, looks, scopes
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion import naming
from jupyter_promote.promotion.faithful import Interface
from jupyter_promote.source import magics
from jupyter_promote.source.magics import CellCode

__all__ = ["Obstacle", "Place", "Proposal", "propose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """Copies with what they have in common, and what each takes and gives."""

    copies: Sequence[Copy]
    divided: Split
    template: Template
    interfaces: Sequence[Interface]


def propose(program: Program, places: Sequence[Place]) -> Proposal | Obstacle:
    """Return the function that the code at `places` could become, or what stands in the way.

    One of more than two copies is left out where the others are alike without it.
    """
    found = _all(program, places)
    if isinstance(found, Proposal) or len(places) < 3:
        return found
    for out in reversed(range(len(places))):
        others = _all(program, [p for i, p in enumerate(places) if i != out])
        if isinstance(others, Proposal):
            return replace(others, left=others.left or found)
    return found


def _all(program: Program, places: Sequence[Place]) -> Proposal | Obstacle:
    try:
        found = sorted((copies.find(program, p) for p in places), key=lambda c: (c.cell, c.first))
        _check_apart(found)
        if not all(c.statements for c in found):
            return _once(program, settling.settle_imports(program, found))
        functions.check_kinds(found)
        aligned, left = alignment.align(found)
        proposed = _widest(program, aligned)
        return replace(proposed, left=proposed.left or left)
    except Blocked as why:
        return why.obstacle


def _widest(program: Program, found: Sequence[Copy]) -> Proposal:
    """Return the proposal for all statements, else for those above or below one that differs."""
    try:
        return _proposal(program, found)
    except Blocked as why:
        whole = found[0].statements
        at = next((i for i, s in enumerate(whole) if s is why.statement), None)
        if at is None:
            raise
        start, end = max((0, at), (at + 1, len(whole)), key=lambda part: part[1] - part[0])
        if end - start < alignment.least(len(whole)):
            raise
        try:
            rest = _widest(program, [c.part(start, end) for c in found])
        except Blocked:
            raise why from None
        return replace(rest, left=why.obstacle)


def _proposal(program: Program, aligned: Sequence[Copy]) -> Proposal:
    found = settling.settle(program, aligned)
    if not found[0].statements:
        return _once(program, found)
    if functions.are(found):
        return functions.propose(program, found)
    return _rendered(program, _common(program, found))


def _once(program: Program, found: Sequence[Copy]) -> Proposal:
    """Return the proposal to keep once what all copies define or import."""
    names_of = (getattr(s, "name", "imports") for s in found[1].gone)
    cells: dict[int, dict[Copy, str]] = {}
    for one in found[1:]:
        cells.setdefault(one.cell, {})[one] = ""
    return Proposal(
        name=", ".join(dict.fromkeys(names_of)),
        source="",
        above=found[0].cell,
        cells={c: rendering.replaced_in(program, c, made) for c, made in cells.items()},
        places=tuple(Place(cell=c.cell, first=c.first, last=c.last) for c in found[1:]),
        inputs=(),
        parameters=(),
        outputs=(),
    )


def _check_apart(found: Sequence[Copy]) -> None:
    for one, other in zip(found, found[1:], strict=False):
        if one.cell == other.cell and one.last >= other.first:
            what = "two of the copies overlap"
            raise Blocked(
                Obstacle(code="not-alike", message=what, cell=other.cell, line=other.first)
            )
    if len(found) < 2:
        raise Blocked(Obstacle(code="not-alike", message="a single place is no copy"))


def _common(program: Program, found: Sequence[Copy]) -> _Common:
    """Return what the copies have in common.

    The function returns what the cells show at their end; an expression that only looks at values
    which the function gives stays in the cells.
    """
    if not any(c.shown for c in found):
        return _studied(program, found)
    if all(c.shown for c in found):
        whole = _studied(program, found)
        last = found[0].statements[-1]
        look = isinstance(last, ast.Expr) and looks.is_look(last.value, whole.divided.around)
        if not look or not any(i.outputs for i in whole.interfaces):
            return whole
    rest = [c.part(0, len(c.statements) - 1) for c in found if len(c.statements) > 1]
    if len(rest) < len(found):
        first = found[0]
        what = "the copies only show a value"
        raise Blocked(Obstacle(code="not-alike", message=what, cell=first.cell, line=first.first))
    return _studied(program, rest)


def _studied(program: Program, found: Sequence[Copy]) -> _Common:
    divided = interface.split(program, found)
    interface.flaws(divided)
    known = divided.around
    around = [
        Around(
            statements=c.statements,
            bound=frozenset(n for s in c.statements for n in scopes.bound_inside(s))
            | scopes.bound_names(c.statements),
            binders={name: len(places) for name, places in program.binders.items()},
            known=known,
        )
        for c in found
    ]
    common = template.match(found, around)
    return _Common(
        copies=found,
        divided=divided,
        template=common,
        interfaces=interface.study(divided, common),
    )


def _rendered(program: Program, common: _Common) -> Proposal:
    first = common.copies[0]
    divided = common.divided
    one = divided.code.at(divided.groups[0].cells[0])
    taken = {*program.binders, *program.mentions, *common.template.variables}
    filled = names.of_holes(common.template, divided.around, taken)
    outputs = _ordered(first, common)
    name = names.of_function(divided, 0, frozenset(outputs), common.template.variables)
    parameters = tuple(dict.fromkeys(filled.values()))
    signature = Signature(
        name=name,
        inputs=_inputs(one.cell.source, common, filled),
        parameters=parameters,
        outputs=outputs,
        shown=_shown(common, {*parameters, *outputs}),
        awaits=awaiting.awaits(first.statements),
    )
    return Proposal(
        name=name,
        source=rendering.function(signature, one.cell.source, filled),
        above=first.cell,
        cells=_cells(program, common, signature, filled),
        places=tuple(Place(cell=c.cell, first=c.first, last=c.last) for c in common.copies),
        inputs=signature.inputs,
        parameters=parameters,
        outputs=outputs,
    )


def _shown(common: _Common, taken: AbstractSet[str]) -> str:
    """Return a free name for the value that the copies show, "" where they show none."""
    if not all(c.shown for c in common.copies):
        return ""
    code = common.divided.code
    return naming.free("shown", taken | code.binders.keys() | code.mentions.keys(), suffix="value")


def _ordered(first: Copy, common: _Common) -> tuple[str, ...]:
    """Return the first copy's outputs in the order in which it binds them."""
    order: dict[str, None] = {}
    for statement in first.statements:
        order |= dict.fromkeys(sorted(scopes.bound_names([statement])))
    return tuple(n for n in order if n in common.interfaces[0].outputs)


def _inputs(text: str, common: _Common, filled: Mapping[Hole, str]) -> tuple[str, ...]:
    """Return the variables that the body reads, apart from parameters, by the first copy's names."""
    edited = magics.parse(rendering.edited(text, filled))
    assert isinstance(edited, CellCode), "an edit of ours does not parse"
    used = bindings.of_code(edited.tree.body)
    needed = used.reads.keys() | used.hints | (used.binds - used.bound)  # may keep their value
    variables = common.template.variables
    given: dict[str, None] = {}
    for i, one in enumerate(common.interfaces):
        first_names = {own[i]: name for name, own in variables.items()}
        given |= dict.fromkeys(first_names.get(n, n) for n in one.inputs)
    found = tuple(n for n in given if n in needed)  # others are read by an argument alone
    for i, (copy, one) in enumerate(zip(common.copies, common.interfaces, strict=True)):
        for name in found:
            mine = variables[name][i] if name in variables else name
            if mine not in one.inputs:
                what = f"{mine!r} may not be bound there, but another copy reads it"
                raise Blocked(
                    Obstacle(
                        code="maybe-unbound",
                        message=what,
                        cell=copy.cell,
                        line=copy.first,
                        hint="bind it on every path",
                    )
                )
    return found


def _cells(
    program: Program, common: _Common, signature: Signature, filled: Mapping[Hole, str]
) -> dict[int, str]:
    """Return the new sources of the cells that hold copies."""
    calls: dict[int, dict[Copy, str]] = {}
    for number, copy in enumerate(common.copies):
        one = _call(program, common, signature, filled, number)
        calls.setdefault(copy.cell, {})[copy] = rendering.call(signature, one)
    return {cell: rendering.replaced_in(program, cell, made) for cell, made in calls.items()}


def _call(
    program: Program,
    common: _Common,
    signature: Signature,
    filled: Mapping[Hole, str],
    number: int,
) -> Call:
    variables = common.template.variables
    copy = common.copies[number]
    code = program.at(copy.cell).code
    assert isinstance(code, CellCode)
    lines = code.text.split("\n")
    given: dict[str, str] = {}
    for hole, name in filled.items():
        given.setdefault(name, rendering.argument(lines, hole, number))
    return Call(
        inputs=tuple(variables[n][number] if n in variables else n for n in signature.inputs),
        arguments=given,
        outputs=tuple(variables[n][number] for n in signature.outputs),
        deleted=common.interfaces[number].deleted,
    )
