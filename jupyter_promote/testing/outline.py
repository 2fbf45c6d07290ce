"""What a value is, in values that can be stored: for models, figures and large tables."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from typing import Any

from jupyter_promote.testing import figures, pictures
from jupyter_promote.testing.values import Unstorable, encode

MOST_ROWS = 100
FEW_ROWS = 5
MOST_NUMBERS = 2_000
DEEPEST, SHALLOW = 5, 1
MOST_NODES = 600
ADDRESSES = range(1 << 40, 1 << 48)  # whole numbers that are where an object lies in memory


def outline(value: Any, *, brief: bool = False) -> Any:
    """Return what can be compared of `value`, in values that can be stored.

    Estimators: class, parameters and fitted attributes. Other objects: class and attributes.
    Large tables and arrays: how many rows, and some of them. Functions: their name. Generators
    and open files: their type, nothing of what they hold. A `brief` outline has fewer rows, and of
    objects within objects the type alone.
    """
    return _Outline(brief).of(value, 0)


class _Outline:
    """Walks one value; stops where it becomes too much."""

    def __init__(self, brief: bool) -> None:
        self.most_rows = FEW_ROWS if brief else MOST_ROWS
        self.deepest = SHALLOW if brief else DEEPEST
        self.nodes = 0
        self.seen: set[int] = set()

    def of(self, value: Any, depth: int) -> Any:
        """Return the outline of a part."""
        self.nodes += 1
        if (many := _many(value, self.most_rows)) is not None:
            return many
        if _is_address(value):
            return {"type": "address"}
        if _plain(value) and not _holds_addresses(value) and not self.holds_many(value):
            return value
        if depth > self.deepest or self.nodes > MOST_NODES or id(value) in self.seen:
            return {"type": _kind(value)}
        self.seen.add(id(value))
        try:
            return self.parts(value, depth + 1)
        finally:
            self.seen.discard(id(value))

    def holds_many(self, value: Any) -> bool:
        """True for a container in which a large table or array stands."""
        parts = value.values() if isinstance(value, Mapping) else value
        return type(value) in (list, tuple, dict) and any(
            _many(part, self.most_rows) is not None or self.holds_many(part) for part in parts
        )

    def parts(self, value: Any, depth: int) -> Any:
        """Return the outline of something that holds other things."""
        if type(value) in (list, tuple):
            return type(value)(self.of(part, depth) for part in value[: self.most_rows])
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return {name: self.of(getattr(value, name), depth) for name in value._fields}
        if isinstance(value, Mapping):
            some = list(value.items())[: self.most_rows]
            return {k if _plain(k) else repr(type(k)): self.of(v, depth) for k, v in some}
        if (drawing := _drawing(value)) is not None:
            return drawing
        return self.attributes(value, depth)

    def attributes(self, value: Any, depth: int) -> Any:
        """Return the outline of an object: its class and what it holds."""
        found: dict[str, Any] = {"type": _kind(value)}
        if isinstance(value, types.FunctionType | types.MethodType | types.BuiltinFunctionType):
            return {"type": "function", "name": value.__qualname__}
        state = getattr(value, "__dict__", None)
        if not isinstance(state, dict) or isinstance(value, type | types.ModuleType):
            return found
        parameters = getattr(value, "get_params", None)
        if callable(parameters) and not isinstance(value, type):
            state = {**parameters(deep=False), **{k: v for k, v in state.items() if _fitted(k)}}
        public = {name: part for name, part in state.items() if not name.startswith("_")}
        for name, part in sorted((public or state).items()):
            if not callable(part) or hasattr(part, "get_params"):
                found[name] = self.of(part, depth)
        return found


def _many(value: Any, most_rows: int) -> Any | None:
    """Return how many rows a large table or array has, and some of them."""
    rows = _rows(value)
    if rows is None:
        return None
    width = max(1, int(value.size) // max(1, rows))
    most = max(5, min(most_rows, MOST_NUMBERS // width))
    if rows <= most:
        return None
    step = -(-rows // most)
    some = value.iloc[::step] if hasattr(value, "iloc") else value[::step]
    if width > MOST_NUMBERS and getattr(some, "ndim", 1) > 1 and not hasattr(some, "iloc"):
        some = some.reshape(len(some), -1)[:, :: -(-width // 200)]
    return {"rows": rows, "every": step, "some": some} if _plain(some) else None


def _rows(value: Any) -> int | None:
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index):
        return len(value)
    if numpy is not None and isinstance(value, numpy.ndarray) and value.ndim:
        return len(value)
    return None


def _plain(value: Any) -> bool:
    """True where a value can be stored as it is, and is not large."""
    if type(value) in (list, tuple, dict, set, frozenset) and len(value) > MOST_ROWS:
        return False
    try:
        encode(value)
    except Unstorable:
        return False
    return True


def _is_address(value: Any) -> bool:
    return type(value) is int and value in ADDRESSES


def _holds_addresses(value: Any) -> bool:
    parts = value.values() if type(value) is dict else value
    return type(value) in (list, tuple, dict) and any(_is_address(part) for part in parts)


def _drawing(value: Any) -> Any | None:
    if not type(value).__module__.startswith("matplotlib."):
        return None if hasattr(value, "get_params") else pictures.pictured(value, figures.describe)
    figure = getattr(value, "figure", None)
    if hasattr(value, "get_xlabel") and figure is not None:
        return figures.describe(figure)
    return figures.describe(value) if hasattr(value, "get_axes") else {"type": _kind(value)}


def _fitted(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


def _kind(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
