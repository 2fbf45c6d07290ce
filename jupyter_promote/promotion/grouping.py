"""From tags to groups: which cells become which function, and which can't become one at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_promote.flow import effects, trees
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.promotion import naming, versions
from jupyter_promote.source.characters import printable
from jupyter_promote.source.magics import BadCode
from jupyter_promote.source.tags import shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The cells tagged with one name, in document order; `written` by a person or derived."""

    name: str
    cells: tuple[int, ...]
    written: bool
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a group stays in the notebook as it is, and what to do about it."""

    name: str
    cells: tuple[int, ...]
    code: str
    message: str
    hint: str = ""


_ONE_BY_ONE = "import the names one by one"


def find(program: Program) -> list[Group]:
    """Return the groups that the notebook's tags ask for, in the order of their first cells."""
    headings = _headings(program)
    named: dict[str, list[int]] = {}
    bare: dict[tuple[int, str], list[int]] = {}
    for one in program.cells:
        role = one.cell.roles.promote
        if role is None or not one.cell.source.strip():
            continue
        if role:
            named.setdefault(role, []).append(one.index)
        else:
            bare.setdefault(headings[one.index], []).append(one.index)
    taken = set(named) | set(program.binders)
    groups = [Group(name=n, cells=tuple(c), written=True) for n, c in named.items()]
    for (_, text), cells in bare.items():
        name = naming.free(naming.identifier(text, fallback="step"), taken) if text else ""
        taken.add(name)
        groups.append(
            Group(
                name=name or f"cells_{cells[0] + 1}",
                cells=tuple(cells),
                written=False,
                heading=text,
            )
        )
    return sorted(groups, key=lambda g: g.cells[0])


def _headings(program: Program) -> dict[int, tuple[int, str]]:
    """Return, for each code cell, the nearest heading above it as (its cell, its text)."""
    found, current = {}, (-1, "")
    for cell in program.notebook.cells:
        if cell.kind == "markdown":
            text = naming.heading(cell.source)
            current = (cell.index, text) if text else current
        found[cell.index] = current
    return found


def unfit(program: Program, group: Group) -> Refusal | None:
    """Return why the cells of `group`, looked at alone, can't become a function."""
    for index in group.cells:
        for code, line, what, hint in _flaws(program.at(index)):
            message = f"cell {index + 1}, line {line}: {shorten(printable(what), 160)}"
            return Refusal(
                name=group.name, cells=group.cells, code=code, message=message, hint=hint
            )
    return None


def _flaws(one: CodeCell) -> Iterator[tuple[str, int, str, str]]:
    """Yield (code, line, what, hint) for what can't stand in a function."""
    code = one.code
    if isinstance(code, BadCode):
        bad = versions.explained(code, one.cell.source)
        cure = f"promote it with Python {bad.needs}" if bad.needs else "correct the cell"
        yield "syntax-error", bad.line, bad.message, f"{cure}, or remove its tag"
        return
    if one.cell.roles.raises:
        yield "maybe-unbound", 1, "the cell raises on purpose (raises-exception)", "remove its promote tag"
    for magic in code.magics:
        if magic.kind == "text":
            yield "dynamic-code", magic.line, f"`{magic.text}` holds code in a string", "write the names out"
        elif not magic.kept and not (magic.kind == "cell" and magic.name == "time"):
            kind = "shell" if magic.kind == "shell" else "magic"
            yield kind, magic.line, f"`{magic.text}` is no Python", "move the line into a cell without a promote tag"
    for line, text in effects.dynamic_uses(code.tree.body):
        yield "dynamic-code", line, f"{text} may read or bind any name", "write the names out"
    yield from _scope_flaws(code.tree)


def _scope_flaws(tree: ast.Module) -> Iterator[tuple[str, int, str, str]]:
    for node in trees.walk(tree):
        match node:
            case ast.ImportFrom(names=aliases, module=module) if any(
                a.name == "*" for a in aliases
            ):
                yield "star-import", node.lineno, f"`from {module} import *` hides which names it binds", _ONE_BY_ONE
            case ast.Global():
                yield "global-statement", node.lineno, "`global` changes variables of the notebook", "pass and return the value"
            case ast.ImportFrom(level=level) if level:
                yield "dynamic-code", node.lineno, "a relative import has no package here", "import the module by its full name"
            case ast.Name(id="__name__"):
                yield "dynamic-code", node.lineno, "__name__ is another one in a module", "move the code out of the `if`"
            case ast.Name(id="input"):
                yield "dynamic-code", node.lineno, "input() waits for a person", "make it a parameter"
