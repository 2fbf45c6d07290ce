"""How pandas' own arrays and dtypes are stored."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from jupyter_promote.testing.kinds import JSON, Kind, Reader, Unstorable, Writer, a, imported, items


def is_pandas(kind: type) -> bool:
    """True for a class that pandas itself defines."""
    return kind.__module__.split(".")[0] == "pandas"


def find(pd: Any, value: Any) -> Kind | None:
    """Return how an array or dtype is stored; None for what is neither."""
    if isinstance(value, pd.api.extensions.ExtensionArray) and family(value.dtype):
        return ARRAY
    return DTYPE if isinstance(value, pd.api.extensions.ExtensionDtype) and family(value) else None


def family(dtype: Any) -> str:
    """Return which of `_FAMILIES` a dtype is of, '' for none."""
    name = type(dtype).__name__
    return name if name in _FAMILIES or name in _SCALED else ""


# Dtypes.


def _write_dtype(writer: Writer, value: Any, path: str) -> JSON:
    pd = sys.modules["pandas"]
    if isinstance(value, pd.CategoricalDtype):
        categories = writer.write(value.categories, f"{path}.categories")
        return {"categories": categories, "ordered": value.ordered}
    if isinstance(value, pd.StringDtype):
        return {"storage": value.storage, "missing": "NA" if _na(value) is pd.NA else "nan"}
    if isinstance(value, pd.DatetimeTZDtype):
        return {"unit": value.unit, "zone": writer.write(value.tz, f"{path}.tz")}
    try:
        same = pd.api.types.pandas_dtype(str(value)) == value
    except (TypeError, NotImplementedError):
        same = False
    if not same:
        raise Unstorable(f"the dtype {value}", path)
    return str(value)


def _na(dtype: Any) -> Any:
    return getattr(dtype, "na_value", None)


def _read_dtype(reader: Reader, content: JSON) -> Any:
    pd = imported("pandas")
    if isinstance(content, str):
        return pd.api.types.pandas_dtype(content)
    if "categories" in content:
        return pd.CategoricalDtype(reader.read(content["categories"]), content["ordered"])
    if "zone" in content:
        return pd.DatetimeTZDtype(content["unit"], reader.read(content["zone"]))
    return _string_dtype(pd, content["storage"], content["missing"])


def _string_dtype(pd: Any, storage: str, missing: str) -> Any:
    """Return the dtype, kept in Python's strings where pyarrow is not installed."""
    options = {} if missing == "NA" else {"na_value": float("nan")}
    try:
        return pd.StringDtype(storage, **options)
    except ImportError:
        return pd.StringDtype("python", **options)


# Arrays, family by family. What is written goes beside the dtype.


def _write_coded(writer: Writer, value: Any, path: str) -> JSON:
    return {"codes": writer.write(sys.modules["numpy"].asarray(value.codes), path)}


def _read_coded(reader: Reader, content: JSON, dtype: Any) -> Any:
    return imported("pandas").Categorical.from_codes(reader.read(content["codes"]), dtype=dtype)


def _write_zoned(writer: Writer, value: Any, path: str) -> JSON:
    plain = sys.modules["pandas"].DatetimeIndex(value).tz_convert(None)
    return {"utc": writer.write(plain.to_numpy(), path)}


def _read_zoned(reader: Reader, content: JSON, dtype: Any) -> Any:
    index = imported("pandas").DatetimeIndex(reader.read(content["utc"]))
    return index.tz_localize("UTC").tz_convert(dtype.tz).array


def _write_periods(writer: Writer, value: Any, path: str) -> JSON:
    return {"ordinals": writer.write(value.asi8, path)}


def _read_periods(reader: Reader, content: JSON, dtype: Any) -> Any:
    return imported("pandas").arrays.PeriodArray(reader.read(content["ordinals"]), dtype=dtype)


def _write_intervals(writer: Writer, value: Any, path: str) -> JSON:
    ends = [
        writer.write(sys.modules["pandas"].Index(end), path) for end in (value.left, value.right)
    ]
    return {"ends": ends}


def _read_intervals(reader: Reader, content: JSON, dtype: Any) -> Any:
    left, right = (reader.read(end) for end in content["ends"])
    make = imported("pandas").arrays.IntervalArray.from_arrays
    return make(left, right, closed=dtype.closed, dtype=dtype)


def _write_masked(writer: Writer, value: Any, path: str) -> JSON:
    missing = sys.modules["numpy"].asarray(value.isna())
    plain = value.to_numpy(dtype=value.dtype.numpy_dtype, na_value=0)
    content = {"values": writer.write(plain, path)}
    return {**content, "missing": writer.write(missing, path)} if missing.any() else content


def _read_masked(reader: Reader, content: JSON, dtype: Any) -> Any:
    values = reader.read(content["values"])
    np = imported("numpy")
    mask = reader.read(content["missing"]) if "missing" in content else np.zeros(len(values), bool)
    return dtype.construct_array_type()(values, mask)


def _write_strings(writer: Writer, value: Any, path: str) -> JSON:
    texts = value.to_numpy(dtype=object, na_value=None).tolist()
    return {"texts": items(writer, texts, path)}


def _read_strings(reader: Reader, content: JSON, dtype: Any) -> Any:
    return imported("pandas").array(reader.read(content["texts"]), dtype=dtype)


def _write_each(writer: Writer, value: Any, path: str) -> JSON:
    return {"each": items(writer, value.tolist(), path)}


def _read_each(reader: Reader, content: JSON, dtype: Any) -> Any:
    return imported("pandas").array(reader.read(content["each"]), dtype=dtype)


def _write_sparse(writer: Writer, value: Any, path: str) -> JSON:
    return {"dense": writer.write(sys.modules["numpy"].asarray(value), path)}


def _read_sparse(reader: Reader, content: JSON, dtype: Any) -> Any:
    return imported("pandas").arrays.SparseArray(reader.read(content["dense"]), dtype=dtype)


_Write = Callable[[Writer, Any, str], JSON]
_Read = Callable[[Reader, JSON, Any], Any]
_FAMILIES: dict[str, tuple[_Write, _Read]] = {
    "CategoricalDtype": (_write_coded, _read_coded),
    "DatetimeTZDtype": (_write_zoned, _read_zoned),
    "PeriodDtype": (_write_periods, _read_periods),
    "IntervalDtype": (_write_intervals, _read_intervals),
    "StringDtype": (_write_strings, _read_strings),
    "ArrowDtype": (_write_each, _read_each),
    "SparseDtype": (_write_sparse, _read_sparse),
    "BooleanDtype": (_write_masked, _read_masked),
}
_SCALED = {f"{sign}Int{bits}Dtype" for sign in ("", "U") for bits in (8, 16, 32, 64)}
_SCALED |= {"Float32Dtype", "Float64Dtype"}


def _family(dtype: Any) -> tuple[_Write, _Read]:
    return _FAMILIES.get(type(dtype).__name__, (_write_masked, _read_masked))


def _write_array(writer: Writer, value: Any, path: str) -> JSON:
    if not is_pandas(type(value)):
        raise Unstorable(a(value), path)
    dtype = _write_dtype(writer, value.dtype, path)
    return {"dtype": dtype, **_family(value.dtype)[0](writer, value, path)}


def _read_array(reader: Reader, content: JSON) -> Any:
    dtype = _read_dtype(reader, content["dtype"])
    return _family(dtype)[1](reader, content, dtype)


DTYPE = Kind("pandas.dtype", _write_dtype, _read_dtype)
ARRAY = Kind("pandas.array", _write_array, _read_array)
KINDS = (DTYPE, ARRAY)
