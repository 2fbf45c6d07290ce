"""Can code that runs later outlive the call in which it was made?"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from jupyter_promote.flow import trees
from jupyter_promote.flow.bindings import Deferred
from jupyter_promote.flow.strings import dotted

# Callables that use up their function or iterable before they return.
IMMEDIATE = frozenset(
    """apply applymap agg aggregate transform pipe assign sort_values sort sorted min max sum any all list
    tuple set dict frozenset join next reduce map_partitions filter_ quad solve_ivp odeint minimize
    minimize_scalar root fsolve brentq curve_fit least_squares array fromiter apply_along_axis rename
    where mask pivot_table resample_apply fromfunction print len enumerate_ update extend Counter
    sort_index replace sub any_ array_equal fill apply_async_ accumulate_ mean median std""".split()
)


def may_outlive(late: Deferred, statements: Sequence[ast.stmt]) -> bool:
    """True unless the deferred code is certainly used up where it stands."""
    if isinstance(late.node, ast.ClassDef):
        return True
    if late.name:
        return _is_lazy(late.node) or not _only_called(late.name, statements)
    return not any(
        _uses_up(call, late.node)
        for s in statements
        for call in trees.walk(s)
        if isinstance(call, ast.Call)
    )


def _is_lazy(node: ast.AST) -> bool:
    """True for a function whose call only makes what runs later: a generator or a coroutine."""
    if isinstance(node, ast.AsyncFunctionDef):
        return True
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in trees.walk(node))


def _uses_up(call: ast.Call, node: ast.AST) -> bool:
    if call.func is node:
        return True
    given = [*call.args, *(k.value for k in call.keywords)]
    inside = any(
        node is g or (isinstance(g, ast.Dict | ast.List | ast.Tuple) and node in trees.walk(g))
        for g in given
    )
    return inside and _is_immediate(call)


def _is_immediate(call: ast.Call) -> bool:
    name = dotted(call.func).rpartition(".")[2]
    return name in IMMEDIATE or (name == "map" and isinstance(call.func, ast.Attribute))


def _only_called(name: str, statements: Sequence[ast.stmt]) -> bool:
    """True where `name` is only called, or handed to what uses it up at once."""
    allowed: set[int] = set()
    for node in (n for s in statements for n in trees.walk(s)):
        if isinstance(node, ast.Call):
            allowed.add(id(node.func))
            if dotted(node.func).rpartition(".")[2] in IMMEDIATE | {"map"}:
                allowed |= {id(a) for a in (*node.args, *(k.value for k in node.keywords))}
    return all(
        id(n) in allowed
        for s in statements
        for n in trees.walk(s)
        if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    )
