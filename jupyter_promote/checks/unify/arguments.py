"""Which expressions may be arguments: evaluated once, before the body, they give the same value."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.unify.obstacle import said
from jupyter_promote.flow import effects, looks, scopes, trees
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.strings import dotted, names_read

Path = tuple[tuple[ast.AST, ...], ...]
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
PIECES = ast.Starred | ast.Slice | ast.FormattedValue  # of expressions, no values of their own
SIMPLE = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return
STEPS = ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A copy and what is known around it. `bound` are all names that it binds, in any scope.

    With `local` its statements are the body of a function with the arguments `given`.
    `binders` says how many statements of the notebook bind each of its names.
    """

    statements: tuple[ast.stmt, ...] = field(repr=False)
    bound: frozenset[str]
    binders: Mapping[str, int] = field(repr=False)
    known: Surroundings = field(repr=False)
    local: bool = False
    given: tuple[str, ...] = ()


def flaw(nodes: Sequence[ast.expr], path: Path, around: Sequence[Around], place: int) -> str:
    """Return why the expressions of the copies' statements number `place` can't be arguments."""
    if _refers(path):
        return "it is no value"
    for i, (node, copy) in enumerate(zip(nodes, around, strict=True)):
        own = [level[i] for level in path]
        if place == 0 and _comes_first(node, own):
            continue
        why = _flaw(node, own, copy, place)
        if why:
            return why
    return ""


def _refers(path: Path) -> bool:
    """True in a pattern or an annotation, and where a statement consists of the value alone."""
    parents = [level[0] for level in path]
    if any(isinstance(p, ast.pattern) for p in parents):
        return True
    return isinstance(parents[-1], ast.Expr)


def _comes_first(node: ast.expr, path: Sequence[ast.AST]) -> bool:
    """True for the value of the first statement: nothing of the body comes before it."""
    if len(path) != 1 or not isinstance(path[0], ast.Assign) or path[0].value is not node:
        return False
    return not any(isinstance(n, STEPS) for n in trees.walk(node))


def _flaw(node: ast.expr, path: Sequence[ast.AST], copy: Around, place: int) -> str:
    text = said(node)
    if isinstance(node, PIECES | STEPS) or not isinstance(
        getattr(node, "ctx", ast.Load()), ast.Load
    ):
        return f"{text} is no value that could be passed"
    if immutable(node):
        return _hidden_names(node, path, copy)
    once = _certainly_once(node, path) and not (copy.local and _may_leave(copy, place))
    early = _bound_later(copy, place) if once and not copy.local else frozenset()
    for name in sorted(_names(node)):
        if name in _inner(path):
            return f"{text} reads {name!r}, which is bound around it"
        if name in copy.bound - early:
            return f"{text} reads {name!r}, which the copy computes"
        if _runs_later(node, path) and copy.binders.get(name, 0) > 1:
            return f"{text} is read later, and {name!r} is bound more than once"
    if isinstance(node, ast.Name | ast.Lambda):
        return ""
    if isinstance(node, ast.Attribute) and copy.known.origin(dotted(node)):
        return ""
    if not once:
        return f"{text} may be evaluated several times, or not at all"
    if not _looks(node, copy.known):
        return f"{text} may do more than give a value"
    changed = _changed(copy, place, path) & _names(node)
    if changed:
        return f"{text} reads {sorted(changed)[0]!r}, which the copy may change before"
    return ""


