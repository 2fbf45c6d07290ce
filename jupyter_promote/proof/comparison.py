"""Compare two observations: what differs, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.proof.events import Event
from jupyter_promote.proof.files import UNREADABLE_PICKLE
from jupyter_promote.proof.observation import NotVerified, Observation, Variable

MOST_SENTENCES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """The thin notebook shows, holds and writes the same, as far as it was compared.

    `outputs` counts prints and displays that were equal, `figures` those of them with an image;
    `dropped` the displays that it no longer shows. `unstable` differs between two runs of the
    original itself, so it was left out. `also` are the other parameter values with which both did
    the same.
    """

    outputs: int
    variables: int
    figures: int
    files: int
    dropped: int = 0
    not_compared: tuple[str, ...] = ()
    unstable: tuple[str, ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    """The thin notebook does something else; each difference is a sentence for a person."""

    differences: tuple[str, ...]
    unstable: tuple[str, ...] = ()


Verdict = Equivalent | Different | NotVerified


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unstable:
    """What differs between two runs of the original: positions, names, paths.

    `variables` gives for each name the parts that are equal all the same.
    """

    events: frozenset[int] = frozenset()
    all_events: bool = False
    variables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    identities: bool = False

    def told(self) -> tuple[str, ...]:
        """Return it in words."""
        shown = ["what it shows"] if self.all_events else [f"output {n + 1}" for n in self.events]
        named = [f"variable `{name}`" for name in sorted(self.variables)]
        files = [f"file `{path}`" for path in sorted(self.files)]
        same = ["which names stand for the same object"] if self.identities else []
        return (*sorted(shown), *named, *files, *same)


def compare(
    original: Observation,
    thin: Observation,
    *,
    again: Observation | None = None,
    dropped: int | None = None,
    deleted: Collection[str] = (),
) -> Equivalent | Different:
    """Return whether `thin` does what `original` does.

    The thin notebook may leave out displays, never text: at most `dropped` of them, None for any
    number. `deleted` are names that the original deletes, so that thin must not hold them.
    Where `again`, a second run of the original, differs from the first, nothing is compared.
    """
    unstable = _unstable(original, again) if again else _Unstable()
    stray, left_out = _stray(thin.events, original.events, unstable)
    differences = [
        *stray,
        *([] if stray else _too_many_dropped(left_out, dropped)),
        *_variables(original, thin, unstable, deleted),
        *([] if unstable.identities else _identities(original, thin)),
        *_files(original.files, thin.files, unstable.files),
    ]
    if differences:
        more = len(differences) - MOST_SENTENCES
        kept = differences[:MOST_SENTENCES] + ([f"and {more} more"] if more > 0 else [])
        return Different(differences=tuple(kept), unstable=unstable.told())
    return _equivalent(original, thin, unstable, dropped=len(left_out))


def _equivalent(
    original: Observation, thin: Observation, unstable: _Unstable, *, dropped: int
) -> Equivalent:
    both = [name for name in thin.variables if name in original.variables]
    compared = [
        name
        for name in both
        if name not in unstable.variables
        and not thin.variables[name].opaque
        and not original.variables[name].opaque
    ]
    return Equivalent(
        outputs=0 if unstable.all_events else len(thin.events),
        variables=len(compared),
        figures=0 if unstable.all_events else sum(bool(event.image) for event in thin.events),
        files=len([path for path in thin.files if path not in unstable.files]),
        dropped=dropped,
        not_compared=(
            *(note for name in sorted(both) for note in _skipped(name, original, thin)),
            *_pickles(original.files, thin.files),
        ),
        unstable=unstable.told(),
    )


def _skipped(name: str, original: Observation, thin: Observation) -> Iterator[str]:
    one, other = original.variables[name], thin.variables[name]
    if one.opaque or other.opaque:
        yield f"`{name}` ({one.kind.removeprefix('builtins.')})"
    elif one.skipped or other.skipped:
        yield f"inside `{name}`: " + ", ".join(sorted({*one.skipped, *other.skipped}))


def _pickles(first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[str]:
    for path, digest in sorted(second.items()):
        if digest.startswith(UNREADABLE_PICKLE) and first.get(path) != digest:
            yield f"file `{path}` (a pickle whose bytes differ)"


# What is shown.


def _stray(
    thin: Sequence[Event], whole: Sequence[Event], unstable: _Unstable
) -> tuple[list[str], list[Event]]:
    """Return how `thin` is not `whole` with displays left out, and which were left out."""
    if unstable.all_events:
        return [], []
    left_out: list[Event] = []
    at = 0
    for event in thin:
        while at < len(whole) and not _same_event(event, whole[at], at in unstable.events):
            if whole[at].kind != "display":
                return [_unexpected(event, left_out, whole[at])], left_out
            left_out.append(whole[at])
            at += 1
        if at == len(whole):
            return [_unexpected(event, left_out, None)], left_out
        at += 1
    left_out.extend(event for event in whole[at:] if event.kind == "display")
    missing = next((event for event in whole[at:] if event.kind != "display"), None)
    return ([f"{_told(missing)} is missing"] if missing else []), left_out


def _same_event(one: Event, other: Event, unstable: bool) -> bool:
    return one == other or (unstable and one.kind == other.kind)


def _unexpected(event: Event, left_out: Sequence[Event], expected: Event | None) -> str:
    for other in left_out:
        if other.kind == event.kind == "display" and other.text == event.text:
            part = "the figure" if other.image != event.image else "the rendered form"
            return f"{part} of {_told(event)} differs"
    if expected is not None:
        return f"{_told(expected)} was expected, {_told(event)} came"
    return f"{_told(event)} is not shown by the original at this place"


def _told(event: Event) -> str:
    words = {"text": "the line", "display": "the display", "error": "the error"}
    short = event.text if len(event.text) <= 90 else event.text[:89] + "…"
    return f"{words[event.kind]} {short!r}"


def _too_many_dropped(left_out: Sequence[Event], allowed: int | None) -> Iterator[str]:
    if allowed is not None and len(left_out) > allowed:
        for event in left_out:
            yield f"{_told(event)} is missing ({allowed} may be dropped)"


# What is held.


def _variables(
    original: Observation, thin: Observation, unstable: _Unstable, deleted: Collection[str]
) -> Iterator[str]:
    for name, after in sorted(thin.variables.items()):
        before = original.variables.get(name)
        if before is None:
            if name in deleted:
                yield f"variable `{name}` is deleted by the original, but still there"
        elif name in unstable.variables:
            yield from _stable_parts(name, before, after, unstable.variables[name])
        elif not _equal(before, after):
            yield f"variable `{name}`: {_change(before, after)}"


def _stable_parts(
    name: str, before: Variable, after: Variable, stable: Collection[str]
) -> Iterator[str]:
    """Compare the parts that repeat of a variable that does not repeat as a whole."""
    for part in sorted(stable):
        if before.parts.get(part) != after.parts.get(part):
            yield f"variable `{name}`: {part} differs"


def _equal(before: Variable, after: Variable) -> bool:
    """Whether both are equal; a function of the notebook may have become one of a module."""
    opaque = before.opaque or after.opaque
    return before.text == after.text or (opaque and before.kind == after.kind)


def _change(before: Variable, after: Variable) -> str:
    if before.kind != after.kind:
        return f"{before.kind} {before.summary} became {after.kind} {after.summary}"
    if before.summary != after.summary:
        return f"{before.summary} became {after.summary}"
    names = sorted(before.parts.keys() | after.parts.keys())
    parts = [name for name in names if before.parts.get(name) != after.parts.get(name)]
    if not parts:
        return f"{before.text[:60]} became {after.text[:60]}"
    more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
    return f"{', '.join(parts[:3])}{more} differ" + ("s" if len(parts) == 1 else "")


def _identities(original: Observation, thin: Observation) -> Iterator[str]:
    both = original.variables.keys() & thin.variables.keys()
    before, after = _pairs(original, both), _pairs(thin, both)
    for one, other in sorted(before - after):
        yield f"`{one}` and `{other}` are no longer the same object"
    for one, other in sorted(after - before):
        yield f"`{one}` and `{other}` have become the same object"


def _pairs(observation: Observation, names: Collection[str]) -> set[tuple[str, str]]:
    """Return pairs of names that stand for one object; the first of a group with each other."""
    found = set()
    for group in observation.identities:
        present = sorted(name for name in group if name in names)
        found |= {(present[0], name) for name in present[1:]}
    return found


# What is written.


def _files(
    before: Mapping[str, str], after: Mapping[str, str], unstable: Collection[str]
) -> Iterator[str]:
    for path in sorted((before.keys() | after.keys()) - set(unstable)):
        one, other = before.get(path), after.get(path)
        if one == other or (
            one and other and one.startswith(UNREADABLE_PICKLE) and other.startswith("pickle")
        ):
            continue
        if other is None:
            yield f"file `{path}` is not written"
        elif one is None:
            yield f"file `{path}` is written, which the original does not do"
        else:
            yield f"file `{path}` differs"


def _unstable(original: Observation, again: Observation) -> _Unstable:
    """Return where the original differs from itself."""
    first, second = original.events, again.events
    other_kinds = [event.kind for event in first] != [event.kind for event in second]
    names = original.variables.keys() | again.variables.keys()
    paths = original.files.keys() | again.files.keys()
    pairs = zip(first, second, strict=not other_kinds)
    return _Unstable(
        events=frozenset(
            at for at, (one, other) in enumerate(pairs) if not other_kinds and one != other
        ),
        all_events=other_kinds,
        variables={
            name: _equal_parts(original.variables.get(name), again.variables.get(name))
            for name in names
            if _text(original, name) != _text(again, name)
        },
        files=frozenset(
            path for path in paths if original.files.get(path) != again.files.get(path)
        ),
        identities=original.identities != again.identities,
    )


def _text(observation: Observation, name: str) -> str | None:
    variable = observation.variables.get(name)
    return variable.text if variable else None


def _equal_parts(one: Variable | None, other: Variable | None) -> frozenset[str]:
    if one is None or other is None:
        return frozenset()
    return frozenset(part for part in one.parts if one.parts[part] == other.parts.get(part))
