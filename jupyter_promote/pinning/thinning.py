"""Take some rows of large values: the first ones as they follow each other, and spread ones."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_promote.testing.values import Unstorable

MOST_ROWS = 600  # of a table or list
MOST_ENTRIES = 5_000  # of an array or series
MOST_NUMBERS = 60_000  # numbers in an array, cells of a frame
MOST_ITEMS = 5_000  # in containers, however nested


def most_rows(values: Iterable[Any]) -> dict[int, int]:
    """Return, by how many rows values have, to how many they are thinned.

    Values of one length lose the same rows, so that they still fit each other.
    """
    found: dict[int, int] = {}
    for value in values:
        rows = rows_of(value)
        if rows is not None:
            found[rows] = min(found.get(rows, rows), _most(value))
    return found


def thinned(value: Any, most: Mapping[int, int]) -> tuple[Any, Any | None]:
    """Return a value of which not too much is left, and another choice of its rows, None where whole.

    `most` are the rows that may stay, by the value's rows.

    Raises:
        Unstorable: a container holds too much.
    """
    rows = rows_of(value)
    if rows is None:
        if not _small(value, [MOST_ITEMS]):
            raise Unstorable(f"more than {MOST_ITEMS} items")
        return value, None
    if rows <= most[rows]:
        return value, None
    return taken(value, range(most[rows])), taken(value, spread(rows, most[rows]))


def rows_of(value: Any) -> int | None:
    """Return how many rows a table, array or list has; None for what has none."""
    if is_table(value) or (is_array(value) and value.ndim):
        return len(value)
    return len(value) if type(value) in (list, tuple) else None


def spread(rows: int, most: int) -> list[int]:
    """Return `most` positions of `rows`, spread evenly."""
    return [i * rows // most for i in range(most)]


def taken(value: Any, positions: range | list[int]) -> Any:
    """Return the rows at `positions`; a range is cut out as it stands."""
    chosen: Any = positions
    if isinstance(positions, range):
        chosen = slice(positions.start, positions.stop)
    if is_table(value):
        return value.iloc[chosen] if hasattr(value, "iloc") else value[chosen]
    if is_array(value):
        return value[chosen]
    return type(value)(value[i] for i in positions)


def is_table(value: Any) -> bool:
    """True for a pandas frame, series or index."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index)


def is_array(value: Any) -> bool:
    """True for a NumPy array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _most(value: Any) -> int:
    rows = MOST_ENTRIES if getattr(value, "ndim", None) == 1 else MOST_ROWS
    return max(20, min(rows, MOST_NUMBERS // max(1, _width(value))))


def _width(value: Any) -> int:
    shape = getattr(value, "shape", (1,))
    width = 1
    for size in shape[1:]:
        width *= size
    return width


def _small(value: Any, left: list[int]) -> bool:
    """True where a container holds no more than `left` items, counting those within."""
    left[0] -= 1
    if left[0] < 0:
        return False
    if is_array(value) or is_table(value):
        left[0] -= int(value.size) // 12
        return left[0] >= 0
    if type(value) in (list, tuple, set, frozenset):
        return all(_small(part, left) for part in value)
    if type(value) is dict:
        return all(_small(part, left) for pair in value.items() for part in pair)
    return not isinstance(value, str | bytes) or len(value) < 100_000
