"""What code does besides binding names: changes objects, shows, draws, touches the world."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from jupyter_promote.flow import known, scopes, trees
from jupyter_promote.flow.strings import dotted, names_read


class Binder(Protocol):
    """A statement that binds a name."""

    @property
    def node(self) -> ast.stmt:
        """The statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known around a piece of code.

    `modules` maps names that are certainly modules or module members to their dotted origin
    (`np` → `numpy`); `functions` maps names of functions of the notebook to their definitions.
    """

    modules: Mapping[str, str]
    functions: Mapping[str, ast.AST]

    def origin(self, callee: str) -> str:
        """Return the dotted origin of a callee such as `np.random.rand`, "" where unknown."""
        head, _, rest = callee.partition(".")
        base = self.modules.get(head)
        return "" if base is None else f"{base}.{rest}" if rest else base


ALONE = Surroundings(modules={n: n for n in known.CONVENTIONAL_MODULES}, functions={})


def calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Yield every call that the nodes contain, deferred ones included."""
    for node in nodes:
        yield from (n for n in trees.walk(node) if isinstance(n, ast.Call))


def called(call: ast.Call) -> str:
    """Return the callee as `a.b.c`."""
    return dotted(call.func)


def mutated(statements: Sequence[ast.stmt], around: Surroundings = ALONE) -> frozenset[str]:
    """Return the names whose object the statements may change in place, through aliases too."""
    aliases: dict[str, set[str]] = {}
    direct: set[str] = set()
    for node in (n for s in statements for n in trees.walk(s)):
        _note_aliases(node, aliases, around)
        direct |= _mutated_by(node, around)
    todo, found = list(direct), set(direct)
    while todo:
        for root in aliases.get(todo.pop(), ()):
            if root not in found:
                found.add(root)
                todo.append(root)
    return frozenset(found)


def _note_aliases(node: ast.AST, aliases: dict[str, set[str]], around: Surroundings) -> None:
    pairs: list[tuple[ast.expr, ast.expr]] = []
    match node:
        case ast.Assign(targets=targets, value=value):
            pairs = [(t, value) for t in targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(
            target=target, value=value
        ):
            pairs = [(target, value)]
        case (
            ast.For(target=target, iter=value)
            | ast.AsyncFor(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
        ):
            pairs = [(target, value)]
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            pairs = [(target, value)]
    for target, value in pairs:
        sources = roots(value, around)
        for name in (
            n
            for n in trees.walk(target)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        ):
            aliases.setdefault(name.id, set()).update(sources)


def roots(node: ast.AST, around: Surroundings = ALONE) -> set[str]:
    """Return the names of the objects that the value of `node` may be, or may hold."""
    match node:
        case ast.Name(id=name):
            return set() if name in around.modules else {name}
        case (
            ast.Attribute(value=inner)
            | ast.Subscript(value=inner)
            | ast.Starred(value=inner)
            | ast.Await(value=inner)
        ):
            return roots(inner, around)
        case ast.NamedExpr(value=inner):
            return roots(inner, around)
        case ast.List() | ast.Tuple() | ast.Set():
            return set().union(*(roots(e, around) for e in node.elts)) if node.elts else set()
        case ast.Dict(values=values):
            return set().union(*(roots(e, around) for e in values)) if values else set()
        case ast.IfExp(body=body, orelse=orelse):
            return roots(body, around) | roots(orelse, around)
        case ast.BoolOp(values=values):
            return set().union(*(roots(e, around) for e in values))
        case ast.Call():
            return _roots_of_call(node, around)
    return set()


def _roots_of_call(node: ast.Call, around: Surroundings) -> set[str]:
    found = set()
    if isinstance(node.func, ast.Attribute):
        found |= roots(node.func.value, around)
        if node.func.attr in (
            "copy",
            "upper",
            "lower",
            "strip",
            "replace",
            "format",
            "astype",
            "sum",
            "mean",
        ):
            return set()
    elif (
        isinstance(node.func, ast.Name)
        and node.func.id in known.SILENT_BUILTINS - known.HOLDING_BUILTINS
    ):
        return set()
    for argument in (*node.args, *(k.value for k in node.keywords)):
        found |= roots(argument, around)
    return found


def _mutated_by(node: ast.AST, around: Surroundings) -> set[str]:
    match node:
        case ast.Subscript(value=inner, ctx=ast.Store() | ast.Del()):
            return roots(inner, around)
        case ast.Attribute(value=inner, ctx=ast.Store() | ast.Del()):
            return _base(inner)
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            return set() if _immutable(value) else {name}
        case ast.Call():
            return _mutated_by_call(node, around)
    return set()


def _base(node: ast.AST) -> set[str]:
    inner: ast.AST = node
    while isinstance(inner, ast.Attribute | ast.Subscript | ast.Call):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return {inner.id} if isinstance(inner, ast.Name) else set()


def _immutable(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant | ast.JoinedStr)
        or isinstance(node, ast.UnaryOp)
        and _immutable(node.operand)
    )


def _mutated_by_call(node: ast.Call, around: Surroundings) -> set[str]:
    given = [*node.args, *(k.value for k in node.keywords)]
    touched = set().union(*(roots(a, around) for a in given)) if given else set()
    callee = dotted(node.func)
    origin = around.origin(callee)
    if any(
        k.arg in ("inplace", "out")
        and not (isinstance(k.value, ast.Constant) and not k.value.value)
        for k in node.keywords
    ):
        inner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        return touched | roots(inner, around)
    if origin:
        if origin.partition(".")[0] in known.DRAWING_MODULES:
            axes = [k.value for k in node.keywords if k.arg in ("ax", "axes", "fig", "figure")]
            return set().union(*(roots(a, around) for a in axes)) if axes else set()
        return set() if silent_function(origin) else touched
    if isinstance(node.func, ast.Name):
        if callee in known.SILENT_BUILTINS:
            return touched if callee in ("next", "map", "filter") else set()
        return set() if callee in known.SHOWING_BUILTINS else touched
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in known.SILENT_METHODS:
            return set()
        if node.func.attr in known.STORING_METHODS:
            return roots(node.func.value, around)
        return touched | roots(node.func.value, around)
    return touched


def silent_function(origin: str) -> bool:
    if origin in known.MUTATING_FUNCTIONS or origin.startswith(("numpy.random.", "random.")):
        return False
    parts = origin.split(".")
    if parts[0] in ("pd", "pandas", "np", "numpy"):
        return True
    return any(".".join(parts[: i + 1]) in known.SILENT_MODULES for i in range(len(parts)))


def consumed(
    statements: Iterable[ast.AST], binders: Mapping[str, Sequence[Binder]]
) -> frozenset[str]:
    """Return names of iterators that the statements advance."""
    found: set[str] = set()
    for node in (n for s in statements for n in trees.walk(s)):
        match node:
            case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                found.add(name)
            case ast.Call(args=args):
                found |= {a.id for a in args if isinstance(a, ast.Name)}
            case ast.Starred(value=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(targets=[ast.Tuple()], value=ast.Name(id=name)):
                found.add(name)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]):
                found.add(name)
    return frozenset(n for n in found if any(_is_iterator(b.node) for b in binders.get(n, ())))


