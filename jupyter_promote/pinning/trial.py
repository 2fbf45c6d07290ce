"""Run one call, and say all that it did: result, exception, changed arguments, prints, figures."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import chance
from jupyter_promote.sandbox.guard import Refused, guarded
from jupyter_promote.testing import values
from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.figures import drawn
from jupyter_promote.testing.foreign import attempted, ended
from jupyter_promote.testing.outline import outline
from jupyter_promote.testing.printing import steady


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception of `type`, with its module where that is not builtins, said `message`."""

    type: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A call gave `result` or `raised`; it changed, printed, drew and read these things.

    `changed` are the arguments whose value is another one after the call. `files_read` are paths
    below the call's folder. `chance` says that it drew random numbers which nobody seeded.
    `reached` says what the call was refused: then nothing else counts.
    """

    result: object = None
    raised: Raised | None = None
    changed: dict[str, object] = field(default_factory=dict)
    printed: str = ""
    figures: list[Any] = field(default_factory=list)
    files_read: tuple[str, ...] = ()
    chance: bool = False
    reached: str | None = None
    seconds: float = 0.0


def call(function: Callable[..., Any], arguments: Mapping[str, object]) -> Any:
    """Call a function by the names of its parameters; `*name` is a tuple, `**name` a mapping.

    The arguments are given by position as far as the signature lets them.
    """
    positional, named = bound(function, arguments)
    return function(*positional, **named)


def bound(
    function: Callable[..., Any], arguments: Mapping[str, object]
) -> tuple[list[Any], dict[str, Any]]:
    """Return a call's arguments: by position, and by name."""
    left = dict(arguments)
    positional: list[Any] = []
    unbroken = True
    for parameter in _parameters(function):
        if parameter.kind is parameter.VAR_POSITIONAL:
            given = left.pop(f"*{parameter.name}", ())
            positional += given if isinstance(given, (tuple, list)) else ()
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            unbroken = unbroken and parameter.name in left
            if unbroken:
                positional.append(left.pop(parameter.name))
    named: dict[str, Any] = {}
    for name, value in left.items():
        if name.startswith("**") and isinstance(value, Mapping):
            named.update(value)
        elif not name.startswith("*"):
            named[name] = value
    return positional, named


def _awaited(result: Any) -> Any:
    """Return what a call gives; that of a coroutine when it has run to its end."""
    if not inspect.iscoroutine(result):
        return result
    import asyncio

    return asyncio.run(result)


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some builtins tell no signature
        return []


def run(function: Callable[..., Any], arguments: Mapping[str, object], *, folder: Path) -> Outcome:
    """Call the function with `folder` as working directory, and return what it did.

    Hosts, other processes and files outside are refused. The arguments are used up: the call may
    change them, and the outcome holds them. The random states that all code shares are the same
    at the beginning of each call.
    """
    before = _watched(arguments)
    printed = io.StringIO()
    with (
        _quiet(printed),
        _in(folder),
        drawn() as figures,
        guarded(folder) as guard,
        chance.watched() as watch,
    ):
        started = time.perf_counter()
        result, error = ended(lambda: _awaited(call(function, arguments)))
        seconds = time.perf_counter() - started
    return Outcome(
        result=result,
        raised=None if error is None or isinstance(error, Refused) else _told(error),
        changed=_changed(before, arguments),
        printed=printed.getvalue(),
        figures=list(figures),
        files_read=guard.files_read,
        chance=watch.decides,
        reached=guard.reached,
        seconds=seconds,
    )


def unlike(a: Outcome, b: Outcome) -> str | None:
    """Return how two outcomes differ, None where they are equal.

    Of an exception only the type counts: messages are rewritten between versions of a library.
    """
    if a.reached != b.reached:
        return f"{_reach(a)}, not {_reach(b)}"
    kinds = [each.raised.type if each.raised else None for each in (a, b)]
    if kinds[0] != kinds[1]:
        return f"{_ending(kinds[0])}, not {_ending(kinds[1])}"
    if steady(a.printed) != steady(b.printed):
        return "it prints something else"
    for what, one, other in (
        ("the result", a.result, b.result),
        ("the changed arguments", a.changed, b.changed),
        ("the figures", a.figures, b.figures),
    ):
        said = _difference(one, other)
        if said is not None:
            return f"{what}: {said}"
    return None


def _difference(one: object, other: object) -> str | None:
    """Return how two values differ, as a test would see it: by their outlines where they can't be stored.

    What an object holds for itself, such as where it lies in memory, may differ in each run.
    """
    said = difference(one, other)
    if said is None or (_can_be_stored(one) and _can_be_stored(other)):
        return said
    return difference(outline(one), outline(other))


def _can_be_stored(value: object) -> bool:
    try:
        values.encode(value, {})
    except values.Unstorable:
        return False
    return True


def _reach(outcome: Outcome) -> str:
    return f"it {outcome.reached}" if outcome.reached else "it reaches for nothing"


def _ending(kind: str | None) -> str:
    return f"it raises {kind}" if kind else "it returns"


def _told(error: BaseException) -> Raised:
    kind = type(error)
    prefix = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    message = attempted(lambda: str(error), otherwise="")
    return Raised(type=prefix + kind.__qualname__, message=message)


def _watched(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return copies of the arguments that a call could change.

    Left out are those that cannot be copied, and those that are not equal to their own copy.
    """
    copies: dict[str, object] = {}
    for name, value in arguments.items():
        if isinstance(value, (str, bytes, int, float, complex, bool, type(None))):
            continue
        with contextlib.suppress(Exception):
            copied = copy.deepcopy(value)
            if difference(copied, value, rtol=0, atol=0) is None:
                copies[name] = copied
    return copies


def _changed(before: Mapping[str, object], arguments: Mapping[str, object]) -> dict[str, object]:
    return {
        name: arguments[name]
        for name, old in before.items()
        if difference(arguments[name], old, rtol=0, atol=0) is not None
    }


@contextlib.contextmanager
def _quiet(printed: io.StringIO) -> Iterator[None]:
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _in(folder: Path) -> Iterator[None]:
    """Work in a folder; leave the working directory and the environment as they were."""
    place, environment = os.getcwd(), dict(os.environ)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(place)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
