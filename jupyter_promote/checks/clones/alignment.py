"""Two places laid side by side: which statements answer each other, and where the copy ends."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.clones.index import Index, word_weight
from jupyter_promote.checks.clones.seeding import Seed

REACH = 8  # statements beyond the seeds in which the copy may go on
SHIFT = 4  # how far from its place a statement may have moved
ALIKE = 0.6  # share of tokens from which two statements can answer each other
MAX_GAP, NEW_CELL = 4.0, 4.0  # what a statement without answer, and a new cell, cost
ONCE = 0.5  # what a word counts that was changed, but occurs once: nothing confirms it
IMPORT_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Statements `a` to before `a_end` are a copy of `b` to before `b_end`.

    `pairs` are the statements that answer each other. Shares of what both have in common: `kept`
    of words as written, `renamed` of those that also were changed in one and the same way;
    `shaped` of the statements but for their names. `names` are the words that were changed, most
    often to what; `confirmed` of them more than once.
    """

    a: int
    a_end: int
    b: int
    b_end: int
    pairs: tuple[Pair, ...] = field(repr=False)
    kept: float
    renamed: float
    shaped: float
    names: Mapping[str, str] = field(repr=False)
    confirmed: int


def alignments(index: Index, chain: Sequence[Seed]) -> Iterator[Alignment]:
    """Yield the copies that grow from a chain of seeds."""
    rest = list(chain)
    while rest:
        seeds = rest
        if index.file[rest[0][0]] == index.file[rest[0][1]]:
            middle = min(j for _, j in rest)  # what repeats at once is a chain of its own
            seeds = [(i, j) for i, j in rest if i < middle]
        rest = rest[len(seeds) :]
        window = _Window(index, seeds)
        pairs = window.answers()
        names = _Names(index, pairs)
        for part in window.stretches(pairs, names):
            if found := _trimmed(window, part):
                yield found


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
        if part := _trimmed(window, window.answers()):
            yield part


def _trimmed(window: _Window, pairs: list[Pair]) -> Alignment | None:
    """Return the best stretch of the pairs, once their own names decide what answers what."""
    index = window.index
    names = _Names(index, pairs)
    inside = max(window.stretches(pairs, names), key=len, default=[])
    if not inside:
        return None
    a, b = inside[0][0], min(j for _, j in inside)
    a_last, b_last = inside[-1][0], max(j for _, j in inside)
    a, b = window.over_imports(a, b, -1)
    a_last, b_last = window.over_imports(a_last, b_last, 1)
    if b <= a_last and window.same_file:
        return None
    return _measured(index, inside, _Names(index, inside), (a, a_last + 1), (b, b_last + 1))


class _Window:
    """The surroundings of a chain of seeds, in two files or twice in one."""

    def __init__(self, index: Index, chain: Sequence[Seed]) -> None:
        self.index = index
        one, other = index.file[chain[0][0]], index.file[chain[0][1]]
        self.same_file = one == other
        self.chain = chain
        firsts, seconds = [i for i, _ in self.chain], [j for _, j in self.chain]
        self.a = max(index.starts[one], min(firsts) - REACH)
        self.a_end = min(index.starts[one + 1], max(firsts) + REACH + 2)
        self.b = max(index.starts[other], min(seconds) - REACH)
        self.b_end = min(index.starts[other + 1], max(seconds) + REACH + 2)
        if self.same_file:
            self.a_end = min(self.a_end, min(seconds))
            self.b = max(self.b, max(firsts) + 1)

    def limit(self, one: Sequence[int], other: Sequence[int]) -> None:
        """Keep to the statements given, of both places."""
        self.a, self.a_end = one[0], one[-1] + 1
        self.b, self.b_end = other[0], other[-1] + 1

    def answers(self) -> list[Pair]:
        """Return the pairs of statements that are most alike, each in one pair."""
        index, chain = self.index, self.chain
        found = []
        at = 0
        for i in range(self.a, self.a_end):
            while at + 1 < len(chain) and abs(chain[at + 1][0] - i) <= abs(chain[at][0] - i):
                at += 1
            expected = i + chain[at][1] - chain[at][0]
            begin, end = max(self.b, expected - SHIFT), min(self.b_end, expected + SHIFT + 1)
            for j in range(max(begin, i + 1) if self.same_file else begin, end):
                alike = index.alike(i, j)
                if alike >= ALIKE:
                    rank = alike + index.same(i, j) - 0.02 * abs(j - expected)
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

    def stretches(self, pairs: list[Pair], names: _Names) -> Iterator[list[Pair]]:
        """Yield the pairs of each stretch that is worth more than its gaps and holds a seed."""
        score = {i: self._score(i, j, names) for i, j in pairs}
        seeds = {i for i, _ in self.chain}
        for begin, end in self._runs(self.a, self.a_end, score):
            inside = [(i, j) for i, j in pairs if begin <= i < end]
            if not any(i in seeds for i, _ in inside):
                continue
            seconds = {j: score[i] for i, j in inside}
            runs = self._runs(min(seconds), max(seconds) + 1, seconds)
            low, high = max(runs, key=lambda r: sum(seconds.get(j, 0) for j in range(*r)))
            inside = [(i, j) for i, j in inside if low <= j < high]
            if self.same_file and low <= inside[-1][0]:
                inside = _apart(inside)
            yield inside

    def _score(self, i: int, j: int, names: _Names) -> float:
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
            if total <= 0:
                total, start, best = 0.0, i, 0.0
            total += score.get(i, -min(MAX_GAP, 0.5 * index.weight[i] + 1))
            if total > best:
                best = total
                if found and found[-1][0] == start:
                    found.pop()
                found.append((start, i + 1))
        return found

    def over_imports(self, a: int, b: int, step: int) -> Pair:
        """Return the ends, moved over equal imports that stand beside them."""
        index = self.index
        moved = True
        while moved:
            moved = False
            for x, y in IMPORT_STEPS:
                i, j = a + step * x, b + step * y
                inside = self.a <= i < self.a_end and self.b <= j < self.b_end
                if inside and index.is_import[i] and index.exact[i] == index.exact[j]:
                    a, b, moved = i, j, True
                    break
        return a, b