def _is_iterator(node: ast.stmt) -> bool:
    """True for a statement that may bind an iterator, which every use advances."""
    value = getattr(node, "value", None)
    if isinstance(value, ast.GeneratorExp):
        return True
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in known.ITERATORS


def changes_world(statements: Iterable[ast.stmt], around: Surroundings) -> bool:
    """True where something outside the variables may change: files, options, modules."""
    return any(influences_imports(s) or _changes_module(s, around) for s in statements)


def _changes_module(statement: ast.stmt, around: Surroundings) -> bool:
    for node in trees.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(
            node.ctx, ast.Store | ast.Del
        ):
            if _base(node) & set(around.modules):
                return True
        elif isinstance(node, ast.Call) and around.origin(dotted(node.func)):
            last = dotted(node.func).rpartition(".")[2]
            if last.startswith(("set", "seed", "use", "reset", "register", "filter")):
                return True
    return False


def influences_imports(statement: ast.stmt) -> bool:
    """True for a statement that may change what a later import does or finds."""
    for node in trees.walk(statement):
        if isinstance(node, ast.Call):
            callee = dotted(node.func)
            last = callee.rpartition(".")[2]
            if (
                last in known.WRITERS
                or callee == "open"
                or any(w in callee.split(".") for w in known.IMPORT_INFLUENCES)
            ) and not callee.endswith(known.PATH_QUESTIONS):
                return True
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr in known.IMPORT_INFLUENCES
        ):
            return True
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and "environ" in dotted(node.value)
        ):
            return True
    return False


def dynamic_uses(statements: Iterable[ast.AST]) -> list[tuple[int, str]]:
    """Return (line, code) of uses whose reads, bindings or frame can't be traced."""
    found = []
    for node in (n for s in statements for n in trees.walk(s)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if (
                name in known.DYNAMIC_CALLS or name in ("vars", "dir") and not args
            ):
                if name != "eval" or names_read(node).dynamic:
                    found.append((node.lineno, f"{name}(…)"))
            case ast.Call(func=ast.Attribute() as func) if dotted(func) in (
                "sys._getframe",
                "inspect.stack",
                "inspect.currentframe",
                "inspect.getsource",
                "doctest.testmod",
                "unittest.main",
            ):
                found.append((node.lineno, f"{dotted(func)}(…)"))
            case ast.Name(id="__file__" | "__builtins__" as name):
                found.append((node.lineno, name))
            case ast.Import(names=aliases) if any(a.name == "__main__" for a in aliases):
                found.append((node.lineno, "import __main__"))
            case ast.Subscript(
                value=ast.Attribute(attr="modules"), slice=ast.Constant(value="__main__")
            ):
                found.append((node.lineno, "sys.modules['__main__']"))
    return found


def bound_names(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """Return every name that the statements bind."""
    return scopes.bound_names(statements)
