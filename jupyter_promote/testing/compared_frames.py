"""How frames, series, indexes and scalars of pandas differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jupyter_promote.testing import compared_arrays
from jupyter_promote.testing.kinds import key_path, shown, told

if TYPE_CHECKING:
    from jupyter_promote.testing.comparison import Comparison


def differences(
    c: Comparison, pd: Any, actual: Any, expected: Any, path: str
) -> Iterator[str] | None:
    """Return the differences between two values of pandas; None for what isn't its own."""
    if isinstance(actual, pd.DataFrame):
        return _frames(c, actual, expected, path)
    if isinstance(actual, pd.Series):
        return _series(c, actual, expected, path)
    if isinstance(actual, pd.Index):
        return _indexes(c, actual, expected, path)
    if isinstance(actual, pd.api.extensions.ExtensionArray):
        return _columns(c, actual, expected, path)
    if isinstance(actual, pd.api.extensions.ExtensionDtype):
        return _dtypes(c, actual, expected, path)
    if isinstance(actual, pd.Timestamp | pd.Timedelta):
        return _moments(c, actual, expected, path)
    if isinstance(actual, pd.Interval):
        return _intervals(c, actual, expected, path)
    if isinstance(actual, pd.Period | pd.offsets.BaseOffset):
        return _equal(c, actual, expected, path)
    styles = sys.modules.get("pandas.io.formats.style")
    if styles is not None and isinstance(actual, styles.Styler):
        return _styles(c, actual, expected, path)
    groupby = sys.modules.get("pandas.core.groupby")
    if groupby is not None and isinstance(actual, groupby.GroupBy):
        return _groups(c, actual, expected, path)
    return None


def _part(path: str, what: str) -> str:
    """Return the path of a named part: `['orders'], column 'price'`."""
    return f"{path}, {what}" if path else what


