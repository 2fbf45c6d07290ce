"""From places to copies: whole statements of a cell, and what of them stays where it is."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle
from jupyter_promote.flow import effects, scopes, trees
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion import displays
from jupyter_promote.promotion.body import end_line, start_line
from jupyter_promote.source.magics import CellCode

SHARE = 0.5  # of a statement's lines; with less of it in a place, the statement is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Lines of a cell: `cell` is zero-based, `first` and `last` are one-based."""

    cell: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Copy:
    """Consecutive statements of a cell.

    `imports` stand among them and stay in the notebook, `gone` are removed from it. `ends` says
    that the last statement is the last of its cell; `shown` that the cell shows its value.
    """

    cell: int
    statements: tuple[ast.stmt, ...] = field(repr=False)
    imports: tuple[ast.stmt, ...] = field(default=(), repr=False)
    gone: tuple[ast.stmt, ...] = field(default=(), repr=False)
    ends: bool = False
    shown: bool = False

    @property
    def first(self) -> int:
        """The first line (one-based)."""
        return min(start_line(s) for s in (*self.statements, *self.imports, *self.gone))

    @property
    def last(self) -> int:
        """The last line (one-based)."""
        return max(end_line(s) for s in (*self.statements, *self.imports, *self.gone))

    def part(self, start: int, end: int) -> Copy:
        """Return the copy without the statements before `start` and from `end` on."""
        kept = self.statements[start:end]
        whole = end >= len(self.statements)
        first, last = start_line(kept[0]), end_line(kept[-1])
        inner = (i for i in self.imports if first < i.lineno < last)
        return replace(
            self,
            statements=kept,
            imports=tuple(inner),
            ends=self.ends and whole,
            shown=self.shown and whole,
        )


def find(program: Program, place: Place) -> Copy:
    """Return the copy that stands at a place, widened or narrowed to whole statements.

    Raises:
        Blocked: nothing stands there that could be replaced by a call.
    """
    code = _code(program, place)
    body = code.tree.body
    chosen = [s for s in body if _mostly(s, place)]
    if not chosen:
        raise _nothing(body, place)
    first, last = body.index(chosen[0]), body.index(chosen[-1])
    while first and end_line(body[first - 1]) >= start_line(body[first]):
        first -= 1
    while last + 1 < len(body) and start_line(body[last + 1]) <= end_line(body[last]):
        last += 1
    return _copy(program, place, code, body[first : last + 1])


def _nothing(body: Sequence[ast.stmt], place: Place) -> Blocked:
    """Return why nothing at a place could be replaced: it lies inside a statement, or is no code."""
    around = (s for s in body if start_line(s) <= place.last and end_line(s) >= place.first)
    match next(around, None):
        case None:
            return _blocked("not-alike", "there is no code here", place, place.first)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            what = f"the copy is a part of the function {name!r}"
            hint = f"call {name!r} instead, or make that part a function of its own"
            return _blocked("not-alike", what, place, place.first, hint)
        case _:
            hint = "unify whole statements of a cell"
            return _blocked(
                "not-alike", "the copy lies inside a statement", place, place.first, hint
            )


def _copy(program: Program, place: Place, code: CellCode, among: Sequence[ast.stmt]) -> Copy:
    statements = [s for s in among if not isinstance(s, ast.Import | ast.ImportFrom)]
    if not statements:
        return Copy(cell=place.cell, statements=(), imports=tuple(among))
    for magic in code.magics:
        if start_line(statements[0]) < magic.line < end_line(statements[-1]):
            what = f"`{magic.text}` stands among the copied lines"
            raise _blocked("magic", what, place, magic.line, "move the line above them")
    first, last = start_line(statements[0]), end_line(statements[-1])
    inner = (s for s in among if s not in statements and first < s.lineno < last)
    _check_imports(among, place)
    ends = statements[-1] is code.tree.body[-1]
    found = Copy(cell=place.cell, statements=tuple(statements), imports=tuple(inner), ends=ends)
    shown = ends and displays.trailing(statements, quiet=code.quiet) is not None
    return replace(found, shown=shown)


def _check_imports(among: Sequence[ast.stmt], place: Place) -> None:
    """Refuse imports that code above them may influence: they will stand above the call."""
    for i, statement in enumerate(among):
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        names = scopes.bound_names([statement])
        above = [s for s in among[:i] if not isinstance(s, ast.Import | ast.ImportFrom)]
        nodes = (n for s in above for n in trees.walk(s))
        used = any(isinstance(n, ast.Name) and n.id in names for n in nodes)
        if used or any(effects.influences_imports(s) for s in above):
            what = "the code above this import may influence it"
            hint = "move the import to the top of the cell"
            raise _blocked("interleaved", what, place, statement.lineno, hint)


def _code(program: Program, place: Place) -> CellCode:
    one = program.by_index.get(place.cell)
    if one is None:
        raise _blocked("not-python", "this is no code cell", place, None)
    if not isinstance(one.code, CellCode):
        raise _blocked("syntax-error", one.code.message, place, one.code.line, "correct the cell")
    if one.index == program.parameters:
        what = "a call can't stand in the parameters cell"
        raise _blocked("not-alike", what, place, place.first, "move the copy to another cell")
    for magic in one.code.magics:
        if not magic.kept:
            kind = "shell" if magic.kind == "shell" else "magic"
            hint = "move the line into a cell of its own"
            raise _blocked(kind, f"`{magic.text}` is no Python", place, magic.line, hint)
    return one.code


def _mostly(statement: ast.stmt, place: Place) -> bool:
    """True where the place holds most lines of the statement."""
    first, last = start_line(statement), end_line(statement)
    covered = min(last, place.last) - max(first, place.first) + 1
    return covered > 0 and covered >= SHARE * (last - first + 1)


def _blocked(code: str, what: str, place: Place, line: int | None, hint: str = "") -> Blocked:
    return Blocked(Obstacle(code=code, message=what, cell=place.cell, line=line, hint=hint))
