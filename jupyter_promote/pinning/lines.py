"""Which lines of a module can be run, as a whole and by function."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping


def functions(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions and methods of a module, by dotted name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[f"{node.name}.{inner.name}"] = inner
    return found


def of_module(source: str) -> frozenset[int]:
    """Return the lines that run when a module is imported and all in it is called."""
    return of_tree(ast.parse(source))


def of_tree(tree: ast.Module) -> frozenset[int]:
    """Return the lines of a module's tree that run when it is imported and all in it is called."""
    code = compile(tree, "<module>", "exec", dont_inherit=True)
    return frozenset(line for line in _all(code, head=True) if line)


def of_functions(source: str) -> Mapping[str, frozenset[int]]:
    """Return the lines within each function that can be run."""
    tree = ast.parse(source)
    code = compile(tree, "<module>", "exec", dont_inherit=True)
    inner = (part for part in code.co_consts if isinstance(part, types.CodeType))
    lines = frozenset(line for part in inner for line in _all(part, head=False))
    return {
        name: frozenset(n for n in lines if node.lineno < n <= (node.end_lineno or node.lineno))
        for name, node in functions(tree).items()
    }


def _all(code: types.CodeType, *, head: bool) -> Iterator[int]:
    """Yield the lines of code and of all code in it; with `head` those where a function begins."""
    for _, _, line in code.co_lines():
        if line and (head or line != code.co_firstlineno):
            yield line
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _all(constant, head=head)
