"""Other values for tables: frames, series, arrays and lists, by their rows and by their columns."""

from __future__ import annotations

import copy
import datetime
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jupyter_promote.pinning import columns
from jupyter_promote.pinning.columns import MISSING, MOST_ROWS, Edit, is_missing, said
from jupyter_promote.pinning.hints import Hints

_Build = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`build` makes the value of which `fact` is true; `rank` is small for what notices most."""

    rank: int
    fact: str
    build: _Build


def is_frame(value: object) -> bool:
    """Whether a value is a pandas frame."""
    return isinstance(value, _classes("pandas", "DataFrame"))


def is_series(value: object) -> bool:
    """Whether a value is a pandas series."""
    return isinstance(value, _classes("pandas", "Series"))


def is_array(value: object) -> bool:
    """Whether a value is a numpy array with items."""
    return isinstance(value, _classes("numpy", "ndarray")) and bool(getattr(value, "ndim", 0))


def _classes(module: str, name: str) -> tuple[type, ...]:
    """Return a class of a library, nothing where nobody imported it yet."""
    found = getattr(sys.modules.get(module), name, None)
    return (found,) if isinstance(found, type) else ()


def length(value: object) -> int | None:
    """Return the number of rows of a table, None of what is none."""
    if is_frame(value) or is_series(value) or is_array(value) or type(value) in (list, tuple):
        return len(value)  # type: ignore[arg-type]
    return None


def take(value: Any, indices: Sequence[int]) -> Any:
    """Return a table of these rows; the same one may come twice."""
    if is_frame(value) or is_series(value):
        return value.iloc[list(indices)].copy()
    if is_array(value):
        return value[list(indices)].copy() if len(indices) else value[:0].copy()
    return type(value)(copy.deepcopy(value[i]) for i in indices)


def short(value: Any) -> Any:
    """Return a table with at most 40 of its rows, evenly spread."""
    rows = length(value) or 0
    return value if rows <= MOST_ROWS else take(value, sample(rows))


def sample(rows: int) -> list[int]:
    """Return at most 40 positions, evenly spread."""
    return [i * rows // MOST_ROWS for i in range(MOST_ROWS)] if rows > MOST_ROWS else [*range(rows)]


def row_edits(rows: int) -> Iterator[tuple[int, str, list[int]]]:
    """Yield other choices of a table's rows: rank, fact with `{}` for their name, positions."""
    some = sample(rows)
    yield 0, "without_{}s", []
    if len(some) < 2:
        yield 2, "with_repeated_{}s", some * 2
        return
    yield 0, "with_one_{}", [0]
    yield 2, "with_repeated_{}s", [i for i in some[: MOST_ROWS // 2] for _ in range(2)]
    yield 2, "with_{}s_reversed", some[::-1]
    if len(some) > 2:
        yield 2, "with_{}s_shuffled", _shuffled(some)
        yield 3, "with_two_{}s", [0, rows - 1]
    if len(some) > 4:
        yield 4, "with_half_of_the_{}s", some[: len(some) // 2]


def _shuffled(some: Sequence[int]) -> list[int]:
    """Return the positions in an order that is always the same, and not any simple one."""
    total = len(some)
    return [some[i] for i in sorted(range(total), key=lambda i: ((i + 1) * 7919 % 1009, i))]


def drafts(name: str, value: Any, hints: Hints) -> Iterator[Draft]:
    """Yield other contents for a table; its rows are `row_edits`' matter."""
    if not length(value):
        return
    if is_frame(value):
        yield from _of_frame(name, value, hints)
    elif is_series(value):
        for edit in columns.of_values(_listed(short(value)), hints):
            yield _draft(edit, name, partial(_with_series, value, edit.values))
    elif is_array(value):
        plain = _array_listed(value)
        for edit in columns.of_values(plain, hints):
            build = partial(_with_array, value, edit.values)
            if _fits(value, edit):
                yield _draft(edit, name, build)


def _draft(edit: Edit, name: str, build: _Build, later: int = 0) -> Draft:
    return Draft(rank=edit.rank + later, fact=edit.fact(name), build=build)


def _of_frame(name: str, frame: Any, hints: Hints) -> Iterator[Draft]:
    small = short(frame)
    middle = len(small) // 2
    yield Draft(rank=2, fact="with_a_row_missing", build=partial(_without_row, small, middle))
    yield Draft(rank=3, fact="with_the_index_moved", build=partial(_moved, small))
    for position, label in enumerate(frame.columns):
        # What the code does not name is only passed on, as a rule.
        later = 3 if isinstance(label, str) and label not in hints.named else 0
        column = said(label) or f"column_{position}"
        for edit in columns.of_values(_listed(small.iloc[:, position]), hints):
            build = partial(_with_column, small, position, edit.values)
            yield _draft(edit, column, build, later)
        fact = f"without_the_column_{column}"
        yield Draft(rank=4 + later, fact=fact, build=partial(_dropped, small, position))

    yield from _of_pairs(small, hints)


def _of_pairs(frame: Any, hints: Hints) -> Iterator[Draft]:
    """Two columns of numbers that are equal: what compares them meets its limit."""
    numeric = [
        (position, said(label))
        for position, label in enumerate(frame.columns)
        if label in hints.named and frame.dtypes.iloc[position].kind in "iuf"
    ]
    for (one, first), (other, second) in itertools.combinations(numeric, 2):
        build = partial(_with_column, frame, one, _listed(frame.iloc[:, other]))
        yield Draft(rank=4, fact=f"with_{first}_equal_to_{second}", build=build)


def _dropped(frame: Any, position: int) -> Any:
    kept = [i for i in range(frame.shape[1]) if i != position]
    return frame.iloc[:, kept].copy()


def _moved(frame: Any) -> Any:
    other = frame.copy()
    other.index = [10 * (i + 1) for i in reversed(range(len(frame)))]
    return other


def _without_row(frame: Any, row: int) -> Any:
    other = frame.copy()
    for position in range(frame.shape[1]):
        values = _listed(frame.iloc[:, position])
        values[row] = MISSING
        other = _with_column(other, position, values)
    return other


def _listed(series: Any) -> list[Any]:
    """Return a series as plain values; what is missing as `MISSING`."""
    return [MISSING if is_missing(each) or _is_na(each) else each for each in series.tolist()]


def _is_na(value: object) -> bool:
    return type(value).__name__ == "NAType"


def _array_listed(array: Any) -> list[Any]:
    flat = short(array).ravel().tolist()
    return [MISSING if is_missing(each) else each for each in flat]


def _series_of(values: Sequence[Any], like: Any, index: Any) -> Any:
    """Return a series of the dtype of another one, as far as its values allow it."""
    pandas = sys.modules["pandas"]
    kind = like.dtype.kind
    texts = any(isinstance(each, str) for each in values)
    nothing = None if texts or kind in "Ob" else pandas.NaT if kind == "M" else float("nan")
    plain = [nothing if each is MISSING else each for each in values]
    # A missing flag would silently become True.
    dtype = object if kind == "b" and None in plain else like.dtype
    try:
        return pandas.Series(plain, index=index, name=like.name, dtype=dtype)
    except (TypeError, ValueError, OverflowError):
        return pandas.Series(plain, index=index, name=like.name)


def _with_series(series: Any, values: list[Any]) -> Any:
    longer = take(short(series), [i % len(short(series)) for i in range(len(values))])
    return _series_of(values, series, longer.index)


def _with_column(frame: Any, position: int, values: list[Any]) -> Any:
    """Return the frame with these values in a column; with more rows, if they are more."""
    rows = [i % len(frame) for i in range(len(values))]
    other = frame.copy() if len(rows) == len(frame) else take(frame, rows)
    if len(rows) > len(frame) and _is_counted(frame):
        other = other.reset_index(drop=True)
    other.isetitem(position, _series_of(values, frame.iloc[:, position], other.index))
    return other


def _is_counted(frame: Any) -> bool:
    return type(frame.index).__name__ == "RangeIndex"


def _fits(array: Any, edit: Edit) -> bool:
    """Whether such an array has room for what is missing; times and records are left alone."""
    missing = any(each is MISSING for each in edit.values)
    return array.dtype.kind in ("fO" if missing else "fiubOUS")


def _with_array(array: Any, values: list[Any]) -> Any:
    """Return an array of the values in the shape of another; of a flat one in their own length."""
    numpy = sys.modules["numpy"]
    small = short(array)
    nothing = None if array.dtype.kind == "O" else float("nan")
    plain = [nothing if each is MISSING else each for each in values]
    size = max(len(plain), small.size) if small.ndim == 1 else small.size
    dtype = None if array.dtype.kind in "US" else array.dtype
    filled = numpy.array([plain[i % len(plain)] for i in range(size)], dtype=dtype)
    return filled if small.ndim == 1 else filled.reshape(small.shape)


def is_plain(value: object) -> bool:
    """Whether a value is a number, a string, a date or None."""
    return value is None or isinstance(value, (bool, int, float, str, datetime.date))
