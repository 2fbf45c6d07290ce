"""The notebook's code as one program: cells parsed once, and who binds which name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_promote.flow import scopes
from jupyter_promote.source import magics
from jupyter_promote.source.magics import BadCode, CellCode
from jupyter_promote.source.notebook import Cell, Notebook

HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_[iod]h")


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Binder:
    """A top-level statement that binds a name, and its cell."""

    cell: int
    node: ast.stmt = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return next(c for c in self.cells if c.index == index)

    def bound_elsewhere(self, name: str, cells: frozenset[int]) -> bool:
        """True where a cell outside `cells` binds `name`."""
        return any(b.cell not in cells for b in self.binders.get(name, ()))


def of_notebook(notebook: Notebook) -> Program:
    """Return the program that the notebook's code cells form."""
    cells = (c for c in notebook.cells if c.kind == "code")
    return _of_cells(notebook, tuple(CodeCell(cell=c, code=magics.parse(c.source)) for c in cells))


def with_sources(code: Program, changed: Mapping[int, CodeCell]) -> Program:
    """Return the program with some of its cells rewritten, by position."""
    cells = tuple(changed.get(c.index, c) for c in code.cells)
    return replace(_of_cells(code.notebook, cells), rewritten=frozenset(changed))


def _of_cells(notebook: Notebook, cells: tuple[CodeCell, ...]) -> Program:
    found: dict[str, list[Binder]] = {}
    for one in cells:
        for statement in one.statements:
            for name in scopes.bound_names([statement]) | scopes.global_writes(statement):
                found.setdefault(name, []).append(Binder(cell=one.index, node=statement))
            for name in _magic_names(statement):
                found.setdefault(name, []).append(Binder(cell=one.index, node=statement))
    return Program(
        notebook=notebook,
        cells=cells,
        binders={name: tuple(places) for name, places in found.items()},
        lazy=frozenset(_lazy(cells)),
        stars=dict(_stars(cells)),
        parameters=next((c.index for c in cells if c.cell.roles.parameters), None),
    )


def _magic_names(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="globals")),
                slice=ast.Constant(value=str(name)),
                ctx=ast.Store(),
            ):
                yield name


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
        for node in (n for s in one.statements for n in ast.walk(s)):
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
                yield one.index, f"from {'.' * node.level}{node.module or ''} import *"
        for magic in one.magics:
            if magic.name in magics.UNRESOLVED and magic.kind in ("line", "call"):
                yield one.index, magic.text
