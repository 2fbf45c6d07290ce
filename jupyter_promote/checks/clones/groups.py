"""Groups of places that are copies of each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.clones import alignment, seeding
from jupyter_promote.checks.clones.alignment import Alignment
from jupyter_promote.checks.clones.evidence import Evidence, telling
from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.shapes import NO_CELL, FileShapes

MIN_LINES = 5
PARTS = 0.7  # share of a copy that its parts must hold to stand for it
CLOSE = 0.9  # share of words kept from which a copy is told whatever else is
HARDLY = 0.6  # share of what was kept of which a copy must have more to hold anything
OVERLAP = 0.7  # share of common statements from which two stretches are one place


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Lines `first` to `last` of a cell (zero-based position), or of a module."""

    cell: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One member of a group: lines of one or several cells of a notebook, or of a module.

    `function` is the module's function or class that it lies in, "" where there is none.
    """

    path: str
    spans: tuple[Span, ...]
    lines: int
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The places numbered `one` and `other` of a group are clones of type 1, 2 or 3.

    `kept` is the share of words that are the same in both.
    """

    one: int
    other: int
    type: int
    kept: float
    renamed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places that are copies of the first of them, and `saved` lines if there were only one."""

    type: int
    places: tuple[Place, ...]
    matches: tuple[Match, ...] = field(repr=False)
    saved: int


MANY = 40  # places of a group of which only the first is compared with all others

Stretch = tuple[int, int]


def find(files: Sequence[FileShapes], min_lines: int = MIN_LINES) -> list[Group]:
    """Return the groups of clones, those that would save the most lines first."""
    index = Index(files)
    kept = _largest(index, _accepted(index, min_lines))
    return list(telling_more(sorted(_grouped(index, kept), key=lambda g: -g.saved)))


def telling_more(found: Iterable[Group]) -> Iterator[Group]:
    """Yield the groups but those of which every place lies in a place of one before.

    Equal places are told also where they lie in longer ones that were changed. Places that are
    only almost the same are not told where each lies in one told before, be it of several groups.
    """
    before: dict[str, list[Group]] = defaultdict(list)
    for group in found:
        paths = {place.path for place in group.places}
        near = [other for path in paths for other in before[path]]
        if not any(_lies_in(group, other) for other in near) and not _was_told(group, near):
            yield group
            for path in paths:
                before[path].append(group)


def _lies_in(small: Group, large: Group) -> bool:
    if small.type == 1 < large.type:
        return False
    return _all_inside(small, large.places)


def _was_told(group: Group, before: Sequence[Group]) -> bool:
    if any(match.type < 3 or match.kept >= CLOSE for match in group.matches):
        return False
    return _all_inside(group, [place for other in before for place in other.places])


def _all_inside(group: Group, others: Sequence[Place]) -> bool:
    return all(any(_inside(p, q) for q in others) for p in group.places)


def _inside(small: Place, large: Place) -> bool:
    if small.path != large.path:
        return False
    lines = sum(s.last - s.first + 1 for s in small.spans)
    common = sum(
        max(0, min(s.last, r.last) - max(s.first, r.first) + 1)
        for s in small.spans
        for r in large.spans
        if s.cell == r.cell
    )
    return common >= PARTS * lines


def _accepted(index: Index, min_lines: int) -> Iterator[Alignment]:
    judge = Evidence(index)
    seen = set[tuple[int, int]]()
    for chain in seeding.chains(index):
        if seen.issuperset(chain) or not judge.promising(chain):
            continue
        for found in alignment.alignments(index, chain):
            seen.update(found.pairs)
            yield from _wanted_of(index, judge, found, min_lines)


def _wanted_of(index: Index, judge: Evidence, found: Alignment, min_lines: int) -> list[Alignment]:
    """Return the copy, or its parts by cells: within a notebook it is cells that are repeated."""

    def wanted(one: Alignment) -> bool:
        lines = index.lines(one.a, one.a_end), index.lines(one.b, one.b_end)
        # The same statements may be laid out on fewer lines; an edited copy has as many as any.
        edited = _type(index, (one.a, one.a_end), (one.b, one.b_end)) == 3
        if (min(lines) if edited else max(lines)) < min_lines:
            return False
        if _answered(index, one) < min_lines - 1:
            return False
        return judge.copied(one)

    whole = [found] if wanted(found) else []
    if whole and index.file[found.a] != index.file[found.b]:
        return whole
    parts = [part for part in alignment.by_cells(index, found) if wanted(part)]
    covered = sum(p.a_end - p.a for p in parts)
    return whole if whole and covered < PARTS * (found.a_end - found.a) else parts


def _answered(index: Index, found: Alignment) -> int:
    """Return how many lines of a copy have an answer that tells something."""
    pairs = telling(index, found)
    one = sum(index.last[i] - index.first[i] + 1 for i, _ in pairs)
    return max(one, sum(index.last[j] - index.first[j] + 1 for _, j in pairs))


def _largest(index: Index, found: Iterator[Alignment]) -> list[Alignment]:
    """Return the copies that lie in no larger one."""
    kept: list[Alignment] = []
    over: dict[tuple[int, int], list[Alignment]] = defaultdict(list)  # by statement, other file
    order = sorted(
        found, key=lambda f: (-(f.renamed - 0.6) * (f.a_end - f.a + f.b_end - f.b), f.a, f.b)
    )
    for one in order:
        file, middle = index.file[one.b], (one.a + one.a_end) // 2
        if not any(_covers(o, one) for o in over[middle, file]):
            kept.append(one)
            for i in range(one.a, one.a_end):
                over[i, file].append(one)
    return kept


def _covers(large: Alignment, small: Alignment) -> bool:
    a = _common((large.a, large.a_end), (small.a, small.a_end))
    b = _common((large.b, large.b_end), (small.b, small.b_end))
    return a > 0.5 * (small.a_end - small.a) and b > 0.5 * (small.b_end - small.b)


def _common(one: Stretch, other: Stretch) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _grouped(index: Index, found: Sequence[Alignment]) -> Iterator[Group]:
    """Yield the groups: what is alike the one place that is alike the most others."""
    stretches = _stretches(found)
    kinds = _Kinds(index, set(stretches.values()))
    edges: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    between: dict[tuple[Stretch, Stretch], Alignment] = {}
    for one in found:
        a, b = stretches[one.a, one.a_end], stretches[one.b, one.b_end]
        if a != b:
            between.setdefault((min(a, b), max(a, b)), one)
            this, that = kinds.of[a], kinds.of[b]
            edges[this][that] += one.renamed * (one.a_end - one.a)
            edges[that][this] += one.renamed * (one.a_end - one.a)
    told = set[tuple[int, int]]()
    for hub in sorted(edges, key=lambda kind: -sum(edges[kind].values())):
        others = sorted(kind for kind in edges[hub] if (hub, kind) not in told)
        if not others:
            continue
        together = [hub, *(kind for kind in others if kind != hub)]
        told.update((x, y) for x in together for y in together if y in edges[x])
        places = [*kinds.members[hub]]
        places += sorted(p for kind in together[1:] for p in kinds.members[kind])
        yield _group(index, places, between)


def _group(
    index: Index,
    stretches: Sequence[Stretch],
    between: Mapping[tuple[Stretch, Stretch], Alignment],
) -> Group:
    number = {stretch: k for k, stretch in enumerate(stretches)}
    matches = []
    for one in stretches:
        for other in stretches[: number[one]] if len(stretches) <= MANY else stretches[:1]:
            found = between.get((min(one, other), max(one, other)))
            kind = _type(index, one, other)
            if found is not None or kind < 3:
                names = tuple(found.names.items()) if found else ()
                pair = number[other], number[one]
                kept = found.kept if found else float(kind == 1)
                matches.append(
                    Match(one=pair[0], other=pair[1], type=kind, kept=kept, renamed=names)
                )
    places = tuple(_place(index, *stretch) for stretch in stretches)
    return Group(
        type=max((m.type for m in matches), default=3),
        places=places,
        matches=tuple(sorted(matches, key=lambda m: (m.one, m.other))),
        saved=sum(sorted(p.lines for p in places)[:-1]),
    )


def _stretches(found: Sequence[Alignment]) -> dict[Stretch, Stretch]:
    """Return for each stretch the one that stands for it: of those nearly equal, the commonest."""
    times = Counter(s for f in found for s in ((f.a, f.a_end), (f.b, f.b_end)))
    standing: dict[Stretch, Stretch] = {}
    near: list[Stretch] = []
    for stretch in sorted(times, key=lambda s: (s[0], -s[1])):
        near = [s for s in near if s[1] > stretch[0]]
        for other in near:
            both = max(other[1], stretch[1]) - other[0]
            if _common(other, stretch) >= OVERLAP * both:
                standing[stretch] = other
                break
        else:
            standing[stretch] = stretch
            near.append(stretch)
    best: dict[Stretch, Stretch] = {}
    for stretch, group in standing.items():
        known = best.setdefault(group, stretch)
        if (times[stretch], stretch[1] - stretch[0]) > (times[known], known[1] - known[0]):
            best[group] = stretch
    return {stretch: best[group] for stretch, group in standing.items()}


class _Kinds:
    """Stretches of equal shapes: copies of each other, whoever was compared with whom."""

    def __init__(self, index: Index, stretches: Iterable[Stretch]) -> None:
        numbers: dict[tuple[int, ...], int] = {}
        self.of: dict[Stretch, int] = {}
        self.members: dict[int, list[Stretch]] = defaultdict(list)
        for stretch in sorted(stretches):
            kind = numbers.setdefault(tuple(index.shape[slice(*stretch)]), len(numbers))
            self.of[stretch] = kind
            self.members[kind].append(stretch)


def _type(index: Index, one: Stretch, other: Stretch) -> int:
    """Return the type of a clone pair: 1, 2 or 3."""
    if index.exact[slice(*one)] == index.exact[slice(*other)]:
        return 1
    return 2 if index.shape[slice(*one)] == index.shape[slice(*other)] else 3


def _place(index: Index, begin: int, end: int) -> Place:
    shapes = index.files[index.file[begin]]
    spans = []
    for cell in dict.fromkeys(index.cell[begin:end]):
        rows = [i for i in range(begin, end) if index.cell[i] == cell]
        spans.append(
            Span(
                cell=None if cell == NO_CELL else cell,
                first=min(index.first[i] for i in rows),
                last=max(index.last[i] for i in rows),
            )
        )
    first, last = spans[0].first, spans[-1].last
    function = next((n for n, a, b in shapes.functions if a <= first and last <= b), "")
    return Place(
        path=shapes.path,
        spans=tuple(spans),
        lines=index.lines(begin, end),
        function=function,
    )
