"""What a piece of cell-level code reads, binds and deletes, path by path."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyter_promote.flow import scopes
from jupyter_promote.flow.expressions import Deferred
from jupyter_promote.flow.statements import StatementWalker

BUILTINS = frozenset(dir(builtins)) | {
    "display",
    "get_ipython",
    "__name__",
    "__file__",
    "__doc__",
    "__builtins__",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bindings:
    """What code does to the names of its scope; lines are one-based.

    `reads` are read before they are certainly bound, now or by deferred code; `surely` are those
    read on every path; `binds` are bound on some path and `bound` on every path at the end;
    `deletes` may be unbound at the end by `del` or an `except … as`, `deleted` certainly are.
    `hints` stand only in strings that look names up (formulas): they are reads if the notebook
    binds them.
    """

    reads: Mapping[str, int]
    surely: frozenset[str]
    binds: frozenset[str]
    bound: frozenset[str]
    deletes: frozenset[str]
    deleted: frozenset[str]
    hints: frozenset[str]
    deferred: tuple[Deferred, ...]
    global_writes: frozenset[str]


def of_code(statements: Sequence[ast.stmt], *, lazy_annotations: bool = False) -> Bindings:
    """Return the bindings of statements that stand at cell level, in order."""
    walker = StatementWalker(lazy_annotations=lazy_annotations)
    walker.block(statements)
    walker.finish()
    written = (scopes.global_writes(s) for s in statements)
    bound = frozenset(walker.binds) if walker.state is None else walker.state
    return Bindings(
        reads=dict(walker.reads),
        surely=frozenset(walker.surely),
        binds=frozenset(walker.binds),
        bound=frozenset(bound & walker.binds),
        deletes=frozenset(walker.deletes),
        deleted=frozenset(walker.deleted),
        hints=frozenset(walker.hints - set(walker.reads)),
        deferred=tuple(walker.deferred),
        global_writes=frozenset().union(*written),
    )


__all__ = ["BUILTINS", "Bindings", "Deferred", "of_code"]
