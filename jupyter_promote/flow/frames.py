"""Which expressions are certainly pandas objects: what only looks at these changes nothing."""

from __future__ import annotations

import ast

from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.flow.strings import dotted

MAX_DEPTH = 6
MAKERS = ("DataFrame", "Series", "read_", "concat", "merge", "pivot", "crosstab", "get_dummies")
LOOKS = frozenset({"info", "plot", "hist", "boxplot"})
NO_FRAME = LOOKS | frozenset(
    "to_dict to_numpy tolist items iterrows itertuples groupby pipe apply agg transform".split()
)
GROUPED = ("groupby", "resample", "rolling", "ewm", "expanding")


def looks_at_frame(node: ast.AST, code: Program, around: Surroundings) -> bool:
    """True for `df.info()`, `df.hist()`, `df["a"].plot.bar()`: a look or figure, no change of df."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if any(k.arg in ("ax", "buf", "inplace") for k in node.keywords):
        return False
    owner = node.func.value
    if isinstance(owner, ast.Attribute) and owner.attr == "plot":
        return is_frame(owner.value, code, around)
    return node.func.attr in LOOKS and is_frame(owner, code, around)


def is_frame(node: ast.expr, code: Program, around: Surroundings, depth: int = 0) -> bool:
    """True for an expression whose value is certainly a frame, a column or an index of one."""
    if depth > MAX_DEPTH:
        return False
    match node:
        case ast.Name(id=name):
            found = [b.node for b in code.binders.get(name, ())]
            made = [s.value for s in found if isinstance(s, ast.Assign) and _plain(s)]
            first = [v for v in made if not _of_itself(v, name)]
            every = len(made) == len(found) and bool(first)
            return every and all(is_frame(v, code, around, depth + 1) for v in first)
        case ast.Call(func=ast.Attribute(attr=attr, value=owner)):
            origin = around.origin(dotted(node.func))
            if origin:
                return origin.startswith("pandas.") and attr.startswith(MAKERS)
            inner = owner.func if isinstance(owner, ast.Call) else owner
            if isinstance(inner, ast.Attribute) and inner.attr in GROUPED:
                return is_frame(inner.value, code, around, depth + 1)
            return attr not in NO_FRAME and is_frame(owner, code, around, depth + 1)
        case ast.Subscript(value=owner):
            grouped = owner.func if isinstance(owner, ast.Call) else None
            if isinstance(grouped, ast.Attribute) and grouped.attr in GROUPED:
                return is_frame(grouped.value, code, around, depth + 1)
            return is_frame(owner, code, around, depth + 1)
        case ast.Attribute(value=owner, attr="T" | "loc" | "iloc"):
            return is_frame(owner, code, around, depth + 1)
    return False


def _plain(statement: ast.Assign) -> bool:
    return all(isinstance(t, ast.Name | ast.Subscript) for t in statement.targets)


def _of_itself(value: ast.expr, name: str) -> bool:
    """True where the value is made from `name` itself by methods, as in `df = df.dropna()`."""
    inner: ast.AST = value
    while isinstance(inner, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(inner, ast.Attribute) and inner.attr in NO_FRAME:
            return False
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return isinstance(inner, ast.Name) and inner.id == name
