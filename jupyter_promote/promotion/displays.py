"""What becomes of trailing expressions: shown by the thin notebook, returned, or dropped."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from jupyter_promote.flow import drawing, effects, looks, trees
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.flow.strings import dotted
from jupyter_promote.flow.values import Values

NO_VALUE = frozenset(
    """print display show info remove clear seed simplefilter filterwarnings set_option tight_layout close
    use subplots_adjust""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one cell of a group contributes: statements that stay, and its trailing expression."""

    cell: int
    statements: tuple[ast.stmt, ...] = field(repr=False)
    trailing: ast.Expr | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A trailing expression and its fate.

    `after`: the thin notebook shows it after the call; `value`: the function returns it to be
    shown; `inside`: the function shows it; `dropped`: nothing shows it; `statement`: it has no
    value to show. `look` says that the
    expression has no effect; `certain` that its value is never None (nothing is shown for None).
    """

    cell: int
    node: ast.expr = field(repr=False)
    fate: str
    reason: str = ""
    look: bool = True
    certain: bool = False


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


def decide(
    parts: Sequence[Part], around: Surroundings, available: AbstractSet[str], code: Program
) -> list[Shown]:
    """Return the fate of every trailing expression of a group, in order.

    `available` are the names that certainly stand in the thin notebook after the call.
    """
    known = Values(code=code, around=around)
    found: list[Shown] = []
    only_shows = not any(part.statements for part in parts)
    for i, part in enumerate(parts):
        if part.trailing is None:
            continue
        node = part.trailing.value
        look = looks.is_look(node, around)
        if drawing.returns_nothing(node, around) or known.always_none(node):
            found.append(Shown(cell=part.cell, node=node, fate="statement", look=False))
            continue
        if not look and drawing.returns_drawing(node, around):
            reason = "it is what a plotting call happens to return"
            found.append(
                Shown(cell=part.cell, node=node, fate="dropped", reason=reason, look=False)
            )
            continue
        last = i == len(parts) - 1
        outside = (
            look and not only_shows and _may_follow(node, part, parts[i + 1 :], around, available)
        )
        fate = "after" if outside else "value" if last and not _binds(node) else "inside"
        certain = known.never_none(node)
        found.append(Shown(cell=part.cell, node=node, fate=fate, look=look, certain=certain))
    return _in_order(found, parts, around)


def _binds(node: ast.expr) -> bool:
    return any(isinstance(n, ast.NamedExpr) for n in trees.walk(node))


def _may_follow(
    node: ast.expr,
    part: Part,
    later: Sequence[Part],
    around: Surroundings,
    available: AbstractSet[str],
) -> bool:
    """True where the expression shows the same in the notebook, after the call."""
    names = {n.id for n in trees.walk(node) if isinstance(n, ast.Name)}
    known = available | set(around.modules)
    if _binds(node) or any(n not in known and not looks.is_builtin(n) for n in names):
        return False
    if not later:
        return True
    looked_up = any(isinstance(n, ast.Subscript) for n in trees.walk(node))  # may add a key
    if looked_up or drawing.may_draw(part.statements, around):
        return False
    after: list[ast.stmt] = [s for p in later for s in p.statements]
    after += [
        p.trailing
        for p in later
        if p.trailing is not None and not looks.is_look(p.trailing.value, around)
    ]
    if looks.may_show(after, around) or effects.mutated(after, around):
        return False
    if effects.changes_world(after, around):
        return False
    return not effects.bound_names(after) & names


def _in_order(found: list[Shown], parts: Sequence[Part], around: Surroundings) -> list[Shown]:
    """Show inside the function what would otherwise come after something that follows it."""
    kept = [s for s in found if s.fate == "after"]
    last = found[-1] if found else None
    inner = [s for s in found if s.fate in ("inside", "value")]
    late = bool(inner) and bool(kept) and inner[-1].cell > kept[0].cell
    drawn = drawing.may_draw(parts[-1].statements, around) if parts else False
    ends_drawn = drawn and len(kept) > 1 and last is kept[-1] and last.cell == parts[-1].cell
    if late:
        return [_inside(s) if s.fate == "after" and s.cell < inner[-1].cell else s for s in found]
    if ends_drawn:
        return [_inside(s) if s.fate == "after" and s is not last else s for s in found]
    return found


def _inside(shown: Shown) -> Shown:
    return replace(shown, fate="inside")
