"""Which calls draw a figure, and which return what they drew."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_promote.flow import known, trees
from jupyter_promote.flow.effects import Surroundings, calls
from jupyter_promote.flow.strings import dotted

Function = ast.FunctionDef | ast.AsyncFunctionDef


def may_draw(
    statements: Iterable[ast.AST], around: Surroundings, _seen: frozenset[str] = frozenset()
) -> bool:
    """True unless every call is known not to draw a figure."""
    return any(draws(call, around, _seen) for call in calls(statements))


def draws(call: ast.Call, around: Surroundings, seen: frozenset[str] = frozenset()) -> bool:
    """True unless the call is known not to draw; `seen` are functions being looked at."""
    callee = dotted(call.func)
    last = callee.rpartition(".")[2]
    origin = around.origin(callee)
    if origin:
        return _library_draws(origin, last)
    if isinstance(call.func, ast.Name):
        if callee in around.functions:
            if callee in seen:
                return False
            return may_draw([around.functions[callee]], around, seen | {callee})
        return callee not in known.SILENT_BUILTINS | known.SHOWING_BUILTINS and any(
            w in callee.lower() for w in known.DRAWING_WORDS
        )
    return (
        last in known.DRAWING_METHODS
        or any(w in last.lower() for w in known.DRAWING_WORDS)
        or ".plot." in f".{callee}."
    )


def _library_draws(origin: str, last: str) -> bool:
    """True unless a function of a library is known not to draw, by its module or its kind."""
    top = origin.partition(".")[0]
    named = any(word in origin.lower() for word in (*known.DRAWING_WORDS, "graphics"))
    if top == "pandas":
        return last in known.DRAWING_METHODS or "plotting" in origin
    if top in known.PLAIN_MODULES | {"statsmodels"}:
        return last in known.DRAWING_FUNCTIONS or named and top in ("sklearn", "statsmodels")
    if top in known.DRAWING_MODULES:
        return True
    return named or not last[:1].isupper()  # a class builds an object


def returns_drawing(node: ast.expr, around: Surroundings) -> bool:
    """True for a call that returns what it drew: axes, artists, texts, not a result."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return bool(parts) and all(_returns_drawing(part, around) for part in parts)


def _returns_drawing(node: ast.expr, around: Surroundings) -> bool:
    if isinstance(node, ast.Subscript):
        return _returns_drawing(node.value, around)
    if not isinstance(node, ast.Call):
        return False
    callee = dotted(node.func)
    last = callee.rpartition(".")[2]
    origin = around.origin(callee)
    if origin:
        top = origin.partition(".")[0]
        axes = top == "seaborn" and last.lower().endswith(("plot", "map", "grid"))
        return axes or top in ("matplotlib", "pylab") and not last.startswith("get_")
    if not isinstance(node.func, ast.Attribute) or _builds_plot(node.func.value):
        return False
    named = any(word in last.lower() for word in ("plot", "hist", "draw", "heatmap"))
    return named or last.startswith("set_") or last in known.DECORATIONS | known.DRAWING_METHODS


def _builds_plot(node: ast.expr) -> bool:
    """True for a chain that builds a plot to be shown as a value, as seaborn's objects do."""
    inner = (dotted(n.func).rpartition(".")[2] for n in trees.walk(node) if isinstance(n, ast.Call))
    return any(
        n == "Plot" or n in ("add", "facet", "layout", "scale", "label", "pair") for n in inner
    )


def returns_nothing(node: ast.expr, around: Surroundings) -> bool:
    """True for a call of a function of the notebook that never returns a value."""
    call = node.value if isinstance(node, ast.Await) else node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    function = around.functions.get(call.func.id)
    made = [n for n in getattr(function, "body", []) if isinstance(n, Function)]
    awaited = ast.AsyncFunctionDef if call is not node else ast.FunctionDef
    if not made or not all(isinstance(n, awaited) for n in made):
        return False
    inner = (n for one in made for n in trees.walk(one))
    return not any(
        isinstance(n, ast.Yield | ast.YieldFrom)
        or isinstance(n, ast.Return)
        and n.value is not None
        for n in inner
    )
