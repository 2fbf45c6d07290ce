"""What a piece of cell-level code reads, binds and deletes, path by path."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from jupyter_promote.flow import scopes, strings

BUILTINS = frozenset(dir(builtins)) | {
    "display",
    "get_ipython",
    "__name__",
    "__file__",
    "__doc__",
    "__builtins__",
}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Code that may run later: what it reads then, on which line it stands, and under which name.

    `name` is "" for code without a name of its own (lambda, generator expression).
    """

    name: str
    line: int
    reads: frozenset[str]
    node: ast.AST = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bindings:
    """What code does to the names of its scope; lines are one-based.

    `reads` are read before they are certainly bound, now or by deferred code; `surely` are those
    read on every path; `binds` are bound on some path and `bound` on every path at the end;
    `deletes` may be unbound at the end by `del` or an `except … as`, `deleted` certainly are. `hints` stand only in strings
    that look names up (formulas): they are reads if the notebook binds them.
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
    walker = _Walker(lazy_annotations=lazy_annotations)
    walker.block(statements)
    return walker.result(statements)


State = frozenset[str] | None  # names certainly bound; None: this point is not reached


def _meet(states: Iterable[State]) -> State:
    reached = [s for s in states if s is not None]
    return frozenset.intersection(*reached) if reached else None


class _Walker:
    """Walks statements in the order in which they run, knowing what is certainly bound."""

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

    def result(self, statements: Sequence[ast.stmt]) -> Bindings:
        for late in self.deferred:
            self._read_all(late.reads, late.line, sure=False)
        bound = frozenset(self.binds) if self.state is None else self.state
        written = (
            frozenset().union(*(scopes.global_writes(s) for s in statements))
            if statements
            else frozenset()
        )
        return Bindings(
            reads=dict(self.reads),
            surely=frozenset(self.surely),
            binds=frozenset(self.binds),
            bound=frozenset(bound & self.binds),
            deletes=frozenset(self.deletes),
            deleted=frozenset(self.deleted),
            hints=frozenset(self.hints - set(self.reads)),
            deferred=tuple(self.deferred),
            global_writes=written,
        )

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
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                found = strings.names_read(inner)
                own = {
                    n.id
                    for n in ast.walk(node)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                }
                self._read_all(found.certain - own, node.lineno, sure=False)
                self.hints |= found.possible - own
        if isinstance(node, ast.GeneratorExp) or any(
            isinstance(n, ast.Lambda) for n in ast.walk(node)
        ):
            self._defer("", node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr):
                self._maybe(partial(self.bind, inner.target.id))

    def _defer(self, name: str, node: scopes.Scope) -> Deferred:
        late = Deferred(
            name=name, line=node.lineno, reads=scopes.free_names(node) | _looked_up(node), node=node
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
        self.state = _meet([before, self.state])

    def _branches(self, actions: Sequence[Callable[[], object]]) -> None:
        before, ends = self.state, []
        self.uncertain += 1
        for action in actions:
            self.state = before
            action()
            ends.append(self.state)
        self.uncertain -= 1
        self.state = _meet(ends)

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

    # statements

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(node)
            case ast.Assign():
                self._assign(node)
            case ast.AugAssign(target=ast.Name(id=name)):
                self.read(name, node.lineno)
                self.expr(node.value)
                self.bind(name)
            case ast.AugAssign():
                self.target(node.target)
                self.expr(node.value)
            case ast.AnnAssign():
                self._annotated(node)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._delete(target)
            case ast.Import() | ast.ImportFrom():
                for name in sorted(scopes.bound_names([node])):
                    self.bind(name)
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._jump(node)
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                return
            case _:
                self._compound(node)

    def _compound(self, node: ast.stmt) -> None:
        match node:
            case ast.If(test=ast.Constant(value=False | None | 0)) | ast.While(
                test=ast.Constant(value=False | None | 0)
            ):
                self.block(node.orelse)
            case ast.If():
                self.expr(node.test)
                self._branches([lambda: self.block(node.body), lambda: self.block(node.orelse)])
            case ast.For() | ast.AsyncFor():
                self.expr(node.iter)
                self._loop(node, lambda: self.target(node.target), runs=_not_empty(node.iter))
            case ast.While():
                self._loop(node, lambda: self.expr(node.test), endless=_always(node.test))
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.expr(item.context_expr)
                    if item.optional_vars is not None:
                        self.target(item.optional_vars)
                self._with_body(node)
            case ast.Try():
                self._try(node)
            case ast.Match():
                self._match(node)
            case _:
                if isinstance(node, getattr(ast, "TryStar", ())):
                    self._try(node)  # type: ignore[arg-type]
                    return
                for child in ast.iter_child_nodes(node):
                    self.expr(child)

    def _with_body(self, node: ast.With | ast.AsyncWith) -> None:
        """Walk the body; a context that swallows exceptions may leave it anywhere."""
        called = (i.context_expr for i in node.items)
        names = (strings.dotted(c.func) for c in called if isinstance(c, ast.Call))
        if any(
            n.rpartition(".")[2] in ("suppress", "raises", "assertRaises", "ExitStack")
            for n in names
        ):
            self._maybe(lambda: self.block(node.body))
        else:
            self.block(node.body)

    def _definition(self, node: Definition) -> None:
        parts = scopes.evaluated_at(node)
        if self.lazy and not isinstance(node, ast.ClassDef):
            notes = {id(a) for a in _annotations(node)}
            parts = [p for p in parts if id(p) not in notes]
        for part in parts:
            self.expr(part)
        if isinstance(node, ast.ClassDef):
            self._class_body(node)
        reads = scopes.free_names(node) | _looked_up(node)
        late = Deferred(name=node.name, line=node.lineno, reads=reads - {node.name}, node=node)
        self.deferred.append(late)
        self.bind(node.name)
        self.functions[node.name] = late
        self.writes[node.name] = scopes.global_writes(node)

    def _class_body(self, node: ast.ClassDef) -> None:
        inner = of_code(node.body, lazy_annotations=self.lazy)
        methods: set[str] = set()
        for late in inner.deferred:
            methods |= late.reads
        self._read_all(
            set(inner.reads) - (methods - _direct_reads(node, inner)), node.lineno, sure=True
        )

    def _assign(self, node: ast.Assign) -> None:
        named = (
            isinstance(node.value, ast.Lambda)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
        )
        self._named_next = named
        self.expr(node.value)
        self._named_next = False
        for target in node.targets:
            self.target(target)
        if named and isinstance(node.targets[0], ast.Name):
            self.functions[node.targets[0].id] = self.deferred[-1]

    def _annotated(self, node: ast.AnnAssign) -> None:
        if not self.lazy:
            self.expr(node.annotation)
        self.expr(node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.target(node.target)

    def _delete(self, node: ast.expr) -> None:
        match node:
            case ast.Name(id=name):
                self.read(name, node.lineno)
                self.unbind(name)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._delete(part)
            case _:
                self.target(node)

    def _jump(self, node: ast.stmt) -> None:
        for child in ast.iter_child_nodes(node):
            self.expr(child)
        if isinstance(node, ast.Break) and self.breaks:
            self.breaks[-1].append(self.state)
        if isinstance(node, ast.Continue) and self.continues:
            self.continues[-1].append(self.state)
        self.state = None

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        head: Callable[[], object],
        *,
        endless: bool = False,
        runs: bool = False,
    ) -> None:
        """Walk a loop; `endless` never ends by its condition, `runs` has at least one turn."""
        entry = at_head = after_turn = self.state
        is_while = isinstance(node, ast.While)
        self.breaks.append([])
        self.continues.append([])
        for turn in range(2):  # the second turn starts without what the first one deletes
            first = turn == 0
            self._unless(first and (is_while or runs), head)
            at_head = self.state
            self._unless(first and (endless or runs), lambda: self.block(node.body))
            after_turn = _meet([self.state, *self.continues[-1]])
            entry = self.state = _meet([entry, after_turn])
        self.continues.pop()
        self.state = None if endless else at_head if is_while else after_turn if runs else entry
        self._unless(False, lambda: self.block(node.orelse))
        self.state = _meet([self.state, *self.breaks.pop()])

    def _unless(self, sure: bool, action: Callable[[], object]) -> None:
        """Do `action`; unless `sure`, what it reads is read on some paths only."""
        self.uncertain += not sure
        action()
        self.uncertain -= not sure

    def _try(self, node: ast.Try) -> None:
        before = self.state
        self.block(node.body[:1])  # the first statement is at least begun
        self.uncertain += 1
        self.block(node.body[1:])
        interrupted = None if before is None else before - self.deletes
        self.block(node.orelse)
        ends = [self.state]
        for handler in node.handlers:
            self.state = interrupted
            self._handler(handler)
            ends.append(self.state)
        self.uncertain -= 1
        self.state = after = _meet(ends)
        if node.finalbody:
            self.state = interrupted
            self.block(node.finalbody)
            added = None if self.state is None else self.state - (interrupted or frozenset())
            self.state = None if after is None or added is None else after | added

    def _handler(self, handler: ast.ExceptHandler) -> None:
        self.expr(handler.type)
        bound_before = handler.name in self.binds
        if handler.name:
            self.bind(handler.name)
        self.block(handler.body)
        if handler.name:
            self.unbind(handler.name)
            if not bound_before:
                self.binds.discard(handler.name)

    def _match(self, node: ast.Match) -> None:
        self.expr(node.subject)
        before, ends = self.state, []
        complete = False
        self.uncertain += 1
        for case in node.cases:
            self.state = before
            self._pattern(case.pattern)
            self.expr(case.guard)
            self.block(case.body)
            ends.append(self.state)
            complete |= case.guard is None and _irrefutable(case.pattern)
        self.uncertain -= 1
        self.state = _meet(ends if complete else [before, *ends])

    def _pattern(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._pattern(child) if isinstance(child, ast.pattern) else self.expr(child)
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(node, ast.pattern) and isinstance(name, str):
            self.bind(name)


def _irrefutable(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _irrefutable(inner)
        case ast.MatchOr(patterns=parts):
            return any(_irrefutable(p) for p in parts)
    return False


def _not_empty(node: ast.expr) -> bool:
    """True for an iterable that certainly yields something."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return any(not isinstance(p, ast.Starred) for p in parts)
        case ast.Constant(value=str(text)):
            return bool(text)
        case ast.Call(
            func=ast.Attribute(value=ast.Dict(keys=keys), attr="items" | "keys" | "values")
        ):
            return any(k is not None for k in keys)
        case ast.Call(func=ast.Name(id="range"), args=args):
            bounds = [
                a.value for a in args if isinstance(a, ast.Constant) and isinstance(a.value, int)
            ]
            return len(bounds) == len(args) > 0 and len(range(*bounds[:3])) > 0
        case ast.Call(
            func=ast.Name(id="enumerate" | "reversed" | "sorted" | "list" | "tuple"),
            args=[inner, *_],
        ):
            return _not_empty(inner)
        case ast.Call(func=ast.Name(id="zip"), args=args):
            return bool(args) and all(_not_empty(a) for a in args)
    return False


def _always(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    args = node.args
    parameters = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    found = [a.annotation for a in parameters if a is not None and a.annotation is not None]
    return [*found, node.returns] if node.returns is not None else found


def _direct_reads(node: ast.ClassDef, inner: Bindings) -> set[str]:
    """Return names that the class body itself reads, not only its methods."""
    direct: set[str] = set()
    for statement in node.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            direct |= {
                n.id
                for n in ast.walk(statement)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
            }
        else:
            for part in scopes.evaluated_at(statement):
                direct |= {n.id for n in ast.walk(part) if isinstance(n, ast.Name)}
    return direct & set(inner.reads)


def _looked_up(node: ast.AST) -> frozenset[str]:
    """Return names that strings inside deferred code look up in its frame."""
    own = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {
        a.arg
        for n in ast.walk(node)
        if isinstance(n, ast.arguments)
        for a in (*n.posonlyargs, *n.args, *n.kwonlyargs)
    }
    found = {
        n for c in ast.walk(node) if isinstance(c, ast.Call) for n in strings.names_read(c).certain
    }
    return frozenset(found - own)
