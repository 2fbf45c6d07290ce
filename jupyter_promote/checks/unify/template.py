"""What copies have in common: anti-unification of their statements (Plotkin's least general one).

Equal subtrees stay. Variables that a copy binds may have another name in each, one for one. The
smallest expressions that differ become holes, and the same tuple of expressions the same hole.
Where an expression can't be an argument, the one around it is tried.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.unify.arguments import Around, Path, flaw, immutable
from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle, said
from jupyter_promote.flow import scopes, trees
from jupyter_promote.flow.strings import Looked, names_read

Names = tuple[str, ...]
NAMED: Mapping[type[ast.AST], str] = {  # nodes that bind the name in one of their fields
    ast.FunctionDef: "name", ast.AsyncFunctionDef: "name", ast.ClassDef: "name",
    ast.ExceptHandler: "name", ast.MatchAs: "name", ast.MatchStar: "name", ast.MatchMapping: "rest",
    ast.arg: "arg",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hole:
    """A place where the copies differ: `nodes` holds the expression of each copy.

    `path` leads there from the statement; `text` says that it is a piece of an f-string's text.
    """

    nodes: tuple[ast.expr, ...]
    path: Path = field(repr=False)
    text: bool = False

    @property
    def whole(self) -> ast.expr:
        """The outermost f-string of the first copy that the hole is part of, else its own node."""
        strings = (nodes[0] for nodes in self.path if isinstance(nodes[0], ast.JoinedStr))
        return next(strings, self.nodes[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The common part: `holes` in the order of the code, `variables` by the first copy's name."""

    holes: tuple[Hole, ...]
    variables: dict[str, Names]


class Differ(Exception):
    """Raised where nodes have no common form; `nodes` are the innermost ones."""

    def __init__(self, reason: str, nodes: Sequence[ast.AST]) -> None:
        super().__init__(reason)
        self.reason, self.nodes = reason, nodes


def match(copies: Sequence[Copy], around: Sequence[Around]) -> Template:
    """Return what the copies, aligned statement by statement, have in common.

    Raises:
        Blocked: they differ in what can be no parameter.
    """
    stores: set[Names] | None = None
    for _ in range(2):  # the second time it is known which names go together
        matcher = _Matcher(around, stores)
        for place, statements in enumerate(zip(*(c.statements for c in copies), strict=True)):
            matcher.place = place
            try:
                matcher.node(statements, ())
            except Differ as why:
                raise _blocked(copies, statements, why) from why
        stores = matcher.stores
    _check_one_for_one(copies, around, matcher.stores)
    found = Template(holes=tuple(matcher.holes), variables={n[0]: n for n in matcher.stores})
    _check_looked_up(copies, found)
    return found


def _blocked(copies: Sequence[Copy], statements: Sequence[ast.stmt], why: Differ) -> Blocked:
    line = next((getattr(n, "lineno", 0) for n in why.nodes[:1]), 0) or statements[0].lineno
    others = sorted(
        {
            f"cell {c.cell + 1}, line {s.lineno}"
            for c, s in zip(copies[1:], statements[1:], strict=True)
        }
    )
    obstacle = Obstacle(
        code="not-alike",
        message=f"{why.reason} (compare {others[0]})",
        cell=copies[0].cell,
        line=line,
        hint="make the copies alike there, or leave that line out of them",
    )
    return Blocked(obstacle, statements[0])


def _check_one_for_one(
    copies: Sequence[Copy], around: Sequence[Around], stores: set[Names]
) -> None:
    """Refuse renamings in which one name stands for two."""
    for i, copy in enumerate(copies):
        outer = scopes.bound_names(copy.statements) | set(around[i].given)
        seen: dict[str, Names] = {}
        for names in sorted(stores):
            other = seen.setdefault(names[i], names)
            if other != names and names[i] in outer:
                j = next(j for j in range(len(names)) if other[j] != names[j])
                raise Blocked(
                    Obstacle(
                        code="not-alike",
                        message=f"{names[i]!r} stands for both {other[j]!r} and {names[j]!r} of cell {copies[j].cell + 1}",
                        cell=copy.cell,
                        line=copy.first,
                        hint="give the two variables different names",
                    )
                )


