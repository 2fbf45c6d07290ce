"""Write small arrays, frames, series and indexes as a person would write them.

Of several ways the first is taken that gives exactly the value: a dtype or an index is written
only where it would be another one otherwise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, Protocol

from jupyter_promote.testing.pandas_arrays import is_pandas


class Writing(Protocol):
    """Whoever writes the values inside."""

    def of(self, value: Any) -> str:
        """Return the expression for a part."""

    def need(self, line: str) -> None:
        """Remember an import that the text needs."""

    def attempt(self, candidate: str, value: Any) -> bool:
        """True where this text gives the value."""


def written(w: Writing, value: Any) -> str | None:
    """Return the expression for a value of NumPy or pandas; None where there is none."""
    np: Any = sys.modules.get("numpy")
    pd: Any = sys.modules.get("pandas")
    if np is not None and hasattr(np, "ndarray"):
        if type(value) is np.ndarray:
            return _array(w, value)
        if isinstance(value, np.generic):
            return _scalar(w, value)
        if isinstance(value, np.dtype):
            w.need("import numpy as np")
            return f"np.dtype({_quoted(str(value))})"
    if pd is None or not hasattr(pd, "DataFrame") or not is_pandas(type(value)):
        return None
    w.need("import pandas as pd")
    if value is pd.NaT or value is pd.NA:
        return "pd.NaT" if value is pd.NaT else "pd.NA"
    if isinstance(value, pd.Index):
        return _index(w, pd, value)
    kinds = {pd.DataFrame: _frame, pd.Series: _series, pd.Categorical: _categorical}
    kinds |= {pd.Timestamp: _timestamp, pd.Timedelta: _timedelta, pd.Period: _period}
    kinds |= {pd.Interval: _interval}
    write = kinds.get(type(value))
    return None if write is None else write(w, pd, value)


def same_freq(one: Any, other: Any) -> bool:
    """True where two indexes, or those of two frames, have the same frequency."""
    freqs = [str(getattr(getattr(v, "index", v), "freq", None)) for v in (one, other)]
    return callable(getattr(other, "index", None)) or freqs[0] == freqs[1]


def _first(w: Writing, candidates: Iterable[str], value: Any) -> str | None:
    """Return the first text that gives the value."""
    return next((text for text in candidates if w.attempt(text, value)), None)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _cell(w: Writing, value: Any) -> str:
    """Return the expression for an element; NaN as NumPy calls it."""
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        w.need("import numpy as np")
        return f"np.{value!r}" if value != value or value > 0 else "-np.inf"
    return w.of(value)


def _list(w: Writing, values: list[Any]) -> str:
    return f"[{', '.join(_cell(w, value) for value in values)}]"


def _nested(w: Writing, values: Any, dimensions: int) -> str:
    if dimensions == 0:
        return _cell(w, values)
    if dimensions == 1:
        return _list(w, values)
    return f"[{', '.join(_nested(w, row, dimensions - 1) for row in values)}]"


# NumPy.


def _array(w: Writing, value: Any) -> str | None:
    np: Any = sys.modules["numpy"]
    w.need("import numpy as np")
    dtype = "object" if value.dtype == object else _quoted(_dtype(value.dtype))
    if value.size == 0:
        shape = repr(value.shape)
        texts = ["np.array([])", f"np.array([], dtype={dtype})", f"np.zeros({shape})"]
        return _first(w, [*texts, f"np.zeros({shape}, dtype={dtype})"], value)
    if value.dtype.kind == "M":
        values = np.datetime_as_string(value).tolist()
    elif value.dtype.kind == "m":
        values = value.astype("int64").tolist()
    elif value.dtype.kind == "f" and value.dtype.itemsize < 8:  # no more digits than it has
        short = [float(str(part)) for part in value.ravel()]
        values = np.array(short).reshape(value.shape).tolist()
    else:
        values = value.tolist()
    inner = _nested(w, values, value.ndim)
    return _first(w, [f"np.array({inner})", f"np.array({inner}, dtype={dtype})"], value)


def _dtype(dtype: Any) -> str:
    return str(dtype.name if dtype.kind in "biufcmM" and dtype.isnative else dtype.str)


def _scalar(w: Writing, value: Any) -> str | None:
    np: Any = sys.modules["numpy"]
    w.need("import numpy as np")
    kind = value.dtype.kind
    if kind == "M":
        text, unit = np.datetime_as_string(value), np.datetime_data(value.dtype)[0]
        texts = [f"np.datetime64({_quoted(str(text))})"]
        return _first(w, [*texts, f'np.datetime64({_quoted(str(text))}, "{unit}")'], value)
    if kind == "m":
        count, unit = value.astype("int64"), np.datetime_data(value.dtype)[0]
        return f'np.timedelta64({count}, "{unit}")'
    name = "bool_" if kind == "b" else type(value).__name__
    plain = value.item()
    if kind == "f" and value.dtype.itemsize < 8 and abs(plain) < float("inf"):
        return f"np.{name}({value!s})"
    return f"np.{name}({_cell(w, plain)})"


# Scalars of pandas.


def _moment(value: Any, *, dates: bool) -> str:
    """Return a time without its zone, as short as it can be."""
    plain = value.tz_localize(None)
    if dates:
        return str(plain.strftime("%Y-%m-%d"))
    text = plain.isoformat(sep=" ")
    return str(text.removesuffix(":00") if len(text) == 19 else text)


def _is_date(value: Any) -> bool:
    return bool(value.tz_localize(None) == value.tz_localize(None).normalize())


def _timestamp(w: Writing, pd: Any, value: Any) -> str | None:
    zone = "" if value.tz is None else f", tz={_quoted(str(value.tz))}"
    text = f"pd.Timestamp({_quoted(_moment(value, dates=_is_date(value)))}{zone})"
    return _first(w, [text, f'{text}.as_unit("{value.unit}")'], value)


def _timedelta(w: Writing, pd: Any, value: Any) -> str | None:
    text = f"pd.Timedelta({_quoted(str(value).removesuffix(' 00:00:00'))})"
    return _first(w, [text, f'{text}.as_unit("{value.unit}")'], value)


def _period(w: Writing, pd: Any, value: Any) -> str | None:
    freq = _quoted(value.freqstr)
    at = value.start_time.strftime("%Y-%m-%d")
    texts = [f"pd.Period({_quoted(part)}, freq={freq})" for part in (str(value), at)]
    return _first(w, texts, value)


def _interval(w: Writing, pd: Any, value: Any) -> str:
    return f"pd.Interval({w.of(value.left)}, {w.of(value.right)}{_closed(value)})"


def _closed(value: Any) -> str:
    return "" if value.closed == "right" else f', closed="{value.closed}"'


def _ends(value: Any) -> tuple[Any, ...]:
    return tuple(end.item() if hasattr(end, "item") else end for end in (value.left, value.right))


# Columns.


def _cells(w: Writing, pd: Any, column: Any) -> str:
    """Return the elements as a list; times as text that pandas reads, all in one form."""
    values = column.tolist()
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.na_value is not pd.NA:
        values = [value if isinstance(value, str) else None for value in values]
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = [None if value != value else value for value in values]
    elif _kind(column) == "M":
        dates = all(_is_date(value) for value in values if value is not pd.NaT)
        values = [None if v is pd.NaT else _moment(v, dates=dates) for v in values]
    elif _kind(column) == "m":
        values = [None if v is pd.NaT else str(v).removesuffix(" 00:00:00") for v in values]
    elif isinstance(column.dtype, pd.PeriodDtype):
        values = [None if v is pd.NaT else str(v) for v in values]
    elif isinstance(column.dtype, pd.IntervalDtype):
        values = [None if v != v else _ends(v) for v in values]
    elif _kind(column) == "f" and column.dtype.itemsize < 8:
        values = [float(str(value)) for value in column.to_numpy()]
    return _list(w, values)


def _kind(column: Any) -> str:
    return str(getattr(column.dtype, "kind", "O"))


def _column(w: Writing, pd: Any, column: Any) -> str | None:
    """Return what a frame or series makes this column of."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _categorical(w, pd, column.array)
    if isinstance(column.dtype, pd.SparseDtype):
        return None
    cells = _cells(w, pd, column)
    if isinstance(column.dtype, pd.PeriodDtype):
        texts = [f'pd.PeriodIndex({cells}, freq="{str(column.dtype)[7:-1]}")']
    elif isinstance(column.dtype, pd.IntervalDtype):
        texts = [f"pd.IntervalIndex.from_tuples({cells}{_closed(column.dtype)})"]
    elif _kind(column) in "mM":
        texts = _times(pd, column, cells)
    elif isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        texts = [cells, f"pd.array({cells}, dtype={_quoted(str(column.dtype))})"]
    else:
        texts = [cells, f"np.array({cells}, dtype={_dtype_text(column.dtype)})"]
    if _dtype_text(column.dtype) == "object":
        texts.append(f"pd.Series({cells}, dtype=object)")
    usual = pd.Series(column.array, dtype=column.dtype)
    found = next((text for text in texts if w.attempt(f"pd.Series({text})", usual)), None)
    if found is not None and found.startswith("np."):
        w.need("import numpy as np")
    return found