def _frames(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    found = list(_labels(c, actual.columns, expected.columns, path))
    yield from found
    if found or actual.shape[1] != expected.shape[1]:
        return
    if len(actual) != len(expected):
        yield told(path, f"{_rows(actual)} instead of {len(expected)}")
        return
    yield from _indexes(c, actual.index, expected.index, _part(path, "index"))
    for i, label in enumerate(expected.columns):
        columns = actual.iloc[:, i], expected.iloc[:, i]
        yield from _columns(c, *columns, _part(path, f"column {shown(label)}"))
    yield from _attrs(c, actual, expected, path)


def _rows(value: Any) -> str:
    return f"{len(value)} row{'' if len(value) == 1 else 's'}"


def _labels(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between columns: which are missing or new, their order and names."""
    one, other = actual.tolist(), expected.tolist()
    if c.exact().of(one, other, "") is not None:
        missing = [label for label in other if label not in one]
        new = [label for label in one if label not in other]
        if missing or new:
            lacks = [f"column {shown(label)} is missing" for label in missing[:3]]
            has = [f"column {shown(label)} is new" for label in new[:3]]
            yield told(path, ", ".join(lacks + has))
        else:
            yield told(_part(path, "columns"), f"{shown(one)} instead of {shown(other)}")
        return
    yield from _some(c.exact().of(actual, expected, _part(path, "columns")))


def _some(found: str | None) -> Iterator[str]:
    if found is not None:
        yield found


def _series(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if len(actual) != len(expected):
        yield told(path, f"{_rows(actual)} instead of {len(expected)}")
        return
    yield from _some(c.exact().of(actual.name, expected.name, f"{path}.name"))
    yield from _indexes(c, actual.index, expected.index, _part(path, "index"))
    yield from _columns(c, actual, expected, path)
    yield from _attrs(c, actual, expected, path)


def _attrs(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    yield from _some(c.of(dict(actual.attrs), dict(expected.attrs), f"{path}.attrs"))


def _indexes(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    pd: Any = sys.modules["pandas"]
    if type(actual) is not type(expected):
        kinds = type(actual).__name__, type(expected).__name__
        yield told(path, f"{kinds[0]} instead of {kinds[1]}")
        return
    if len(actual) != len(expected):
        yield told(path, f"{len(actual)} labels instead of {len(expected)}")
        return
    names = list(actual.names), list(expected.names)
    yield from _some(c.exact().of(*names, f"{path}.names"))
    if not isinstance(actual, pd.MultiIndex):
        yield from _columns(c, actual, expected, path)
    elif actual.nlevels == expected.nlevels:
        for i in range(actual.nlevels):
            levels = actual.get_level_values(i), expected.get_level_values(i)
            yield from _columns(c, *levels, _part(path, f"level {i}"))


# What a column holds: a series, an index, or an array.


def _columns(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    pd: Any = sys.modules["pandas"]
    one, other = actual.dtype, expected.dtype
    if len(actual) != len(expected):
        yield told(path, f"{len(actual)} values instead of {len(expected)}")
    elif not c.strict and not _both_objects(one, other) and _is_text(actual) and _is_text(expected):
        yield from _some(c.of(_texts(actual), _texts(expected), path))
    elif type(one) is not type(other):
        yield told(path, f"dtype {one} instead of {other}")
    elif isinstance(one, sys.modules["numpy"].dtype):
        yield from compared_arrays.arrays(c, actual.to_numpy(), expected.to_numpy(), path)
    elif found := list(_dtypes(c, one, other, path)):
        yield from found
    elif isinstance(one, pd.DatetimeTZDtype):
        plain = [pd.DatetimeIndex(p).tz_convert(None).to_numpy() for p in (actual, expected)]
        yield from compared_arrays.arrays(c, plain[0], plain[1], path)
    else:
        yield from _some(c.of(actual.tolist(), expected.tolist(), path))


def _is_text(column: Any) -> bool:
    """True for pandas' dtype `str`, and for objects that are all strings or missing."""
    pd: Any = sys.modules["pandas"]
    if isinstance(column.dtype, pd.StringDtype):
        return column.dtype.na_value is not pd.NA
    if column.dtype != object or isinstance(column, pd.MultiIndex):
        return False
    return all(isinstance(part, str) or part is None or part != part for part in column.tolist())


def _both_objects(one: Any, other: Any) -> bool:
    np: Any = sys.modules["numpy"]
    return isinstance(one, np.dtype) and isinstance(other, np.dtype)


def _texts(column: Any) -> list[Any]:
    return [part if isinstance(part, str) else None for part in column.tolist()]


def _dtypes(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    pd: Any = sys.modules["pandas"]
    if isinstance(actual, pd.CategoricalDtype) and isinstance(expected, pd.CategoricalDtype):
        if actual.ordered != expected.ordered:
            words = {True: "ordered", False: "unordered", None: "unordered"}
            kinds = f"{words[actual.ordered]} instead of {words[expected.ordered]}"
            yield told(path, f"the categories are {kinds}")
        categories = actual.categories, expected.categories
        yield from _some(c.exact().of(*categories, _part(path, "categories")))
    elif isinstance(actual, pd.StringDtype) and isinstance(expected, pd.StringDtype):
        if c.strict and actual.storage != expected.storage:
            yield told(path, f"strings of {actual.storage} instead of {expected.storage}")
        if (actual.na_value is pd.NA) != (expected.na_value is pd.NA):
            yield told(path, f"dtype {actual} instead of {expected}")
    elif str(actual) != str(expected):  # time zones of two libraries are equal by their name
        yield told(path, f"dtype {actual} instead of {expected}")


# Scalars.


def _moments(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if not c.values:
        return
    one, other = str(actual), str(expected)
    if actual != expected or one != other:
        yield told(path, f"{one} instead of {other}")
    zones = [str(getattr(value, "tz", None)) for value in (actual, expected)]
    if zones[0] != zones[1]:
        yield told(path, f"time zone {zones[0]} instead of {zones[1]}")
    if actual.unit != expected.unit:
        yield told(path, f"unit {actual.unit} instead of {expected.unit}")


def _intervals(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if actual.closed != expected.closed:
        yield told(path, f"closed {actual.closed} instead of {expected.closed}")
    for name in ("left", "right"):
        ends = getattr(actual, name), getattr(expected, name)
        yield from _some(c.of(*ends, f"{path}.{name}"))


def _equal(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if c.values and actual != expected:
        yield told(path, f"{shown(actual)} instead of {shown(expected)}")


def _groups(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between groups: of what, and which rows are together."""
    yield from _some(c.of(actual.obj, expected.obj, f"{path}.obj"))
    yield from _some(c.of(actual.ngroup(), expected.ngroup(), _part(path, "groups")))
    names = list(actual.groups), list(expected.groups)
    yield from _some(c.of(*names, key_path(path, "groups")))


def _styles(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between styled frames, whose ids are made by chance."""
    yield from _some(c.of(actual.data, expected.data, f"{path}.data"))
    yield from _some(c.of(actual.to_html(uuid="0"), expected.to_html(uuid="0"), path))
