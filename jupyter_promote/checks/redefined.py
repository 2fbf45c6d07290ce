"""Names that mean one thing above and another below."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees
from jupyter_promote.flow.bindings import BUILTINS

_DATA = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr, ast.BinOp, ast.Compare),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.Subscript),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What a statement makes of a name: `kind` in words, `origin` of what is imported."""

    kind: str
    origin: str
    cell: int
    line: int

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"the import of {self.origin}" if self.origin else self.kind


class _Use(NamedTuple):
    """Where a name is used: cell, line, and whether it is called."""

    cell: int
    line: int
    calls: bool


def check(subject: Subject) -> Iterator[Finding]:
    """A function, class, module or builtin gets another meaning: its name is bound to data.

    Why it matters: cells above can't be run again, and a reader takes one for the other.
    Instead: give the value a name of its own.
    """
    uses = _uses(subject)
    for name, binders in subject.program.binders.items():
        found = [m for b in binders if (m := _meaning(b.node, name, b.cell)) is not None]
        if name in BUILTINS:
            found.insert(0, _Meaning(kind="a builtin", origin="", cell=-1, line=0))
        yield from _changed(name, found, uses.get(name, ()))


def _changed(name: str, meanings: Sequence[_Meaning], uses: Sequence[_Use]) -> Iterator[Finding]:
    """Yield the first change of what a name means, where its first meaning is made use of."""
    if not meanings or meanings[0].kind in ("data", "a result"):
        return
    first = meanings[0]
    for later in meanings[1:]:
        if not _differs(first, later):
            continue
        place = (later.cell, later.line)
        if not any(u[:2] < place or (u.calls and later.kind == "data") for u in uses):
            return
        where = "" if first.cell < 0 else f" in cell {first.cell + 1}"
        yield Finding(
            code="JP306",
            message=f"{name!r} is {first.words}{where}, and {later.words} from here on",
            hint="give the value another name",
            cell=later.cell,
            line=later.line,
        )
        return


def _differs(first: _Meaning, later: _Meaning) -> bool:
    if first.kind == "a builtin":
        return later.kind == "data"  # a function of one's own takes its place on purpose
    if first.kind == later.kind == "an import":
        one, other = first.origin, later.origin
        parent = one.startswith(f"{other}.") or other.startswith(f"{one}.")
        return parent or one.rpartition(".")[2] != other.rpartition(".")[2]
    return first.kind != later.kind


def _meaning(node: ast.stmt, name: str, cell: int) -> _Meaning | None:
    """Return what a statement makes of a name, None where that can't be said."""
    kind = origin = ""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            kind = "a function"
        case ast.ClassDef():
            kind = "a class"
        case ast.Import(names=aliases):
            kind = "an import"
            origin = next(
                (a.name for a in aliases if (a.asname or a.name.partition(".")[0]) == name), ""
            )
            origin = origin if any(a.asname == name for a in aliases) else name
        case ast.ImportFrom(names=aliases):
            kind = "an import"
            own = next((a.name for a in aliases if (a.asname or a.name) == name), "")
            origin = f"{node.module or ''}.{own}"
        case ast.Assign(targets=targets, value=value) if any(
            isinstance(t, ast.Name) and t.id == name for t in targets
        ):
            if not _mentions(value, name):
                kind = "data" if isinstance(value, _DATA) else ""
                kind = "a result" if isinstance(value, ast.Call) else kind
    return _Meaning(kind=kind, origin=origin, cell=cell, line=node.lineno) if kind else None


def _mentions(value: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))


def _uses(subject: Subject) -> Mapping[str, list[_Use]]:
    """Return where each name is called, or an attribute is taken of it."""
    found: dict[str, list[_Use]] = {}
    for one in subject.program.cells:
        for node in (n for s in one.statements for n in trees.walk(s)):
            match node:
                case ast.Call(func=ast.Name(id=name)):
                    found.setdefault(name, []).append(_Use(one.index, node.lineno, True))
                case ast.Attribute(value=ast.Name(id=name)):
                    found.setdefault(name, []).append(_Use(one.index, node.lineno, False))
    return found
