"""What is said of a group of copies: where it stands, where the others are, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_promote.checks.clones.groups import Group, Place, Span
from jupyter_promote.checks.finding import Finding, Lines, Related

_SAME = {1: "the same", 2: "the same but for names and values", 3: "almost the same"}


def is_module(place: Place) -> bool:
    """True for a place in a module: it has lines, but no cells."""
    return place.spans[0].cell is None


def files(group: Group) -> set[str]:
    """Return the files in which copies of a group stand."""
    return {place.path for place in group.places}


def finding(code: str, group: Group, first: int, hint: str) -> Finding:
    """Return the finding at the place numbered `first` of a group, the others as related ones."""
    place = group.places[first]
    others = [(i, p) for i, p in enumerate(group.places) if i != first]
    span, lines = _largest(place), place.lines
    kinds = {_kind(group, first, i) for i, _ in others}
    return Finding(
        code=code,
        message=told(f"{lines} lines{_cells(place)}", len(others), _SAME[max(kinds)]),
        hint=hint,
        path=place.path,
        cell=span.cell,
        line=span.first,
        end_line=span.last,
        related=tuple(
            _related(p, _kind(group, first, i), _like(group, i, [n for n, _ in others]))
            for i, p in others
        ),
        spans=_lines(place),
    )


def told(what: str, others: int, likeness: str) -> str:
    """Return the message about lines that stand in some other places too."""
    number = "one other place" if others == 1 else f"{others} other places"
    return f"{what} stand in {number} too: {likeness}"


def _kind(group: Group, one: int, other: int) -> int:
    pair = (min(one, other), max(one, other))
    return next((m.type for m in group.matches if (m.one, m.other) == pair), group.type)


def _cells(place: Place) -> str:
    """Return the cells of a place in words, "" where there is one, or none."""
    first, last = place.spans[0].cell, place.spans[-1].cell
    return (
        ""
        if first is None or last is None or first == last
        else f" in cells {first + 1} to {last + 1}"
    )


def _largest(place: Place) -> Span:
    """Return where most lines of a place stand."""
    return max(place.spans, key=lambda span: span.last - span.first)


def _like(group: Group, one: int, others: Sequence[int]) -> tuple[int, ...]:
    """Return the positions in `others`, before that of `one`, of places that `one` repeats."""
    alike = {m.one for m in group.matches if m.other == one}
    alike |= {m.other for m in group.matches if m.one == one}
    return tuple(k for k, i in enumerate(others[: others.index(one)]) if i in alike)


def _related(place: Place, kind: int, like: tuple[int, ...]) -> Related:
    span = _largest(place)
    inside = f" in {place.function}" if place.function else _cells(place)
    return Related(
        note=f"{_SAME[kind]}{inside}",
        path=place.path,
        cell=span.cell,
        line=span.first,
        end_line=span.last,
        spans=_lines(place),
        like=like,
    )


def _lines(place: Place) -> tuple[Lines, ...]:
    """Return the lines of a place that goes on from cell to cell."""
    if len(place.spans) == 1:
        return ()
    spans = ((s.cell, s.first, s.last) for s in place.spans)
    return tuple(Lines(cell=c, line=a, end_line=b) for c, a, b in spans if c is not None)