def immutable(node: ast.expr) -> bool:
    """True for a literal that can't be changed."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=inner):
            return immutable(inner)
        case ast.Tuple(elts=parts):
            return all(immutable(p) for p in parts)
    return False


def _looks(node: ast.expr, known: Surroundings) -> bool:
    match node:
        case ast.List(elts=parts) | ast.Set(elts=parts) | ast.Tuple(elts=parts):
            return all(_looks(p, known) for p in parts)
        case ast.Dict(keys=keys, values=values):
            return all(k is not None and _looks(k, known) for k in keys) and all(
                _looks(v, known) for v in values
            )
        case ast.Lambda():
            return True
    return looks.is_look(node, known)


def _hidden_names(node: ast.expr, path: Sequence[ast.AST], copy: Around) -> str:
    """Return a flaw where the text is code or a formula that looks variables up."""
    for call in (p for p in path if isinstance(p, ast.Call)):
        if any(n is node for n in trees.walk(call)):
            found = names_read(call)
            hidden = sorted((found.certain | found.possible) & (copy.binders.keys() | copy.bound))
            if hidden:
                return f"{said(node)} looks up the variable {hidden[0]!r}"
    return ""


def _names(node: ast.expr) -> frozenset[str]:
    """Return the names that an expression takes from around it."""
    inner = scopes.bound_inside(node)
    loads = {n.id for n in trees.walk(node) if isinstance(n, ast.Name)}
    return frozenset(loads - inner)


def _inner(path: Iterable[ast.AST]) -> set[str]:
    """Return the names that scopes around the expression bind."""
    found: set[str] = set()
    for node in path:
        if isinstance(node, FUNCTIONS | COMPREHENSIONS | ast.ClassDef):
            found |= scopes.bound_inside(node)
    return found


def _bound_later(copy: Around, place: int) -> frozenset[str]:
    """Return the names that the copy binds, but not before the statement at `place` has a value."""
    before = scopes.bound_names(copy.statements[:place])
    if not isinstance(
        copy.statements[place], ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr
    ):
        before |= scopes.bound_names([copy.statements[place]])
    return scopes.bound_names(copy.statements) - before


def _certainly_once(node: ast.expr, path: Sequence[ast.AST]) -> bool:
    """True where the expression is evaluated exactly once whenever the copy runs to its end."""
    for parent, child in zip(path, [*path[1:], node], strict=True):
        match parent:
            case ast.If(test=sure) | ast.IfExp(test=sure) | ast.Assert(test=sure):
                certain = child is sure
            case ast.For(iter=sure) | ast.AsyncFor(iter=sure):
                certain = child is sure
            case ast.With() | ast.AsyncWith():
                certain = child is parent.items[0]
            case ast.BoolOp(values=values):
                certain = child is values[0]
            case ast.Compare(left=left, comparators=rest):
                certain = child is left or child is rest[0]
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                certain = child is parent.generators[0]
            case ast.comprehension(iter=sure):
                certain = child is sure
            case ast.stmt():
                certain = isinstance(parent, SIMPLE)
            case ast.Lambda():
                certain = False
            case _:
                certain = True
        if not certain:
            return False
    return True


def _may_leave(copy: Around, place: int) -> bool:
    """True where the function may end before the statement at `place`."""
    return not all(isinstance(s, SIMPLE) for s in copy.statements[:place])


def _runs_later(node: ast.expr, path: Sequence[ast.AST]) -> bool:
    """True where the expression is evaluated by code that may run after the copy."""
    return any(_defers(*pair) for pair in zip(path, [*path[1:], node], strict=True))


def _defers(parent: ast.AST, child: ast.AST) -> bool:
    match parent:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            return child in body
        case ast.Lambda(body=value):
            return child is value
        case ast.GeneratorExp(generators=generators):
            return child is not generators[0]
        case ast.comprehension(iter=value):
            return child is not value
    return False


def _changed(copy: Around, place: int, path: Sequence[ast.AST]) -> frozenset[str]:
    """Return the names whose objects may have changed before the statement at `place` has a value."""
    statement = copy.statements[place]
    targets = getattr(statement, "targets", [])  # they come after the value
    simple = isinstance(statement, SIMPLE) and not any(t in path for t in targets)
    before = copy.statements[: place if simple else place + 1]
    found = effects.mutated(before, copy.known)
    for call in effects.calls(before):
        function = copy.known.functions.get(dotted(call.func))
        if isinstance(function, ast.Module):
            found |= effects.mutated(function.body, copy.known)
    return found
