"""Cells that may leave the notebook, because nothing that stays can see whether they ran."""

from __future__ import annotations

import ast
from bisect import bisect_right

from jupyter_promote.flow import awaiting, dataflow, effects, frames, trees
from jupyter_promote.flow import known as tables
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.flow.strings import dotted


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
    if awaiting.awaits(one.statements):
        return False  # it may be the only time in which other tasks run
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
