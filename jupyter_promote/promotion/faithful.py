"""The rules of a faithful promotion: what a group takes and gives, and when it is refused.

Static analysis decides conservatively; what it can't decide is refused with a reason.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jupyter_promote.flow import dataflow, effects, escapes, frames, program, scopes, trees
from jupyter_promote.flow import known as tables
from jupyter_promote.flow.bindings import BUILTINS, Deferred
from jupyter_promote.flow.dataflow import Before, Names, Unit
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.flow.strings import dotted, names_read
from jupyter_promote.promotion import naming
from jupyter_promote.promotion.definitions import Definitions
from jupyter_promote.promotion.displays import Part
from jupyter_promote.promotion.grouping import Group, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """What a group takes and gives. `parameters` are those inputs that are the notebook's parameters."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    deleted: tuple[str, ...]
    parameters: frozenset[str]


@dataclass(frozen=True, kw_only=True)  # no slots: what all groups ask for is worked out once
class Context:
    """The notebook around the group that is looked at."""

    code: Program
    known: Definitions
    moved: frozenset[str]
    around: Surroundings
    units: Sequence[Unit] = field(repr=False)
    states: Sequence[Before] = field(repr=False)

    @cached_property
    def live(self) -> Sequence[Names]:
        """For each unit, the names that later units read."""
        return dataflow.read_later(self.units)

    @cached_property
    def surely(self) -> Sequence[Names]:
        """For each unit, the names that later units read on every path."""
        return dataflow.surely_read_later(self.units)

    @cached_property
    def late(self) -> Mapping[str, int]:
        """The names that functions kept in the notebook read when they run."""
        return dataflow.late_reads(self.units)

    @cached_property
    def writers(self) -> Sequence[Unit]:
        """The units kept in the notebook whose functions write variables by `global`."""
        return [u for u in self.units if u.group is None and u.names.global_writes]

    @cached_property
    def late_readers(self) -> Mapping[str, Sequence[tuple[int, Unit, Deferred]]]:
        """By name, the functions kept in the notebook that read it when they run, with an order."""
        found: dict[str, list[tuple[int, Unit, Deferred]]] = {}
        lates = ((u, d) for u in self.units if u.group is None for d in u.names.deferred)
        for order, (unit, late) in enumerate(lates):
            for name in late.reads:
                found.setdefault(name, []).append((order, unit, late))
        return found


class _Refuse(Exception):
    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


# what concerns the whole notebook


def of_notebook(code: Program, groups: Sequence[Group], known: Definitions) -> list[Refusal]:
    """Return refusals because of what some cell of the notebook does to all others."""
    grouped = {i for g in groups for i in g.cells}
    found: dict[str, Refusal] = {}
    history = _last_history(code)
    watcher = next((w for c in code.cells if c.index not in grouped for w in _watches(c)), None)
    shows_all = next(
        (c.index for c in code.cells if "ast_node_interactivity" in c.cell.source), None
    )
    for group in groups:
        if history is not None and group.cells[0] < history[0]:
            where = f"cell {history[0] + 1}, line {history[1]} reads `{history[2]}`"
            found[group.name] = _refusal(
                group,
                "history",
                f"{where}, which depends on every cell before it",
                "name the value instead",
            )
        elif watcher is not None:
            where = f"cell {watcher[0] + 1}, line {watcher[1]}: {watcher[2]}"
            found[group.name] = _refusal(
                group,
                "dynamic-code",
                f"{where} sees every name of the notebook",
                "remove that line",
            )
        elif _magic_below(code, group):
            what = f"cell {_magic_below(code, group)} holds a magic below code that shows something"
            found[group.name] = _refusal(
                group, "magic", what, "move the magic to the top of the first cell"
            )
        elif shows_all is not None:
            found[group.name] = _refusal(
                group,
                "magic",
                f"cell {shows_all + 1} sets ast_node_interactivity, so every expression is shown",
                "remove that setting",
            )
    return list(found.values())


def _magic_below(code: Program, group: Group) -> int:
    """Return the number of a cell whose kept magic can't move above the group's code, else 0."""
    above = False
    for index in group.cells:
        one = code.at(index)
        for magic in one.magics:
            before = above or any(s.lineno < magic.line for s in one.statements)
            if magic.kept and before and magic.name not in ("matplotlib", "load_ext"):
                return index + 1
        above = above or bool(one.statements)
    return 0