class _Names:
    """Which name or literal of one place stands for which of the other: the most frequent."""

    def __init__(self, index: Index, pairs: Sequence[Pair]) -> None:
        self.index = index
        self.there: dict[str, Counter[str]] = defaultdict(Counter)
        back: dict[str, Counter[str]] = defaultdict(Counter)
        for i, j in pairs:
            if index.shape[i] == index.shape[j]:
                for x, y in zip(index.words(i), index.words(j), strict=True):
                    self.there[x][y] += 1
                    back[y][x] += 1
        self._back = {y: xs.most_common(1)[0][0] for y, xs in back.items()}
        self.names = {x: ys.most_common(1)[0][0] for x, ys in self.there.items()}

    def confirmed(self) -> int:
        """Return how many names were changed in one and the same way more than once."""
        return sum(
            x != y and self.there[x][y] > 1 and self._back[y] == x for x, y in self.names.items()
        )

    def answer(self, x: str, y: str) -> float:
        """Return how surely `y` stands for `x`, from 0 to what the word weighs."""
        weight = word_weight(x)
        if x == y:
            return weight
        if self.names.get(x) != y or self._back.get(y) != x:
            return 0.0
        return weight * (ONCE if self.there[x][y] == 1 else 1.0)

    def common(self, i: int, j: int) -> float:
        """Return the weight of what the words of two statements have in common."""
        index = self.index
        xs, ys = index.words(i), index.words(j)
        if index.exact[i] == index.exact[j]:
            return sum(map(word_weight, xs))
        if index.shape[i] == index.shape[j]:
            return sum(map(self.answer, xs, ys))
        renamed = [self.names.get(x, x) for x in xs]
        return max(_in_common(xs, ys), _in_common(renamed, ys))

    def share(self, i: int, j: int) -> float:
        """Return the share of the words of two statements that answer each other."""
        index = self.index
        if index.exact[i] == index.exact[j]:
            return 1.0
        both = index.word_weight(i) + index.word_weight(j)
        return 2 * self.common(i, j) / both if both else 1.0


def _in_common(xs: Sequence[str], ys: Sequence[str]) -> float:
    return sum(n * word_weight(word) for word, n in (Counter(xs) & Counter(ys)).items())


def _apart(pairs: list[Pair]) -> list[Pair]:
    """Return the most pairs of which the first places all stand before the second."""
    cuts = sorted({j for _, j in pairs})
    return max(([p for p in pairs if p[0] < cut <= p[1]] for cut in cuts), key=len)


def _measured(index: Index, pairs: list[Pair], names: _Names, one: Pair, other: Pair) -> Alignment:
    places = [i for begin, end in (one, other) for i in range(begin, end) if not index.is_import[i]]
    words = sum(map(index.word_weight, places)) or 1
    weight = sum(index.weight[i] for i in places) or 1
    kept = renamed = shaped = 0.0
    for i, j in pairs:
        if not index.is_import[i]:
            kept += _in_common(index.words(i), index.words(j))
            renamed += names.common(i, j)
            shaped += (index.weight[i] + index.weight[j]) * index.alike(i, j)
    return Alignment(
        a=one[0],
        a_end=one[1],
        b=other[0],
        b_end=other[1],
        pairs=tuple(pairs),
        kept=2 * kept / words,
        renamed=2 * renamed / words,
        shaped=shaped / weight,
        names={x: y for x, y in names.names.items() if x != y},
        confirmed=names.confirmed(),
    )
