"""What a name in capitals may hold to be a constant of the module."""

from __future__ import annotations

import ast

from jupyter_promote.flow import scopes
from jupyter_promote.flow.program import Program


def may_be(value: ast.expr) -> bool:
    """True for a hashable literal, and for a lambda."""
    return isinstance(value, ast.Lambda) or _hashable_literal(value)


def read_when_called(value: ast.expr, program: Program) -> frozenset[str]:
    """Return the notebook's names that a constant reads when it is called."""
    read = scopes.free_names(value) if isinstance(value, ast.Lambda) else frozenset()
    return frozenset(read & program.binders.keys())


def _hashable_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Tuple(elts=parts):
            return all(_hashable_literal(p) for p in parts)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Invert(), operand=inner):
            return _hashable_literal(inner)
        case ast.BinOp(
            left=left,
            right=right,
            op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv() | ast.Pow(),
        ):
            return _number(left) and _number(right)
    return False


def _number(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and abs(node.value) < 1e9
    )
