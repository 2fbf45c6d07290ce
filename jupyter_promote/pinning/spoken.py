"""What a session says: tests, the fixtures they need, and what was seen, as plain text and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One thing a test asserts: `about` is result, changed, kept, printed, figures or raised.

    `expected` is Python text; `how` is `same`, `equal`, `alike`, `outline` or `brief outline` (with
    ` alike` after it where parts are masked), `steady`
    or `repeating` (only what repeats is in it); `subject` is an argument's name.
    """

    about: str
    expected: str
    how: str = "same"
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A call as Python text: names that are bound before, calls that come before, the call itself.

    `fixtures` are the earlier calls whose results it needs. With `chance` it draws random numbers
    which nobody seeded.
    """

    text: str
    names: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    fixtures: tuple[str, ...]
    chance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test of one call: `files` are those that it reads.

    `varies` says that its results differ from run to run: 1 a little, 2 altogether.
    """

    function: str
    fact: str
    call: Spoken
    pins: tuple[Pin, ...]
    imports: tuple[str, ...]
    files: tuple[str, ...] = ()
    varies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """An earlier call that is made again for tests that need what it returns."""

    name: str
    function: str
    call: Spoken
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What pins a module today. `types` are those of arguments and results, by function.

    `coverage` is (lines that tests run, lines) by function; `survivors` are faults that no test
    notices; `unused` says why a function's recorded calls could not be used; `masked` what was
    not stored; `files` those that tests read, and whether they are stored with the recordings.
    """

    tests: tuple[Test, ...]
    fixtures: tuple[Fixture, ...]
    types: Mapping[str, Mapping[str, list[Mapping[str, str]]]]
    coverage: Mapping[str, tuple[int, int]]
    survivors: tuple[Mapping[str, Any], ...]
    mutants: int
    unused: Mapping[str, str]
    masked: tuple[str, ...]
    files: Mapping[str, bool]


def of_json(raw: Mapping[str, Any]) -> Pinned:
    """Return what a session wrote."""
    return Pinned(
        tests=tuple(_test(each) for each in raw["tests"]),
        fixtures=tuple(
            Fixture(
                name=each["name"],
                function=each["function"],
                call=_spoken(each["call"]),
                imports=tuple(each["imports"]),
            )
            for each in raw["fixtures"]
        ),
        types=raw["types"],
        coverage={name: (part, whole) for name, (part, whole) in raw["coverage"].items()},
        survivors=tuple(raw["survivors"]),
        mutants=raw["mutants"],
        unused=raw["unused"],
        masked=tuple(raw["masked"]),
        files=raw["files"],
    )


def _test(raw: Mapping[str, Any]) -> Test:
    return Test(
        function=raw["function"],
        fact=raw["fact"],
        call=_spoken(raw["call"]),
        pins=tuple(Pin(**pin) for pin in raw["pins"]),
        imports=tuple(raw["imports"]),
        files=tuple(raw["files"]),
        varies=raw["varies"],
    )


def _spoken(raw: Mapping[str, Any]) -> Spoken:
    return Spoken(
        text=raw["text"],
        names=tuple((name, text) for name, text in raw["names"]),
        before=tuple(raw["before"]),
        fixtures=tuple(raw["fixtures"]),
        chance=raw["chance"],
    )