def _times(pd: Any, column: Any, cells: str) -> list[str]:
    text = f"pd.to_{'datetime' if _kind(column) == 'M' else 'timedelta'}({cells})"
    if zone := getattr(column.dtype, "tz", None):
        text += f".tz_localize({_quoted(str(zone))})"
    unit = getattr(column.array, "unit", "ns")
    return [text, f'{text}.as_unit("{unit}")']


def _dtype_text(dtype: Any) -> str:
    return "object" if str(dtype) == "object" else _quoted(str(dtype))


def _categorical(w: Writing, pd: Any, value: Any) -> str | None:
    cells = _list(w, [None if part != part else part for part in value.tolist()])
    ordered = ", ordered=True" if value.ordered else ""
    categories = _list(w, value.categories.tolist())
    texts = [cells + ordered, f"{cells}, categories={categories}{ordered}"]
    return _first(w, [f"pd.Categorical({text})" for text in texts], value)


# Indexes, series, frames.


def _index(w: Writing, pd: Any, value: Any) -> str | None:
    name = "" if value.name is None else f", name={w.of(value.name)}"
    if isinstance(value, pd.RangeIndex):
        return f"pd.RangeIndex({_range(value)}{name})"
    if isinstance(value, pd.MultiIndex):
        tuples, names = w.of(value.tolist()), w.of(list(value.names))
        start = f"pd.MultiIndex.from_tuples({tuples}"
        return _first(w, [f"{start})", f"{start}, names={names})"], value)
    if isinstance(value, pd.DatetimeIndex) and value.freq is not None and len(value):
        dates = _is_date(value[0])
        start = _quoted(_moment(value[0], dates=dates))
        zone = "" if value.tz is None else f", tz={_quoted(str(value.tz))}"
        freq = f'periods={len(value)}, freq="{value.freqstr}"'
        text = f"pd.date_range({start}, {freq}{zone}{name})"
        return _first(w, [text, f'{text}.as_unit("{value.unit}")'], value)
    column = _column(w, pd, value)
    if column is None:
        return None
    dtype = f", dtype={_dtype_text(value.dtype)}"
    texts = [f"pd.Index({_cells(w, pd, value)}{more}{name})" for more in ("", dtype)]
    if column.startswith("pd.") and not column.startswith("pd.Series"):
        texts = [f"pd.Index({column}{name})", *texts]
        texts = texts if name else [column, *texts]
    else:
        texts.append(f"pd.Index({column}{name})")
    return _first(w, texts, value)


