"""Code that waits: whatever awaits lets other tasks of the event loop run meanwhile."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_promote.flow import trees
from jupyter_promote.flow.effects import Surroundings, calls
from jupyter_promote.flow.strings import dotted

STARTERS = frozenset(
    """create_task ensure_future start_soon call_soon call_soon_threadsafe call_later call_at
    run_coroutine_threadsafe run_in_executor""".split()
)


def awaits(nodes: Iterable[ast.AST]) -> bool:
    """True where the nodes themselves await, and not only functions that they define."""
    return any(any(_waits(n) for n in trees.walk(node)) and _awaits(node) for node in nodes)


def _waits(node: ast.AST) -> bool:
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    return isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)


def _awaits(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return False
    return _waits(node) or any(_awaits(child) for child in ast.iter_child_nodes(node))


def starts_task(
    nodes: Iterable[ast.AST], around: Surroundings, _seen: frozenset[str] = frozenset()
) -> bool:
    """True where a call leaves something behind that the event loop runs on with."""
    for call in calls(nodes):
        name = dotted(call.func)
        if name.rpartition(".")[2] in STARTERS:
            return True
        known = around.functions.get(name) if name not in _seen else None
        if known is not None and starts_task([known], around, _seen | {name}):
            return True
    return False
