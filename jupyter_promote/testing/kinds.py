"""What the kinds of stored values have in common: how one is written, read, and named."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from jupyter_promote.testing.foreign import ended

JSON = Any  # None, bool, int, float, str, and lists and dicts of them

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class Unstorable(Exception):
    """Says what can't be stored, and where within the value it stands."""

    def __init__(self, what: str, path: str = "") -> None:
        super().__init__(f"{path.removeprefix('.')}: {what}" if path else what)


class Unreadable(Exception):
    """Says what in a recording can't be understood."""


class Writer(Protocol):
    """Turns values into JSON; large arrays go into `arrays`."""

    module: str
    arrays: dict[str, Any] | None

    def write(self, value: Any, path: str) -> JSON:
        """Return the JSON for `value`, which stands at `path` of the whole."""


class Reader(Protocol):
    """Turns JSON into values again."""

    module: str
    arrays: dict[str, Any]

    def read(self, json: JSON) -> Any:
        """Return the value that was written as `json`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Values stored as `{"$tag": content}`, and how the content is written and read."""

    tag: str
    write: Callable[[Writer, Any, str], JSON]
    read: Callable[[Reader, JSON], Any]


def items(writer: Writer, values: Iterable[Any], path: str) -> list[JSON]:
    """Return each value's JSON, named by its position."""
    return [writer.write(value, f"{path}[{i}]") for i, value in enumerate(values)]


def key_path(path: str, key: Any) -> str:
    """Return the path of what stands under `key`."""
    return f"{path}[{shown(key)}]"


def shown(value: Any, longest: int = 60) -> str:
    """Return a short representation, whatever the value's own does."""
    said, error = ended(lambda: repr(value))
    name = type(value).__name__
    text = f"<{name}, whose repr raises {type(error).__name__}>" if said is None else said
    return text if len(text) <= longest else text[: longest - 1] + "…"


def told(path: str, what: str) -> str:
    """Return what is said of the value at `path`."""
    return f"{path}: {what}" if path else what


def a(value: Any) -> str:
    """Return the value's type with an article: `a LogisticRegression`."""
    name = type(value).__name__
    return f"an {name}" if name[0] in "AEIOaeio" else f"a {name}"


def imported(name: str) -> Any:
    """Return the module of that dotted name.

    Raises:
        Unreadable: it is no plain dotted name, or there is no such module.
    """
    if not _DOTTED.fullmatch(name) or name == "__main__":
        raise Unreadable(f"{shown(name)} is not the name of a module")
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Unreadable(f"the module {name!r} can't be imported ({error})") from error
