"""How models and other objects differ: by what they hold, not by what they are equal to."""

from __future__ import annotations

import enum
import functools
import io
import re
import sys
import types
from collections.abc import Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any

from jupyter_promote.testing import figures
from jupyter_promote.testing.kinds import shown, told
from jupyter_promote.testing.named_kinds import attributes, is_plain

if TYPE_CHECKING:
    from jupyter_promote.testing.comparison import Comparison

MOST_NODES = 100_000  # objects looked into; what lies beyond counts as the same

_NAMED = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)
_LAZY = "statsmodels."  # its results get more attributes when they are looked at
_CHANCE = ("_time", "_random", "_rng")  # within names of what differs from run to run
_LEFT_OUT = ("_cache", "__orig_class__", "__weakref__")


def differences(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between two objects of the same type."""
    c.nodes += 1
    if c.nodes > MOST_NODES:
        return
    if isinstance(actual, enum.Enum):
        if c.values and actual.name != expected.name:
            yield told(path, f"{actual} instead of {expected}")
    elif isinstance(actual, types.ModuleType):
        yield from _names(actual.__name__, expected.__name__, path)
    elif isinstance(actual, _NAMED) or type(actual).__name__ == "ufunc":
        yield from _names(_qualname(actual), _qualname(expected), path)
    elif isinstance(actual, functools.partial):
        for name in ("func", "args", "keywords"):
            yield from _parts(c, getattr(actual, name), getattr(expected, name), f"{path}.{name}")
    elif isinstance(actual, KeysView | ValuesView):
        yield from _parts(c, list(actual), list(expected), path)
    elif isinstance(actual, io.StringIO | io.BytesIO):
        if not (actual.closed or expected.closed):
            yield from _parts(c, actual.getvalue(), expected.getvalue(), path)
    elif hasattr(actual, "__next__"):  # to look into it would change it
        return
    elif (drawn := _drawn(actual)) is not None:
        yield from _parts(c, drawn, _drawn(expected), path)
    elif callable(getattr(type(actual), "get_params", None)):
        yield from _estimators(c, actual, expected, path)
    else:
        yield from _objects(c, actual, expected, path)


def _parts(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    found = c.of(actual, expected, path)
    if found is not None:
        yield found


def _names(actual: str, expected: str, path: str) -> Iterator[str]:
    if actual != expected:
        yield told(path, f"{actual} instead of {expected}")


def _qualname(value: Any) -> str:
    name = getattr(value, "__qualname__", None) or value.__name__
    return f"{value.__module__}.{name}" if isinstance(value, type) else str(name)


def _drawn(value: Any) -> Any | None:
    """Return the description of a figure, of an axes within one; the type of other artists."""
    if not any(base.__module__.startswith("matplotlib.") for base in type(value).__mro__):
        return None
    return figures.described(value)


# Models.


def _estimators(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences in parameters and in what was fitted; how long it took is chance."""
    one, other = (value.get_params(deep=False) for value in (actual, expected))
    if "._" in path:  # a part that the model seeds itself
        one, other = ({**params, "random_state": None} for params in (one, other))
    yield from _mapped(c, one, other, path)
    one, other = (_fitted(c, value) for value in (actual, expected))
    yield from _mapped(c, one, other, path)


def _fitted(c: Comparison, value: Any) -> dict[str, Any]:
    """Return what was fitted; where values count, private parts too: some models hide all there."""
    found = {}
    for name, part in attributes(value).items():
        public = name.endswith("_") and not name.startswith("_")
        private = c.values and name.startswith("_") and name not in _LEFT_OUT
        if (public or private) and not any(word in name for word in _CHANCE):
            if isinstance(part, dict):
                part = {key: held for key, held in part.items() if "_time" not in str(key)}
            found[name] = part
    return found


def _mapped(
    c: Comparison, actual: dict[str, Any], expected: dict[str, Any], path: str
) -> Iterator[str]:
    """Yield the differences between attributes; private ones may be there or not."""
    for name in sorted(actual.keys() | expected.keys()):
        if name in actual and name in expected:
            yield from _parts(c, actual[name], expected[name], f"{path}.{name}")
        elif not name.startswith("_"):
            yield told(f"{path}.{name}", "is new" if name in actual else "is missing")


# Other objects.


def held(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between the attributes of two objects."""
    if _keys_are_attributes(actual) != _keys_are_attributes(expected):
        yield told(path, "a dict whose keys are attributes, and one whose keys are not")
    one, other = (
        {
            name: part
            for name, part in attributes(value).items()
            if name not in _LEFT_OUT and not _is_code(part)
        }
        for value in (actual, expected)
    )
    if type(actual).__module__.startswith(_LAZY):
        one = {name: part for name, part in one.items() if name in other}
        other = {name: part for name, part in other.items() if name in one}
    yield from _mapped(c, one, other, path)


def _keys_are_attributes(value: Any) -> bool:
    """True for a dict that is its own `__dict__`: a deep copy of it is not."""
    return isinstance(value, dict) and getattr(value, "__dict__", None) is value


def _is_code(value: Any) -> bool:
    return isinstance(value, (*_NAMED, types.ModuleType))


def _objects(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if isinstance(actual, BaseException):
        yield from _parts(c, actual.args, expected.args, f"{path}.args")
    yield from _arrays(c, actual, expected, path)
    yield from held(c, actual, expected, path)
    if _is_extension(type(actual)):
        yield from _extensions(c, actual, expected, path)


def _arrays(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    """Yield the differences between what two tensors, images or the like hold as arrays."""
    np: Any = sys.modules.get("numpy")
    if np is None or not any(hasattr(actual, n) for n in ("__array__", "__array_interface__")):
        return
    schemas = [str(getattr(value, "schema", "")) for value in (actual, expected)]
    yield from _names(schemas[0], schemas[1], path)
    one, other = (
        np.asarray(value.detach() if hasattr(value, "detach") else value)
        for value in (actual, expected)
    )
    yield from _parts(c, one, other, path)


def _is_extension(kind: type) -> bool:
    """True where an instance holds something that its attributes don't show."""
    return not is_plain(kind)


def _extensions(c: Comparison, actual: Any, expected: Any, path: str) -> Iterator[str]:
    if not c.values:
        return
    own: Any = type(actual).__eq__
    if own is not object.__eq__:
        same = actual == expected
        if isinstance(same, bool):
            if not same:
                yield told(path, f"{shown(actual)} instead of {shown(expected)}")
            return
    states = _state(actual), _state(expected)
    if None not in states:
        yield from _parts(c, *states, path)
    else:
        yield from _names(_representation(actual), _representation(expected), path)


def _state(value: Any) -> list[Any] | None:
    """Return what the object itself says it is made of; None where it doesn't."""
    try:
        made = value.__reduce_ex__(4)
    except (TypeError, NotImplementedError, AttributeError):
        return None
    if isinstance(made, str):
        return [made]
    return [list(part) if hasattr(part, "__next__") else part for part in made]


def _representation(value: Any) -> str:
    return re.sub(r"\b0x[0-9a-fA-F]+", "0x…", shown(value, 200))
