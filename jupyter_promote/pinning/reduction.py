"""Find a smaller input on which a function still does what it did on the large one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jupyter_promote.pinning.thinning import is_array, is_table, rows_of, spread, taken

SIZES = (12, 30, 80, 200)  # rows that are tried
SMALL = 12  # rows; such values are left as they are

Fits = Callable[[Mapping[str, Any]], bool]


def reduced(values: Mapping[str, Any], other: Mapping[str, Any], fits: Fits) -> Mapping[str, Any]:
    """Return the smallest choice of rows that `fits`, `values` themselves if none does.

    Arguments of one length lose the same rows. `other` holds other rows of large values.
    """
    for candidate in candidates(values, other):
        if fits(candidate):
            return candidate
    return values


def candidates(values: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield smaller choices of rows, the smallest first: the first rows, then spread ones."""
    for size in SIZES:
        for source, spreading in ((values, False), ({**values, **other}, True)):
            rows = {n: r for n, v in source.items() if (r := rows_of(v) or 0) > max(SMALL, size)}
            if rows:
                yield {**source} | {
                    n: taken(source[n], spread(r, size) if spreading else range(size))
                    for n, r in rows.items()
                }


def says_nothing(value: Any) -> bool:
    """True for a result that a smaller input easily gives by accident: nothing, nan, or empty."""
    if value is None or (isinstance(value, float) and value != value):
        return True
    if is_table(value) or is_array(value):
        missing = value.isna() if hasattr(value, "isna") else value != value
        return not value.size or bool(getattr(missing, "values", missing).all())
    return isinstance(value, list | tuple | dict | set) and not value
