"""The plan: which groups become functions, with which inputs and outputs, and which are refused."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_promote.flow import awaiting, dataflow, drawing, program, scopes, trees
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.flow.strings import dotted
from jupyter_promote.promotion import (
    deciding,
    definitions,
    displays,
    faithful,
    grouping,
    guards,
    hoisting,
    leaving,
    lifting,
    moving,
    parameters,
    placing,
)
from jupyter_promote.promotion.definitions import Definition, Definitions
from jupyter_promote.promotion.displays import Part, Shown
from jupyter_promote.promotion.grouping import Group, Refusal
from jupyter_promote.promotion.parameters import Parameter
from jupyter_promote.source.magics import BadCode
from jupyter_promote.source.notebook import Notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A promoted group. `position` is the cell that the call replaces.

    `inputs` are passed by position, `parameters` by name; `deleted` are deleted after the call;
    `flushes` are the cells after which open figures are shown.
    """

    name: str
    group: Group
    position: int
    parts: tuple[Part, ...] = field(repr=False)
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[str, ...]
    deleted: tuple[str, ...]
    flushes: frozenset[int]
    shown: tuple[Shown, ...] = field(repr=False)
    reads: frozenset[str]

    @property
    def awaits(self) -> bool:
        """True where it is an `async def`, and its calls are awaited."""
        parts = (
            s for p in self.parts for s in (*p.statements, *([p.trailing] if p.trailing else ()))
        )
        return awaiting.awaits(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a promotion would do. `moved` are the cells that hold only moved definitions.

    `definitions` go to module level, in document order; `removed` are cells that leave the thin
    notebook (skip, test); `units` are the pieces of the thin notebook in the order they run.
    """

    program: Program
    functions: tuple[Function, ...]
    definitions: tuple[Definition, ...]
    known: Definitions
    moved: tuple[int, ...]
    refused: tuple[Refusal, ...]
    removed: frozenset[int]
    units: tuple[Unit, ...] = field(repr=False)
    around: Surroundings = field(repr=False)
    groups: tuple[Group, ...] = ()

    @property
    def notebook(self) -> Notebook:
        """The notebook that is promoted."""
        return self.program.notebook

    @property
    def written(self) -> bool:
        """True where anything is promoted at all."""
        return bool(self.functions or self.definitions)


def draw_up(notebook: Notebook, *, leave: Mapping[str, Refusal] | None = None) -> Plan:
    """Return the plan for `notebook`; groups named in `leave` are refused with the reason given.

    Refusing one group leaves its cells in the notebook, which may matter to the others: the plan
    is drawn up again until nothing more is refused.
    """
    code = program.of_notebook(notebook)
    code = guards.unwrap(code, {c.index for c in notebook.cells if c.roles.promoted})
    groups = grouping.find(code)
    refused = dict(leave or {})
    for group in groups:
        flaw = grouping.unfit(code, group)
        if flaw and group.name not in refused:
            refused[group.name] = flaw
    found = _best(code, groups, refused)
    holding = {r.name for r in found.refused if r.code == "identity"}
    cells = {i for g in groups if g.name in holding for i in g.cells}
    named = hoisting.name_lambdas(code, cells) if cells else code
    if named is code:
        return found
    other = _best(named, groups, refused)
    return found if any(r.name in holding for r in other.refused) else other


def _best(code: Program, groups: Sequence[Group], refused: Mapping[str, Refusal]) -> Plan:
    """Return the plan in which functions get variables as arguments, or another if it gives more."""
    lifted = _settled(code, groups, refused, lift=True)
    if not lifted.program.rewritten and not lifted.refused:
        return lifted
    plain = _settled(code, groups, refused, lift=False)
    return lifted if _promoted(lifted) >= _promoted(plain) else plain


def _promoted(plan: Plan) -> int:
    return sum(len(g.cells) for g in plan.groups)


def _settled(
    code: Program, groups: Sequence[Group], refused: Mapping[str, Refusal], *, lift: bool
) -> Plan:
    """Return the plan when nothing more is refused."""
    found = dict(refused)
    while True:
        active = [g for g in groups if g.name not in found]
        plan, problems = _attempt(code, active, lift=lift)
        if not problems:
            order = {g.name: g.cells for g in groups}
            ranked = sorted(
                (r for r in found.values() if r.name in order), key=lambda r: order[r.name]
            )
            return replace(plan, refused=tuple(ranked))
        found |= {p.name: p for p in problems}


def _lifted(code: Program, groups: Sequence[Group], known: Definitions) -> Program:
    """Return the program whose functions take the notebook's variables as arguments."""
    cells = frozenset(i for g in groups for i in g.cells)
    free = (c for c in code.cells if not c.cell.roles.promoted and not c.cell.roles.raises)
    helpers = frozenset(c.index for c in free if not c.magics and c.index != code.parameters)
    return lifting.lift(code, cells, helpers, known.imports.keys() | known.movable.keys())


def _attempt(code: Program, groups: Sequence[Group], *, lift: bool) -> tuple[Plan, list[Refusal]]:
    tagged = frozenset(i for g in groups for i in g.cells)
    known = _allowed(definitions.find(code, tagged), code, groups)
    lifted = _lifted(code, groups, known) if lift else code
    if lifted is not code:
        code, known = lifted, _allowed(definitions.find(lifted, tagged), lifted, groups)
    around = Surroundings(modules=known.origins(), functions=program.functions(code))
    problems = placing.of_notebook(code, groups, known)
    moved = moving.moved(code, groups, known)
    parts = {g.name: _parts(code, g, known, moved) for g in groups}
    groups_with_code = [g for g in groups if any(p.statements or p.trailing for p in parts[g.name])]
    removed = _removable(code, tagged, around)
    positions, blocked = placing.positions(code, groups_with_code, parts, around, removed)
    problems += blocked
    units = _units(code, groups, parts, positions, known, moved, removed)
    functions: list[Function] = []
    if not problems:
        functions, problems = _functions(
            code, groups_with_code, parts, positions, units, known, around, moved
        )
    plan = Plan(
        program=code,
        functions=tuple(functions),
        definitions=tuple(
            sorted((known.movable[n] for n in moved), key=lambda d: (d.cell, d.node.lineno))
        ),
        known=known,
        moved=tuple(i for g in groups if g.name not in positions for i in g.cells),
        refused=(),
        removed=removed,
        units=tuple(units),
        around=around,
        groups=tuple(groups),
    )
    if not problems:
        problems = faithful.names(plan)
    return plan, problems


def _allowed(found: Definitions, code: Program, groups: Sequence[Group]) -> Definitions:
    """Leave the definitions of cells whose group was refused where they are."""
    tagged = {i for g in groups for i in g.cells}
    refused = {
        c.index
        for c in code.cells
        if (c.cell.roles.promoted or c.cell.roles.raises) and c.index not in tagged
    }
    pinned = (
        refused
        | {c.index for c in code.cells if c.magics and c.index not in tagged}
        | {code.parameters}
    )
    movable = {n: d for n, d in found.movable.items() if d.cell not in pinned}
    while True:
        lacking = {
            n
            for n, d in movable.items()
            if any(m in found.movable and m not in movable for m in d.needs)
        }
        if not lacking:
            return replace(found, movable=movable)
        movable = {n: d for n, d in movable.items() if n not in lacking}


def stays(statement: ast.stmt, known: Definitions, moved: frozenset[str], *, group: bool) -> bool:
    """True for a statement that does not go to module level."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return not group
    if group and isinstance(statement, ast.Import | ast.ImportFrom):
        names = [i.name for i in definitions.of_statement(statement, 0, 0)]
        return not names or any(n not in known.imports for n in names)
    bound = scopes.bound_names([statement]) & moved
    return not any(known.movable[n].node is statement for n in bound)


def _parts(code: Program, group: Group, known: Definitions, moved: frozenset[str]) -> list[Part]:
    found = []
    for index in group.cells:
        one = code.at(index)
        body = [s for s in one.statements if stays(s, known, moved, group=True)]
        quiet = one.code.quiet if not isinstance(one.code, BadCode) else True
        last = displays.trailing(one.statements, quiet=quiet)
        statements = [s for s in body if s is not last and not _idle(s)]
        found.append(Part(cell=index, statements=tuple(statements), trailing=last))
    return found


def _idle(statement: ast.stmt) -> bool:
    """True for a statement that does nothing: `pass`, or a bare name or constant."""
    if isinstance(statement, ast.Pass):
        return True
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name | ast.Constant)


def _units(
    code: Program,
    groups: Sequence[Group],
    parts: Mapping[str, Sequence[Part]],
    positions: Mapping[str, int],
    known: Definitions,
    moved: frozenset[str],
    removed: frozenset[int],
) -> list[Unit]:
    by_cell = {i: g for g in groups for i in g.cells}
    units = []
    for one in code.cells:
        if one.index in removed:
            continue
        lazy = one.index in code.lazy
        group = by_cell.get(one.index)
        if group is None:
            kept = [s for s in one.statements if stays(s, known, moved, group=False)]
            units.append(dataflow.unit(one.index, None, kept, lazy=lazy))
        elif positions.get(group.name) == one.index:
            body = [
                s
                for p in parts[group.name]
                for s in (*p.statements, *([p.trailing] if p.trailing else []))
            ]
            units.append(dataflow.unit(one.index, group.name, body, lazy=lazy))
    return units


def _removable(code: Program, tagged: frozenset[int], around: Surroundings) -> frozenset[int]:
    """Return the skip and test cells that no kept cell can observe."""
    found: set[int] = set()
    for one in reversed(code.cells):
        roles = one.cell.roles
        if not (roles.skip or roles.test is not None) or one.index in tagged or one.magics:
            continue
        if isinstance(one.code, BadCode) or not leaving.unobserved(
            code, one, around, frozenset(found)
        ):
            continue
        found.add(one.index)
    return frozenset(found)


def _functions(
    code: Program,
    groups: Sequence[Group],
    parts: Mapping[str, Sequence[Part]],
    positions: Mapping[str, int],
    units: list[Unit],
    known: Definitions,
    around: Surroundings,
    moved: frozenset[str],
) -> tuple[list[Function], list[Refusal]]:
    states = dataflow.bound_before(units)
    shown: dict[str, list[Shown]] = {}
    for i, unit in enumerate(units):
        if unit.group is not None:
            available = states[i].certain | unit.certainly_binds | moved
            shown[unit.group] = displays.decide(
                parts[unit.group],
                around,
                available - unit.names.deletes,
                code,
            )
            reads = frozenset(
                n.id
                for s in shown[unit.group]
                if s.fate == "after"
                for n in trees.walk(s.node)
                if isinstance(n, ast.Name)
            )
            units[i] = replace(unit, extra_reads=reads)
    by_name = {g.name: g for g in groups}
    context = deciding.Context(
        code=code, known=known, moved=moved, around=around, units=units, states=states
    )
    declared = parameters.of_program(code)
    functions, problems = [], []
    held: set[str] = set()
    for i, unit in enumerate(units):
        if unit.group is None:
            held |= unit.names.binds
            continue
        found = faithful.interface(context, i, by_name[unit.group], held)
        if isinstance(found, Refusal):
            problems.append(found)
            continue
        held |= set(found.outputs)
        held -= set(found.deleted)
        functions.append(
            _function(
                declared,
                by_name[unit.group],
                positions,
                parts,
                found,
                shown[unit.group],
                unit,
                around,
            )
        )
    return functions, problems


def _function(
    declared: Mapping[str, Parameter],
    group: Group,
    positions: Mapping[str, int],
    parts: Mapping[str, Sequence[Part]],
    found: faithful.Interface,
    shown: list[Shown],
    unit: Unit,
    around: Surroundings,
) -> Function:
    from_parameters = [n for n in found.inputs if n in found.parameters]
    return Function(
        name=group.name,
        group=group,
        position=positions[group.name],
        parts=tuple(parts[group.name]),
        inputs=tuple(n for n in found.inputs if n not in found.parameters),
        parameters=tuple(
            declared.get(n, Parameter(name=n, annotation=None, default=None))
            for n in from_parameters
        ),
        outputs=found.outputs,
        deleted=found.deleted,
        flushes=_flushes(parts[group.name], around),
        shown=tuple(shown),
        reads=unit.reads | unit.names.hints,
    )


def _flushes(parts: Sequence[Part], around: Surroundings) -> frozenset[int]:
    """Return the cells after which figures are shown because something of the group follows."""
    found = set()
    for part, _later in zip(parts, parts[1:], strict=False):
        nodes = [*part.statements, *([part.trailing] if part.trailing else [])]
        last = nodes[-1].value if nodes and isinstance(nodes[-1], ast.Expr) else None
        shows = (
            isinstance(last, ast.Call)
            and around.origin(dotted(last.func)) == "matplotlib.pyplot.show"
        )
        if drawing.may_draw(nodes, around) and not shows:
            found.add(part.cell)
    return frozenset(found)


__all__ = ["Function", "Plan", "Refusal", "draw_up", "stays"]
