"""What a notebook imports from modules of its own project."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from jupyter_promote.checks.finding import Import
from jupyter_promote.flow import trees
from jupyter_promote.flow.program import Program


def of_program(program: Program, own: Collection[str]) -> Iterator[Import]:
    """Yield what a notebook takes from modules whose first names are in `own`, each once."""
    modules: dict[str, str] = {}
    seen: set[str] = set()
    for one in program.cells:
        for node in (n for s in one.statements for n in trees.walk(s)):
            for name in _taken(node, own, modules):
                if name not in seen:
                    seen.add(name)
                    yield Import(name=name, cell=one.index, line=getattr(node, "lineno", 1))


def _taken(node: ast.AST, own: Collection[str], modules: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            for a in aliases:
                top = a.name.partition(".")[0]
                if top in own:
                    modules[a.asname or top] = a.name if a.asname else top
        case ast.ImportFrom(module=str(module), level=0, names=aliases) if (
            module.partition(".")[0] in own
        ):
            for a in aliases:
                modules[a.asname or a.name] = f"{module}.{a.name}"
                yield f"{module}.{a.name}"
        case ast.Attribute():
            chain: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                chain.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in modules:
                yield ".".join([modules[inner.id], *reversed(chain)])
