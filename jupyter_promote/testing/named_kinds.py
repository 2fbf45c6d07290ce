"""How functions, classes, modules, enum members and a module's own instances are stored: by name."""

from __future__ import annotations

import enum
import sys
import types
from collections.abc import Iterator
from typing import Any

from jupyter_promote.testing.kinds import (
    JSON,
    Kind,
    Reader,
    Unreadable,
    Unstorable,
    Writer,
    a,
    imported,
    items,
    shown,
)


def find(writer: Writer, value: Any) -> Kind | None:
    """Return how a value is stored that can be found by a name, or whose class can be."""
    kind = type(value)
    if isinstance(value, types.ModuleType):
        return MODULE
    if isinstance(value, enum.Enum):
        return MEMBER
    if name_of(value) is not None:
        return NAME
    if not writer.module or kind.__module__ != writer.module or name_of(kind) is None:
        return None
    if is_named_tuple(value):
        return NAMED_TUPLE
    return INSTANCE if is_plain(kind) else None


# Names.


def name_of(value: Any) -> str | None:
    """Return `module:qualname` of a function or class that is found by it, else None."""
    qualname = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if not isinstance(qualname, str) or isinstance(value, types.ModuleType):
        return None
    for module in _modules(value):
        if _looked_up(sys.modules.get(module), qualname) is value:
            return f"{module}:{qualname}"
    return None


def _modules(value: Any) -> Iterator[str]:
    """Yield the modules that may hold `value`, the shortest name first; never `__main__`."""
    module = getattr(value, "__module__", None)
    if not isinstance(module, str):
        module = getattr(getattr(value, "__objclass__", None), "__module__", None)
    if type(value).__name__ == "ufunc" and not isinstance(module, str):  # of older NumPys
        yield from ("numpy", "scipy.special")
    elif isinstance(module, str) and module != "__main__":
        parts = module.split(".")
        yield from (".".join(parts[: end + 1]) for end in range(len(parts)))


def _looked_up(module: Any, qualname: str) -> Any:
    found = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def found(name: str) -> Any:
    """Return what `module:qualname` names.

    Raises:
        Unreadable: there is nothing of that name.
    """
    module, _, qualname = name.partition(":")
    value = _looked_up(imported(module), qualname)
    if value is None:
        raise Unreadable(f"{module} has no {qualname!r}")
    return value


def _write_module(writer: Writer, value: Any, path: str) -> JSON:
    name = value.__name__
    if name == "__main__" or sys.modules.get(name) is not value:
        raise Unstorable(f"the module {name}", path)
    return name


def _write_member(writer: Writer, value: Any, path: str) -> JSON:
    kind = type(value)
    name = name_of(kind)
    if name is None or kind.__members__.get(value.name or "") is not value:
        raise Unstorable(f"{shown(value)}, which can't be found by its name", path)
    return f"{name}.{value.name}"


def _read_member(reader: Reader, content: JSON) -> Any:
    name, _, member = content.rpartition(".")
    kind = found(name)
    if not (isinstance(kind, type) and issubclass(kind, enum.Enum)):
        raise Unreadable(f"{name} is not an enumeration")
    if member not in kind.__members__:
        raise Unreadable(f"{name} has no member {member!r}")
    return kind.__members__[member]


# Instances of classes in the one named module.


def is_named_tuple(value: Any) -> bool:
    """True for an instance of a NamedTuple or namedtuple."""
    kind = type(value)
    return isinstance(value, tuple) and hasattr(kind, "_fields") and hasattr(kind, "_make")


def is_plain(kind: type) -> bool:
    """True where an instance is what its attributes hold: no list, exception or array below it."""
    try:
        object.__new__(kind)
    except TypeError:
        return False
    return True


def slots(kind: type) -> Iterator[str]:
    """Yield the names of a class's slots, as they are found on its instances."""
    for base in kind.__mro__:
        for name, value in vars(base).items():
            if isinstance(value, types.MemberDescriptorType) and not name.startswith("__"):
                yield name


def attributes(value: Any) -> dict[str, Any]:
    """Return what an instance holds, in its `__dict__` or in slots."""
    held = {name: getattr(value, name) for name in slots(type(value)) if hasattr(value, name)}
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        own = {}
    return {**held, **own}


def _write_instance(writer: Writer, value: Any, path: str) -> JSON:
    held = attributes(value)
    if not all(type(name) is str for name in held):
        raise Unstorable(f"{a(value)} with attributes that have no names", path)
    return {
        "class": name_of(type(value)),
        "holds": {name: writer.write(part, f"{path}.{name}") for name, part in held.items()},
    }


def _read_instance(reader: Reader, content: JSON) -> Any:
    kind = _class(reader, content)
    if not is_plain(kind):
        raise Unreadable(f"{kind.__name__} is not a plain class any more")
    value: Any = object.__new__(kind)
    for name, part in content["holds"].items():
        object.__setattr__(value, name, reader.read(part))
    return value


def _write_named_tuple(writer: Writer, value: Any, path: str) -> JSON:
    return {"class": name_of(type(value)), "holds": items(writer, value, path)}


def _read_named_tuple(reader: Reader, content: JSON) -> Any:
    kind = _class(reader, content)
    if not (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        raise Unreadable(f"{kind.__name__} is not a named tuple any more")
    if len(kind._fields) != len(content["holds"]):
        raise Unreadable(f"{kind.__name__} has other fields now")
    return tuple.__new__(kind, [reader.read(part) for part in content["holds"]])


def _class(reader: Reader, content: JSON) -> type:
    name = content["class"]
    if reader.module and name.partition(":")[0] != reader.module:
        raise Unreadable(f"{name} is not a class of {reader.module}")
    kind = found(name)
    if not isinstance(kind, type):
        raise Unreadable(f"{name} is not a class")
    return kind


MODULE = Kind("module", _write_module, lambda reader, content: imported(content))
NAME = Kind("name", lambda w, value, path: name_of(value), lambda reader, content: found(content))
MEMBER = Kind("member", _write_member, _read_member)
INSTANCE = Kind("instance", _write_instance, _read_instance)
NAMED_TUPLE = Kind("namedtuple", _write_named_tuple, _read_named_tuple)
KINDS = (MODULE, NAME, MEMBER, INSTANCE, NAMED_TUPLE)
