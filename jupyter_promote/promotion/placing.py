"""What stands in the way of a group: cells that see everything, cells between its own."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from jupyter_promote.flow import dataflow, effects, program, trees
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.promotion.deciding import refusal
from jupyter_promote.promotion.definitions import Definitions
from jupyter_promote.promotion.displays import Part
from jupyter_promote.promotion.grouping import Group, Refusal


def of_notebook(code: Program, groups: Sequence[Group], known: Definitions) -> list[Refusal]:
    """Return refusals because of what some cell of the notebook does to all others."""
    grouped = {i for g in groups for i in g.cells}
    found: dict[str, Refusal] = {}
    history = _last_history(code)
    watcher = next((w for c in code.cells if c.index not in grouped for w in _watches(c)), None)
    shows_all = next(
        (c.index for c in code.cells if "ast_node_interactivity" in c.cell.source), None
    )
    for group in groups:
        if history is not None and group.cells[0] < history[0]:
            where = f"cell {history[0] + 1}, line {history[1]} reads `{history[2]}`"
            found[group.name] = refusal(
                group,
                "history",
                f"{where}, which depends on every cell before it",
                "name the value instead",
            )
        elif watcher is not None:
            where = f"cell {watcher[0] + 1}, line {watcher[1]}: {watcher[2]}"
            found[group.name] = refusal(
                group,
                "dynamic-code",
                f"{where} sees every name of the notebook",
                "remove that line",
            )
        elif _magic_below(code, group):
            what = f"cell {_magic_below(code, group)} holds a magic below code that shows something"
            found[group.name] = refusal(
                group, "magic", what, "move the magic to the top of the first cell"
            )
        elif shows_all is not None:
            found[group.name] = refusal(
                group,
                "magic",
                f"cell {shows_all + 1} sets ast_node_interactivity, so every expression is shown",
                "remove that setting",
            )
    return list(found.values())


def _magic_below(code: Program, group: Group) -> int:
    """Return the number of a cell whose kept magic can't move above the group's code, else 0."""
    above = False
    for index in group.cells:
        one = code.at(index)
        for magic in one.magics:
            before = above or any(s.lineno < magic.line for s in one.statements)
            if magic.kept and before and magic.name not in ("matplotlib", "load_ext"):
                return index + 1
        above = above or bool(one.statements)
    return 0


def _last_history(code: Program) -> tuple[int, int, str] | None:
    found = None
    names = {n for n in code.mentions if program.HISTORY.fullmatch(n) and n not in code.binders}
    cells = {i for n in names for i in code.mentions[n]}
    for one in code.cells:
        statements = one.statements if one.index in cells else []
        for node in (n for s in statements for n in trees.walk(s)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
                found = (one.index, node.lineno, node.id)
        for magic in one.magics:
            if magic.name in ("recall", "rerun", "history", "hist", "rep", "macro", "edit"):
                found = (one.index, magic.line, magic.text)
    return found


def _watches(one: CodeCell) -> Iterable[tuple[int, int, str]]:
    for magic in one.magics:
        if magic.name in (
            "who",
            "whos",
            "who_ls",
            "reset",
            "reset_selective",
            "save",
            "store",
            "xdel",
        ):
            yield one.index, magic.line, f"`{magic.text}`"
    for line, text in effects.dynamic_uses(one.statements):
        if text not in ("compile(…)", "inspect.getsource(…)", "__file__", "__import__(…)"):
            yield one.index, line, text


def positions(
    code: Program,
    groups: Sequence[Group],
    parts: Mapping[str, Sequence[Part]],
    around: Surroundings,
    removed: frozenset[int] = frozenset(),
) -> tuple[dict[str, int], list[Refusal]]:
    """Return the cell at which each group's call stands, and the groups that have no such place."""
    found, problems = {}, []
    for group in groups:
        obstacle = _between(code, group, parts, around, removed, at_last=True)
        found[group.name] = group.cells[-1]
        if not obstacle:
            continue
        if not _between(code, group, parts, around, removed, at_last=False):
            found[group.name] = group.cells[0]
            continue
        problems.append(
            refusal(
                group,
                "interleaved",
                obstacle,
                "move the cells next to each other, or tag the one between",
            )
        )
    return found, problems


def _between(
    code: Program,
    group: Group,
    parts: Mapping[str, Sequence[Part]],
    around: Surroundings,
    removed: frozenset[int],
    *,
    at_last: bool,
) -> str:
    first, last = group.cells[0], group.cells[-1]
    passed = removed.union(group.cells)
    others = [
        c for c in code.between(first, last) if c.index not in passed and c.cell.source.strip()
    ]
    if not others:
        return ""
    mine = {p.cell: _unit_of(p, code) for p in parts[group.name]}
    for other in others:
        theirs = dataflow.unit(other.index, None, other.statements, lazy=other.index in code.lazy)
        for index, part in mine.items():
            crosses = index < other.index if at_last else index > other.index
            if not crosses or not part.statements:
                continue
            reason = "it holds a magic" if other.magics else dataflow.commute(part, theirs, around)
            both = effects.consumed(part.statements, code.binders) & set(theirs.names.reads)
            if both and not reason:
                reason = f"both use the iterator {sorted(both)[0]!r}"
            if reason:
                return f"cell {other.index + 1} stands between cells {first + 1} and {last + 1}: {reason}"
    return ""


def _unit_of(part: Part, code: Program) -> Unit:
    body = [*part.statements, *([part.trailing] if part.trailing else [])]
    return dataflow.unit(part.cell, None, body, lazy=part.cell in code.lazy)
