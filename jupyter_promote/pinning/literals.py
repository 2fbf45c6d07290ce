"""Write small values as a person would write them in a test, checked by evaluating them.

The text evaluated is what this module has just made of a value, never what was read.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib
import re
import types
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from jupyter_promote.testing import library_literals
from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.foreign import ended
from jupyter_promote.testing.named_kinds import is_named_tuple, name_of

DEEPEST = 8


class NoLiteral(Exception):
    """The value can't be written as an expression, or it would be too long."""


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """The expression `text` gives the value where the lines in `imports` were run."""

    text: str
    imports: frozenset[str]


def literal(value: Any, *, module: str = "", longest: int = 400) -> Literal | None:
    """Return the expression that gives exactly `value`; None where there is none that is short.

    Classes and functions of `module` are imported from it.
    """
    try:
        writing = Writing(module, longest)
        text = writing.of(value)
    except (NoLiteral, RecursionError):
        return None
    made = Literal(text, frozenset(writing.imports))
    return made if len(text) <= longest and gives(made, value) else None


def gives(made: Literal, value: Any) -> bool:
    """True where the expression gives exactly `value`."""
    again, error = ended(lambda: _made(made))
    return (
        error is None
        and difference(again, value, rtol=0, atol=0) is None
        and library_literals.same_freq(again, value)
    )


def _made(made: Literal) -> Any:
    namespace: dict[str, Any] = {}
    exec("\n".join(sorted(made.imports)), namespace)
    return eval(made.text, namespace)


class Writing:
    """Writes one value; `imports` are the lines that its text needs."""

    def __init__(self, module: str, longest: int) -> None:
        self.module = module
        self.longest = longest
        self.imports: set[str] = set()
        self.depth = 0

    def of(self, value: Any) -> str:
        """Return the expression for a part.

        Raises:
            NoLiteral: there is none.
        """
        if hasattr(value, "__len__") and not isinstance(value, type) and not _fits(value, self):
            raise NoLiteral
        self.depth += 1
        if self.depth > DEEPEST:
            raise NoLiteral
        try:
            text = self._written(value)
        finally:
            self.depth -= 1
        if text is None or len(text) > self.longest:
            raise NoLiteral
        return text

    def attempt(self, candidate: str, value: Any) -> bool:
        """True where this text gives the value, with NumPy and the imports so far."""
        return gives(Literal(candidate, frozenset({"import numpy as np", *self.imports})), value)

    def need(self, line: str) -> None:
        """Remember a line that the text needs."""
        self.imports.add(line)

    def _written(self, value: Any) -> str | None:
        write = _WRITERS.get(type(value))
        if write is not None:
            return write(self, value)
        if isinstance(value, enum.Enum):
            return f"{self.named(type(value))}.{value.name}"
        if name_of(value) is not None:
            return self.named(value)
        if isinstance(value, types.ModuleType) and value.__name__ in _SHORT:
            self.need(f"import {value.__name__} as {_SHORT[value.__name__]}")
            return _SHORT[value.__name__]
        library = library_literals.written(self, value)
        if library is not None:
            return library
        if type(value).__module__ == self.module:
            return _instance(self, value)
        return None

    def named(self, value: Any) -> str:
        """Return the name of a class or function, and remember where it is imported from."""
        module, _, name = (name_of(value) or "").partition(":")
        if not name:
            raise NoLiteral
        if module == "builtins":
            return name
        if module in _SHORT:
            self.need(f"import {module} as {_SHORT[module]}")
            return f"{_SHORT[module]}.{name}"
        self.need(f"from {module} import {name.split('.')[0]}")
        return name


_SHORT = {"numpy": "np", "pandas": "pd"}


def _fits(value: Any, writing: Writing) -> bool:
    try:
        return len(value) <= writing.longest
    except TypeError:
        return True


def quoted(text: str | bytes) -> str:
    """Return a string in double quotes where that needs no more escapes."""
    written = repr(text)
    start = written.index("'") if "'" in written[:2] else -1
    if start < 0 or '"' in written:
        return written
    return written[:start] + '"' + written[start + 1 : -1] + '"'


def _float(writing: Writing, value: float) -> str:
    finite = value == value and abs(value) != float("inf")
    return repr(value) if finite else f'float("{value!r}")'


def _joined(writing: Writing, values: Any) -> str:
    return ", ".join(writing.of(part) for part in values)


def _tuple(writing: Writing, value: Any) -> str:
    return f"({_joined(writing, value)}{',' if len(value) == 1 else ''})"


def _set(writing: Writing, value: Any) -> str:
    if not value:
        return "set()"
    try:
        ordered = sorted(value)
    except TypeError:
        ordered = sorted(value, key=repr)
    return f"{{{_joined(writing, ordered)}}}"