def _last_history(code: Program) -> tuple[int, int, str] | None:
    found = None
    for one in code.cells:
        for node in (n for s in one.statements for n in trees.walk(s)):
            if (
                isinstance(node, ast.Name)
                and isinstance(node.ctx, ast.Load)
                and program.HISTORY.fullmatch(node.id)
                and node.id not in code.binders
            ):
                found = (one.index, node.lineno, node.id)
        for magic in one.magics:
            if magic.name in ("recall", "rerun", "history", "hist", "rep", "macro", "edit"):
                found = (one.index, magic.line, magic.text)
    return found


def _watches(one: CodeCell) -> Iterable[tuple[int, int, str]]:
    for magic in one.magics:
        if magic.name in (
            "who",
            "whos",
            "who_ls",
            "reset",
            "reset_selective",
            "save",
            "store",
            "xdel",
        ):
            yield one.index, magic.line, f"`{magic.text}`"
    for line, text in effects.dynamic_uses(one.statements):
        if text not in ("compile(…)", "inspect.getsource(…)", "__file__", "__import__(…)"):
            yield one.index, line, text


# where the call stands


def positions(
    code: Program,
    groups: Sequence[Group],
    parts: Mapping[str, Sequence[Part]],
    around: Surroundings,
) -> tuple[dict[str, int], list[Refusal]]:
    """Return the cell at which each group's call stands, and the groups that have no such place."""
    found, problems = {}, []
    for group in groups:
        obstacle = _between(code, group, parts, around, at_last=True)
        found[group.name] = group.cells[-1]
        if not obstacle:
            continue
        if not _between(code, group, parts, around, at_last=False):
            found[group.name] = group.cells[0]
            continue
        problems.append(
            _refusal(
                group,
                "interleaved",
                obstacle,
                "move the cells next to each other, or tag the one between",
            )
        )
    return found, problems


def _between(
    code: Program,
    group: Group,
    parts: Mapping[str, Sequence[Part]],
    around: Surroundings,
    *,
    at_last: bool,
) -> str:
    first, last = group.cells[0], group.cells[-1]
    others = [
        c for c in code.between(first, last) if c.index not in group.cells and c.cell.source.strip()
    ]
    if not others:
        return ""
    mine = {p.cell: _unit_of(p, code) for p in parts[group.name]}
    for other in others:
        theirs = dataflow.unit(other.index, None, other.statements, lazy=other.index in code.lazy)
        for index, part in mine.items():
            crosses = index < other.index if at_last else index > other.index
            if not crosses or not part.statements:
                continue
            reason = "it holds a magic" if other.magics else dataflow.commute(part, theirs, around)
            both = effects.consumed(part.statements, code.binders) & set(theirs.names.reads)
            if both and not reason:
                reason = f"both use the iterator {sorted(both)[0]!r}"
            if reason:
                return f"cell {other.index + 1} stands between cells {first + 1} and {last + 1}: {reason}"
    return ""


