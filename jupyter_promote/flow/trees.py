"""Walking syntax trees: the nodes of a statement are listed once and remembered as long as it lives."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from weakref import WeakKeyDictionary

# Without the statement itself: a value that held its key would never be freed.
_inside: WeakKeyDictionary[ast.AST, tuple[ast.AST, ...]] = WeakKeyDictionary()


def walk(node: ast.AST) -> Iterable[ast.AST]:
    """Return `node` and all nodes inside, as `ast.walk` does; the tree must not change any more."""
    if not isinstance(node, ast.stmt):
        return (node, *_below(node))
    found = _inside.get(node)
    if found is None:
        found = _inside[node] = tuple(_below(node))
    return (node, *found)


def _below(node: ast.AST) -> list[ast.AST]:
    """Return the nodes inside, level by level."""
    found: list[ast.AST] = []
    level: list[ast.AST] = [node]
    while level:
        below: list[ast.AST] = []
        for one in level:
            for name in one._fields:
                value = getattr(one, name, None)
                if isinstance(value, list):
                    below += [v for v in value if isinstance(v, ast.AST)]
                elif isinstance(value, ast.AST):
                    below.append(value)
        found += below
        level = [one for one in below if one._fields]
    return found
