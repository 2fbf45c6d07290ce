"""Which imports, functions, classes and constants may stand on module level.

The rules are those of a faithful promotion: a name that anything rebinds is no module-level name;
what a definition evaluates where it stands must resolve there; a function that reads a variable of
the notebook stays where it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from jupyter_promote.flow import effects, scopes, trees
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.program import Binder, Program
from jupyter_promote.flow.strings import dotted, names_read
from jupyter_promote.promotion import constants

Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A top-level import that binds one name: `import module`, `from module import member`."""

    name: str
    module: str
    member: str | None
    cell: int
    order: int

    @property
    def line(self) -> str:
        """The import as a statement of its own."""
        if self.member is not None:
            renamed = f" as {self.name}" if self.name != self.member else ""
            return f"from {self.module} import {self.member}{renamed}"
        plain = self.name == self.module.partition(".")[0] and (
            "." not in self.module or self.name != self.module
        )
        return f"import {self.module}" if plain else f"import {self.module} as {self.name}"

    @property
    def origin(self) -> str:
        """The dotted name of what is bound."""
        if self.member is not None:
            return f"{self.module}.{self.member}"
        return (
            self.module.partition(".")[0] if self.line == f"import {self.module}" else self.module
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A function, class or constant that may move to module level.

    `now` are the names read where it stands, `late` those read when its body runs.
    """

    name: str
    cell: int
    node: Node = field(repr=False)
    now: frozenset[str]
    late: frozenset[str]

    @property
    def needs(self) -> frozenset[str]:
        """All names that it needs from the module around it."""
        return self.now | self.late


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What may stand on module level, by name; `stays` says why a definition may not."""

    imports: Mapping[str, tuple[Import, ...]]
    movable: Mapping[str, Definition]
    stays: Mapping[str, str]
    effect_imports: tuple[Import, ...]

    def origins(self) -> dict[str, str]:
        """Return the dotted origin of every imported name."""
        return {name: found[0].origin for name, found in self.imports.items()}


def find(program: Program, tagged: frozenset[int]) -> Definitions:
    """Return the definitions of `program` that may stand on module level.

    `tagged` are the cells whose constants move; a constant elsewhere stays an ordinary variable.
    """
    imports = {n: i for n, i in ((n, _imports(n, b)) for n, b in program.binders.items()) if i}
    imports = _not_influenced(program, imports, tagged)
    candidates, stays = {}, {}
    for name, places in program.binders.items():
        if name in imports or not isinstance(places[0].node, Node):
            continue
        found = _candidate(program, name, places, tagged)
        if isinstance(found, Definition):
            candidates[name] = found
        elif isinstance(places[0].node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stays[name] = found
    movable = _resolved(program, candidates, imports, stays)
    return Definitions(imports=imports, movable=movable, stays=stays, effect_imports=())


def of_statement(node: ast.stmt, cell: int, order: int) -> Iterator[Import]:
    """Yield the names that an import statement binds."""
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                name = alias.asname or alias.name.partition(".")[0]
                yield Import(name=name, module=alias.name, member=None, cell=cell, order=order)
        case ast.ImportFrom(names=aliases):
            module = "." * node.level + (node.module or "")
            for alias in aliases:
                if alias.name != "*":
                    yield Import(
                        name=alias.asname or alias.name,
                        module=module,
                        member=alias.name,
                        cell=cell,
                        order=order,
                    )


def origins_in(statements: Iterable[ast.stmt]) -> dict[str, str]:
    """Return the dotted origin of every name that the statements import."""
    return {i.name: i.origin for s in statements for i in of_statement(s, 0, 0)}


def _imports(name: str, places: tuple[Binder, ...]) -> tuple[Import, ...]:
    """Return the imports that bind `name`, none where anything else binds it or they differ."""
    found: list[Import] = []
    for order, place in enumerate(places):
        own = [i for i in of_statement(place.node, place.cell, order) if i.name == name]
        if not own or own[0].module == "__future__" or own[0].module.startswith("."):
            return ()
        found += own
    packages = {i.origin for i in found}
    return tuple(found) if len(packages) == 1 else ()


def _not_influenced(
    program: Program, imports: dict[str, tuple[Import, ...]], tagged: frozenset[int]
) -> dict[str, tuple[Import, ...]]:
    """Leave out imports that something after the module's first use could influence."""
    start = min(tagged, default=0)
    influenced: set[int] = set()
    kept_out: set[str] = set()
    active = False
    for one in program.cells:
        for magic in one.magics:
            if (
                one.index >= start
                and magic.name
                not in ("matplotlib", "config", "precision", "time", "timeit", "pip", "autoreload")
                and magic.kind != "help"
            ):
                active = True
        for statement in one.statements:
            if one.index >= start and active and isinstance(statement, ast.Import | ast.ImportFrom):
                influenced.add(id(statement))
                kept_out |= {i.name for i in of_statement(statement, one.index, 0)}
            elif one.index >= start and effects.influences_imports(statement):
                active = True
    first = {n: found[0] for n, found in imports.items()}
    return {
        n: found
        for n, found in imports.items()
        if n not in kept_out or id(_node_of(program, first[n])) not in influenced
    }


def _node_of(program: Program, imported: Import) -> ast.stmt:
    return program.binders[imported.name][imported.order].node


def _candidate(
    program: Program, name: str, places: tuple[Binder, ...], tagged: frozenset[int]
) -> Definition | str:
    node, cell = places[0].node, places[0].cell
    if len(places) > 1:
        return f"{name!r} is bound in more than one place"
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return _definition(program, name, cell, node)
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(
            target=ast.Name(), value=ast.expr() as value
        ):
            if (
                name.isupper()
                and cell in tagged
                and cell != program.parameters
                and constants.may_be(value)
            ):
                late = constants.read_when_called(value, program)
                return Definition(name=name, cell=cell, node=node, now=frozenset(), late=late)
    return f"{name!r} is a variable"


def _definition(
    program: Program,
    name: str,
    cell: int,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
) -> Definition | str:
    if scopes.global_writes(node) or any(isinstance(n, ast.Global) for n in trees.walk(node)):
        return f"{name!r} changes a variable of the notebook with `global`"
    if effects.dynamic_uses([node]):
        return f"{name!r} looks at its frame or evaluates code"
    if any(isinstance(n, ast.Name) and n.id == "__name__" for n in trees.walk(node)):
        return f"{name!r} reads __name__"
    lazy = cell in program.lazy
    parts = (n for part in _evaluated(node, lazy) for n in trees.walk(part))
    now = {n.id for n in parts if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    if isinstance(node, ast.ClassDef):
        now -= scopes.bound_names(node.body) - scopes.free_names(node)
    if isinstance(node, ast.ClassDef):
        reason = _class_reason(node)
        if reason:
            return reason
    elif not all(_harmless(part) for part in _evaluated(node, lazy)):
        return f"{name!r} runs code where it is defined"
    late = scopes.free_names(node) - {name}
    own = scopes.bound_inside(node)
    for call in (c for c in trees.walk(node) if isinstance(c, ast.Call)):
        hints = names_read(call)
        late |= (hints.certain | {h for h in hints.possible if h in program.binders}) - own
    return Definition(
        name=name, cell=cell, node=node, now=frozenset(now - {name}), late=frozenset(late)
    )


def _evaluated(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, lazy: bool
) -> list[ast.expr]:
    parts = scopes.evaluated_at(node)
    if isinstance(node, ast.ClassDef):
        inner = [p for s in node.body for p in _class_reads(s, lazy)]
        return parts + inner
    if not lazy:
        return parts
    return [
        *node.decorator_list,
        *(d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None),
    ]


def _class_reads(statement: ast.stmt, lazy: bool) -> list[ast.expr]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return _evaluated(statement, lazy)
        case ast.AnnAssign(annotation=note, value=value):
            return ([] if lazy else [note]) + ([value] if value is not None else [])
    return [n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.expr)]


def _class_reason(node: ast.ClassDef) -> str:
    own = scopes.bound_names(node.body)
    for statement in node.body:
        if not isinstance(
            statement,
            ast.FunctionDef
            | ast.AsyncFunctionDef
            | ast.Assign
            | ast.AnnAssign
            | ast.Expr
            | ast.Pass
            | ast.ClassDef,
        ):
            return f"the body of {node.name!r} runs statements where it is defined"
        for part in _class_reads(statement, lazy=False):
            if not _harmless(part) and not isinstance(part, ast.Constant):
                return f"{node.name!r} runs code where it is defined"
    both = own & scopes.free_names(node)
    return f"{node.name!r} reads and binds {sorted(both)[0]!r} in its body" if both else ""


def _harmless(part: ast.expr) -> bool:
    """True for an expression that only builds a value: no call but of well-known constructors."""
    for node in trees.walk(part):
        match node:
            case ast.Call(func=func):
                if dotted(func).rpartition(".")[2] not in (
                    "field",
                    "dataclass",
                    "lru_cache",
                    "cache",
                    "wraps",
                    "property",
                    "TypeVar",
                    "dict",
                    "list",
                    "tuple",
                    "set",
                    "frozenset",
                    "float",
                    "int",
                    "str",
                    "timedelta",
                    "Path",
                    "njit",
                    "jit",
                    "vectorize",
                    "register",
                    "partial",
                    "parametrize",
                    "namedtuple",
                    "setter",
                ):
                    return False
            case (
                ast.NamedExpr()
                | ast.Await()
                | ast.ListComp()
                | ast.SetComp()
                | ast.DictComp()
                | ast.GeneratorExp()
            ):
                return False
    return True


def _resolved(
    program: Program,
    candidates: dict[str, Definition],
    imports: Mapping[str, tuple[Import, ...]],
    stays: dict[str, str],
) -> dict[str, Definition]:
    """Return the candidates all of whose names resolve on module level."""
    movable, order, todo = dict(candidates), list(candidates), list(range(len(candidates)))
    users: dict[str, list[int]] = {}
    for i, needed in ((i, n) for i, d in enumerate(candidates.values()) for n in d.needs):
        users.setdefault(needed, []).append(i)
    # The first that fails goes first: it decides which name the others are told they lack.
    while todo:
        name = order[heappop(todo)]
        why = _lacks(candidates[name], program, imports, movable) if name in movable else ""
        if why:
            del movable[name]
            stays[name] = f"{name!r} {why}"
            for user in users.get(name, ()):
                heappush(todo, user)
    return movable


def _lacks(
    found: Definition,
    program: Program,
    imports: Mapping[str, tuple[Import, ...]],
    movable: Mapping[str, Definition],
) -> str:
    """Return what keeps a definition from module level, "" where all its names resolve there."""
    lacking = sorted(n for n in found.needs if not _resolves(n, program, imports, movable))
    if lacking:
        return f"reads the notebook's variable {lacking[0]!r}"
    above = sorted(n for n in found.now if n in movable and not _stands_above(movable[n], found))
    return f"needs {above[0]!r} above it" if above else ""


def _stands_above(first: Definition, second: Definition) -> bool:
    return (first.cell, first.node.lineno) < (second.cell, second.node.lineno)


def _resolves(
    name: str,
    program: Program,
    imports: Mapping[str, tuple[Import, ...]],
    movable: Mapping[str, Definition],
) -> bool:
    if name in imports or name in movable:
        return True
    return name in BUILTINS and name not in program.binders and name != "get_ipython"
