"""Walking expressions in the order in which they run, knowing which names are certainly bound."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from jupyter_promote.flow import scopes, strings, trees

State = frozenset[str] | None  # names certainly bound; None: this point is not reached


def meet(states: Iterable[State]) -> State:
    reached = [s for s in states if s is not None]
    return frozenset.intersection(*reached) if reached else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Code that may run later: what it reads then, on which line it stands, and under which name.

    `name` is "" for code without a name of its own (lambda, generator expression).
    """

    name: str
    line: int
    reads: frozenset[str]
    node: ast.AST = field(compare=False, repr=False)


class ExpressionWalker(ABC):
    """Walks expressions; `state` holds the names certainly bound at this point."""

    def __init__(self, *, lazy_annotations: bool) -> None:
        self.state: State = frozenset()
        self.lazy = lazy_annotations
        self.reads: dict[str, int] = {}
        self.surely: set[str] = set()
        self.binds: set[str] = set()
        self.deletes: set[str] = set()
        self.deleted: set[str] = set()
        self.hints: set[str] = set()
        self.deferred: list[Deferred] = []
        self.functions: dict[str, Deferred] = {}
        self.writes: dict[str, frozenset[str]] = {}
        self.uncertain = 0
        self.breaks: list[list[State]] = []
        self.continues: list[list[State]] = []
        self.busy: set[str] = set()

    def finish(self) -> None:
        """Count what code that runs later reads, and what is still unbound at the end."""
        for late in self.deferred:
            self._read_all(late.reads, late.line, sure=False)

    # names

    def read(self, name: str, line: int) -> None:
        if self.state is None:
            return
        if name not in self.state:
            self.reads.setdefault(name, line)
            if not self.uncertain:
                self.surely.add(name)
        if name in self.functions and name not in self.busy:
            self.busy.add(name)
            self._read_all(self.functions[name].reads, line, sure=False)
            self.busy.discard(name)
            for written in self.writes.get(name, ()):
                self.binds.add(written)

    def _read_all(self, names: Iterable[str], line: int, *, sure: bool) -> None:
        self.uncertain += not sure
        for name in sorted(names):
            self.read(name, line)
        self.uncertain -= not sure

    def bind(self, name: str) -> None:
        if self.state is not None:
            self.state |= {name}
            self.binds.add(name)
            self.deletes.discard(name) if not self.uncertain else None
            self.functions.pop(name, None)
            self.deleted.discard(name)

    def unbind(self, name: str) -> None:
        if self.state is not None:
            self.state -= {name}
            self.deletes.add(name)
            if not self.uncertain:
                self.binds.discard(name)
                self.deleted.add(name)

    # expressions, in evaluation order

    def expr(self, node: ast.AST | None) -> None:
        match node:
            case None:
                return
            case ast.Name(id=name, ctx=ast.Load()):
                self.read(name, node.lineno)
            case ast.Name():
                self.target(node)
            case ast.NamedExpr():
                self.expr(node.value)
                self.bind(node.target.id)
            case ast.Lambda():
                for part in scopes.evaluated_at(node):
                    self.expr(part)
                self._defer("", node)
            case ast.BoolOp(values=values):
                self.expr(values[0])
                self._maybe(lambda: self._each(values[1:]))
            case ast.IfExp():
                self.expr(node.test)
                self._branches([lambda: self.expr(node.body), lambda: self.expr(node.orelse)])
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._comprehension(node)
            case ast.Call():
                self._call(node)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.expr(child)

    def _each(self, nodes: Sequence[ast.expr]) -> None:
        for node in nodes:
            self.expr(node)

    def _call(self, node: ast.Call) -> None:
        for child in (node.func, *node.args, *(k.value for k in node.keywords)):
            self.expr(child)
        found = strings.names_read(node)
        self._read_all(found.certain, node.lineno, sure=False)
        self.hints |= {n for n in found.possible if n not in (self.state or ())}
        for statement in found.statements:
            self.statement(statement)
        for name in found.binds:
            self.bind(name)

    def _comprehension(self, node: scopes.Comprehension) -> None:
        self.expr(node.generators[0].iter)
        reads = scopes.free_names(node)
        self._read_all(reads, node.lineno, sure=False)
        for inner in trees.walk(node):
            if isinstance(inner, ast.Call):
                found = strings.names_read(inner)
                own = {
                    n.id
                    for n in trees.walk(node)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                }
                self._read_all(found.certain - own, node.lineno, sure=False)
                self.hints |= found.possible - own
        if isinstance(node, ast.GeneratorExp) or any(
            isinstance(n, ast.Lambda) for n in trees.walk(node)
        ):
            self._defer("", node)
        for inner in trees.walk(node):
            if isinstance(inner, ast.NamedExpr):
                self._maybe(partial(self.bind, inner.target.id))

    def _defer(self, name: str, node: scopes.Scope) -> Deferred:
        late = Deferred(
            name=name, line=node.lineno, reads=scopes.free_names(node) | looked_up(node), node=node
        )
        self.deferred.append(late)
        if not name and isinstance(node, ast.Lambda):
            self._read_all(late.reads, node.lineno, sure=False) if not self._named_next else None
        return late

    _named_next = False

    def _maybe(self, action: Callable[[], object]) -> None:
        before = self.state
        self.uncertain += 1
        action()
        self.uncertain -= 1
        self.state = meet([before, self.state])

    def _branches(self, actions: Sequence[Callable[[], object]]) -> None:
        before, ends = self.state, []
        self.uncertain += 1
        for action in actions:
            self.state = before
            action()
            ends.append(self.state)
        self.uncertain -= 1
        self.state = meet(ends)

    def target(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name):
                self.bind(name)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self.target(part)
            case ast.Starred(value=inner):
                self.target(inner)
            case ast.Attribute(value=inner):
                self.expr(inner)
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="globals")), slice=ast.Constant(value=str(name))
            ):
                self.bind(name)
            case ast.Subscript(value=inner, slice=index):
                self.expr(inner)
                self.expr(index)

    @abstractmethod
    def statement(self, node: ast.stmt) -> None:
        """Walk a statement."""


def looked_up(node: ast.AST) -> frozenset[str]:
    """Return names that strings inside deferred code look up in its frame."""
    own = {
        n.id for n in trees.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    own |= {
        a.arg
        for n in trees.walk(node)
        if isinstance(n, ast.arguments)
        for a in (*n.posonlyargs, *n.args, *n.kwonlyargs)
    }
    found = {
        n
        for c in trees.walk(node)
        if isinstance(c, ast.Call)
        for n in strings.names_read(c).certain
    }
    return frozenset(found - own)
