"""What is proposed for a group of copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.checks.unify.obstacle import Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One function in place of several copies.

    `source` is its definition, which goes into a new cell above the cell `above`, "" where the
    first copy is the function and the others go; `cells` are the new sources of the cells that
    held copies. Cells are zero-based positions. `left` is why some of the copied lines stay.
    """

    name: str
    source: str = field(repr=False)
    above: int
    cells: Mapping[int, str] = field(repr=False)
    places: tuple[Place, ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    left: Obstacle | None = None
