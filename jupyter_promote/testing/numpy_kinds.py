"""How NumPy's arrays, scalars and dtypes are stored, and SciPy's sparse matrices."""

from __future__ import annotations

import sys
from typing import Any

from jupyter_promote.testing.kinds import (
    JSON,
    Kind,
    Reader,
    Unreadable,
    Unstorable,
    Writer,
    imported,
)

MOST_INLINE = 64  # elements of a numeric array that stand in the JSON

_NUMERIC = "biufcmM"


def find(value: Any) -> Kind | None:
    """Return how a value of NumPy or SciPy is stored; None for what is of neither."""
    np: Any = sys.modules.get("numpy")
    if np is None or not hasattr(np, "ndarray"):
        return None
    kind = type(value)
    if kind is np.ndarray:
        return ARRAY
    if isinstance(value, np.generic):
        return SCALAR if kind.__module__ == "numpy" else None
    if isinstance(value, np.dtype):
        return DTYPE
    if isinstance(value, np.ndarray):
        return MASKED if kind is np.ma.MaskedArray else None
    if kind.__module__.startswith("scipy.sparse.") and kind.__name__ in _SPARSE:
        return SPARSE
    return None


# Dtypes.


def _write_dtype(writer: Writer, value: Any, path: str) -> JSON:
    np = sys.modules["numpy"]
    if value.kind not in _NUMERIC + "SUVO" or type(value).__module__ == "pandas":
        raise Unstorable(f"the dtype {value}", path)
    if value.names is None and value.subdtype is None:
        named = value.kind in _NUMERIC + "O" and value.isnative and value == np.dtype(value.name)
        return value.name if named else value.str
    if value.hasobject:
        raise Unstorable("a structured dtype that holds objects", path)
    return _listed(np.lib.format.dtype_to_descr(value))


def _listed(description: Any) -> JSON:
    """Return a dtype's description with lists for its tuples."""
    if isinstance(description, list | tuple):
        return [_listed(part) for part in description]
    return description


def _read_dtype(reader: Reader, content: JSON) -> Any:
    np = imported("numpy")
    if isinstance(content, str):
        return np.dtype(content)
    return np.lib.format.descr_to_dtype(_described(content))


def _described(content: list[Any]) -> list[Any]:
    return [
        (
            tuple(name) if isinstance(name, list) else name,
            _described(kind) if isinstance(kind, list) else kind,
            *(tuple(shape) for shape in rest),
        )
        for name, kind, *rest in content
    ]


# Arrays.


def _write_array(writer: Writer, value: Any, path: str) -> JSON:
    dtype, shape = value.dtype, value.shape
    content: dict[str, JSON] = {"dtype": _write_dtype(writer, dtype, path)}
    if value.ndim != 1 or dtype.names is not None:
        content["shape"] = list(shape)
    numeric = dtype.kind in _NUMERIC and dtype.char not in "gG"
    if writer.arrays is not None and numeric and value.size > MOST_INLINE:
        key = f"a{len(writer.arrays)}"
        writer.arrays[key] = value.copy(order="C")
        return {**content, "stored": key}
    if dtype.names is not None:
        fields = [writer.write(value[name], f"{path}[{name!r}]") for name in dtype.names]
        return {**content, "fields": fields}
    return {**content, "values": _grouped(_flat_values(writer, value.reshape(-1), path), shape)}


def _flat_values(writer: Writer, flat: Any, path: str) -> list[JSON]:
    """Return the elements as a person would write them."""
    np = sys.modules["numpy"]
    kind = flat.dtype.kind
    if kind == "O":
        return [writer.write(part, f"{path}[{i}]") for i, part in enumerate(flat)]
    if kind == "V":
        return [part.tobytes().hex() for part in flat]
    if kind == "M" and flat.dtype.str[-1] == "]":
        return list(np.datetime_as_string(flat).tolist())
    if kind in "mM":
        return list(flat.view("int64" if flat.dtype.isnative else ">i8").tolist())
    if kind == "c":
        return [[_number(part.real), _number(part.imag)] for part in flat]
    if kind == "f":
        return [_number(part) for part in flat]
    if kind == "S":
        return [part.decode("latin-1") for part in flat.tolist()]
    return [writer.write(part, path) for part in flat.tolist()]


def _number(value: Any) -> float | str:
    """Return a float, or its text where JSON has none for it."""
    if value != value or abs(value) == float("inf") or value.dtype.char == "g":
        return str(value)
    return float(value)


