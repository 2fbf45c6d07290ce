"""Expressions that only look at values, and calls that show nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_promote.flow import drawing, known
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.effects import Surroundings, calls, silent_function
from jupyter_promote.flow.strings import dotted, names_read


def may_show(statements: Iterable[ast.AST], around: Surroundings) -> bool:
    """True unless every call is known to print, display and draw nothing."""
    return any(not _quiet_call(call, around) for call in calls(statements))


def _quiet_call(call: ast.Call, around: Surroundings) -> bool:
    callee = dotted(call.func)
    last = callee.rpartition(".")[2]
    origin = around.origin(callee)
    if origin:
        return origin.split(".")[0] in known.PLAIN_MODULES | {"pandas"} and not drawing.draws(
            call, around
        )
    if isinstance(call.func, ast.Name):
        return callee in known.SILENT_BUILTINS
    return last in known.SILENT_METHODS | known.LOOKING_METHODS


def is_look(node: ast.expr, around: Surroundings) -> bool:
    """True for an expression that only looks at values: no effect, the same later as now."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=inner):
            return is_look(inner, around)
        case ast.Subscript(value=inner, slice=index):
            return is_look(inner, around) and is_look(index, around)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(is_look(p, around) for p in parts)
        case ast.Dict(keys=keys, values=values):
            return all(k is not None and is_look(k, around) for k in keys) and all(
                is_look(v, around) for v in values
            )
        case ast.Slice():
            return all(p is None or is_look(p, around) for p in (node.lower, node.upper, node.step))
        case ast.BinOp(left=left, right=right):
            return is_look(left, around) and is_look(right, around)
        case ast.UnaryOp(operand=inner):
            return is_look(inner, around)
        case ast.Compare(left=left, comparators=rest):
            return is_look(left, around) and all(is_look(r, around) for r in rest)
        case ast.JoinedStr(values=values):
            return all(is_look(v, around) for v in values)
        case ast.FormattedValue(value=inner):
            return is_look(inner, around)
        case ast.Call():
            return _is_looking_call(node, around)
    return False


def _is_looking_call(node: ast.Call, around: Surroundings) -> bool:
    if any(k.arg == "inplace" for k in node.keywords) or names_read(node).dynamic:
        return False
    if not all(is_look(a, around) for a in (*node.args, *(k.value for k in node.keywords))):
        return False
    if isinstance(node.func, ast.Name):
        quiet = {"len", "type", "round", "abs", "str", "int", "float", "isinstance", "repr", "bool"}
        return node.func.id in quiet and node.func.id not in around.functions
    if isinstance(node.func, ast.Attribute):
        origin = around.origin(dotted(node.func))
        if origin:
            return silent_function(origin) and not origin.startswith("time.")
        return node.func.attr in known.LOOKING_METHODS and is_look(node.func.value, around)
    return False


def is_builtin(name: str) -> bool:
    """True for a name that Python or IPython provides."""
    return name in BUILTINS
