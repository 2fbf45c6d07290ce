"""Functions that all copies define alike are defined once: above the first call."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from jupyter_promote.checks.unify.arguments import immutable
from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.flow import scopes
from jupyter_promote.flow.program import Program

Function = ast.FunctionDef | ast.AsyncFunctionDef
Row = tuple[ast.stmt, ...]


def settle(program: Program, copies: Sequence[Copy]) -> list[Copy]:
    """Return the copies, aligned statement by statement, without the functions that are the same.

    The first copy keeps them in its cell, the others lose them. A function is left where it is if
    it reads what the copies bind otherwise: it would read something else.
    """
    rows = list(zip(*(c.statements for c in copies), strict=True))
    same = [row for row in rows if _is_same(program, row)]
    while True:
        bound = scopes.bound_names(s for row in rows if row not in same for s in row)
        free = [row for row in same if not _reads(row) & bound]
        if free == same:
            break
        same = free
    return [_without(c, {id(row[i]) for row in same}, first=i == 0) for i, c in enumerate(copies)]


def _is_same(program: Program, row: Row) -> bool:
    """True for one function whose definition stands in every copy, and nowhere else."""
    first = row[0]
    if not isinstance(first, Function) or first.decorator_list:
        return False
    defaults = [*first.args.defaults, *(d for d in first.args.kw_defaults if d)]
    if len({ast.dump(s) for s in row}) > 1 or not all(immutable(d) for d in defaults):
        return False
    return all(any(b.node is s for s in row) for b in program.binders.get(first.name, ()))


def _reads(row: Row) -> frozenset[str]:
    first = row[0]
    return scopes.free_names(first) if isinstance(first, Function) else frozenset()


def _without(copy: Copy, same: set[int], *, first: bool) -> Copy:
    rest = tuple(s for s in copy.statements if id(s) not in same)
    gone = tuple(s for s in copy.statements if id(s) in same)
    if not gone:
        return copy
    if not first:
        return replace(copy, statements=rest, gone=gone)
    inner = (s for s in (*copy.imports, *gone) if rest and s.lineno > rest[0].lineno)
    return replace(copy, statements=rest, imports=tuple(sorted(inner, key=lambda s: s.lineno)))
