"""Say of which type a value is, as an annotation names it, and how large it is."""

from __future__ import annotations

import datetime
import sys
from typing import Any

PLAIN = (bool, int, float, complex, str, bytes, type(None))
MOST_PARTS = 200


def of(value: Any) -> dict[str, str]:
    """Return the type as an annotation (dotted from the top-level package) and the extent in words.

    Both are empty where there is no public name for it, or nothing to say.
    """
    return {"type": annotation(value), "extent": extent(value)}


def of_result(value: Any) -> dict[str, dict[str, str]]:
    """Return what `of` says of a result and, where it is a record, of its fields: `return.name`."""
    fields = getattr(value, "_fields", ()) if isinstance(value, tuple) else ()
    return {"return": of(value), **{f"return.{n}": of(getattr(value, n)) for n in fields}}


def annotation(value: Any, depth: int = 0) -> str:
    """Return the annotation that `value` fits, e.g. `list[str]` or `pandas.DataFrame`."""
    kind = type(value)
    if value is None:
        return "None"
    if kind in PLAIN:
        return kind.__name__
    if kind in (list, set, frozenset) and depth < 2:
        return f"{kind.__name__}[{_parts([*value][:MOST_PARTS], depth) or 'Any'}]"
    if kind is tuple and depth < 2:
        parts = [annotation(part, depth + 1) or "Any" for part in value[:7]]
        if not value or len(value) > 6:
            return f"tuple[{_parts(value[:MOST_PARTS], depth) or 'Any'}, ...]"
        return f"tuple[{', '.join(parts)}]"
    if kind is dict and depth < 2:
        keys = _parts([*value][:MOST_PARTS], depth)
        values = _parts([*value.values()][:MOST_PARTS], depth)
        return f"dict[{keys or 'Any'}, {values or 'Any'}]"
    if kind.__module__ == "builtins" and kind.__name__ in ("function", "method", "generator"):
        return ""
    return public_name(kind)


def _parts(values: list[Any] | tuple[Any, ...], depth: int) -> str:
    """Return the annotation that all values fit, '' where that takes more than two types."""
    found = sorted({annotation(value, depth + 1) for value in values}, key=lambda n: n == "None")
    return " | ".join(found) if 0 < len(found) <= 2 and all(found) else ""


def public_name(kind: type) -> str:
    """Return the shortest dotted name under which a class can be imported, '' for a private one."""
    if kind.__module__ == "builtins":
        return kind.__name__
    if kind.__module__ == "__main__" or "." in kind.__qualname__:
        return ""
    parts = kind.__module__.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        if any(part.startswith("_") for part in parts[:end]):
            return ""
        if getattr(sys.modules.get(name), kind.__name__, None) is kind:
            return f"{name}.{kind.__name__}"
    return ""


def extent(value: Any) -> str:
    """Return the size in words, e.g. `1,204 rows × 9 columns`."""
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None:
        if isinstance(value, pandas.DataFrame):
            return f"{_many(len(value), 'row')} × {_many(value.shape[1], 'column')}"
        if isinstance(value, pandas.Series | pandas.Index):
            return f"{_many(len(value), 'value')}, {value.dtype}"
    if numpy is not None and isinstance(value, numpy.ndarray):
        return f"shape {value.shape}, {value.dtype}"
    if type(value) in (list, set, dict):
        return _many(len(value), "item")
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return str(value.tzinfo)
    return ""


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