def _unit_of(part: Part, code: Program) -> Unit:
    body = [*part.statements, *([part.trailing] if part.trailing else [])]
    return dataflow.unit(part.cell, None, body, lazy=part.cell in code.lazy)


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
        _check_deferred(context, place, inputs, outputs)
        _check_late_readers(context, place)
        _check_class_bodies(context, place, inputs)
        _check_strings(context, place)
    except _Refuse as why:
        return _refusal(group, why.code, _placed(context, group, why.message), why.hint)
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
            raise _Refuse(
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
            raise _Refuse(
                "name-clash",
                f"line {line} reads the builtin {name!r}, which the group binds later",
                f"rename the variable {name!r}",
            )
        return
    star = next((f"cell {i + 1}: {t}" for i, t in code.stars.items() if i <= unit.position), None)
    if name in code.binders:
        if name in BUILTINS and all(b.cell > unit.position for b in code.binders[name]):
            return
        raise _Refuse(
            "late-binding",
            f"line {line} reads {name!r}, which only a later cell binds",
            "move that cell above",
        )
    if name in BUILTINS:
        if star and name in tables.STAR_REBINDS:
            raise _Refuse(
                "star-import", f"{name!r} may come from {star}", "import the names one by one"
            )
        return
    if star:
        raise _Refuse(
            "star-import", f"{name!r} may come from {star}", "import the names one by one"
        )
    raise _Refuse(
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
                raise _Refuse(
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
            raise _Refuse(
                "maybe-unbound",
                f"{name!r} is bound only on some paths, and read later on some paths",
                "bind it on every path",
            )
        elif name in held:
            raise _Refuse(
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


# code that runs later than it stands


def _check_deferred(
    context: Context, place: int, inputs: tuple[str, ...], outputs: tuple[str, ...]
) -> None:
    unit = context.units[place]
    local = set(inputs) | unit.names.binds
    for node in (n for s in unit.statements for n in trees.walk(s)):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            _check_frame(node, local, node.lineno)
    for late in unit.names.deferred:
        captured = late.reads & local
        _check_frame(late.node, local, late.line)
        outlives = late.name in outputs or escapes.may_outlive(late, unit.statements)
        if not captured or not outlives:
            continue
        for name in sorted(captured):
            later = [b.cell for b in context.code.binders.get(name, ()) if b.cell > unit.position]
            if later:
                what = f"the function {late.name!r}" if late.name else "code that runs later"
                raise _Refuse(
                    "late-binding",
                    f"line {late.line}: {what} reads {name!r}, which cell {later[0] + 1} binds again",
                    f"pass {name!r} as an argument",
                )
        missing = sorted(n for n in captured if n not in unit.names.bound and n not in inputs)
        if missing:
            raise _Refuse(
                "late-binding",
                f"line {late.line}: code that runs later reads {missing[0]!r}, which is not yet bound",
                "bind it above",
            )


def _check_frame(node: ast.AST, local: set[str], line: int) -> None:
    """Refuse strings in nested scopes that look up names of the function around them."""
    loads = {n.id for n in trees.walk(node) if isinstance(n, ast.Name)}
    loads |= {
        a.arg
        for n in trees.walk(node)
        if isinstance(n, ast.arguments)
        for a in (*n.posonlyargs, *n.args, *n.kwonlyargs)
    }
    for call in (n for n in trees.walk(node) if isinstance(n, ast.Call)):
        found = names_read(call)
        hidden = sorted(((found.certain | found.possible) & local) - loads)
        if hidden:
            raise _Refuse(
                "frame-capture",
                f"line {line}: a string in a nested function looks up {hidden[0]!r}",
                "use a plain expression",
            )


def _check_late_readers(context: Context, place: int) -> None:
    """Refuse a group that binds what a function kept in the notebook reads while the group runs."""
    unit = context.units[place]
    used = set(unit.names.reads) | unit.names.binds
    for other in context.writers:
        written = sorted(other.names.global_writes & used)
        if written:
            raise _Refuse(
                "global-statement",
                f"a function of cell {other.position + 1} changes {written[0]!r} with `global`",
                "pass and return the value",
            )
    found = (r for name in unit.names.binds for r in context.late_readers.get(name, ()))
    for _, other, late in sorted(found, key=lambda r: r[0]):
        anonymous = not late.name and not escapes.may_outlive(late, other.statements)
        if other.position > unit.position or anonymous:
            continue
        if not late.name or late.name in unit.reads or _reaches(context, late.name, unit):
            shared = sorted(late.reads & unit.names.binds)
            name = repr(late.name) if late.name else "a function"
            raise _Refuse(
                "late-binding",
                f"{name} of cell {other.position + 1} reads {shared[0]!r}, which this group binds",
                f"pass {shared[0]!r} to {name} as an argument",
            )


def _reaches(context: Context, name: str, unit: Unit) -> bool:
    """True where something the group reads may call the kept function `name`."""
    for other in context.units:
        if other.group is None and name in other.reads | {d.name for d in other.names.deferred}:
            callers = {d.name for d in other.names.deferred if name in d.reads}
            users = {
                n for s in other.statements for n in scopes.bound_names([s]) if _mentions(s, name)
            }
            if (callers | users) - {name} & unit.reads:
                return True
    return False


def _mentions(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        for n in trees.walk(statement)
    )


def _check_strings(context: Context, place: int) -> None:
    """Refuse queries whose text is not a literal and may look up names."""
    for call in effects.calls(context.units[place].statements):
        if dotted(call.func).rpartition(".")[2] not in ("query", "eval") or not call.args:
            continue
        for text in _texts(context.code, call.args[0]):
            if text is None or "@" in text:
                raise _Refuse(
                    "dynamic-code",
                    f"line {call.lineno}: the names in a query can't be traced to one literal",
                    "write the query as a literal where it is used",
                )


def _texts(code: Program, node: ast.expr) -> Iterable[str | None]:
    """Yield the texts that an argument may be; None for a text that can't be told."""
    match node:
        case ast.Name(id=name):
            for binder in code.binders.get(name, ()):
                value = getattr(binder.node, "value", None)
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value
                elif isinstance(value, ast.JoinedStr | ast.BinOp):
                    yield None
        case ast.BinOp():
            parts = [n.value for n in trees.walk(node) if isinstance(n, ast.Constant)]
            yield from (p for p in parts if isinstance(p, str))


def _check_class_bodies(context: Context, place: int, inputs: tuple[str, ...]) -> None:
    unit = context.units[place]
    local = set(inputs) | unit.names.binds
    for node in (n for s in unit.statements for n in trees.walk(s) if isinstance(n, ast.ClassDef)):
        both = sorted(scopes.bound_names(node.body) & scopes.free_names(node) & local)
        if both:
            raise _Refuse(
                "frame-capture",
                f"the body of class {node.name!r} reads and binds {both[0]!r}",
                "rename one of the two",
            )


# cells that may leave the notebook


def unobserved(code: Program, one: CodeCell, around: Surroundings, gone: frozenset[int]) -> bool:
    """True where no later cell can see whether the cell has run."""
    own = dataflow.unit(one.index, None, one.statements, lazy=False)
    touched = own.names.binds | own.names.deletes | effects.consumed(own.statements, code.binders)
    if own.names.global_writes or any(_read_later(code, n, one.index, gone) for n in touched):
        return False
    changing = [
        s
        for s in own.statements
        if not (isinstance(s, ast.Expr) and frames.looks_at_frame(s.value, code, around))
    ]
    if effects.mutated(changing, around) - own.names.binds:
        return False
    if any(effects.influences_imports(s) for s in one.statements):
        return False
    stores = (
        n
        for s in one.statements
        for n in trees.walk(s)
        if isinstance(n, ast.Attribute | ast.Subscript)
    )
    if any(
        isinstance(n.ctx, ast.Store)
        and dotted(n if isinstance(n, ast.Attribute) else n.value).partition(".")[0]
        in around.modules
        for n in stores
    ):
        return False
    return not any(
        "random" in around.origin(dotted(c.func)) or _may_set(c, around)
        for c in effects.calls(one.statements)
    )


def _read_later(code: Program, name: str, index: int, gone: frozenset[int]) -> bool:
    """True where a cell that stays mentions `name` below, or reads it from a function anywhere."""
    below = code.mentions.get(name, ())
    if any(i not in gone for i in reversed(below[bisect_right(below, index) :])):
        return True
    return any(i != index and i not in gone for i in code.deferred_reads.get(name, ()))


def _may_set(call: ast.Call, around: Surroundings) -> bool:
    callee = dotted(call.func)
    last = callee.rpartition(".")[2]
    if isinstance(call.func, ast.Name):
        function = around.functions.get(callee)
        if function is not None:
            body = getattr(function, "body", [])
            random = any("random" in around.origin(dotted(c.func)) for c in effects.calls(body))
            return random or effects.changes_world(body, around)
        return callee not in tables.SILENT_BUILTINS | tables.SHOWING_BUILTINS
    origin = around.origin(callee)
    if origin:
        top = origin.partition(".")[0]
        return last.startswith(
            ("set", "use", "seed", "register", "filter")
        ) or top not in tables.PLAIN_MODULES | {"pandas", "matplotlib", "seaborn"}
    return last not in tables.SILENT_METHODS | tables.LOOKING_METHODS | tables.DRAWING_METHODS | {
        "info",
        "show",
    } and not last.startswith(("set_", "plot"))


# names that clash


def names(plan: object) -> list[Refusal]:
    """Return the groups whose name clashes with another name of the module."""
    from jupyter_promote.promotion.plan import Plan

    assert isinstance(plan, Plan)
    module = {d.name for d in plan.definitions} | set(plan.known.imports)
    found = []
    for function in plan.functions:
        used = module | set(function.inputs) & set()
        reason = ""
        if naming.reserved(function.name):
            reason = f"{function.name!r} is a name of Python itself"
        elif function.name in used:
            reason = f"{function.name!r} is already a name of the module"
        if reason:
            hint = f"use promote:{naming.free(function.name, used | {function.name})}"
            found.append(_refusal(function.group, "name-clash", reason, hint))
    return found


def _refusal(group: Group, code: str, message: str, hint: str) -> Refusal:
    return Refusal(name=group.name, cells=group.cells, code=code, message=message, hint=hint)
