"""Two places laid side by side: which statements answer each other, and where the copy ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.renaming import Pair, Renaming, in_common, same
from jupyter_promote.checks.clones.seeding import Seed

SHIFT = 4  # how far from its place a statement may have moved
MAX_GAP, NEW_CELL = 4.0, 4.0  # what a statement without answer, and a new cell, cost
FEW = 3  # lines of what is not looked at any closer
DROP = 10.0  # how much a copy may lose before it is over
IMPORT_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Statements `a` to before `a_end` are a copy of `b` to before `b_end`.

    `pairs` are the statements that answer each other. Shares of what both have in common: `kept`
    of words as written, `renamed` of those that also were changed in one and the same way. `names`
    are the words that were changed; `confirmed` of them more than once.
    """

    a: int
    a_end: int
    b: int
    b_end: int
    pairs: tuple[Pair, ...] = field(repr=False)
    kept: float
    renamed: float
    names: Mapping[str, str] = field(repr=False)
    confirmed: int


def alignments(index: Index, chain: Sequence[Seed]) -> Iterator[Alignment]:
    """Yield the copies that grow from a chain of seeds."""
    for seeds in _cut(index, chain):
        window = _Window(index, seeds)
        pairs = window.answers()
        for part in window.stretches(pairs) if _lines(index, pairs) >= FEW else ():
            if _lines(index, part) >= FEW:
                inside = part if len(part) == len(pairs) else window.best(part)
                if inside and (found := _extended(window, inside)):
                    yield found


def _cut(index: Index, chain: Sequence[Seed]) -> Iterator[Sequence[Seed]]:
    """Yield the chain cut where its second place begins: what repeats at once is a chain each."""
    if index.file[chain[0][0]] != index.file[chain[0][1]]:
        yield chain
        return
    lowest = list(accumulate((j for _, j in reversed(chain)), min))[::-1]
    begin = 0
    for end, (i, _) in enumerate(chain):
        if i >= lowest[begin]:
            yield chain[begin:end]
            begin = end
    yield chain[begin:]


def by_cells(index: Index, found: Alignment) -> Iterator[Alignment]:
    """Yield the parts of a copy that lie in one cell in both places."""
    parts: dict[tuple[int, int], list[Pair]] = defaultdict(list)
    for i, j in found.pairs:
        parts[index.cell[i], index.cell[j]].append((i, j))
    for (one, other), seeds in parts.items() if len(parts) > 1 else ():
        window = _Window(index, seeds)
        window.limit(
            [i for i in range(window.a, window.a_end) if index.cell[i] == one],
            [j for j in range(window.b, window.b_end) if index.cell[j] == other],
        )
        inside = window.best(window.answers())
        if inside and (part := _extended(window, inside)):
            yield part


def _extended(window: _Window, pairs: list[Pair]) -> Alignment | None:
    """Return the copy of which some statements answer each other, with the imports beside it."""
    a, b = pairs[0][0], min(j for _, j in pairs)
    a_last, b_last = pairs[-1][0], max(j for _, j in pairs)
    a, b = window.over_setup(a, b, -1)
    a_last, b_last = window.over_setup(a_last, b_last, 1)
    if b <= a_last and window.same_file:
        return None
    return _measured(window, pairs, (a, a_last + 1), (b, b_last + 1))


