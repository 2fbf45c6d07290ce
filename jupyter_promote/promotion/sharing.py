"""Several notebooks in one package: what they share is defined once, in the module that had it first.

Two definitions are the same when they mean the same: their syntax trees are equal without
docstrings, comments and annotations, and so is everything that they read on module level.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_promote.errors import BadTarget
from jupyter_promote.promotion import formatting
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.grouping import Refusal
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.promotion.project import Target, dotted_of
from jupyter_promote.promotion.record import Loan, Record, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another promoted module of the package: its `record`, and its `text` as it is on disk.

    `cells` are the digests of its notebook's cells as they are now, None where that is not known.
    """

    record: Record
    text: str = field(repr=False)
    cells: frozenset[str] | None = None

    @property
    def dotted(self) -> str:
        """The module's name in an import."""
        return dotted_of(self.record.module, self.record.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """`name` means something else in another module of the package; `message` names that place."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a module takes from its neighbours, what can't stand beside them, and what they lack."""

    loans: Mapping[str, Loan]
    clashes: tuple[Clash, ...]
    broken: tuple[Clash, ...]

    @property
    def problems(self) -> tuple[BadTarget, ...]:
        """What forbids to write the module, once the groups that clash are refused."""
        hint = "promote under another name, or change both notebooks alike"
        return tuple(BadTarget(c.message, hint=hint) for c in (*self.clashes, *self.broken))


def compare(plan: Plan, target: Target, text: str, neighbours: Sequence[Neighbour]) -> Shared:
    """Return what the module `text` of `target` shares with `neighbours`, and where they clash."""
    modules = {n.dotted: _Module.of(n.text) for n in neighbours}
    modules[target.dotted] = own = _Module.of(text)
    names = {d.name for d in plan.definitions} | {f.name for f in plan.functions}
    public = sorted(n for n in names & own.defined.keys() if not n.startswith("_"))
    loans: dict[str, Loan] = {}
    clashes: list[Clash] = []
    for name in public:
        meaning = _meaning(modules, target.dotted, name)
        places = [
            n for n in neighbours if name in n.record.origins and name in modules[n.dotted].defined
        ]
        same = [n for n in places if _meaning(modules, n.dotted, name) == meaning]
        lender = next((n for n in same if not _reaches(modules, n.dotted, target.dotted)), None)
        if lender is not None:
            loans[name] = Loan(module=lender.record.module, meaning=meaning)
        elif places and not same:
            clashes.append(Clash(name=name, message=_place(name, places[0])))
    broken = tuple(_broken(modules, target, neighbours))
    return Shared(loans=loans, clashes=tuple(clashes), broken=broken)


def apply(code: Artifact, target: Target) -> Artifact:
    """Return the module with its loans imported instead of defined."""
    tree, lines = ast.parse(code.text), code.text.split("\n")
    for node in reversed(tree.body):
        if _name(node) in target.loans:
            above = [d.lineno for d in getattr(node, "decorator_list", [])]
            start = min([node.lineno, *above]) - 1
            while start and lines[start - 1].startswith("#"):
                start -= 1
            del lines[start : node.end_lineno]
    head = [n.end_lineno or 0 for n in tree.body if _is_docstring(n) or _is_future(n)]
    first = max(head, default=0)
    imports = [f"from {target.home(n)} import {n}" for n in sorted(target.loans)]
    text = "\n".join([*lines[:first], *imports, *lines[first:]])
    formatted = formatting.python(text, first_party=target.package.partition(".")[0])
    return replace(code, text=formatted)


def refusals(plan: Plan, clashes: Sequence[Clash]) -> dict[str, Refusal]:
    """Return the groups that the clashes concern, refused; a clash in no group is left out."""
    found: dict[str, Refusal] = {}
    cells = {d.name: d.cell for d in plan.definitions}
    for clash in clashes:
        for group in plan.groups:
            if group.name == clash.name or cells.get(clash.name) in group.cells:
                place = "" if group.name == clash.name else f"cell {cells[clash.name] + 1}: "
                found[group.name] = Refusal(
                    name=group.name,
                    cells=group.cells,
                    code="name-clash",
                    message=f"{place}{clash.message}",
                    hint="give one of them another name, or both the same code",
                )
    return found


def _place(name: str, neighbour: Neighbour) -> str:
    return (
        f"{name!r} is defined differently in {neighbour.record.module},"
        f" promoted from {neighbour.record.notebook}"
    )


def _broken(
    modules: Mapping[str, _Module], target: Target, neighbours: Sequence[Neighbour]
) -> Iterator[Clash]:
    """Yield what neighbours import from here and would no longer find as it was."""
    for neighbour in neighbours:
        for name, loan in neighbour.record.loans.items():
            if loan.module != target.module_path or not _wants(neighbour, name):
                continue
            if name not in modules[target.dotted].defined:
                what = f"{name!r} is no longer defined here, but {neighbour.record.module}"
                yield Clash(name=name, message=f"{what} imports it ({neighbour.record.notebook})")
            elif _meaning(modules, target.dotted, name) != loan.meaning:
                what = f"{name!r} would change for {neighbour.record.module}, which imports it"
                yield Clash(
                    name=name, message=f"{what}, while {neighbour.record.notebook} has the old one"
                )


def _wants(neighbour: Neighbour, name: str) -> bool:
    """True where the neighbour's notebook still has the definition that it was promoted with."""
    origins = neighbour.record.origins.get(name, ())
    return neighbour.cells is None or all(o.digest in neighbour.cells for o in origins)


# what a definition means


@dataclass(frozen=True, slots=True, kw_only=True)
class _Module:
    """Top-level definitions by name, and imports: name → (module, member)."""

    defined: Mapping[str, ast.stmt] = field(repr=False)
    imported: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, text: str) -> _Module:
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError):
            body = []
        imported: dict[str, tuple[str, str]] = {}
        for node in body:
            match node:
                case ast.Import(names=aliases):
                    for a in aliases:
                        imported[a.asname or a.name.partition(".")[0]] = (a.name, "")
                case ast.ImportFrom(names=aliases, module=str(module), level=0):
                    imported |= {a.asname or a.name: (module, a.name) for a in aliases}
        defined = {name: node for node in body if (name := _name(node))}
        return cls(defined=defined, imported=imported)


