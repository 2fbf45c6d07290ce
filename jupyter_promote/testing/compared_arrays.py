"""How arrays and scalars of NumPy differ, and sparse matrices of SciPy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jupyter_promote.testing.kinds import shown, told

if TYPE_CHECKING:
    from jupyter_promote.testing.comparison import Comparison


def differences(
    c: Comparison, np: Any, actual: Any, expected: Any, path: str
) -> Iterator[str] | None:
    """Return the differences between two values of NumPy or SciPy; None for what is of neither."""
    if isinstance(actual, np.ndarray):
        return arrays(c, actual, expected, path)
    if isinstance(actual, np.generic):
        return _scalars(c, actual, expected, path)
    if isinstance(actual, np.dtype):
        same = actual == expected
        return _said([] if same else [told(path, f"dtype {actual} instead of {expected}")])
    random = sys.modules.get("numpy.random")
    if random is not None and isinstance(actual, random.RandomState | random.Generator):
        return _generators(c, random, actual, expected, path)
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and hasattr(sparse, "issparse") and sparse.issparse(actual):
        return _sparse(c, actual, expected, path)
    return None


def _said(found: list[str]) -> Iterator[str]:
    yield from found


def arrays(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between two arrays: of dtype, shape, masks, values."""
    np: Any = sys.modules["numpy"]
    if actual.dtype != expected.dtype:
        yield told(path, f"dtype {actual.dtype} instead of {expected.dtype}")
    elif actual.shape != expected.shape:
        yield told(path, f"shape {actual.shape} instead of {expected.shape}")
    elif isinstance(actual, np.ma.MaskedArray):
        masks = np.ma.getmaskarray(actual), np.ma.getmaskarray(expected)
        yield from arrays(c, *masks, f"{path}.mask")
        yield from arrays(c, np.asarray(actual.filled()), np.asarray(expected.filled()), path)
    elif actual.dtype.names is not None:
        for name in actual.dtype.names:
            fields = np.asarray(actual[name]), np.asarray(expected[name])
            yield from arrays(c, *fields, f"{path}[{name!r}]")
    elif actual.dtype.hasobject:
        for at in np.ndindex(actual.shape):
            if found := c.of(actual[at], expected[at], f"{path}[{_position(at)}]"):
                yield found
    elif c.values:
        yield from _values(c, np.asarray(actual), np.asarray(expected), path)


def _values(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    np: Any = sys.modules["numpy"]
    unlike = np.argwhere(~_same(c, np, actual, expected))
    if len(unlike):
        at = tuple(int(i) for i in unlike[0])
        one, other = shown(_item(actual[at]), 40), shown(_item(expected[at]), 40)
        if not at:
            yield told(path, f"{one} instead of {other}")
            return
        many = f"{len(unlike)} of {actual.size} values differ, the first at [{_position(at)}]"
        yield told(path, f"{many}: {one} instead of {other}")


def _same(c: Comparison, np: Any, actual: Any, expected: Any) -> Any:
    """Return for each pair whether it is the same but for rounding."""
    kind = actual.dtype.kind
    if kind in "mM":
        return (actual == expected) | (np.isnat(actual) & np.isnat(expected))
    if kind == "V":
        pairs = zip(actual.ravel(), expected.ravel(), strict=True)
        same = [one.tobytes() == other.tobytes() for one, other in pairs]
        return np.array(same, bool).reshape(actual.shape)
    if kind == "c":
        return _same(c, np, actual.real, expected.real) & _same(c, np, actual.imag, expected.imag)
    if kind != "f":
        return actual == expected
    if actual.dtype.itemsize < 8:
        actual, expected = actual.astype("float64"), expected.astype("float64")
    with np.errstate(all="ignore"):
        near = np.abs(actual - expected) <= c.atol + c.rtol * np.abs(expected)
        near &= np.isfinite(expected)
    return near | (actual == expected) | (np.isnan(actual) & np.isnan(expected))


def _item(value: Any) -> Any:
    """Return a scalar as Python writes it; a time as text."""
    return str(value) if value.dtype.kind in "mMV" else value.item()


def _position(at: tuple[int, ...]) -> str:
    return ", ".join(map(str, at))


def _scalars(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    np: Any = sys.modules["numpy"]
    if actual.dtype.kind in "SU":  # their lengths are in their values
        if c.values and actual != expected:
            yield told(path, f"{shown(actual)} instead of {shown(expected)}")
        return
    yield from arrays(c, np.asarray(actual), np.asarray(expected), path)


def _generators(c: Comparison, random: Any, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if isinstance(actual, random.Generator):
        states = actual.bit_generator.state, expected.bit_generator.state
    else:
        states = actual.get_state(legacy=False), expected.get_state(legacy=False)
    if c.values and c.of(*states, "") is not None:
        yield told(path, "the random generator is in another state")


def _sparse(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences by what stands where, however it is stored."""
    np: Any = sys.modules["numpy"]
    if actual.dtype != expected.dtype:
        yield told(path, f"dtype {actual.dtype} instead of {expected.dtype}")
    if actual.shape != expected.shape:
        yield told(path, f"shape {actual.shape} instead of {expected.shape}")
    elif c.values:
        one, other = _entries(actual), _entries(expected)
        places = np.vstack(one[:-1]), np.vstack(other[:-1])
        if places[0].shape != places[1].shape or (places[0] != places[1]).any():
            counts = f"{len(one[-1])} instead of {len(other[-1])}"
            yield told(path, f"other places are not zero ({counts})")
        else:
            yield from _values(c, one[-1], other[-1], path)


def _entries(matrix: Any) -> tuple[Any, ...]:
    """Return the coordinates and values of what isn't zero, row by row."""
    rows = matrix.tocsr(copy=True)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    entries = rows.tocoo()
    places = getattr(entries, "coords", None) or (entries.row, entries.col)  # before SciPy 1.13
    return (*places, entries.data)