def _range(value: Any) -> str:
    if value.step != 1:
        return f"{value.start}, {value.stop}, {value.step}"
    return f"{value.start}, {value.stop}" if value.start else f"{value.stop}"


def _index_argument(w: Writing, pd: Any, value: Any) -> str | None:
    """Return `, index=...`, nothing where the rows are numbered from 0."""
    if type(value) is pd.RangeIndex and value.name is None:
        usual = value.start == 0 and value.step == 1
        return "" if usual else f", index=range({_range(value)})"
    if not isinstance(value, pd.MultiIndex | pd.RangeIndex) and value.name is None:
        cells = _cells(w, pd, value)
        if w.attempt(f"pd.Index({cells})", value):
            return f", index={cells}"
    text = _index(w, pd, value)
    return None if text is None else f", index={text}"


def _series(w: Writing, pd: Any, value: Any) -> str | None:
    index = _index_argument(w, pd, value.index)
    name = "" if value.name is None else f", name={w.of(value.name)}"
    if index is None:
        return None
    special = (pd.PeriodDtype, pd.IntervalDtype, pd.SparseDtype)
    if _kind(value) not in "mM" and not isinstance(value.dtype, special):
        cells, dtype = _cells(w, pd, value), f", dtype={_dtype_text(value.dtype)}"
        texts = [f"pd.Series({cells}{index}{more}{name})" for more in ("", dtype)]
        if found := _first(w, texts, value):
            return found
    column = _column(w, pd, value)
    return None if column is None else _first(w, [f"pd.Series({column}{index}{name})"], value)


def _frame(w: Writing, pd: Any, value: Any) -> str | None:
    index = _index_argument(w, pd, value.index)
    if index is None or not value.columns.is_unique:
        return None
    if not len(value):
        labels = w.of(value.columns.tolist())
        texts = ["pd.DataFrame()", f"pd.DataFrame(columns={labels})"]
        if found := _first(w, texts, value):
            return found
    columns = [_column(w, pd, value[label]) for label in value.columns]
    if any(column is None for column in columns):
        return None
    pairs = zip(value.columns.tolist(), columns, strict=True)
    inner = ", ".join(f"{w.of(label)}: {column}" for label, column in pairs)
    return f"pd.DataFrame({{{inner}}}{index})"
