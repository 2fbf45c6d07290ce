"""Walking statements in the order in which they run: branches, loops, handlers, definitions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from jupyter_promote.flow import scopes, strings, trees
from jupyter_promote.flow.expressions import Deferred, ExpressionWalker, looked_up, meet

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class StatementWalker(ExpressionWalker):
    """Walks the statements of one scope, path by path."""

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
        reads = scopes.free_names(node) | looked_up(node)
        late = Deferred(name=node.name, line=node.lineno, reads=reads - {node.name}, node=node)
        self.deferred.append(late)
        self.bind(node.name)
        self.functions[node.name] = late
        self.writes[node.name] = scopes.global_writes(node)

    def _class_body(self, node: ast.ClassDef) -> None:
        inner = StatementWalker(lazy_annotations=self.lazy)
        inner.block(node.body)
        inner.finish()
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
            after_turn = meet([self.state, *self.continues[-1]])
            entry = self.state = meet([entry, after_turn])
        self.continues.pop()
        self.state = None if endless else at_head if is_while else after_turn if runs else entry
        self._unless(False, lambda: self.block(node.orelse))
        self.state = meet([self.state, *self.breaks.pop()])

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
        self.state = after = meet(ends)
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
        self.state = meet(ends if complete else [before, *ends])

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


def _direct_reads(node: ast.ClassDef, inner: StatementWalker) -> set[str]:
    """Return names that the class body itself reads, not only its methods."""
    direct: set[str] = set()
    for statement in node.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            direct |= {
                n.id
                for n in trees.walk(statement)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
            }
        else:
            for part in scopes.evaluated_at(statement):
                direct |= {n.id for n in trees.walk(part) if isinstance(n, ast.Name)}
    return direct & set(inner.reads)
