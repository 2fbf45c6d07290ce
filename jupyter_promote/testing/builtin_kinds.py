"""How values of the standard library are stored."""

from __future__ import annotations

import base64
import collections
import datetime
import decimal
import fractions
import pathlib
import re
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from jupyter_promote.testing.anything import ANYTHING, Anything
from jupyter_promote.testing.kinds import (
    JSON,
    Kind,
    Reader,
    Unreadable,
    Unstorable,
    Writer,
    items,
    key_path,
    shown,
)

MOST_BITS = 2**13  # of an integer that JSON holds in digits

_FACTORIES = {
    kind.__name__: kind
    for kind in (bool, bytes, complex, dict, float, frozenset, int, list, set, str, tuple)
}


# What JSON has of its own.


def bare(writer: Writer, value: Any, path: str) -> JSON:
    """Return the JSON for a None, bool, number, string, list or dict: itself where it can be."""
    kind = type(value)
    if kind is float and (value != value or value in (float("inf"), float("-inf"))):
        return {"$float": repr(value)}
    if kind is int and value.bit_length() > MOST_BITS:
        return {"$int": hex(value)}
    if kind is str and not _is_text(value):
        return {"$str": value.encode("utf-8", "surrogatepass").hex()}
    if kind is list:
        return items(writer, value, path)
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") and _is_text(key) for key in value):
            return {key: writer.write(part, key_path(path, key)) for key, part in value.items()}
        return {"$dict": _pairs(writer, value, path)}
    return value


BARE = (type(None), bool, int, float, str, list, dict)


def _is_text(value: str) -> bool:
    return not re.search("[\ud800-\udfff]", value)


# What needs a tag.


def _pairs(writer: Writer, value: Any, path: str) -> list[JSON]:
    return [
        [writer.write(key, f"{path}, a key"), writer.write(part, key_path(path, key))]
        for key, part in value.items()
    ]


def _read_pairs(reader: Reader, content: JSON) -> dict[Any, Any]:
    return {reader.read(key): reader.read(part) for key, part in content}


def _read_items(reader: Reader, content: JSON) -> list[Any]:
    return [reader.read(part) for part in content]


def _write_set(writer: Writer, value: Any, path: str) -> JSON:
    """Return the elements in an order that doesn't depend on hashes."""
    return sorted((writer.write(part, f"{path}, an element") for part in value), key=repr)


def _write_bytes(writer: Writer, value: Any, path: str) -> JSON:
    if all(32 <= byte < 127 for byte in value):
        return {"ascii": value.decode("ascii")}
    return {"base64": base64.b64encode(value).decode("ascii")}


def _read_bytes(reader: Reader, content: JSON) -> bytes:
    if "ascii" in content:
        return str(content["ascii"]).encode("ascii")
    return base64.b64decode(content["base64"], validate=True)


def _write_defaultdict(writer: Writer, value: Any, path: str) -> JSON:
    factory = value.default_factory
    name = None if factory is None else getattr(factory, "__name__", "")
    if name is not None and _FACTORIES.get(name) is not factory:
        raise Unstorable(f"a defaultdict that makes {shown(factory)}", path)
    return {"factory": name, "items": _pairs(writer, value, path)}


def _read_defaultdict(reader: Reader, content: JSON) -> Any:
    factory = content["factory"]
    made = None if factory is None else _FACTORIES[factory]
    return collections.defaultdict(made, _read_pairs(reader, content["items"]))


def _write_slice(writer: Writer, value: Any, path: str) -> JSON:
    return items(writer, (value.start, value.stop, value.step), path)


def _write_complex(writer: Writer, value: Any, path: str) -> JSON:
    return items(writer, (value.real, value.imag), path)


def _write_pattern(writer: Writer, value: Any, path: str) -> JSON:
    return {"pattern": writer.write(value.pattern, path), "flags": value.flags}


def _read_pattern(reader: Reader, content: JSON) -> Any:
    pattern, flags = reader.read(content["pattern"]), content["flags"]
    return re.compile(pattern, flags)


# Time.


def _write_datetime(writer: Writer, value: Any, path: str) -> JSON:
    content = {"at": value.replace(tzinfo=None, fold=0).isoformat()}
    if value.tzinfo is not None:
        content["zone"] = writer.write(value.tzinfo, f"{path}.tzinfo")
    if value.fold:
        content["fold"] = 1
    return content


def _read_datetime(kind: Any) -> Callable[[Reader, JSON], Any]:
    def read(reader: Reader, content: JSON) -> Any:
        zone = reader.read(content["zone"]) if "zone" in content else None
        fold = content.get("fold", 0)
        return kind.fromisoformat(content["at"]).replace(tzinfo=zone, fold=fold)

    return read


