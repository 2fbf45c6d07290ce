"""Record the calls of a promoted module's functions while the thin notebook runs.

The functions are wrapped when the module is imported. What they get is stored before the call:
small values whole, the first and some spread rows of large ones. What can't be stored is known
by the call that made it, so that a test can make it the same way.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import importing, observed_types
from jupyter_promote.pinning.thinning import most_rows, thinned
from jupyter_promote.testing import storage
from jupyter_promote.testing.values import Unstorable

MOST_CALLS = 8  # of one function; more are not recorded
MOST_BYTES = 40_000_000  # of all that is recorded in one run
CALLS = "calls.jsonl"
PYTHON = "python.txt"
LEFT_OUT = ("main", "run")


def record(module: str, folder: str) -> None:
    """Record the calls of `module`'s functions below `folder`, from its import on."""
    Path(folder, PYTHON).write_text(sys.executable, encoding="utf-8")
    importing.when_imported([module], _Recorder(module, Path(folder)).wrap)


class _Recorder:
    """Writes each call as a line of JSON, its arguments as files beside it."""

    def __init__(self, module: str, folder: Path) -> None:
        self.module = module
        self.folder = folder
        self.process = os.getpid()
        self.counts: dict[str, int] = {}
        self.number = 0
        self.bytes = 0
        self.busy = threading.local()
        self.made: dict[int, tuple[Callable[[], Any], int, list[Any]]] = {}
        self.touched: dict[int, list[int]] = {}

    def wrap(self, module: types.ModuleType) -> None:
        """Replace the module's own functions, and the methods of its classes, by recording ones."""
        for name, value in list(vars(module).items()):
            if getattr(value, "__module__", None) != self.module or name in LEFT_OUT:
                continue
            if isinstance(value, types.FunctionType):
                setattr(module, name, self.recording(name, value))
            elif isinstance(value, type) and not issubclass(value, tuple):
                for attribute, method in list(vars(value).items()):
                    own = isinstance(method, types.FunctionType)
                    if own and (not attribute.startswith("__") or attribute == "__call__"):
                        setattr(value, attribute, self.recording(f"{name}.{attribute}", method))

    def recording(self, name: str, function: types.FunctionType) -> Callable[..., Any]:
        """Return a function that does what `function` does, and is recorded."""
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return function

        if inspect.iscoroutinefunction(function):
            return self.recording_async(name, signature, function)

        @functools.wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            if self.full(name):
                return function(*args, **kwargs)
            with self.watched(self.begin(name, signature, args, kwargs)) as returned:
                returned.append(function(*args, **kwargs))
            return returned[0]

        return recorded

    def recording_async(
        self, name: str, signature: inspect.Signature, function: Callable[..., Any]
    ) -> Callable[..., Any]:
        """Return what `recording` does, for a function that is awaited."""

        @functools.wraps(function)
        async def recorded(*args: Any, **kwargs: Any) -> Any:
            if self.full(name):
                return await function(*args, **kwargs)
            with self.watched(self.begin(name, signature, args, kwargs)) as returned:
                returned.append(await function(*args, **kwargs))
            return returned[0]

        return recorded

    @contextmanager
    def watched(self, call: dict[str, Any] | None) -> Iterator[list[Any]]:
        """Give a list for what a call returns, and write the call's line whatever ends it."""
        returned: list[Any] = []
        try:
            yield returned
        finally:
            if returned:
                self.end(call, result=returned[0])
            else:
                self.end(call, raised=getattr(sys.exc_info()[0], "__name__", "BaseException"))

    def full(self, name: str) -> bool:
        """True where a call is not recorded: enough is known, or we ourselves make it."""
        return (
            self.counts.get(name, 0) >= MOST_CALLS
            or getattr(self.busy, "now", False)
            or self.bytes > MOST_BYTES
            or os.getpid() != self.process
        )

    def begin(
        self, name: str, signature: inspect.Signature, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Store the arguments of a call; None where they don't fit the signature."""
        try:
            given = _named(signature, args, kwargs)
        except TypeError:
            return None
        self.busy.now = True
        try:
            self.counts[name] = self.counts.get(name, 0) + 1
            self.number += 1
            number = self.number
            most = most_rows(given.values())
            stored = {key: self.argument(number, key, value, most) for key, value in given.items()}
            kinds = {key: observed_types.of(value) for key, value in given.items()}
        finally:
            self.busy.now = False
        return {"function": name, "number": number, "arguments": stored, "types": kinds}

    def argument(
        self, number: int, key: str, value: Any, most: Mapping[int, int]
    ) -> dict[str, Any]:
        """Return where the value of an argument is found: stored, made by a call, or nowhere."""
        base = self.folder / f"{number}-{key.strip('*')}"
        touched = self.touched.setdefault(id(value), []) if self.origin(value) else []
        try:
            head, spread = thinned(value, most)
            storage.save(base, head, module=self.module)
            self.bytes += storage.size(base)
            if spread is not None:
                storage.save(base.with_name(f"{base.name}.spread"), spread, module=self.module)
            return {"stored": base.name, "spread": spread is not None}
        except Unstorable as error:
            why = str(error)
        found = self.origin(value)
        if found is None:
            return {"lacking": why}
        earlier = [call for call in touched if call > found[0]]
        touched.append(number)
        return {"made": {"call": found[0], "path": found[1], "then": earlier}}

    def end(self, call: dict[str, Any] | None, *, result: Any = None, raised: str = "") -> None:
        """Write the line of a call that has ended."""
        if call is None:
            return
        self.busy.now = True
        try:
            if not raised:
                call["returns"] = observed_types.of_result(result)
                for path, part in _parts(result):
                    self.keep(part, call["number"], path)
            call["raised"] = raised
            with open(self.folder / CALLS, "a", encoding="utf-8") as lines:
                lines.write(json.dumps(call) + "\n")
        finally:
            self.busy.now = False

    def keep(self, value: Any, call: int, path: list[Any]) -> None:
        """Remember which call made `value`, without keeping it alive where that can be done."""
        reference: Callable[[], Any]
        try:
            reference = weakref.ref(value)
        except TypeError:
            if isinstance(value, observed_types.PLAIN):
                return
            reference = functools.partial(lambda kept: kept, value)
        if id(value) not in self.made or self.origin(value) is None:
            self.made[id(value)] = (reference, call, path)
            self.touched.pop(id(value), None)

    def origin(self, value: Any) -> tuple[int, list[Any]] | None:
        """Return the call that made `value`, and the path to it in what the call returned."""
        found = self.made.get(id(value))
        if found is None or found[0]() is not value:
            return None
        return found[1], found[2]


def _named(
    signature: inspect.Signature, args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments as they were given, by parameter; `*name` and `**name` hold the rest."""
    named = {}
    for name, value in signature.bind(*args, **kwargs).arguments.items():
        match signature.parameters[name].kind:
            case inspect.Parameter.VAR_POSITIONAL:
                named[f"*{name}"] = value
            case inspect.Parameter.VAR_KEYWORD:
                named[f"**{name}"] = value
            case _:
                named[name] = value
    return named


def _parts(result: Any) -> Iterator[tuple[list[Any], Any]]:
    """Yield the result and what a tuple, list or dict directly holds, with the path to it."""
    yield [], result
    if isinstance(result, tuple | list) and len(result) <= 50:
        yield from (([i], part) for i, part in enumerate(result))
    elif isinstance(result, dict) and len(result) <= 50:
        yield from (([key], part) for key, part in result.items() if isinstance(key, str | int))
