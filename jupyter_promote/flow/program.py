"""The notebook's code as one program: cells parsed once, and who binds which name."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from jupyter_promote.flow import bindings, indirect, scopes, trees
from jupyter_promote.flow.bindings import Bindings
from jupyter_promote.flow.strings import names_read
from jupyter_promote.source import magics
from jupyter_promote.source.magics import BadCode, CellCode
from jupyter_promote.source.notebook import Cell, Notebook

HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_[iod]h")


@dataclass(frozen=True, kw_only=True)  # no slots: what is worked out once is kept
class CodeCell:
    """A code cell with its parse; a cell that does not parse binds and reads nothing."""

    cell: Cell
    code: CellCode | BadCode

    @property
    def index(self) -> int:
        """The cell's zero-based position in the notebook."""
        return self.cell.index

    @property
    def statements(self) -> list[ast.stmt]:
        """The top-level statements, magics replaced by plain Python."""
        return self.code.tree.body if isinstance(self.code, CellCode) else []

    @property
    def magics(self) -> tuple[magics.Magic, ...]:
        """IPython syntax in the cell."""
        return self.code.magics if isinstance(self.code, CellCode) else ()

    @cached_property
    def names(self) -> Bindings:
        """What the cell does to names, its annotations evaluated."""
        return bindings.of_code(self.statements)

    @cached_property
    def bound(self) -> tuple[tuple[str, ...], ...]:
        """The names that each top-level statement binds, sorted."""
        return tuple(
            tuple(sorted(scopes.bound_names([s]) | _indirect_names(s))) for s in self.statements
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Binder:
    """A top-level statement that binds a name, and its cell."""

    cell: int
    node: ast.stmt = field(compare=False)


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: indexes are made when first asked for
class Program:
    """All code of a notebook in document order. `binders` are by name, in order.

    `parameters` is the position of the parameters cell; `lazy` holds the cells whose annotations
    are not evaluated; `stars` the cells of unresolved star imports and their likes;
    `rewritten` the cells whose code is no longer the person's own text.
    """

    notebook: Notebook
    cells: tuple[CodeCell, ...]
    binders: Mapping[str, tuple[Binder, ...]]
    lazy: frozenset[int]
    stars: Mapping[int, str]
    parameters: int | None
    rewritten: frozenset[int] = frozenset()

    def at(self, index: int) -> CodeCell:
        """Return the code cell at a position of the notebook."""
        return self.by_index[index]

    def between(self, first: int, last: int) -> list[CodeCell]:
        """Return the code cells that stand between two positions of the notebook."""
        return [self.by_index[i] for i in range(first + 1, last) if i in self.by_index]

    @cached_property
    def by_index(self) -> Mapping[int, CodeCell]:
        """The code cells by position."""
        return {c.index: c for c in self.cells}

    @cached_property
    def mentions(self) -> Mapping[str, tuple[int, ...]]:
        """The cells in which each name stands, in order."""
        found: dict[str, dict[int, None]] = {}
        for one in self.cells:
            for node in (n for s in one.statements for n in trees.walk(s)):
                if isinstance(node, ast.Name):
                    found.setdefault(node.id, {})[one.index] = None
        return {name: tuple(cells) for name, cells in found.items()}

    @cached_property
    def looked_up(self) -> frozenset[str]:
        """The names that strings in calls look up, or that `global` declares."""
        found: set[str] = set()
        for node in (n for c in self.cells for s in c.statements for n in trees.walk(s)):
            if isinstance(node, ast.Call):
                looked = names_read(node)
                found |= looked.certain | looked.possible
            elif isinstance(node, ast.Global):
                found.update(node.names)
        return frozenset(found)

    @cached_property
    def deferred_reads(self) -> Mapping[str, tuple[int, ...]]:
        """The cells whose functions read each name when they run, in order."""
        found: dict[str, dict[int, None]] = {}
        for one in self.cells:
            for late in one.names.deferred:
                for name in late.reads:
                    found.setdefault(name, {})[one.index] = None
        return {name: tuple(cells) for name, cells in found.items()}

    def mentioned(self, names: Iterable[str], cells: Collection[int]) -> list[str]:
        """Return those of `names` that stand in one of the cells."""
        return [n for n in names if any(i in cells for i in self.mentions.get(n, ()))]

    def bound_elsewhere(self, name: str, cells: frozenset[int]) -> bool:
        """True where a cell outside `cells` binds `name`."""
        return any(b.cell not in cells for b in self.binders.get(name, ()))


def of_notebook(notebook: Notebook, known: Mapping[Cell, CodeCell] | None = None) -> Program:
    """Return the program that the notebook's code cells form.

    `known` are cells that were read before: they are not parsed again.
    """
    read = known or {}
    cells = (c for c in notebook.cells if c.kind == "code")
    return _of_cells(notebook, tuple(read.get(c) or CodeCell(cell=c, code=_read(c)) for c in cells))


def _read(cell: Cell) -> CellCode | BadCode:
    """Return the cell's code; where it stays as it is, traceable strings count as code."""
    code = magics.parse(cell.source)
    stays = not cell.roles.promoted and not cell.roles.parameters and cell.roles.test is None
    return indirect.plain(code) if stays and isinstance(code, CellCode) else code


def with_sources(code: Program, changed: Mapping[int, CodeCell]) -> Program:
    """Return the program with some of its cells rewritten, by position."""
    cells = tuple(changed.get(c.index, c) for c in code.cells)
    return replace(_of_cells(code.notebook, cells), rewritten=code.rewritten | changed.keys())


def _of_cells(notebook: Notebook, cells: tuple[CodeCell, ...]) -> Program:
    found: dict[str, list[Binder]] = {}
    for one in cells:
        for statement, names in zip(one.statements, one.bound, strict=True):
            for name in names:
                found.setdefault(name, []).append(Binder(cell=one.index, node=statement))
    return Program(
        notebook=notebook,
        cells=cells,
        binders={name: tuple(places) for name, places in found.items()},
        lazy=frozenset(_lazy(cells)),
        stars=dict(_stars(cells)),
        parameters=next((c.index for c in cells if c.cell.roles.parameters), None),
    )


def _indirect_names(statement: ast.stmt) -> set[str]:
    """Return names that a statement binds by `global` in a function or by `globals()[…]`."""
    found: set[str] = set()
    for node in trees.walk(statement):
        match node:
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="globals")),
                slice=ast.Constant(value=str(name)),
                ctx=ast.Store(),
            ):
                found.add(name)
            case ast.Global():
                found |= scopes.global_writes(statement)
    return found


def is_lazy(one: CodeCell) -> bool:
    """True where the cell itself defers its annotations."""
    return bool(list(_lazy([one])))


def _lazy(cells: Sequence[CodeCell]) -> Iterator[int]:
    lazy = False
    for one in cells:
        lazy |= any(
            isinstance(s, ast.ImportFrom)
            and s.module == "__future__"
            and any(a.name == "annotations" for a in s.names)
            for s in one.statements
        )
        if lazy:
            yield one.index


def _stars(cells: Sequence[CodeCell]) -> Iterator[tuple[int, str]]:
    for one in cells:
        for node in (n for s in one.statements for n in trees.walk(s)):
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
                yield one.index, f"from {'.' * node.level}{node.module or ''} import *"
        for magic in one.magics:
            if magic.name in magics.UNRESOLVED and magic.kind in ("line", "call"):
                yield one.index, magic.text


def functions(code: Program) -> dict[str, ast.AST]:
    """Return the functions that the notebook defines at cell level; several of one name together."""
    found: dict[str, ast.AST] = {}
    for name, places in code.binders.items():
        body = [
            b.node for b in places if isinstance(b.node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        if body:
            found[name] = ast.Module(body=list(body), type_ignores=[])
    return found
