"""Describe the variables of a notebook, from inside its kernel, without disturbing them.

This file is read as text and executed in the kernel after the last cell, in a namespace of its
own. It needs nothing but the standard library, imports no library that the notebook has not
imported itself, never pickles, never advances an iterator, and never raises: what cannot be
described is said to be so. Equal texts mean equal values; long texts are replaced by digests.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import re
import sys
import types
from typing import Any

from jupyter_promote.proof.probe_libraries import LIBRARIES, MRO, digest, isinstance_of

LONGEST_TEXT = 2_000  # characters; longer descriptions become digests
DEEPEST = 25
MOST_NODES = 400_000  # per variable
MOST_PARTS = 200
TEMPORARY_NAME = "_jupyter_promote_builtins"

LOCALS = re.compile(r"(?<![\w.])[\w.]+\.<locals>\.")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
OWN_OF_IPYTHON = re.compile(
    r"_+|_i+|_i?\d+|__\w*__|_[dioe]h|_exit_code|In|Out|exit|quit|open|get_ipython"
)
ATOMS = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), type(NotImplemented))
SIMPLE = frozenset(ATOMS)
CALLABLES = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType,
    types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
)  # fmt: skip
BY_KIND_ONLY = frozenset((
    "matplotlib", "IPython", "ipykernel", "ipywidgets", "traitlets", "comm", "_io", "io",
    "threading", "_thread", "asyncio", "zmq", "concurrent", "multiprocessing", "subprocess",
    "socket", "ssl", "logging", "weakref", "_weakref", "contextvars", "_contextvars",
    "tempfile", "sqlite3", "select", "queue",
))  # fmt: skip
IDENTITY_FREE = (*ATOMS, range, slice, tuple, frozenset, type, types.ModuleType, *CALLABLES)


class Opaque(Exception):
    """The value is not compared: a callable, a generator, something of the outside world."""


class Describer:
    """Writes one variable as text."""

    def __init__(self, namespaces: list[str], folders: list[tuple[str, str]]) -> None:
        self.namespaces = namespaces
        self.folders = folders
        self.nodes = 0
        self.cut = False
        self.skipped: set[str] = set()

    def plain(self, text: str) -> str:
        """Return `text` without addresses, module names that moved, and scratch folders."""
        for scratch, real in self.folders:
            text = text.replace(scratch, real)
        for namespace in self.namespaces:
            if namespace in text:
                text = re.sub(rf"(?<![\w.]){re.escape(namespace)}\.", "__main__.", text)
        if "<locals>" in text:
            text = LOCALS.sub("__main__.", text)
        return ADDRESS.sub("0x", text)

    def kind(self, cls: type) -> str:
        """Return the dotted name of a class."""
        return self.plain(f"{cls.__module__}.{cls.__qualname__}")

    def text(self, value: Any, path: tuple[int, ...] = ()) -> str:
        """Return the canonical text of `value`, shortened to a digest where it is long."""
        self.nodes += 1
        if type(value) in SIMPLE:
            return shorten(self._atom(value))
        if id(value) in path:
            return f"<same as {len(path) - path.index(id(value))} above>"
        if len(path) > DEEPEST or self.nodes > MOST_NODES:
            self.cut = True
            return f"<{self.kind(type(value))}>"
        try:
            return shorten(self._structure(value, (*path, id(value))))
        except Opaque as opaque:
            self.skipped.add(str(opaque))
            return f"<{opaque}>"

    def _atom(self, value: Any) -> str:
        if type(value) is str:
            return "str:" + repr(self.plain(value))
        if type(value) is int and abs(value) >= 1 << 10_000:
            return f"int:{value:x}"
        return f"{type(value).__name__}:{value!r}"

    def _structure(self, value: Any, path: tuple[int, ...]) -> str:
        for describe in (self._of_library, self._of_language, self._of_state):
            told = describe(value, path)
            if told is not None:
                return told
        return f"{self.kind(type(value))} {self.plain(repr(value))}"

    def joined(self, kind: str, values: Any, path: tuple[int, ...]) -> str:
        """Return the texts of several values as one."""
        values = list(values)
        if len(values) > 64 and set(map(type, values)) <= SIMPLE:
            return f"{kind}[{len(values)} {digest(self.plain(repr(values)))}]"
        return f"{kind}[{', '.join(self.text(value, path) for value in values)}]"

    # What the language itself knows.

    def _of_language(self, value: Any, path: tuple[int, ...]) -> str | None:
        cls = type(value)
        kind = self.kind(cls)
        if cls in (types.FunctionType, types.BuiltinFunctionType) and self._of_elsewhere(value):
            return f"function {value.__module__}.{value.__qualname__}"
        if isinstance_of(cls, CALLABLES) or kind in ("functools.partial", "numpy.ufunc"):
            raise Opaque("callable")
        if isinstance_of(cls, (type,)):
            return f"class {self.kind(value)}"
        if isinstance_of(cls, (types.ModuleType,)):
            return f"module {value.__name__}"
        if kind in ("_io.StringIO", "_io.BytesIO") and not value.closed:
            return f"{kind} {value.tell()} {digest(value.getvalue())}"
        if kind.split(".")[0] == "pathlib":  # keeps what it worked out once
            return f"{kind} {self.plain(repr(value))}"
        if kind.split(".")[0] in BY_KIND_ONLY:
            raise Opaque(kind)
        if hasattr(cls, "__next__") or isinstance_of(
            cls, (types.CoroutineType, types.AsyncGeneratorType)
        ):
            raise Opaque(f"iterator {kind}")
        return self._container(value, cls, kind, path)

    def _of_elsewhere(self, function: Any) -> bool:
        """Whether the function is a library's own: its name tells which one it is."""
        whole = self.plain(f"{function.__module__}.{function.__qualname__}")
        bound = isinstance(getattr(function, "__self__", None), (types.ModuleType, type(None)))
        return bound and not whole.startswith(("__main__.", "None.")) and "<" not in whole

    def _container(self, value: Any, cls: type, kind: str, path: tuple[int, ...]) -> str | None:
        told = None
        if isinstance_of(cls, ATOMS[:6]):  # subclasses of numbers and texts
            base = next(base for base in ATOMS if isinstance_of(cls, (base,)))
            told = self.plain(base.__repr__(value))  # type: ignore[call-arg]
        elif isinstance_of(cls, (list,)):
            told = self.joined("", list.__iter__(value), path)
        elif isinstance_of(cls, (tuple,)):
            told = self.joined("", tuple.__iter__(value), path)
        elif isinstance_of(cls, (set, frozenset)):
            told = ", ".join(sorted(self.text(item, path) for item in list(value)))
        elif isinstance_of(cls, (dict, types.MappingProxyType)):
            told = self._pairs(
                dict(value).items() if cls is types.MappingProxyType else dict.items(value), path
            )
        elif kind == "collections.deque":
            told = self.joined(f"maxlen {value.maxlen} ", list(value), path)
        elif isinstance_of(cls, (bytearray, memoryview)):
            told = digest(bytes(value))
        elif kind == "array.array":
            told = value.typecode + digest(value.tobytes())
        elif isinstance_of(cls, (random.Random,)) and cls is not random.SystemRandom:
            told = digest(repr(value.getstate()))
        elif isinstance_of(cls, (BaseException,)):
            told = self.joined("", value.args, path)
        elif cls is types.SimpleNamespace:
            told = self._pairs(vars(value).items(), path)
        if told is None:
            return None
        return f"{kind}({told}){self._attributes(value, path)}"

    def _pairs(self, pairs: Any, path: tuple[int, ...]) -> str:
        return ", ".join(
            f"{self.text(key, path)}: {self.text(item, path)}" for key, item in list(pairs)
        )

    # What libraries know, if the notebook has imported them.

    def _of_library(self, value: Any, path: tuple[int, ...]) -> str | None:
        kind = self.kind(type(value))
        library = kind.split(".")[0]
        for name, describe in LIBRARIES.items():
            module = sys.modules.get(name)
            if module is not None:
                told = describe(self, module, value, path)
                if told is not None:
                    return f"{kind}({told})"
        if (
            library == "sklearn"
            and state_of(value) is None
            and hasattr(type(value), "__getstate__")
        ):
            return f"{kind}({self.text(value.__getstate__(), path)})"
        return None

    # Any other object: what it holds.

    def _of_state(self, value: Any, path: tuple[int, ...]) -> str | None:
        held = self._attributes(value, path)
        return f"{self.kind(type(value))}{held}" if held not in ("", "{}") else None

    def _attributes(self, value: Any, path: tuple[int, ...]) -> str:
        state = state_of(value)
        if not state:
            return ""
        pairs = sorted(((str(key), item) for key, item in state.items()), key=lambda pair: pair[0])
        told = [f"{key}={self.text(item, path)}" for key, item in pairs if not key.startswith("__")]
        return "{" + ", ".join(told) + "}"