def _grouped(flat: list[JSON], shape: tuple[int, ...]) -> JSON:
    """Return the elements in rows."""
    if len(shape) < 2 or not flat:
        return flat
    step = len(flat) // shape[0]
    return [_grouped(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def _ungrouped(values: list[JSON], dimensions: int) -> list[JSON]:
    for _ in range(dimensions - 1 if values else 0):
        values = [part for row in values for part in row]
    return values


def _read_array(reader: Reader, content: JSON) -> Any:
    np = imported("numpy")
    dtype = _read_dtype(reader, content["dtype"])
    if "stored" in content:
        if content["stored"] not in reader.arrays:
            raise Unreadable(f"the array {content['stored']!r} is missing")
        stored = reader.arrays[content["stored"]].copy()
        if stored.dtype != dtype:
            raise Unreadable(f"the array {content['stored']!r} is of {stored.dtype}, not {dtype}")
        return stored
    if "fields" in content:
        made = np.zeros(tuple(content["shape"]), dtype)
        for name, part in zip(dtype.names, content["fields"], strict=True):
            made[name] = reader.read(part)
        return made
    shape = tuple(content.get("shape", [len(content["values"])]))
    flat = _ungrouped(content["values"], len(shape))
    return _read_flat(reader, np, flat, dtype).reshape(shape)


def _read_flat(reader: Reader, np: Any, flat: list[JSON], dtype: Any) -> Any:
    made = np.empty(len(flat), dtype)
    if dtype.kind == "O":
        for i, part in enumerate(flat):
            made[i] = reader.read(part)
        return made
    if dtype.kind == "V":
        return np.frombuffer(b"".join(map(bytes.fromhex, flat)), dtype).copy()
    if dtype.kind in "mM" and (not flat or isinstance(flat[0], int)):
        return np.array(flat, "int64").astype("int64" if dtype.isnative else ">i8").view(dtype)
    if dtype.kind == "c":
        part = np.dtype(dtype.type).type(0).real.dtype.type
        for i, (real, imag) in enumerate(flat):
            made.real[i], made.imag[i] = part(real), part(imag)
        return made
    if dtype.kind == "f":
        for i, number in enumerate(flat):
            made[i] = dtype.type(number)
        return made
    if dtype.kind == "S":
        return np.array([part.encode("latin-1") for part in flat], dtype)
    return np.array([reader.read(part) for part in flat], dtype)


# Scalars, masked arrays.


def _write_scalar(writer: Writer, value: Any, path: str) -> JSON:
    content = _write_array(writer, sys.modules["numpy"].asarray(value), path)
    if "values" in content and len(content["values"]) == 1:
        return {"dtype": content["dtype"], "value": content["values"][0]}
    return content


def _read_scalar(reader: Reader, content: JSON) -> Any:
    if "value" in content:
        content = {"dtype": content["dtype"], "shape": [], "values": [content["value"]]}
    return _read_array(reader, content)[()]


def _write_masked(writer: Writer, value: Any, path: str) -> JSON:
    np = sys.modules["numpy"]
    return {
        "data": writer.write(np.asarray(value.data), path),
        "mask": writer.write(np.ma.getmaskarray(value), path),
        "fill": writer.write(value.fill_value, path),
    }


def _read_masked(reader: Reader, content: JSON) -> Any:
    data, mask, fill = (reader.read(content[name]) for name in ("data", "mask", "fill"))
    return imported("numpy").ma.MaskedArray(data, mask=mask, fill_value=fill)


# Sparse matrices.

_PARTS = {"csr": "data indices indptr", "csc": "data indices indptr", "bsr": "data indices indptr"}
_PARTS |= {"coo": "data row col", "dia": "data offsets"}
_SPARSE = {f"{form}_{kind}" for form in _PARTS for kind in ("matrix", "array")}


def _write_sparse(writer: Writer, value: Any, path: str) -> JSON:
    if len(value.shape) != 2:
        raise Unstorable(f"a sparse array of {len(value.shape)} dimensions", path)
    names = _PARTS[value.format].split()
    parts = {name: writer.write(getattr(value, name), f"{path}.{name}") for name in names}
    return {"class": type(value).__name__, "shape": [int(n) for n in value.shape], **parts}


def _read_sparse(reader: Reader, content: JSON) -> Any:
    if content["class"] not in _SPARSE:
        raise Unreadable(f"there is no sparse {content['class']}")
    make = getattr(imported("scipy.sparse"), content["class"])
    first, *rest = _PARTS[content["class"][:3]].split()
    parts = {name: reader.read(content[name]) for name in (first, *rest)}
    places = tuple(parts[name] for name in rest)
    if content["class"].startswith("coo"):
        places = (places,)
    return make((parts[first], *places), shape=tuple(content["shape"]))


ARRAY = Kind("array", _write_array, _read_array)
SCALAR = Kind("scalar", _write_scalar, _read_scalar)
DTYPE = Kind("dtype", _write_dtype, _read_dtype)
MASKED = Kind("masked", _write_masked, _read_masked)
SPARSE = Kind("sparse", _write_sparse, _read_sparse)
KINDS = (ARRAY, SCALAR, DTYPE, MASKED, SPARSE)