def _write_timedelta(writer: Writer, value: Any, path: str) -> JSON:
    return {"days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}


def _write_timezone(writer: Writer, value: Any, path: str) -> JSON:
    offset = writer.write(value.utcoffset(None), path)
    unnamed = datetime.timezone(value.utcoffset(None)).tzname(None) == value.tzname(None)
    return [offset] if unnamed else [offset, value.tzname(None)]


def _read_timezone(reader: Reader, content: JSON) -> Any:
    offset = reader.read(content[0])
    if offset or len(content) > 1:
        return datetime.timezone(offset, *content[1:])
    return datetime.timezone.utc


def _write_zone(writer: Writer, value: Any, path: str) -> JSON:
    if value.key is None:
        raise Unstorable("a time zone without a name", path)
    return value.key


# Paths.


def _write_path(writer: Writer, value: Any, path: str) -> JSON:
    return str(value)


def _path(tag: str, make: Callable[[str], Any]) -> Kind:
    return Kind(tag, _write_path, lambda reader, content: make(content))


def _text(tag: str, read: Callable[[str], Any]) -> Kind:
    """Return a kind that its own text says in full."""
    return Kind(tag, lambda writer, value, path: str(value), lambda reader, content: read(content))


def _constant(tag: str, value: Any) -> Kind:
    return Kind(tag, lambda writer, value, path: True, lambda reader, content: value)


def _sequence(tag: str, make: Callable[[list[Any]], Any]) -> Kind:
    return Kind(tag, items, lambda reader, content: make(_read_items(reader, content)))


def _unordered(tag: str, make: Callable[[list[Any]], Any]) -> Kind:
    return Kind(tag, _write_set, lambda reader, content: make(_read_items(reader, content)))


def _mapping(tag: str, make: Callable[[dict[Any, Any]], Any]) -> Kind:
    return Kind(tag, _pairs, lambda reader, content: make(_read_pairs(reader, content)))


KINDS: dict[type, Kind] = {
    tuple: _sequence("tuple", tuple),
    set: _unordered("set", set),
    frozenset: _unordered("frozenset", frozenset),
    collections.OrderedDict: _mapping("OrderedDict", collections.OrderedDict),
    collections.Counter: _mapping("Counter", collections.Counter),
    collections.defaultdict: Kind("defaultdict", _write_defaultdict, _read_defaultdict),
    collections.deque: Kind(
        "deque",
        lambda writer, value, path: {"items": items(writer, value, path), "most": value.maxlen},
        lambda reader, content: collections.deque(
            _read_items(reader, content["items"]), content["most"]
        ),
    ),
    bytes: Kind("bytes", _write_bytes, _read_bytes),
    bytearray: Kind("bytearray", _write_bytes, lambda reader, c: bytearray(_read_bytes(reader, c))),
    complex: Kind("complex", _write_complex, lambda r, c: complex(*_read_items(r, c))),
    range: Kind(
        "range",
        lambda writer, value, path: [value.start, value.stop, value.step],
        lambda reader, content: range(*content),
    ),
    slice: Kind("slice", _write_slice, lambda r, c: slice(*_read_items(r, c))),
    Anything: _constant("anything", ANYTHING),
    type(...): _constant("Ellipsis", ...),
    type(NotImplemented): _constant("NotImplemented", NotImplemented),
    datetime.date: _text("date", datetime.date.fromisoformat),
    datetime.datetime: Kind("datetime", _write_datetime, _read_datetime(datetime.datetime)),
    datetime.time: Kind("time", _write_datetime, _read_datetime(datetime.time)),
    datetime.timedelta: Kind(
        "timedelta", _write_timedelta, lambda reader, content: datetime.timedelta(**content)
    ),
    datetime.timezone: Kind("timezone", _write_timezone, _read_timezone),
    zoneinfo.ZoneInfo: Kind("zone", _write_zone, lambda r, c: zoneinfo.ZoneInfo(c)),
    decimal.Decimal: _text("Decimal", decimal.Decimal),
    fractions.Fraction: _text("Fraction", fractions.Fraction),
    uuid.UUID: _text("UUID", uuid.UUID),
    re.Pattern: Kind("pattern", _write_pattern, _read_pattern),
    pathlib.PurePosixPath: _path("PurePosixPath", pathlib.PurePosixPath),
    pathlib.PureWindowsPath: _path("PureWindowsPath", pathlib.PureWindowsPath),
    type(pathlib.Path()): _path("path", pathlib.Path),
}


def _read_text(reader: Reader, content: JSON) -> str:
    return bytes.fromhex(content).decode("utf-8", "surrogatepass")


def _read_float(reader: Reader, content: JSON) -> float:
    if content not in ("nan", "inf", "-inf"):
        raise Unreadable(f"{shown(content)} is not a number")
    return float(content)


READERS: dict[str, Callable[[Reader, JSON], Any]] = {
    "float": _read_float,
    "int": lambda reader, content: int(content, 16),
    "str": _read_text,
    "dict": _read_pairs,
    **{kind.tag: kind.read for kind in KINDS.values()},
}