def shorten(text: str) -> str:
    """Return `text`, or its beginning and a digest."""
    return text if len(text) <= LONGEST_TEXT else f"{text[:100]}… {len(text)} {digest(text)}"


def state_of(value: Any) -> dict[str, Any] | None:
    """Return the attributes that the object itself holds; None if it can hold none.

    What pandas' and statsmodels' cached properties have worked out so far is none of them.
    """
    found: dict[str, Any] = {}
    known = False
    for cls in MRO(type(value)):
        slots = cls.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else tuple(slots):
            known = True
            private = (
                f"_{cls.__name__.lstrip('_')}{name}" if name[:2] == "__" != name[-2:] else name
            )
            with contextlib.suppress(AttributeError):
                found[name] = object.__getattribute__(value, private)
    with contextlib.suppress(AttributeError, TypeError):
        held = object.__getattribute__(value, "__dict__")
        if isinstance(held, dict):
            found.update(held)
            known = True
    cached = found.get("_cache")
    if type(cached) is dict and all(_is_worked_out(type(value), name) for name in cached):
        del found["_cache"]
    return found if known else None


def _is_worked_out(cls: type, name: Any) -> bool:
    """Whether the class computes the attribute, and objects can't be given another."""
    own = next((vars(base)[name] for base in MRO(cls) if name in vars(base)), None)
    return hasattr(type(own), "__get__") and not isinstance_of(type(own), CALLABLES)


