"""Compare what a function returns with what was recorded: types, structure and values."""

from __future__ import annotations

import collections
import datetime
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_promote.testing import compared_arrays, compared_frames, compared_objects
from jupyter_promote.testing.anything import ANYTHING
from jupyter_promote.testing.foreign import ended
from jupyter_promote.testing.kinds import key_path, shown, told
from jupyter_promote.testing.named_kinds import is_named_tuple

RTOL, ATOL = 1e-9, 1e-12
DEEPEST = 100


def difference(actual: Any, expected: Any, *, rtol: float = RTOL, atol: float = ATOL) -> str | None:
    """Return where and how `actual` first differs from `expected`; None where it doesn't.

    Types count. NaN equals NaN; the order of a dict's keys and an index's frequency don't count.
    Strings may be of pandas' dtype `str` or objects, but not where both tolerances are 0.
    """
    return _guarded(Comparison(rtol, atol), actual, expected)


def alike(actual: Any, expected: Any) -> str | None:
    """Return where `actual` differs in type, shape, dtypes, names, lengths or keys; else None."""
    return _guarded(Comparison(RTOL, ATOL, values=False), actual, expected)


def assert_same(actual: Any, expected: Any, *, rtol: float = RTOL, atol: float = ATOL) -> None:
    """Fail where `actual` is not what was recorded, and say where.

    Types must be the same; floats may differ by `rtol` (relative) and `atol` (absolute).
    """
    __tracebackhide__ = True
    if found := difference(actual, expected, rtol=rtol, atol=atol):
        raise AssertionError(found)


def assert_alike(actual: Any, expected: Any) -> None:
    """Fail where `actual` is not built like what was recorded, and say where.

    For results that vary from run to run: types, shapes, names and lengths, not values.
    """
    __tracebackhide__ = True
    if found := alike(actual, expected):
        raise AssertionError(found)


def _guarded(comparison: Comparison, actual: Any, expected: Any) -> str | None:
    found, error = ended(lambda: comparison.of(actual, expected, ""))
    if error is not None:
        return f"could not be compared: {type(error).__name__}: {error}"
    return found.removeprefix(".") if found else None


class Comparison:
    """Compares two values part by part; `values` is False where only structure counts."""

    def __init__(self, rtol: float, atol: float, *, values: bool = True) -> None:
        self.rtol = rtol
        self.atol = atol
        self.values = values
        self.strict = rtol == atol == 0
        self.nodes = 0  # objects whose attributes were compared
        self.open: set[tuple[int, int]] = set()

    def exact(self) -> Comparison:
        """Return a comparison in which values count: for names and keys."""
        return Comparison(self.rtol, self.atol)

    def close(self, actual: Any, expected: Any) -> bool:
        """True for two numbers that are equal but for rounding, or both NaN."""
        if actual == expected or (actual != actual and expected != expected):
            return True
        if abs(actual - expected) == float("inf") or abs(expected) == float("inf"):
            return False
        return bool(abs(actual - expected) <= self.atol + self.rtol * abs(expected))

    def of(self, actual: Any, expected: Any, path: str) -> str | None:
        """Return how the values at `path` first differ, None where they don't."""
        if expected is ANYTHING:
            return None
        if not _same_type(type(actual), type(expected)):
            return told(path, _types(actual, expected))
        pair = (id(actual), id(expected))
        if actual is expected or pair in self.open or len(self.open) > DEEPEST:
            return None
        self.open.add(pair)
        try:
            return next(self._differences(actual, expected, path), None)
        finally:
            self.open.discard(pair)

    def _differences(self, actual: Any, expected: Any, path: str) -> Iterator[str]:
        for find in _FINDERS:
            found = find(self, actual, expected, path)
            if found is not None:
                yield from found
                return
        yield from compared_objects.differences(self, actual, expected, path)


def _same_type(one: type, other: type) -> bool:
    named = one.__module__ == other.__module__ and one.__qualname__ == other.__qualname__
    return one is other or (named and one.__module__ != "builtins")


def _types(actual: Any, expected: Any) -> str:
    one, other = type(actual), type(expected)
    if one.__qualname__ == other.__qualname__:
        return f"{one.__module__}.{one.__qualname__} instead of {other.__module__}"
    if one.__module__ == other.__module__ == "builtins":
        simple = (int, float, str, bool, type(None))
        if isinstance(actual, simple) and isinstance(expected, simple):
            what = f"{shown(actual)} instead of {shown(expected)}"
            return f"{one.__qualname__} instead of {other.__qualname__} ({what})"
    return f"{one.__qualname__} instead of {other.__qualname__}"


# The standard library.


