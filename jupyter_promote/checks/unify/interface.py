"""What the common function takes and gives: the dataflow of a promotion, for each copy.

Each copy is looked at as a group of cells would be that is promoted: the same rules decide what
goes in and out, and what is refused. The notebook is cut so that a copy is a cell of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle, said
from jupyter_promote.checks.unify.template import Template
from jupyter_promote.flow import dataflow, program, scopes, trees
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion import definitions, faithful, grouping, placing
from jupyter_promote.promotion.body import end_line, segment, start_line
from jupyter_promote.promotion.deciding import Context
from jupyter_promote.promotion.faithful import Interface
from jupyter_promote.promotion.grouping import Group, Refusal
from jupyter_promote.source.magics import CellCode
from jupyter_promote.source.notebook import Cell

IMPORTS = ast.Import | ast.ImportFrom
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | IMPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The notebook with each copy in a cell of its own.

    `homes` are the cells of the notebook from which its cells were cut; `groups` are the copies.
    """

    code: Program
    homes: tuple[int, ...] = field(repr=False)
    groups: tuple[Group, ...]

    @property
    def around(self) -> Surroundings:
        """What is known around the copies."""
        known = definitions.find(self.code, frozenset())
        return Surroundings(modules=known.origins(), functions=program.functions(self.code))


def split(code: Program, copies: Sequence[Copy]) -> Split:
    """Return the notebook in which every copy is a cell; lines keep their numbers."""
    cells: list[Cell] = []
    homes: list[int] = []
    groups: list[Group] = []
    for cell in code.notebook.cells:
        inside = [c for c in copies if c.cell == cell.index]
        for copy, source in _pieces(code, cell, inside) if inside else [(None, cell.source)]:
            index = len(cells)
            roles = cell.roles
            if copy is not None:
                name = f"copy_{len(groups) + 1}"
                groups.append(Group(name=name, cells=(index,), written=False))
                roles = replace(roles, promote=name, skip=False, test=None)
            cells.append(replace(cell, index=index, source=source, roles=roles))
            homes.append(cell.index)
    made = program.of_notebook(replace(code.notebook, cells=tuple(cells)))
    return Split(code=made, homes=tuple(homes), groups=tuple(groups))


def _pieces(code: Program, cell: Cell, inside: Sequence[Copy]) -> Iterator[tuple[Copy | None, str]]:
    """Yield the pieces of a cell: copies, and what stands before, between and after them."""
    found = code.at(cell.index).code
    assert isinstance(found, CellCode)
    lines = found.text.split("\n")
    above = 0
    for copy in sorted(inside, key=lambda c: c.first):
        yield None, _alone(lines, range(above, copy.first - 1))
        for statement in copy.imports:
            yield None, "\n" * (statement.lineno - 1) + segment(lines, statement)
        apart = (*copy.imports, *copy.gone)
        gone = {n for s in apart for n in range(start_line(s) - 1, end_line(s))}
        yield copy, _alone(lines, [n for n in range(copy.first - 1, copy.last) if n not in gone])
        above = copy.last
    yield None, _alone(lines, range(above, len(lines)))


def _alone(lines: Sequence[str], kept: Collection[int]) -> str:
    return "\n".join(line if n in kept else "" for n, line in enumerate(lines))


def flaws(divided: Split) -> None:
    """Refuse copies that can't stand in a function at all.

    Raises:
        Blocked: the rule of promotions that forbids it.
    """
    code = divided.code
    known = definitions.find(code, frozenset())
    for group in divided.groups:
        found = grouping.unfit(code, group)
        if found:
            raise _blocked(divided, found)
    for refused in placing.of_notebook(code, divided.groups, known):
        raise _blocked(divided, refused)


def study(divided: Split, template: Template) -> list[Interface]:
    """Return what each copy takes and gives, by its own names.

    What one copy gives, all give: they call the same function.

    Raises:
        Blocked: the rule of promotions that forbids it.
    """
    context = _context(divided)
    places = [i for i, unit in enumerate(context.units) if unit.group is not None]
    for number, place in enumerate(places):
        _check_arguments(divided, context, place, [h.nodes[number] for h in template.holes])
    given: frozenset[str] = frozenset()  # by the first copy's names
    while True:
        found = _round(divided, context, places, template, given)
        own = [_canonical(template, i, one.outputs) for i, one in enumerate(found)]
        grown = given.union(*own)
        if grown == given:
            return found
        given = grown


