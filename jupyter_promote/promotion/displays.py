"""What becomes of trailing expressions: shown by the thin notebook, returned, or dropped."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from jupyter_promote.flow import effects
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.strings import dotted

NO_VALUE = frozenset(
    """print display show info append extend insert update sort reverse remove clear add seed simplefilter
    filterwarnings set_option tight_layout close use write close subplots_adjust""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one cell of a group contributes: statements that stay, and its trailing expression."""

    cell: int
    statements: tuple[ast.stmt, ...] = field(repr=False)
    trailing: ast.Expr | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A trailing expression and its fate: `after` the call, as the call's `value`, or dropped.

    `look` says that the expression has no effect, so that it need not stay in the function.
    """

    cell: int
    node: ast.expr = field(repr=False)
    fate: str
    reason: str = ""
    look: bool = True


def trailing(statements: Sequence[ast.stmt], *, quiet: bool) -> ast.Expr | None:
    """Return the expression whose value a cell shows, None where it shows none."""
    last = statements[-1] if statements else None
    if quiet or not isinstance(last, ast.Expr):
        return None
    if isinstance(last.value, ast.Constant) and last.value.value is None:
        return None
    if isinstance(last.value, ast.Call) and dotted(last.value.func).rpartition(".")[2] in NO_VALUE:
        return None
    return last


def decide(parts: Sequence[Part], around: Surroundings, available: frozenset[str]) -> list[Shown]:
    """Return the fate of every trailing expression of a group, in order.

    `available` are the names that certainly stand in the thin notebook after the call.
    """
    found: list[Shown] = []
    for i, part in enumerate(parts):
        if part.trailing is None:
            continue
        last = i == len(parts) - 1
        node = part.trailing.value
        look = effects.is_look(node, around)
        reason = _obstacle(node, parts[i + 1 :], around, available, look=look, last=last, part=part)
        fate = "after" if look and not reason else "value" if last and not reason else "dropped"
        found.append(Shown(cell=part.cell, node=node, fate=fate, reason=reason, look=look))
    return _in_order(found, parts, around)


def _obstacle(
    node: ast.expr,
    later: Sequence[Part],
    around: Surroundings,
    available: frozenset[str],
    *,
    look: bool,
    last: bool,
    part: Part,
) -> str:
    names = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    if any(isinstance(n, ast.NamedExpr | ast.Await) for n in ast.walk(node)):
        return "the expression binds a name"
    if not look:
        if not last:
            return "it has effects, so it stays in the function, where nothing is shown"
        return (
            "it returns what a plotting call happens to return"
            if effects.may_draw([node], around)
            else ""
        )
    lacking = sorted(
        n
        for n in names
        if n not in available and n not in around.modules and not effects.is_builtin(n)
    )
    if lacking:
        return f"{lacking[0]!r} may be unbound after the call"
    if last:
        return ""
    if effects.may_draw(part.statements, around):
        return "a figure of its cell would come before it"
    after = [s for p in later for s in p.statements]
    effectful = [
        p.trailing
        for p in later
        if p.trailing is not None and not effects.is_look(p.trailing.value, around)
    ]
    if effects.may_show([*after, *effectful], around):
        return "something else of the group is shown after it"
    changed = effects.mutated([*after, *effectful], around) | effects.bound_names(
        [*after, *effectful]
    )
    touched = sorted(changed & names) or (sorted(changed) if effects.mutated(after, around) else [])
    if touched:
        return f"{touched[0]!r} changes after it"
    return ""


def _in_order(found: list[Shown], parts: Sequence[Part], around: Surroundings) -> list[Shown]:
    """Drop displays that would come after something that was shown before them."""
    kept = [s for s in found if s.fate == "after"]
    if (
        len(kept) > 1
        and kept[-1].cell == parts[-1].cell
        and effects.may_draw(parts[-1].statements, around)
    ):
        early = {id(s) for s in kept[:-1]}
        return [
            _dropped(s, "a figure of the group is shown before it") if id(s) in early else s
            for s in found
        ]
    if any(s.fate == "value" for s in found) and kept:
        return [
            _dropped(s, "the group's last value is shown before it") if s.fate == "after" else s
            for s in found
        ]
    return found


def _dropped(shown: Shown, reason: str) -> Shown:
    return Shown(cell=shown.cell, node=shown.node, fate="dropped", reason=reason, look=shown.look)