class _Matcher:
    """Walks the copies in step. `stores` are tuples of names that the copies bind."""

    def __init__(self, around: Sequence[Around], known: set[Names] | None) -> None:
        self.around, self.known = around, known
        self.place = 0
        self.stores: set[Names] = set(zip(*(a.given for a in around), strict=True))
        self.holes: list[Hole] = []

    def node(self, nodes: Sequence[ast.AST], path: Path) -> None:
        """Match nodes of any kind."""
        first = nodes[0]
        if any(type(n) is not type(first) for n in nodes):
            raise Differ(f"{_said(nodes)} differ in kind", nodes)
        match first:
            case ast.Name(ctx=ast.Load()):
                self._load([n.id for n in nodes if isinstance(n, ast.Name)], nodes)
            case ast.Name():
                self.stores.add(tuple(n.id for n in nodes if isinstance(n, ast.Name)))
            case ast.Constant():
                if len({_literal(n) for n in nodes}) > 1:
                    raise Differ(f"{_said(nodes)} differ", nodes)
            case ast.JoinedStr():
                self._joined([n for n in nodes if isinstance(n, ast.JoinedStr)], path)
            case _:
                self._fields(nodes, path)

    def _fields(self, nodes: Sequence[ast.AST], path: Path) -> None:
        first = nodes[0]
        inner = (*path, tuple(nodes))
        for name in first._fields:
            values = [getattr(n, name, None) for n in nodes]
            texts = [v for v in values if isinstance(v, str)]
            if NAMED.get(type(first)) == name and len(texts) == len(values):
                self.stores.add(tuple(texts))
            else:
                self._values(values, nodes, inner)

    def _values(self, values: Sequence[object], nodes: Sequence[ast.AST], path: Path) -> None:
        first = values[0]
        if isinstance(first, list):
            lists = [v for v in values if isinstance(v, list)]
            if len({len(v) for v in lists}) > 1:
                raise Differ(f"{_said(nodes)} have not as many parts", nodes)
            for members in zip(*lists, strict=True):
                self._values(members, nodes, path)
        elif isinstance(first, ast.expr) and all(isinstance(v, ast.expr) for v in values):
            self._expression([v for v in values if isinstance(v, ast.expr)], path)
        elif isinstance(first, ast.AST) and len({type(v) for v in values}) == 1:
            self.node([v for v in values if isinstance(v, ast.AST)], path)
        elif any(v != first for v in values):
            raise Differ(f"{_said(nodes)} differ", nodes)

    def _expression(self, nodes: Sequence[ast.expr], path: Path) -> None:
        """Match expressions; what differs becomes a hole here or around."""
        holes, stores = len(self.holes), set(self.stores)
        try:
            if all(immutable(n) for n in nodes) and len({ast.dump(n) for n in nodes}) > 1:
                raise Differ(f"{_said(nodes)} differ", nodes)
            self.node(nodes, path)
        except Differ as why:
            del self.holes[holes:]
            self.stores = stores
            wrong = flaw(tuple(nodes), path, self.around, self.place)
            if wrong:
                raise Differ(why.reason if why.nodes is not nodes else wrong, why.nodes) from why
            self.holes.append(Hole(nodes=tuple(nodes), path=path))

    def _load(self, names: Sequence[str], nodes: Sequence[ast.AST]) -> None:
        bound = [n in a.bound for n, a in zip(names, self.around, strict=True)]
        if all(bound):
            if self.known is not None and tuple(names) not in self.known:
                raise Differ(f"{_said(nodes)} are not the same variable", nodes)
        elif any(bound):
            raise Differ(f"{_said(nodes)}: only one of them is bound in its copy", nodes)
        elif len(set(names)) > 1:
            raise Differ(f"{_said(nodes)} differ", nodes)

    def _joined(self, nodes: Sequence[ast.JoinedStr], path: Path) -> None:
        """Match f-strings; a piece of their text may be a hole, too."""
        if len({len(n.values) for n in nodes}) > 1:
            raise Differ("the f-strings have not as many parts", nodes)
        inner = (*path, tuple(nodes))
        for parts in zip(*(n.values for n in nodes), strict=True):
            if all(isinstance(p, ast.Constant) for p in parts):
                if len({_literal(p) for p in parts}) > 1:
                    self.holes.append(Hole(nodes=parts, path=inner, text=True))
            elif all(isinstance(p, ast.FormattedValue) for p in parts):
                self.node(parts, inner)
            else:
                raise Differ("the f-strings differ", nodes)


def _literal(node: ast.AST) -> tuple[str, str]:
    value = node.value if isinstance(node, ast.Constant) else None
    return type(value).__name__, repr(value)


def _said(nodes: Sequence[ast.AST]) -> str:
    """Return how the code of two copies reads, for a message."""
    return " and ".join(list(dict.fromkeys(said(n) for n in nodes))[:2])


def _check_looked_up(copies: Sequence[Copy], common: Template) -> None:
    """Refuse strings that look up a variable which has another name in another copy."""
    for node in (n for s in copies[0].statements for n in trees.walk(s)):
        looked = names_read(node) if isinstance(node, ast.Call) else Looked()
        for name in sorted((looked.certain | looked.possible) & common.variables.keys()):
            if len(set(common.variables[name])) > 1:
                what = f"a string looks up {name!r}, which has another name in another copy"
                raise Blocked(
                    Obstacle(
                        code="frame-capture",
                        message=what,
                        cell=copies[0].cell,
                        line=getattr(node, "lineno", None),
                        hint="give the variable one name",
                    )
                )
