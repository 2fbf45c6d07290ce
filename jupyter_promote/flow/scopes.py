"""Names that a nested scope takes from around it, as the interpreter's own scoping rules say."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from jupyter_promote.flow import trees

# What a statement binds, remembered as long as it lives.
_bound: WeakKeyDictionary[ast.AST, frozenset[str]] = WeakKeyDictionary()

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope = Function | ast.ClassDef | Comprehension


@dataclass(slots=True)
class _Names:
    """What one scope binds, loads and declares; `nested` are the scopes directly inside."""

    bound: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    nested: list[Scope] = field(default_factory=list)


def free_names(node: Scope, mangle: str = "") -> frozenset[str]:
    """Return the names that `node` reads from the scopes around it when its body runs.

    Defaults, decorators, bases and the first iterable are read where the scope stands, not in its
    body: they are not included. `mangle` is the name of the class around it.
    """
    names = _of(node)
    frees = set(names.loads)
    for inner in names.nested:
        inside = node.name if isinstance(node, ast.ClassDef) else mangle
        frees |= free_names(inner, inside)
    if isinstance(node, ast.ClassDef):
        methods = {n for inner in names.nested for n in free_names(inner, node.name)}
        early = _read_before_bound(node, names)
        kept = (names.loads - names.bound) | early | methods
    else:
        kept = frees - (names.bound - names.declared - names.outer)
    return frozenset(_mangled(n, mangle) for n in kept)


def global_writes(node: ast.AST) -> frozenset[str]:
    """Return the names that functions inside `node` declare global and bind."""
    found: set[str] = set()
    for inner in trees.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            declared = {n for s in trees.walk(inner) if isinstance(s, ast.Global) for n in s.names}
            found |= declared & _of(inner).bound
    return frozenset(found)


def bound_names(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """Return every name that the statements bind in their own scope, on whatever path."""
    found: set[str] = set()
    for statement in statements:
        found |= _bound_by(statement)
    return frozenset(found)


def bound_inside(node: ast.AST) -> set[str]:
    """Return the variables and arguments that `node` and all scopes inside it bind."""
    nodes = list(trees.walk(node))
    variables = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return variables | {
        a.arg
        for n in nodes
        if isinstance(n, ast.arguments)
        for a in (*n.posonlyargs, *n.args, *n.kwonlyargs)
    }


def _bound_by(statement: ast.stmt) -> frozenset[str]:
    known = _bound.get(statement)
    if known is None:
        names = _Names()
        _collect(statement, names)
        known = _bound[statement] = frozenset(names.bound)
    return known


def _of(node: Scope) -> _Names:
    names = _Names()
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            names.bound |= set(_parameters(node.args))
            for statement in node.body:
                _collect(statement, names)
        case ast.Lambda():
            names.bound |= set(_parameters(node.args))
            _collect(node.body, names)
        case ast.ClassDef():
            for statement in node.body:
                _collect(statement, names)
        case _:
            _collect_comprehension(node, names)
    return names


def _parameters(args: ast.arguments) -> Iterator[str]:
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            yield arg.arg


def _collect_comprehension(node: Comprehension, names: _Names) -> None:
    for i, generator in enumerate(node.generators):
        if i:
            _collect(generator.iter, names)
        _collect(generator.target, names)
        for condition in generator.ifs:
            _collect(condition, names)
    parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    for part in parts:
        _collect(part, names)


def _collect(node: ast.AST, names: _Names) -> None:
    """Add what `node` does in this scope; scopes inside are only noted."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            names.loads.add(name)
        case ast.Name(id=name, ctx=ast.Del()):
            names.bound.add(name)
            names.loads.add(name)
        case ast.Name(id=name):
            names.bound.add(name)
        case ast.Global(names=declared):
            names.declared |= set(declared)
        case ast.Nonlocal(names=declared):
            names.outer |= set(declared)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            names.bound.add(node.name)
            names.nested.append(node)
            for part in evaluated_at(node):
                _collect(part, names)
        case ast.Lambda():
            names.nested.append(node)
            for part in evaluated_at(node):
                _collect(part, names)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            names.nested.append(node)
            _collect(node.generators[0].iter, names)
            names.bound |= _walrus_targets(node)
        case ast.AnnAssign(annotation=_, simple=1, value=None):
            _collect(node.target, names)
        case _:
            names.bound |= set(_other_bindings(node))
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                names.loads.add(node.target.id)
            for child in ast.iter_child_nodes(node):
                _collect(child, names)


def _other_bindings(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            yield from (a.asname or a.name.partition(".")[0] for a in aliases)
        case ast.ImportFrom(names=aliases):
            yield from (a.asname or a.name for a in aliases if a.name != "*")
        case ast.ExceptHandler(name=str(name)):
            yield name
        case (
            ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name


def _walrus_targets(node: Comprehension) -> set[str]:
    stack: list[ast.AST] = [node]
    found = set()
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.NamedExpr):
            found.add(inner.target.id)
        if not isinstance(inner, ast.Lambda):
            stack.extend(ast.iter_child_nodes(inner))
    return found


def evaluated_at(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda,
) -> list[ast.expr]:
    """Return the expressions that run where the definition stands, in order."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]
    args = node.args
    defaults = [d for d in (*args.defaults, *args.kw_defaults) if d is not None]
    if isinstance(node, ast.Lambda):
        return defaults
    parameters = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    annotations = [a.annotation for a in parameters if a is not None and a.annotation is not None]
    returns = [node.returns] if node.returns is not None else []
    return [*node.decorator_list, *defaults, *annotations, *returns]


def _read_before_bound(node: ast.ClassDef, names: _Names) -> set[str]:
    """Return names that the class body reads on a line not below the first that binds them."""
    early = set()
    for name in names.loads & names.bound:
        stores = [
            getattr(n, "lineno", 0) for s in node.body for n in trees.walk(s) if _binds(n, name)
        ]
        reads = [
            n.lineno
            for s in node.body
            for n in trees.walk(s)
            if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        ]
        if stores and reads and min(reads) <= min(stores):
            early.add(name)
    return early


def _binds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=found, ctx=ast.Store()):
            return found == name
        case (
            ast.FunctionDef(name=found)
            | ast.AsyncFunctionDef(name=found)
            | ast.ClassDef(name=found)
        ):
            return found == name
    return name in _other_bindings(node)


def _mangled(name: str, owner: str) -> str:
    if owner and name.startswith("__") and not name.endswith("__"):
        return f"_{owner.lstrip('_')}{name}"
    return name
