"""Code that runs later than it stands, or looks names up in a frame: what makes a group refused."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_promote.flow import effects, escapes, scopes, trees
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.flow.program import Program
from jupyter_promote.flow.strings import dotted, names_read
from jupyter_promote.promotion.deciding import Context, Refuse


def check_deferred(
    context: Context, place: int, inputs: tuple[str, ...], outputs: tuple[str, ...]
) -> None:
    unit = context.units[place]
    local = set(inputs) | unit.names.binds
    _check_kept_lambdas(unit, outputs)
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
                raise Refuse(
                    "late-binding",
                    f"line {late.line}: {what} reads {name!r}, which cell {later[0] + 1} binds again",
                    f"pass {name!r} as an argument",
                )
        missing = sorted(n for n in captured if n not in unit.names.bound and n not in inputs)
        if missing:
            raise Refuse(
                "late-binding",
                f"line {late.line}: code that runs later reads {missing[0]!r}, which is not yet bound",
                "bind it above",
            )


def _check_kept_lambdas(unit: Unit, outputs: tuple[str, ...]) -> None:
    """Refuse a lambda that an output holds: inside a function it would show another name."""
    for statement in unit.statements:
        kept = scopes.bound_names([statement]) & set(outputs)
        if not kept or not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            continue
        for late in (d for d in unit.names.deferred if isinstance(d.node, ast.Lambda)):
            inside = any(n is late.node for n in trees.walk(statement))
            if (
                inside
                and late.node is not statement.value
                and escapes.may_outlive(late, [statement])
            ):
                raise Refuse(
                    "identity",
                    f"line {late.line}: {min(kept)!r} may hold a lambda, which would be shown as a"
                    " part of the promoted function",
                    "write it as a function with a name: def moves to the module as it is",
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
            raise Refuse(
                "frame-capture",
                f"line {line}: a string in a nested function looks up {hidden[0]!r}",
                "use a plain expression",
            )


def check_late_readers(context: Context, place: int) -> None:
    """Refuse a group that binds what a function kept in the notebook reads while the group runs."""
    unit = context.units[place]
    used = set(unit.names.reads) | unit.names.binds
    for other in context.writers:
        written = sorted(other.names.global_writes & used)
        if written:
            raise Refuse(
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
            raise Refuse(
                "late-binding",
                f"{name} of cell {other.position + 1} reads {shared[0]!r}, which this group binds",
                f"pass {shared[0]!r} to {name} as an argument",
            )


def _reaches(context: Context, name: str, unit: Unit) -> bool:
    """True where something the group reads may call the kept function `name`."""
    for other in context.kept_users.get(name, ()):
        callers = {d.name for d in other.names.deferred if name in d.reads}
        users = {n for s in other.statements for n in scopes.bound_names([s]) if _mentions(s, name)}
        if (callers | users) - {name} & unit.reads:
            return True
    return False


def _mentions(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        for n in trees.walk(statement)
    )


def check_strings(context: Context, place: int) -> None:
    """Refuse queries whose text is not a literal and may look up names."""
    for call in effects.calls(context.units[place].statements):
        if dotted(call.func).rpartition(".")[2] not in ("query", "eval") or not call.args:
            continue
        for text in _texts(context.code, call.args[0]):
            if text is None or "@" in text:
                raise Refuse(
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


def check_class_bodies(context: Context, place: int, inputs: tuple[str, ...]) -> None:
    unit = context.units[place]
    local = set(inputs) | unit.names.binds
    for node in (n for s in unit.statements for n in trees.walk(s) if isinstance(n, ast.ClassDef)):
        both = sorted(scopes.bound_names(node.body) & scopes.free_names(node) & local)
        if both:
            raise Refuse(
                "frame-capture",
                f"the body of class {node.name!r} reads and binds {both[0]!r}",
                "rename one of the two",
            )