def _name(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name if name != "__all__" else ""
    return ""


def _meaning(modules: Mapping[str, _Module], dotted: str, name: str) -> str:
    """Return a digest of a definition and of all that it reads on module level, transitively."""
    seen: set[tuple[str, str]] = set()
    todo, found = [(dotted, name)], []
    while todo:
        place = todo.pop()
        if place in seen:
            continue
        seen.add(place)
        module, wanted = modules[place[0]], place[1]
        if wanted in module.defined:
            node = _bare(module.defined[wanted])
            found.append(f"{wanted}\0{ast.dump(node)}")
            todo += [(place[0], n) for n in sorted(_read(node)) if n != wanted]
        elif wanted in module.imported:
            source, member = module.imported[wanted]
            if source in modules and member:
                todo.append((source, member))
            else:
                found.append(f"{wanted}\0import {source} {member}")
    return digest("\n".join(sorted(found)))


def _bare(node: ast.stmt) -> ast.stmt:
    """Return a definition without docstrings and the annotations of functions."""
    made = copy.deepcopy(node)
    for inner in ast.walk(made):
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if _is_docstring(inner.body[0]):
            inner.body = inner.body[1:]
        if not isinstance(inner, ast.ClassDef):
            inner.returns = None
            for one in ast.walk(inner.args):
                if isinstance(one, ast.arg):
                    one.annotation = None
    return made


def _read(node: ast.AST) -> set[str]:
    """Return the names in `node`, and the words in its strings, which may be names."""
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found |= set(re.findall(r"[^\W\d]\w*", inner.value))
    return found


def _reaches(modules: Mapping[str, _Module], start: str, end: str) -> bool:
    """True where importing `start` imports `end`."""
    seen, todo = set(), [start]
    while todo:
        one = todo.pop()
        if one == end:
            return True
        if one in seen or one not in modules:
            continue
        seen.add(one)
        for module, member in modules[one].imported.values():
            todo += [module, f"{module}.{member}"]
    return False


def _is_docstring(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
