"""The rules of a faithful promotion: what a group takes and gives, and when it is refused.

Static analysis decides conservatively; what it can't decide is refused with a reason.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from jupyter_promote.flow import effects, scopes, trees
from jupyter_promote.flow import known as tables
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.flow.strings import dotted
from jupyter_promote.promotion import lateness, naming, tasks
from jupyter_promote.promotion.deciding import Context, Refuse, refusal
from jupyter_promote.promotion.grouping import Group, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """What a group takes and gives. `parameters` are those inputs that are the notebook's parameters."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    deleted: tuple[str, ...]
    parameters: frozenset[str]


# what a group takes and gives


def interface(context: Context, place: int, group: Group, held: set[str]) -> Interface | Refusal:
    """Return inputs and outputs of the group at `units[place]`, or why it is refused.

    `held` are the names that the thin notebook holds when the call begins.
    """
    try:
        inputs = _inputs(context, place)
        outputs, deleted = _outputs(context, place, inputs, held)
        unsure = [
            n
            for n in outputs
            if n not in context.units[place].names.bound and n in context.states[place].certain
        ]
        inputs = (
            *inputs,
            *(n for n in unsure if n not in inputs),
        )  # on some paths they keep their value
        lateness.check_deferred(context, place, inputs, outputs)
        lateness.check_late_readers(context, place)
        lateness.check_class_bodies(context, place, inputs)
        lateness.check_strings(context, place)
        tasks.check(context, place, group)
    except Refuse as why:
        return refusal(group, why.code, _placed(context, group, why.message), why.hint)
    parameters = frozenset(n for n in inputs if _is_parameter(context, n))
    return Interface(inputs=inputs, outputs=outputs, deleted=deleted, parameters=parameters)


def _placed(context: Context, group: Group, message: str) -> str:
    """Return a message about `line N` with the number of the cell in front."""
    found = re.match(r"line (\d+)\b.*?'(\w+)'", message)
    if not found:
        return message
    line, name = int(found[1]), found[2]
    for index in group.cells:
        for node in (n for s in context.code.at(index).statements for n in trees.walk(s)):
            named = getattr(node, "id", getattr(node, "name", None)) == name
            if getattr(node, "lineno", 0) == line and (named or len(group.cells) == 1):
                return f"cell {index + 1}, {message}"
    return f"cell {group.cells[0] + 1}, {message}" if len(group.cells) == 1 else message


def _inputs(context: Context, place: int) -> tuple[str, ...]:
    unit, before = context.units[place], context.states[place]
    code, found = context.code, []
    wanted = {**{n: 10**9 for n in unit.names.hints if n in code.binders}, **unit.names.reads}
    for name, line in sorted(wanted.items(), key=lambda item: (item[1], item[0])):
        if name in context.known.imports or name in context.moved:
            continue
        if name in before.certain:
            found.append(name)
        elif name in unit.names.hints:
            continue
        elif name in before.possible:
            raise Refuse(
                "maybe-unbound",
                f"{name!r} is bound only on some paths before line {line} reads it",
                "bind it on every path",
            )
        else:
            _check_unbound(context, unit, name, line)
    return tuple(found)


def _check_unbound(context: Context, unit: Unit, name: str, line: int) -> None:
    """Pass where nothing above binds `name` and that is fine; refuse where it is not."""
    code = context.code
    if name in unit.names.binds:
        if name in BUILTINS:
            raise Refuse(
                "name-clash",
                f"line {line} reads the builtin {name!r}, which the group binds later",
                f"rename the variable {name!r}",
            )
        return
    star = next((f"cell {i + 1}: {t}" for i, t in code.stars.items() if i <= unit.position), None)
    if name in code.binders:
        if name in BUILTINS and all(b.cell > unit.position for b in code.binders[name]):
            return
        raise Refuse(
            "late-binding",
            f"line {line} reads {name!r}, which only a later cell binds",
            "move that cell above",
        )
    if name in BUILTINS:
        if star and name in tables.STAR_REBINDS:
            raise Refuse(
                "star-import", f"{name!r} may come from {star}", "import the names one by one"
            )
        return
    if star:
        raise Refuse("star-import", f"{name!r} may come from {star}", "import the names one by one")
    raise Refuse(
        "maybe-unbound",
        f"line {line} reads {name!r}, which no cell binds",
        "define it in a cell above",
    )


