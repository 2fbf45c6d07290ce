"""Groups of places that are copies of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.clones import alignment, seeding
from jupyter_promote.checks.clones.alignment import Alignment
from jupyter_promote.checks.clones.evidence import Evidence
from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.shapes import NO_CELL, FileShapes

MIN_LINES = 5
PARTS = 0.7  # share of a copy that its parts must hold to stand for it
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
    """The places numbered `one` and `other` of a group are clones of type 1, 2 or 3."""

    one: int
    other: int
    type: int
    renamed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places that are copies of each other, in the order of files and lines."""

    type: int
    places: tuple[Place, ...]
    matches: tuple[Match, ...] = field(repr=False)
    saved: int


Stretch = tuple[int, int]


def find(files: Sequence[FileShapes], min_lines: int = MIN_LINES) -> list[Group]:
    """Return the groups of clones, those that would save the most lines first."""
    index = Index(files)
    kept = _largest(index, _accepted(index, min_lines))
    return sorted(_grouped(index, kept), key=lambda g: -g.saved)


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
        lines = max(index.lines(one.a, one.a_end), index.lines(one.b, one.b_end))
        return lines >= min_lines and judge.copied(one)

    whole = [found] if wanted(found) else []
    if whole and index.file[found.a] != index.file[found.b]:
        return whole
    parts = [part for part in alignment.by_cells(index, found) if wanted(part)]
    covered = sum(p.a_end - p.a for p in parts)
    return whole if whole and covered < PARTS * (found.a_end - found.a) else parts


def _largest(index: Index, found: Iterator[Alignment]) -> list[Alignment]:
    """Return the copies that lie in no larger one."""
    by_files: dict[tuple[int, int], list[Alignment]] = defaultdict(list)
    order = sorted(found, key=lambda f: (-f.renamed * (f.a_end - f.a + f.b_end - f.b), f.a, f.b))
    for one in order:
        others = by_files[index.file[one.a], index.file[one.b]]
        if not any(_covers(o, one) for o in others):
            others.append(one)
    return [one for others in by_files.values() for one in others]


def _covers(large: Alignment, small: Alignment) -> bool:
    a = _common((large.a, large.a_end), (small.a, small.a_end))
    b = _common((large.b, large.b_end), (small.b, small.b_end))
    return a > 0.5 * (small.a_end - small.a) and b > 0.5 * (small.b_end - small.b)


def _common(one: Stretch, other: Stretch) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _grouped(index: Index, found: Sequence[Alignment]) -> Iterator[Group]:
    nodes = _Stretches(found)
    by_root: dict[int, list[tuple[Alignment, int, int]]] = defaultdict(list)
    for one in found:
        a, b = nodes.node(one.a, one.a_end), nodes.node(one.b, one.b_end)
        if a != b:
            by_root[nodes.root(a)].append((one, a, b))
    for members in by_root.values():
        order = sorted({n for _, a, b in members for n in (a, b)}, key=lambda n: nodes.extent[n])
        number = {n: k for k, n in enumerate(order)}
        matches: dict[tuple[int, int], Match] = {}
        for one, a, b in members:
            key = (min(number[a], number[b]), max(number[a], number[b]))
            kind = type_of(index, one)
            if key not in matches or kind < matches[key].type:
                names = tuple(one.names.items())
                matches[key] = Match(one=key[0], other=key[1], type=kind, renamed=names)
        places = tuple(_place(index, *nodes.extent[n]) for n in order)
        yield Group(
            type=max(m.type for m in matches.values()),
            places=places,
            matches=tuple(matches[key] for key in sorted(matches)),
            saved=sum(sorted(p.lines for p in places)[:-1]),
        )


class _Stretches:
    """Which stretches of statements are one place, and which places belong together."""

    def __init__(self, found: Sequence[Alignment]) -> None:
        self.extent: list[Stretch] = []
        self._numbers: dict[Stretch, int] = {}
        self._above: list[int] = []
        ends = {s for f in found for s in ((f.a, f.a_end), (f.b, f.b_end))}
        open_nodes: list[int] = []
        for stretch in sorted(ends, key=lambda s: (s[0], -s[1])):
            open_nodes = [n for n in open_nodes if self.extent[n][1] > stretch[0]]
            for n in open_nodes:
                common = _common(self.extent[n], stretch)
                both = max(self.extent[n][1], stretch[1]) - self.extent[n][0]
                if common >= OVERLAP * both:
                    self._numbers[stretch] = n
                    break
            else:
                self._numbers[stretch] = len(self.extent)
                open_nodes.append(len(self.extent))
                self._above.append(len(self.extent))
                self.extent.append(stretch)
        for f in found:
            a, b = self.root(self.node(f.a, f.a_end)), self.root(self.node(f.b, f.b_end))
            self._above[max(a, b)] = min(a, b)

    def node(self, begin: int, end: int) -> int:
        return self._numbers[begin, end]

    def root(self, node: int) -> int:
        while self._above[node] != node:
            self._above[node] = self._above[self._above[node]]
            node = self._above[node]
        return node


def type_of(index: Index, found: Alignment) -> int:
    """Return the type of a clone pair: 1, 2 or 3."""
    one, other = slice(found.a, found.a_end), slice(found.b, found.b_end)
    if index.exact[one] == index.exact[other]:
        return 1
    return 2 if index.shape[one] == index.shape[other] else 3


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
