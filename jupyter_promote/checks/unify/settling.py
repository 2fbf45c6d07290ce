"""What all copies define or import alike is kept once: above the first call."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import replace

from jupyter_promote.checks.unify.arguments import immutable
from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle
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


def settle_imports(program: Program, copies: Sequence[Copy]) -> list[Copy]:
    """Return copies that hold only imports: the first one keeps them, the others lose them.

    Raises:
        Blocked: a copy holds more than imports, or imports something else.
    """
    known = {ast.dump(s) for s in copies[0].imports}
    for copy in copies:
        if copy.statements or any(not _imports_alone(program, s, known) for s in copy.imports):
            what = "the copies are no more than imports, and not the same ones"
            raise Blocked(Obstacle(code="not-alike", message=what, cell=copy.cell, line=copy.first))
    rest = (replace(c, imports=(), gone=c.imports) for c in copies[1:])
    return [copies[0], *rest]


def _imports_alone(program: Program, statement: ast.stmt, known: Collection[str]) -> bool:
    """True for an import that stands in the first copy, too, of names that nothing else binds."""
    binders = [b for n in scopes.bound_names([statement]) for b in program.binders.get(n, ())]
    dump = ast.dump(statement)
    return bool(binders) and dump in known and all(ast.dump(b.node) == dump for b in binders)


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