def _check_arguments(
    divided: Split, context: Context, place: int, arguments: Sequence[ast.expr]
) -> None:
    """Refuse arguments that read what may not be bound when the call begins."""
    code, unit = context.code, context.units[place]
    for node in arguments:
        for name in sorted(_free(node)):
            known = name in context.states[place].certain or name not in code.binders
            if not known or name not in code.binders and name not in BUILTINS and not code.stars:
                raise Blocked(
                    Obstacle(
                        code="maybe-unbound",
                        message=f"{said(node)} would be an argument, but {name!r} may not be bound yet",
                        cell=divided.homes[unit.position],
                        line=node.lineno,
                        hint="bind it on every path above",
                    )
                )


def _free(node: ast.expr) -> set[str]:
    loads = {n.id for n in trees.walk(node) if isinstance(n, ast.Name)}
    return loads - scopes.bound_inside(node)


def _context(divided: Split) -> Context:
    code = divided.code
    by_cell = {i: g.name for g in divided.groups for i in g.cells}
    units = [
        dataflow.unit(c.index, by_cell.get(c.index), c.statements, lazy=c.index in code.lazy)
        for c in code.cells
    ]
    copied = {n for u in units if u.group is not None for n in u.names.binds}
    named = {n for u in units for n in u.names.reads} | set(code.binders)
    return Context(
        code=code,
        known=definitions.find(code, frozenset()),
        moved=frozenset(n for n in named - copied if not _is_variable(code, n)),
        around=divided.around,
        units=units,
        states=dataflow.bound_before(units),
    )


def _is_variable(code: Program, name: str) -> bool:
    """True for a name that is more than a definition or an import: the function gets it as an input."""
    return any(not isinstance(b.node, DEFINITIONS) for b in code.binders.get(name, ()))


def _round(
    divided: Split,
    context: Context,
    places: Sequence[int],
    template: Template,
    given: frozenset[str],
) -> list[Interface]:
    """Return the interfaces when every copy binds at least `given` in the notebook."""
    held: set[str] = set()
    found: list[Interface] = []
    for i, unit in enumerate(context.units):
        if unit.group is None:
            held |= unit.names.binds
            continue
        number = places.index(i)
        one = faithful.interface(context, i, divided.groups[number], held)
        if isinstance(one, Refusal):
            raise _blocked(divided, one)
        more = [template.variables[n][number] for n in sorted(given)]
        more = [n for n in more if n not in one.outputs]
        _check_bound(divided, unit, number, more, one)
        found.append(replace(one, outputs=(*one.outputs, *more)))
        held = (held | {*one.outputs, *more}) - set(one.deleted)
    return found


def _check_bound(
    divided: Split, unit: Unit, number: int, names: Sequence[str], found: Interface
) -> None:
    """Refuse a copy that may leave a name unbound which another copy gives."""
    for name in names:
        if name not in unit.names.bound and name not in found.inputs:
            group = divided.groups[number]
            what = (
                f"{name!r} is bound only on some paths, and another copy gives it to the notebook"
            )
            raise Blocked(
                Obstacle(
                    code="maybe-unbound",
                    message=what,
                    cell=divided.homes[group.cells[0]],
                    hint="bind it on every path",
                )
            )


def _canonical(template: Template, number: int, names: Sequence[str]) -> frozenset[str]:
    """Return the first copy's names for those of copy `number`."""
    by_own = {own[number]: first for first, own in template.variables.items()}
    return frozenset(by_own[n] for n in names)


def _blocked(divided: Split, refused: Refusal) -> Blocked:
    """Return the obstacle that a refusal means; its message names cells of the divided notebook."""
    home = divided.homes[refused.cells[0]]

    def number(found: re.Match[str]) -> str:
        return f"cell {divided.homes[int(found[1]) - 1] + 1}"

    message = re.sub(r"\bcell (\d+)", number, refused.message)
    return Blocked(Obstacle(code=refused.code, message=message, cell=home, hint=refused.hint))
