"""How pandas' frames, series, indexes and scalars are stored; its arrays: `pandas_arrays`."""

from __future__ import annotations

import sys
from typing import Any

from jupyter_promote.testing import pandas_arrays
from jupyter_promote.testing.kinds import JSON, Kind, Reader, Unstorable, Writer, imported, key_path
from jupyter_promote.testing.pandas_arrays import is_pandas


def find(value: Any) -> Kind | None:
    """Return how a value of pandas is stored; None for what isn't its own."""
    pd: Any = sys.modules.get("pandas")
    if type(value).__module__.startswith("pytz"):
        return ZONE
    if pd is None or not hasattr(pd, "DataFrame") or not is_pandas(type(value)):
        return None
    if value is pd.NaT or value is pd.NA:
        return MISSING
    if type(value) in (pd.Series, pd.DataFrame):
        return SERIES if type(value) is pd.Series else FRAME
    if isinstance(value, pd.Index):
        return {pd.RangeIndex: RANGE, pd.MultiIndex: MULTI}.get(type(value), INDEX)
    scalars = {pd.Timestamp: TIMESTAMP, pd.Timedelta: TIMEDELTA, pd.Period: PERIOD}
    if type(value) in scalars or type(value) is pd.Interval:
        return scalars.get(type(value), INTERVAL)
    return OFFSET if isinstance(value, pd.offsets.BaseOffset) else pandas_arrays.find(pd, value)


# Scalars.


def _write_missing(writer: Writer, value: Any, path: str) -> JSON:
    return "NA" if value is sys.modules["pandas"].NA else "NaT"


def _read_missing(reader: Reader, content: JSON) -> Any:
    pd = imported("pandas")
    return {"NA": pd.NA, "NaT": pd.NaT}[content]


_TIMESPECS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def _write_timestamp(writer: Writer, value: Any, path: str) -> JSON:
    content = {"at": value.isoformat(timespec=_TIMESPECS[value.unit]), "unit": value.unit}
    if value.tzinfo is not None:
        content["zone"] = writer.write(value.tzinfo, f"{path}.tzinfo")
    return content


def _read_timestamp(reader: Reader, content: JSON) -> Any:
    value = imported("pandas").Timestamp(content["at"]).as_unit(content["unit"])
    return value.tz_convert(reader.read(content["zone"])) if "zone" in content else value


def _write_timedelta(writer: Writer, value: Any, path: str) -> JSON:
    return {"count": int(value.asm8.astype("int64")), "unit": value.unit}


def _read_timedelta(reader: Reader, content: JSON) -> Any:
    np, pd = imported("numpy"), imported("pandas")
    return pd.Timedelta(np.timedelta64(content["count"], content["unit"]))


def _write_period(writer: Writer, value: Any, path: str) -> JSON:
    return {"at": str(value), "ordinal": value.ordinal, "freq": value.freqstr}


def _read_period(reader: Reader, content: JSON) -> Any:
    return imported("pandas").Period(ordinal=content["ordinal"], freq=content["freq"])


def _write_interval(writer: Writer, value: Any, path: str) -> JSON:
    ends = {name: writer.write(getattr(value, name), f"{path}.{name}") for name in _ENDS}
    return {**ends, "closed": value.closed}


def _read_interval(reader: Reader, content: JSON) -> Any:
    left, right = (reader.read(content[name]) for name in _ENDS)
    return imported("pandas").Interval(left, right, closed=content["closed"])


_ENDS = ("left", "right")


def _write_offset(writer: Writer, value: Any, path: str) -> JSON:
    offsets = imported("pandas.tseries.frequencies")
    text = value.freqstr
    try:
        same = offsets.to_offset(text) == value
    except ValueError:
        same = False
    if not same:
        raise Unstorable(f"the offset {text}", path)
    return text


def _read_offset(reader: Reader, content: JSON) -> Any:
    return imported("pandas.tseries.frequencies").to_offset(content)


def _write_zone(writer: Writer, value: Any, path: str) -> JSON:
    if getattr(value, "zone", None) is None:
        raise Unstorable("a time zone without a name", path)
    return value.zone


# Indexes.


def _write_index(writer: Writer, value: Any, path: str) -> JSON:
    content = {"values": _written(writer, value, path), **_named(writer, value, path)}
    if getattr(value, "freq", None) is not None and type(value).__name__ != "PeriodIndex":
        content["freq"] = _write_offset(writer, value.freq, f"{path}.freq")
    return content


def _read_index(reader: Reader, content: JSON) -> Any:
    values, name = reader.read(content["values"]), reader.read(content.get("name"))
    index = imported("pandas").Index(values, dtype=values.dtype, name=name)
    if "freq" in content:
        index.freq = _read_offset(reader, content["freq"])
    return index


