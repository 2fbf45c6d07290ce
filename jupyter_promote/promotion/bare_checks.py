"""Bare checks at the end of a test cell: what they show in a notebook, a test has to assert."""

from __future__ import annotations

import ast

TRUTHS = frozenset(
    "all any equals isin issubset issuperset isdisjoint startswith endswith exists is_file is_dir allclose"
    " array_equal isclose is_unique is_monotonic_increasing is_monotonic_decreasing".split()
)
COUNTED = frozenset("isna isnull duplicated".split())


def assertion(node: ast.expr) -> tuple[str, str] | None:
    """Return the texts around an expression that assert it, None where it is no check.

    Comparisons and truths hold; counts of missing values and duplicates are zero.
    """
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return "assert ", ""
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in TRUTHS:
            return "assert ", ""
        case ast.Attribute(attr=name) if name in TRUTHS:
            return "assert ", ""
        case ast.Call(func=ast.Attribute(attr="sum", value=inner), args=[], keywords=[]):
            return _counted(inner)
    return None


def _counted(inner: ast.expr) -> tuple[str, str] | None:
    """Return the assertion that the sum of `inner` is zero: a number, or one for each column."""
    match inner:
        case ast.Call(func=ast.Attribute(attr="duplicated")):
            return "assert ", " == 0"
        case ast.Call(func=ast.Attribute(attr=name)) if name in COUNTED:
            return "assert not ", ".any()"
        case ast.Call(
            func=ast.Attribute(attr="sum", value=ast.Call(func=ast.Attribute(attr=name)))
        ) if (name in COUNTED):
            return "assert ", " == 0"
    return None