def summary(describer: Describer, value: Any, kind: str) -> str:
    """Return in a few words what a person would say the value is."""
    cls = type(value)
    name = kind.rsplit(".", 1)[-1]
    shape = getattr(value, "shape", None) if hasattr(cls, "shape") else None
    if cls in SIMPLE or shape == ():
        told = describer.plain(describer.text(value) if cls is int else repr(value))
        return told.removeprefix("int:") if len(told) <= 60 else told[:59] + "…"
    if isinstance(shape, tuple) and len(shape) == 2 and name == "DataFrame":
        return f"{shape[0]} rows × {shape[1]} columns"
    if isinstance(shape, tuple):
        return f"{name} of shape {shape}"
    if isinstance_of(cls, (list, tuple, set, frozenset, dict)):
        return f"{name} of {len(value)}"
    return name


def parts(describer: Describer, value: Any) -> dict[str, str]:
    """Return label -> text of the pieces by which a person would tell two such values apart."""
    cls = type(value)
    pandas = sys.modules.get("pandas")
    pairs: Any = ()
    if pandas is not None and isinstance_of(cls, (pandas.DataFrame,)):
        pairs = [("the index", value.index)]
        pairs += [(f"column {name!r}", value.iloc[:, at]) for at, name in enumerate(value.columns)]
    elif isinstance_of(cls, (dict,)):
        pairs = [(f"[{key!r:.40}]", item) for key, item in list(dict.items(value))]
    elif isinstance_of(cls, (list, tuple)):
        pairs = [(f"[{at}]", item) for at, item in enumerate(list(value[:MOST_PARTS]))]
    elif cls not in SIMPLE:
        state = state_of(value) or {}
        pairs = [(f".{name}", item) for name, item in state.items() if name[:2] != "__"]
    return {
        label: digest(describer.text(item)) for label, item in itertools.islice(pairs, MOST_PARTS)
    }


def described(value: Any, namespaces: list[str], folders: list[tuple[str, str]]) -> dict[str, Any]:
    """Return text, summary, parts and what of it is not compared."""
    describer = Describer(namespaces, folders)
    kind = describer.kind(type(value))
    try:
        text = describer.text(value)
    except Opaque as reason:
        text = f"<{reason}>"
    pieces: dict[str, str] = {}
    if len(text) > 60:
        pieces = parts(Describer(namespaces, folders), value)
    opaque = text.startswith("<") and text.endswith(">")
    if describer.cut:
        describer.skipped.add("what lies too deep")
    return {
        "text": text, "kind": kind, "summary": summary(describer, value, kind), "parts": pieces,
        "opaque": opaque, "skipped": sorted(describer.skipped),
    }  # fmt: skip


def users_variables(shell: Any) -> dict[str, Any]:
    """Return the notebook's variables without those that IPython put there."""
    hidden = shell.user_ns_hidden
    return {
        name: value
        for name, value in list(shell.user_ns.items())
        if isinstance(name, str)
        and not OWN_OF_IPYTHON.fullmatch(name)
        and name != TEMPORARY_NAME
        and not (name in hidden and hidden[name] is value)
    }


def same_objects(variables: dict[str, Any]) -> list[list[str]]:
    """Return the groups of names that stand for one and the same changeable object."""
    by_object: dict[int, list[str]] = {}
    numpy = sys.modules.get("numpy")
    unchangeable = (*IDENTITY_FREE, numpy.generic) if numpy else IDENTITY_FREE
    for name, value in variables.items():
        if not isinstance_of(type(value), unchangeable):
            by_object.setdefault(id(value), []).append(name)
    return sorted(sorted(names) for names in by_object.values() if len(names) > 1)


def probe(target: str, namespaces: list[str], folders: list[tuple[str, str]]) -> None:
    """Write the description of all variables to the file `target`, as JSON."""
    from IPython import get_ipython

    variables = users_variables(get_ipython())
    found: dict[str, Any] = {}
    for name, value in sorted(variables.items()):
        told = {
            "text": "",
            "kind": "",
            "summary": "",
            "parts": {},
            "opaque": True,
            "skipped": ["cannot be described"],
        }
        with contextlib.suppress(Exception):  # a stranger's object may raise whatever it likes
            told = described(value, namespaces, folders)
        found[name] = told
    same = same_objects(variables)
    told_all = json.dumps({"variables": found, "identities": same, "python": sys.executable})
    with open(target, "w", encoding="utf-8") as file:
        file.write(told_all)