def _named(writer: Writer, value: Any, path: str) -> dict[str, JSON]:
    return {} if value.name is None else {"name": writer.write(value.name, f"{path}.name")}


def _write_range(writer: Writer, value: Any, path: str) -> JSON:
    ends = [value.start, value.stop, value.step]
    return {"range": [int(end) for end in ends], **_named(writer, value, path)}


def _read_range(reader: Reader, content: JSON) -> Any:
    name = reader.read(content.get("name"))
    return imported("pandas").RangeIndex(*content["range"], name=name)


def _write_multi(writer: Writer, value: Any, path: str) -> JSON:
    levels = [level.rename(None) for level in value.levels]
    return {
        "levels": [writer.write(level, f"{path}, level {i}") for i, level in enumerate(levels)],
        "codes": [writer.write(sys.modules["numpy"].asarray(c), path) for c in value.codes],
        "names": writer.write(list(value.names), f"{path}.names"),
    }


def _read_multi(reader: Reader, content: JSON) -> Any:
    levels, codes, names = (reader.read(content[name]) for name in ("levels", "codes", "names"))
    return imported("pandas").MultiIndex(levels, codes, names=names, verify_integrity=False)


# Series and frames.


def _written(writer: Writer, column: Any, path: str) -> JSON:
    """Return the JSON for what a column or index holds: NumPy's array or pandas' own."""
    plain = isinstance(column.dtype, sys.modules["numpy"].dtype)
    return writer.write(column.to_numpy() if plain else column.array, path)


def _labels(writer: Writer, value: Any, path: str) -> dict[str, JSON]:
    """Return the JSON for the index and `attrs`, without what is as usual."""
    content = {}
    if not _is_usual(value.index):
        content["index"] = writer.write(value.index, f"{path}.index")
    if value.attrs:
        content["attrs"] = writer.write(dict(value.attrs), f"{path}.attrs")
    return content


def _is_usual(index: Any) -> bool:
    """True for the index that rows get when none is given."""
    if type(index) is not sys.modules["pandas"].RangeIndex or index.name is not None:
        return False
    return (index.start, index.stop, index.step) == (0, len(index), 1)


def _write_series(writer: Writer, value: Any, path: str) -> JSON:
    content = {**_named(writer, value, path), "values": _written(writer, value, path)}
    return {**content, **_labels(writer, value, path)}


def _read_series(reader: Reader, content: JSON) -> Any:
    pd, values = imported("pandas"), reader.read(content["values"])
    index = reader.read(content["index"]) if "index" in content else pd.RangeIndex(len(values))
    name = reader.read(content.get("name"))
    series = pd.Series(values, index=index, dtype=values.dtype, name=name)
    series.attrs = reader.read(content.get("attrs", {}))
    return series


def _write_frame(writer: Writer, value: Any, path: str) -> JSON:
    columns = [
        _written(writer, value.iloc[:, i], key_path(path, label))
        for i, label in enumerate(value.columns)
    ]
    labels = writer.write(value.columns, f"{path}.columns")
    content = {"columns": labels, "values": columns, **_labels(writer, value, path)}
    return content if value.shape[1] or "index" in content else {**content, "rows": len(value)}


def _read_frame(reader: Reader, content: JSON) -> Any:
    pd = imported("pandas")
    columns = dict(enumerate(map(reader.read, content["values"])))
    rows = len(columns[0]) if columns else content.get("rows", 0)
    index = reader.read(content["index"]) if "index" in content else pd.RangeIndex(rows)
    frame = pd.DataFrame(
        {i: pd.Series(part, index=index, dtype=part.dtype) for i, part in columns.items()},
        index=index,
    )
    frame.columns = reader.read(content["columns"])
    frame.attrs = reader.read(content.get("attrs", {}))
    return frame


MISSING = Kind("pandas", _write_missing, _read_missing)
TIMESTAMP = Kind("Timestamp", _write_timestamp, _read_timestamp)
TIMEDELTA = Kind("Timedelta", _write_timedelta, _read_timedelta)
PERIOD = Kind("Period", _write_period, _read_period)
INTERVAL = Kind("Interval", _write_interval, _read_interval)
OFFSET = Kind("offset", _write_offset, _read_offset)
ZONE = Kind("pytz", _write_zone, lambda reader, content: imported("pytz").timezone(content))
INDEX = Kind("Index", _write_index, _read_index)
RANGE = Kind("RangeIndex", _write_range, _read_range)
MULTI = Kind("MultiIndex", _write_multi, _read_multi)
SERIES = Kind("Series", _write_series, _read_series)
FRAME = Kind("DataFrame", _write_frame, _read_frame)
KINDS = (
    *(MISSING, TIMESTAMP, TIMEDELTA, PERIOD, INTERVAL, OFFSET, ZONE),
    *(INDEX, RANGE, MULTI, SERIES, FRAME, *pandas_arrays.KINDS),
)