def _outputs(
    context: Context, place: int, inputs: tuple[str, ...], held: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    unit, before = context.units[place], context.states[place]
    names = unit.names
    live, surely, late = context.live[place], context.surely[place], context.late
    finalized = _finalized(unit)
    outputs, deleted = [], []
    first = _first_bindings(unit)
    nowhere = (len(unit.statements), (0, 0))
    for name in sorted(names.binds | names.deletes, key=lambda n: (first.get(n, nowhere), n)):
        wanted = name in live or name in late or name in held or name in finalized
        if not wanted:
            continue
        if name in names.bound:
            outputs.append(name)
        elif name in names.deletes:
            if name not in names.deleted or name not in before.certain:
                raise Refuse(
                    "maybe-unbound",
                    f"{name!r} is deleted on some paths only",
                    "delete it after the group",
                )
            deleted.append(name)
        elif (
            name in inputs
            or name in before.certain
            or name in surely
            and name not in before.possible
        ):
            outputs.append(name)
        elif name in live or name in late:
            raise Refuse(
                "maybe-unbound",
                f"{name!r} is bound only on some paths, and read later on some paths",
                "bind it on every path",
            )
        elif name in held:
            raise Refuse(
                "maybe-unbound",
                f"{name!r} is bound only on some paths, and the notebook holds an older value",
                "bind it on every path",
            )
    return tuple(outputs), tuple(deleted)


def _first_bindings(unit: Unit) -> dict[str, tuple[int, tuple[int, int]]]:
    """Return, by name, which statement binds it first, and where in it."""
    found: dict[str, tuple[int, tuple[int, int]]] = {}
    for order, statement in enumerate(unit.statements):
        fresh = scopes.bound_names([statement]) - found.keys()
        places: dict[str, tuple[int, int]] = {}
        for node in trees.walk(statement) if fresh else ():
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                at = (node.lineno, node.col_offset)
                places[node.id] = min(places.get(node.id, at), at)
        found |= {n: (order, places.get(n, (0, 0))) for n in fresh}
    return found


def _finalized(unit: Unit) -> frozenset[str]:
    """Return names bound to objects that do something when they are freed, and not closed here."""
    ends = (".close", ".cleanup", ".terminate", ".shutdown")
    callees = (dotted(c.func) for c in effects.calls(unit.statements))
    closed = {c.rpartition(".")[0] for c in callees if c.endswith(ends)}
    found: set[str] = set()
    for node in (n for s in unit.statements for n in trees.walk(s) if isinstance(n, ast.Assign)):
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        made = (v for v in values if isinstance(v, ast.Call))
        if any(dotted(v.func).rpartition(".")[2] in tables.FINALIZERS for v in made):
            found |= {n.id for t in node.targets for n in trees.walk(t) if isinstance(n, ast.Name)}
    return frozenset(found - closed)


def _is_parameter(context: Context, name: str) -> bool:
    binders = context.code.binders.get(name, ())
    return len(binders) == 1 and binders[0].cell == context.code.parameters


# names that clash


def names(plan: object) -> list[Refusal]:
    """Return the groups whose name clashes with another name of the module."""
    from jupyter_promote.promotion.plan import Plan

    assert isinstance(plan, Plan)
    module = {d.name for d in plan.definitions} | set(plan.known.imports)
    found = []
    for function in plan.functions:
        reason = ""
        if naming.reserved(function.name):
            reason = f"{function.name!r} is a name of Python itself"
        elif function.name in module:
            reason = f"{function.name!r} is already a name of the module"
        if reason:
            hint = f"use promote:{naming.free(function.name, module | {function.name})}"
            found.append(refusal(function.group, "name-clash", reason, hint))
    return found
