"""What one function for copies would do, as it goes over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from jupyter_promote.surfaces.wire import VerdictWire, verdict

if TYPE_CHECKING:
    from jupyter_promote.checks.unify.obstacle import Obstacle
    from jupyter_promote.unifying import Unified


class LinesWire(Struct, frozen=True, kw_only=True):
    """Lines of a cell, `first` and `last` one-based."""

    cell: int
    first: int
    last: int


class ObstacleWire(Struct, frozen=True, kw_only=True):
    """Why copies can't become calls of one function; `message` says where."""

    code: str
    message: str
    cell: int | None
    line: int | None
    hint: str


class ChangeWire(Struct, frozen=True, kw_only=True):
    """A cell in which calls replace copies."""

    cell: int
    id: str
    before: str
    after: str


class UnifiedWire(Struct, frozen=True, kw_only=True):
    """One function for a group of copies.

    `source` is a new cell with the id `new_id`, right above the cell `above` and below the cell
    with the id `after` ("" at the top). It is empty where the first copy defines the function
    `name`, and the others go. `copies` are the lines that are replaced; `left` says why others
    stay. With an obstacle there is no function.
    """

    name: str
    signature: str
    source: str
    above: int
    after: str
    new_id: str
    inputs: list[str]
    parameters: list[str]
    outputs: list[str]
    copies: list[LinesWire]
    cells: list[ChangeWire]
    left: ObstacleWire | None = None
    obstacle: ObstacleWire | None
    verdict: VerdictWire
    written: bool


def unified(found: Unified) -> UnifiedWire:
    """Return a proposal, or what stands in its way."""
    return UnifiedWire(
        name=found.name,
        signature=_signature(found),
        source=found.source,
        above=found.above,
        after=found.after,
        new_id=found.new_id,
        inputs=list(found.inputs),
        parameters=list(found.parameters),
        outputs=list(found.outputs),
        copies=[LinesWire(cell=p.cell, first=p.first, last=p.last) for p in found.places],
        cells=[
            ChangeWire(cell=c.cell, id=c.id, before=c.before, after=c.after) for c in found.changes
        ],
        left=_obstacle(found.left),
        obstacle=_obstacle(found.obstacle),
        verdict=verdict(found.verdict),
        written=found.written,
    )


def _signature(found: Unified) -> str:
    named = ["*", *found.parameters] if found.parameters else []
    return f"{found.name}({', '.join([*found.inputs, *named])})" if found.source else ""


def _obstacle(found: Obstacle | None) -> ObstacleWire | None:
    if found is None:
        return None
    return ObstacleWire(
        code=found.code, message=found.text, cell=found.cell, line=found.line, hint=found.hint
    )