def _frozenset(writing: Writing, value: Any) -> str:
    return f"frozenset({_set(writing, value)})" if value else "frozenset()"


def _dict(writing: Writing, value: Any) -> str:
    pairs = (f"{writing.of(key)}: {writing.of(part)}" for key, part in value.items())
    return f"{{{', '.join(pairs)}}}"


def _collection(name: str, of: Callable[[Writing, Any], str]) -> Callable[[Writing, Any], str]:
    def write(writing: Writing, value: Any) -> str:
        writing.need(f"from collections import {name}")
        return f"{name}({of(writing, value)})"

    return write


def _defaultdict(writing: Writing, value: Any) -> str:
    factory = writing.of(value.default_factory)
    return f"{factory}, {_dict(writing, dict(value))}"


def _deque(writing: Writing, value: Any) -> str:
    most = "" if value.maxlen is None else f", maxlen={value.maxlen}"
    return f"[{_joined(writing, value)}]{most}"


def _datetime(writing: Writing, value: Any) -> str:
    name = type(value).__name__
    writing.need(f"from datetime import {name}")
    zone = getattr(value, "tzinfo", None)
    plain = value.replace(tzinfo=None) if zone is not None else value
    text = repr(plain).removeprefix("datetime.")
    return text if zone is None else f"{text[:-1]}, tzinfo={writing.of(zone)})"


def _timezone(writing: Writing, value: Any) -> str:
    writing.need("from datetime import timezone")
    if value == datetime.timezone.utc:
        return "timezone.utc"
    return f"timezone({writing.of(value.utcoffset(None))})"


def _called(module: str, name: str, of: Callable[[Any], str]) -> Callable[[Writing, Any], str]:
    def write(writing: Writing, value: Any) -> str:
        writing.need(f"from {module} import {name}")
        return f"{name}({of(value)})"

    return write


def _pattern(writing: Writing, value: Any) -> str:
    writing.need("import re")
    usual = re.compile(value.pattern).flags
    flags = value.flags & ~usual
    names = [f"re.{flag.name}" for flag in re.RegexFlag if flag.value & flags]
    rest = f", {' | '.join(names)}" if names else ""
    return f"re.compile({quoted(value.pattern)}{rest})"


def _slice(writing: Writing, value: slice) -> str:
    return f"slice({_joined(writing, (value.start, value.stop, value.step))})"


def _instance(writing: Writing, value: Any) -> str | None:
    """Return the call that makes a dataclass instance or named tuple of the promoted module."""
    if is_named_tuple(value):
        fields = dict(zip(type(value)._fields, value, strict=True))
    elif dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        fields = {name: getattr(value, name) for name in names}
    else:
        return None
    given = ", ".join(f"{name}={writing.of(part)}" for name, part in fields.items())
    return f"{writing.named(type(value))}({given})"


def _plain(writing: Writing, value: Any) -> str:
    return repr(value)


def _int(writing: Writing, value: int) -> str:
    if value.bit_length() > 4 * writing.longest:
        raise NoLiteral
    return repr(value)


def _quoted(writing: Writing, value: Any) -> str:
    return quoted(value)


def _text(value: Any) -> str:
    return quoted(str(value))


_WRITERS: dict[type, Callable[[Writing, Any], str]] = {
    **dict.fromkeys((type(None), bool, range), _plain),
    int: _int,
    type(...): lambda writing, value: "...",
    float: _float,
    complex: _plain,
    **dict.fromkeys((str, bytes), _quoted),
    bytearray: lambda writing, value: f"bytearray({quoted(bytes(value))})",
    list: lambda writing, value: f"[{_joined(writing, value)}]",
    tuple: _tuple,
    set: _set,
    frozenset: _frozenset,
    dict: _dict,
    slice: _slice,
    collections.OrderedDict: _collection("OrderedDict", _dict),
    collections.Counter: _collection("Counter", _dict),
    collections.defaultdict: _collection("defaultdict", _defaultdict),
    collections.deque: _collection("deque", _deque),
    **dict.fromkeys(
        (datetime.date, datetime.datetime, datetime.time, datetime.timedelta), _datetime
    ),
    datetime.timezone: _timezone,
    zoneinfo.ZoneInfo: _called("zoneinfo", "ZoneInfo", _text),
    decimal.Decimal: _called("decimal", "Decimal", _text),
    fractions.Fraction: _called(
        "fractions", "Fraction", lambda f: f"{f.numerator}, {f.denominator}"
    ),
    uuid.UUID: _called("uuid", "UUID", _text),
    type(pathlib.Path()): _called("pathlib", "Path", _text),
    re.Pattern: _pattern,
}
