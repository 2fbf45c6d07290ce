"""Literals given to `exec`, `eval` and as keys of `globals()` at cell level: read as what they do.

For the analysis of cells that stay as they are: their text is never changed.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace
from typing import TypeVar

from jupyter_promote.flow import scopes
from jupyter_promote.source.magics import CellCode, Magic

Node = TypeVar("Node", bound=ast.AST)


def plain(code: CellCode) -> CellCode:
    """Return the cell with its traceable strings in the tree as code; it counts as one with magics."""
    if code.foreign or not any(word in code.text for word in ("exec", "eval", "globals")):
        return code
    changed = _Plain()
    body = [s for one in code.tree.body for s in changed.statement(one)]
    if not changed.lines:
        return code
    lines = code.text.split("\n")
    found = tuple(
        Magic(line=n, kind="text", name="exec", text=lines[n - 1].strip(), whole=False)
        for n in sorted(changed.lines)
    )
    return replace(code, tree=ast.Module(body=body, type_ignores=[]), magics=(*code.magics, *found))


class _Plain(ast.NodeTransformer):
    """Replaces what stands at cell level; `lines` are those on which something was replaced."""

    def __init__(self) -> None:
        self.lines: set[int] = set()

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """Return the statements that `node` stands for."""
        made = self.visit(node)
        return [s for s in (made if isinstance(made, list) else [made]) if isinstance(s, ast.stmt)]

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        """Return what stands for `node`: other scopes look names up in their own frames."""
        if isinstance(node, scopes.Scope):
            return node
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="exec"), args=[one], keywords=[])):
                return self._executed(one, node) or node
            case ast.Call(
                func=ast.Name(id="eval"), args=[ast.Constant(value=str(text))], keywords=[]
            ):
                tree = _parsed(text.strip(), "eval")
                return self._at(tree.body, node) if isinstance(tree, ast.Expression) else node
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="globals"), args=[], keywords=[]),
                slice=ast.Constant(value=str(name)),
            ) if name.isidentifier():
                return self._at(ast.Name(id=name, ctx=node.ctx), node)
        self.generic_visit(node)
        return node

    def _executed(self, argument: ast.expr, node: ast.Expr) -> list[ast.stmt]:
        text = argument.value if isinstance(argument, ast.Constant) else None
        tree = _parsed(text, "exec") if isinstance(text, str) else None
        if not isinstance(tree, ast.Module) or any(
            isinstance(s, ast.ImportFrom) and s.module == "__future__" for s in tree.body
        ):
            return []
        return [s for one in tree.body for s in self.statement(self._at(one, node))]

    def _at(self, made: Node, place: ast.expr | ast.stmt) -> Node:
        """Return `made` as code that stands where `place` does."""
        self.lines.add(place.lineno)
        for inner in ast.walk(made):
            if isinstance(inner, ast.expr | ast.stmt | ast.excepthandler | ast.arg):
                ast.copy_location(inner, place)
        return made


def _parsed(text: str, mode: str) -> ast.AST | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<string>", mode, dont_inherit=True)
            return ast.parse(text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
