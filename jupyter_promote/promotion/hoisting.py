"""A lambda that a value keeps gets a name of its own on module level, where its repr stays the same."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from jupyter_promote.flow import program, scopes, trees
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.promotion import naming
from jupyter_promote.promotion.body import segment
from jupyter_promote.source import magics
from jupyter_promote.source.magics import CellCode


def name_lambdas(code: Program, cells: Collection[int]) -> Program:
    """Return the program in which lambdas that assignments of `cells` hand on are constants before.

    Only those that read nothing of the notebook but what is imported: they can stand anywhere.
    """
    taken = set(code.binders)
    changed = {}
    for one in code.cells:
        if one.index in cells and (made := _named(code, one, taken)):
            changed[one.index] = made
    return program.with_sources(code, changed) if changed else code


def _named(code: Program, one: CodeCell, taken: set[str]) -> CodeCell | None:
    if not isinstance(one.code, CellCode) or one.magics:
        return None
    lines = one.code.text.split("\n")
    found = False
    for statement in reversed(one.code.tree.body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        handed = [
            n
            for n in trees.walk(statement)
            if isinstance(n, ast.Lambda)
            and n is not statement.value
            and _is_free(code, n)
            and not _in_scope(statement, n)
        ]
        # Only lambdas that stand on one line and not in another one are put elsewhere.
        if len(handed) != 1 or handed[0].lineno != handed[0].end_lineno:
            continue
        node = handed[0]
        name = naming.free(f"{_target(statement)}_RULE", taken, suffix="RULE")
        taken.add(name)
        text = segment(lines, node)
        row = lines[node.lineno - 1].encode()
        row = row[: node.col_offset] + name.encode() + row[node.end_col_offset :]
        lines[node.lineno - 1] = row.decode()
        lines.insert(statement.lineno - 1, f"{name} = {text}")
        found = True
    parsed = magics.parse("\n".join(lines)) if found else None
    return replace(one, code=parsed) if isinstance(parsed, CellCode) else None


def _in_scope(statement: ast.stmt, node: ast.Lambda) -> bool:
    """True where a lambda stands in another one, or in a comprehension that makes many of it."""
    inner = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    around = (n for n in trees.walk(statement) if isinstance(n, inner) and n is not node)
    return any(node is n for scope in around for n in trees.walk(scope))


def _is_free(code: Program, node: ast.Lambda) -> bool:
    """True where a lambda reads builtins and imports only."""
    if node.args.defaults or node.args.kw_defaults:
        return False
    imports = {
        name
        for name, places in code.binders.items()
        if all(isinstance(p.node, ast.Import | ast.ImportFrom) for p in places)
    }
    return scopes.free_names(node) <= imports | (BUILTINS - code.binders.keys())


def _target(statement: ast.Assign | ast.AnnAssign) -> str:
    """Return the first name that a statement binds, in capitals."""
    return min(scopes.bound_names([statement]), default="HELD").upper()