class _Window:
    """The surroundings of a chain of seeds, in two files or twice in one."""

    def __init__(self, index: Index, chain: Sequence[Seed]) -> None:
        self.index = index
        self.chain = chain
        self._names: dict[tuple[Pair, ...], Renaming] = {}
        one, other = index.file[chain[0][0]], index.file[chain[0][1]]
        self.same_file = one == other
        self.a, self.a_end = index.starts[one], index.starts[one + 1]
        self.b, self.b_end = index.starts[other], index.starts[other + 1]
        low, high = min(j for _, j in chain), max(j for _, j in chain)
        if self.same_file:
            self.a_end, self.b = min(self.a_end, low), max(self.b, chain[-1][0] + 1)
        self.a = self._grown(*chain[0], -1)
        self.a_end = self._grown(*chain[-1], 1) + 1
        self.b = max(self.b, min(low, low + self.a - chain[0][0]) - SHIFT)
        self.b_end = min(self.b_end, max(high, high + self.a_end - chain[-1][0]) + SHIFT)

    def _grown(self, i: int, j: int, step: int) -> int:
        """Return how far the statements beside `i` still answer those beside `j`."""
        index = self.index
        shape, weight, cell, likeness = index.shape, index.weight, index.cell, index.likeness
        low, high, shift = self.b, self.b_end, j - i
        best = total = 0.0
        found = i
        for k in range(i + step, self.a_end if step > 0 else self.a - 1, step):
            at = k + shift
            begin, end = max(low, at - SHIFT), min(high, at + SHIFT + 1)
            if shape[k] in shape[begin:end]:
                total += weight[k]
            elif any(
                map(likeness[shape[k]].__getitem__, shape[max(begin, at - 1) : min(end, at + 2)])
            ):
                total += 0.5 * weight[k]
            else:
                total -= min(MAX_GAP, 0.5 * weight[k] + 1)
            if cell[k] != cell[k - step]:
                total -= NEW_CELL
            if total > best:
                best, found = total, k
            elif total < best - DROP:
                break
        return found

    def limit(self, one: Sequence[int], other: Sequence[int]) -> None:
        """Keep to the statements given, of both places."""
        self.a, self.a_end = one[0], one[-1] + 1
        self.b, self.b_end = other[0], other[-1] + 1

    def answers(self) -> list[Pair]:
        """Return the pairs of statements that are most alike, each in one pair."""
        index, chain = self.index, self.chain
        shape, size = index.shape, index.size
        found = []
        at = 0
        for i in range(self.a, self.a_end):
            while at + 1 < len(chain) and abs(chain[at + 1][0] - i) <= abs(chain[at][0] - i):
                at += 1
            expected = i + chain[at][1] - chain[at][0]
            begin, end = max(self.b, expected - SHIFT), min(self.b_end, expected + SHIFT + 1)
            if begin <= expected < end and index.exact[i] == index.exact[expected]:
                found.append((-3.0, i, expected))
                continue
            fewest, most = index.comparable(i)
            likeness = index.likeness[shape[i]]
            for j in range(max(begin, i + 1) if self.same_file else begin, end):
                if fewest <= size[j] <= most and (alike := likeness[shape[j]]):
                    rank = 2 * alike + same(index, i, j) - 0.08 * abs(j - expected)
                    found.append((-rank, i, j))
        found.sort()
        used_i, used_j = set[int](), set[int]()
        pairs = []
        for _, i, j in found:
            if i not in used_i and j not in used_j:
                used_i.add(i)
                used_j.add(j)
                pairs.append((i, j))
        return sorted(pairs)

    def names(self, pairs: list[Pair]) -> Renaming:
        """Return what the words of some pairs became."""
        key = tuple(pairs)
        if key not in self._names:
            self._names[key] = Renaming(self.index, pairs)
        return self._names[key]

    def best(self, pairs: list[Pair]) -> list[Pair]:
        """Return the best stretch of the pairs, once their own names decide what answers what."""
        weight = self.index.weight
        parts = self.stretches(pairs)
        return max(parts, key=lambda part: sum(weight[i] for i, _ in part), default=[])

    def stretches(self, pairs: list[Pair]) -> Iterator[list[Pair]]:
        """Yield the pairs of each stretch that is worth more than its gaps and holds a seed."""
        names = self.names(pairs)
        score = {i: self._score(i, j, names) for i, j in pairs}
        seeds = {i for i, _ in self.chain}
        for begin, end in self._runs(self.a, self.a_end, score):
            inside = [(i, j) for i, j in pairs if begin <= i < end]
            if not any(i in seeds for i, _ in inside):
                continue
            seconds = {j: score[i] for i, j in inside}
            runs = self._runs(min(seconds), max(seconds) + 1, seconds)
            for low, high in runs:
                part = [(i, j) for i, j in inside if low <= j < high]
                if self.same_file and part and low <= part[-1][0]:
                    part = _apart(part)
                if any(i in seeds for i, _ in part):
                    yield part

    def _score(self, i: int, j: int, names: Renaming) -> float:
        alike = 0.5 * self.index.alike(i, j) + 0.5 * names.share(i, j)
        return self.index.weight[i] * (alike - 0.6) / 0.4

    def _runs(self, begin: int, end: int, score: Mapping[int, float]) -> list[tuple[int, int]]:
        """Return the stretches with the highest scores, one for each rise above nothing."""
        index = self.index
        best, total, start = 0.0, 0.0, begin
        found: list[tuple[int, int]] = []
        for i in range(begin, end):
            if i > begin and index.cell[i] != index.cell[i - 1]:
                total -= NEW_CELL
            if total <= max(0.0, best - DROP):
                total, start, best = 0.0, i, 0.0
            total += score[i] if i in score else -min(MAX_GAP, 0.5 * index.weight[i] + 1)
            if total > best:
                best = total
                if found and found[-1][0] == start:
                    found.pop()
                found.append((start, i + 1))
        return found

    def over_setup(self, a: int, b: int, step: int) -> Pair:
        """Return the ends, moved over equal imports that stand beside them."""
        index = self.index
        files = index.file[a], index.file[b]
        moved = True
        while moved:
            moved = False
            for x, y in IMPORT_STEPS:
                i, j = a + step * x, b + step * y
                inside = 0 <= i < j < len(index) and files == (index.file[i], index.file[j])
                if inside and index.is_setup[i] and index.exact[i] == index.exact[j]:
                    a, b, moved = i, j, True
                    break
        return a, b


def _lines(index: Index, pairs: Sequence[Pair]) -> int:
    one = sum(index.last[i] - index.first[i] + 1 for i, _ in pairs)
    return max(one, sum(index.last[j] - index.first[j] + 1 for _, j in pairs))


def _apart(pairs: list[Pair]) -> list[Pair]:
    """Return the most pairs of which the first places all stand before the second."""
    cuts = sorted({j for _, j in pairs})
    return max(([p for p in pairs if p[0] < cut <= p[1]] for cut in cuts), key=len)


def _measured(window: _Window, pairs: list[Pair], one: Pair, other: Pair) -> Alignment:
    index = window.index
    places = [i for begin, end in (one, other) for i in range(begin, end) if not index.is_setup[i]]
    words = sum(map(index.word_weight, places)) or 1
    names = window.names(pairs)
    kept = renamed = 0.0
    for i, j in pairs:
        if not index.is_setup[i]:
            kept += in_common(index.words(i), index.words(j))
            renamed += names.common(i, j)
    return Alignment(
        a=one[0],
        a_end=one[1],
        b=other[0],
        b_end=other[1],
        pairs=tuple(pairs),
        kept=2 * kept / words,
        renamed=2 * renamed / words,
        names=names.changed(),
        confirmed=names.confirmed(),
    )