def _builtins(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str] | None:
    """Return the differences between values of built-in types; None for what is none."""
    if isinstance(actual, float | complex):
        return _numbers(c, actual, expected, path)
    if isinstance(actual, str):
        return _texts(c, actual, expected, path)
    if isinstance(actual, Mapping):
        return _mappings(c, actual, expected, path)
    if isinstance(actual, list | tuple | collections.deque):
        return _sequences(c, actual, expected, path)
    if isinstance(actual, set | frozenset):
        return _sets(c, actual, expected, path)
    if isinstance(actual, datetime.datetime | datetime.time | datetime.timezone):
        return _unequal(c, repr(actual) == repr(expected), actual, expected, path)
    if type(actual).__module__ in _EQUAL_MODULES and not isinstance(actual, _NOT_BY_EQUALITY):
        same = repr(actual) == repr(expected) or bool(actual == expected)
        return _unequal(c, same, actual, expected, path)
    return None


_EQUAL_MODULES = (
    *("datetime", "decimal", "fractions", "pathlib", "pathlib._local", "uuid", "zoneinfo", "re"),
    *("ipaddress",),
)
_NOT_BY_EQUALITY = (BaseException, type)


def _simple(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str] | None:
    if type(actual) in (bool, int, bytes, bytearray, range, slice, type(None), type(...)):
        return _unequal(c, actual == expected, actual, expected, path)
    return None


def _unequal(c: Comparison, same: bool, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if c.values and not same:
        yield told(path, f"{shown(actual)} instead of {shown(expected)}")


def _numbers(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    same = c.close(actual, expected)
    if isinstance(actual, complex) and not same:  # the parts may be NaN
        parts = (c.close(getattr(actual, p), getattr(expected, p)) for p in ("real", "imag"))
        same = all(parts)
    return _unequal(c, same, actual, expected, path)


def _texts(c: Comparison, actual: str, expected: str, path: str) -> Iterator[str]:
    if not c.values or actual == expected:
        return
    if max(len(actual), len(expected)) <= 60:
        yield told(path, f"{actual!r} instead of {expected!r}")
        return
    at = _common(actual, expected)
    one, other = (text[max(0, at - 10) : at + 30] for text in (actual, expected))
    yield told(path, f"from character {at} on, {one!r} instead of {other!r}")


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _sequences(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if len(actual) != len(expected):
        yield told(path, f"{_items(actual)} instead of {len(expected)}")
        return
    names = type(actual)._fields if is_named_tuple(actual) else None
    for i, (one, other) in enumerate(zip(actual, expected, strict=True)):
        place = f"{path}.{names[i]}" if names else f"{path}[{i}]"
        if found := c.of(one, other, place):
            yield found
    if isinstance(actual, collections.deque) and actual.maxlen != expected.maxlen:
        yield told(f"{path}.maxlen", f"{actual.maxlen} instead of {expected.maxlen}")
    if type(actual) not in (list, tuple):
        yield from compared_objects.held(c, actual, expected, path)


def _items(value: Any) -> str:
    return f"{len(value)} item{'' if len(value) == 1 else 's'}"


def _mappings(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    one, other = (
        {_key(key): (key, part) for key, part in value.items()} for value in (actual, expected)
    )
    missing = [shown(key) for name, (key, _) in other.items() if name not in one]
    new = [shown(key) for name, (key, _) in one.items() if name not in other]
    if missing or new:
        lacks = [f"the key {key} is missing" for key in missing[:3]]
        yield told(path, ", ".join(lacks + [f"the key {key} is new" for key in new[:3]]))
        return
    for name, (key, part) in other.items():
        if found := c.of(one[name][1], part, key_path(path, key)):
            yield found
    if isinstance(actual, collections.defaultdict):
        factories = actual.default_factory, expected.default_factory
        yield from _some(c.of(*factories, f"{path}.default_factory"))
    if type(actual) is not dict:
        yield from compared_objects.held(c, actual, expected, path)


def _some(found: str | None) -> Iterator[str]:
    if found is not None:
        yield found


def _key(key: Any) -> Any:
    """Return what tells a key from others: 1 from 1.0 and True, and one NaN from none."""
    return (type(key), "nan") if isinstance(key, float) and key != key else (type(key), key)


def _sets(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if len(actual) != len(expected):
        yield told(path, f"{_items(actual)} instead of {len(expected)}")
    if not c.values:
        return
    new = {_key(part) for part in actual} - {_key(part) for part in expected}
    gone = {_key(part) for part in expected} - {_key(part) for part in actual}
    for _, part in sorted(gone, key=repr):
        match = next((key for key in new if c.of(key[1], part, "") is None), None)
        if match is None:
            yield told(path, f"{shown(part)} is missing")
        new.discard(match)
    for _, part in sorted(new, key=repr):
        yield told(path, f"{shown(part)} is new")


# Libraries, each asked only where it was imported.


def _numpy(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str] | None:
    np = sys.modules.get("numpy")
    if np is None or not hasattr(np, "ndarray"):
        return None
    return compared_arrays.differences(c, np, actual, expected, path)


def _pandas(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str] | None:
    pd = sys.modules.get("pandas")
    if pd is None or not hasattr(pd, "DataFrame"):
        return None
    return compared_frames.differences(c, pd, actual, expected, path)


_FINDERS = (_simple, _pandas, _numpy, _builtins)
