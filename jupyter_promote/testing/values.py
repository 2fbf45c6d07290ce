"""Write values as JSON that a person can read, and read them back exactly. Never pickle.

What JSON has no word for stands as `{"$tag": content}`. Only what comes back the same, by type
too, is stored; the rest is `Unstorable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jupyter_promote.testing import (
    builtin_kinds,
    named_kinds,
    numpy_kinds,
    pandas_kinds,
    random_kinds,
)
from jupyter_promote.testing.kinds import JSON, Reader, Unreadable, Unstorable, a, shown

__all__ = ["JSON", "Unreadable", "Unstorable", "decode", "encode"]

DEEPEST = 50


def encode(value: Any, arrays: dict[str, Any] | None = None, *, module: str = "") -> JSON:
    """Return the JSON for `value`; large arrays of numbers go into `arrays` under short keys.

    Instances are stored of classes that `module` defines, of no others.

    Raises:
        Unstorable: it would not come back the same.
    """
    return _Writer(arrays, module).write(value, "")


def decode(json: JSON, arrays: Mapping[str, Any] | None = None, *, module: str = "") -> Any:
    """Return the value that `encode` wrote; where `module` is given, instances of its classes only.

    Raises:
        Unreadable: the JSON is not what `encode` writes, or a name in it is gone.
    """
    try:
        return _Reader(dict(arrays or {}), module).read(json)
    except (AttributeError, ImportError, LookupError, TypeError, ValueError, ArithmeticError) as e:
        raise Unreadable(f"{type(e).__name__}: {e}") from e


class _Writer:
    """Writes one value; `open` are the containers that the current place stands in."""

    def __init__(self, arrays: dict[str, Any] | None, module: str) -> None:
        self.arrays = arrays
        self.module = module
        self.open: set[int] = set()

    def write(self, value: Any, path: str) -> JSON:
        if id(value) in self.open:
            raise Unstorable(f"{a(value)} that holds itself", path)
        if len(self.open) > DEEPEST:
            raise Unstorable(f"more than {DEEPEST} levels", path[:60])
        self.open.add(id(value))
        try:
            return self._written(value, path)
        finally:
            self.open.discard(id(value))

    def _written(self, value: Any, path: str) -> JSON:
        if type(value) in builtin_kinds.BARE:
            return builtin_kinds.bare(self, value, path)
        kind = (
            builtin_kinds.KINDS.get(type(value))
            or numpy_kinds.find(value)
            or random_kinds.find(value)
            or pandas_kinds.find(value)
            or named_kinds.find(self, value)
        )
        if kind is None:
            raise Unstorable(_told(value), path)
        return {f"${kind.tag}": kind.write(self, value, path)}


def _told(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    return f"{a(value)} ({name})" if isinstance(name, str) else a(value)


class _Reader:
    """Reads one value."""

    def __init__(self, arrays: dict[str, Any], module: str) -> None:
        self.arrays = arrays
        self.module = module

    def read(self, json: JSON) -> Any:
        if isinstance(json, list):
            return [self.read(part) for part in json]
        if not isinstance(json, dict):
            return json
        tag = next((key for key in json if key.startswith("$")), None)
        if tag is None:
            return {key: self.read(part) for key, part in json.items()}
        if tag[1:] not in _READERS or len(json) > 1:
            raise Unreadable(f"{shown(tag)} is of no known kind")
        return _READERS[tag[1:]](self, json[tag])


_READERS: dict[str, Callable[[Reader, JSON], Any]] = {
    **builtin_kinds.READERS,
    **{kind.tag: kind.read for kind in named_kinds.KINDS},
    **{kind.tag: kind.read for kind in numpy_kinds.KINDS},
    **{kind.tag: kind.read for kind in pandas_kinds.KINDS},
    **{kind.tag: kind.read for kind in random_kinds.KINDS},
}
