"""Two places laid side by side: which statements answer each other, and where the copy ends."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.clones.index import Index
from jupyter_promote.checks.clones.seeding import Seed
from jupyter_promote.checks.clones.statements import NAME, NUMBER, STRING

REACH = 8  # statements beyond the seeds in which the copy may go on
SHIFT = 4  # how far from its place a statement may have moved
ALIKE = 0.6  # share of tokens from which two statements can answer each other
MAX_GAP, NEW_CELL = 4.0, 4.0  # what a statement without answer, and a new cell, cost
ONCE = 0.5  # what a name counts that was changed, but occurs once: nothing confirms it
IMPORT_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
_VARIES = frozenset((NAME, NUMBER, STRING))

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Statements `a` to before `a_end` are a copy of `b` to before `b_end`.

    `pairs` are the statements that answer each other. Shares of what both have in common: `kept`
    of names and literals as written, `renamed` of those that also were changed in one and the
    same way; `shaped` of the statements but for their names.
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


def align(index: Index, chain: Sequence[Seed]) -> Alignment | None:
    """Return the copy that grows from a chain of seeds, None where there is none."""
    return _Growing(index, chain).alignment()


class _Growing:
    """A window around a chain of seeds, in two files or twice in one."""

    def __init__(self, index: Index, chain: Sequence[Seed]) -> None:
        self.index = index
        self.chain = sorted(set(chain))
        one, other = index.file[chain[0][0]], index.file[chain[0][1]]
        self.same_file = one == other
        firsts, seconds = [i for i, _ in chain], [j for _, j in chain]
        self.a = max(index.starts[one], min(firsts) - REACH)
        self.a_end = min(index.starts[one + 1], max(firsts) + REACH + 2)
        self.b = max(index.starts[other], min(seconds) - REACH)
        self.b_end = min(index.starts[other + 1], max(seconds) + REACH + 2)

    def alignment(self) -> Alignment | None:
        pairs = self._answers()
        for _ in range(2):
            names = _Names(self.index, pairs)
            pairs = self._best(pairs, names)
            if not pairs:
                return None
        names = _Names(self.index, pairs)
        a, b = pairs[0][0], min(j for _, j in pairs)
        a_last, b_last = pairs[-1][0], max(j for _, j in pairs)
        a, b = self._over_imports(a, b, -1)
        a_last, b_last = self._over_imports(a_last, b_last, 1)
        if self.same_file and b <= a_last:
            return None
        return _measured(self.index, pairs, names, (a, a_last + 1), (b, b_last + 1))

    def _answers(self) -> list[Pair]:
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

    def _best(self, pairs: list[Pair], names: _Names) -> list[Pair]:
        """Return the pairs of the stretch with the highest score."""
        score = {i: self._score(i, j, names) for i, j in pairs}
        begin, end = self._stretch(self.a, self.a_end, score)
        inside = [(i, j) for i, j in pairs if begin <= i < end]
        if not inside:
            return []
        seconds = [j for _, j in inside]
        low, high = min(seconds), max(seconds) + 1
        begin, end = self._stretch(low, high, {j: score[i] for i, j in inside})
        return [(i, j) for i, j in inside if begin <= j < end]

    def _score(self, i: int, j: int, names: _Names) -> float:
        alike = 0.5 * self.index.alike(i, j) + 0.5 * names.share(i, j)
        return self.index.weight[i] * (alike - 0.6) / 0.4

    def _stretch(self, begin: int, end: int, score: Mapping[int, float]) -> tuple[int, int]:
        index = self.index
        best, total, start = 0.0, 0.0, begin
        found = (begin, begin)
        for i in range(begin, end):
            if i > begin and index.cell[i] != index.cell[i - 1]:
                total -= NEW_CELL
            if total <= 0:
                total, start = 0.0, i
            total += score.get(i, -min(MAX_GAP, 0.5 * index.weight[i] + 1))
            if total > best:
                best, found = total, (start, i + 1)
        return found

    def _over_imports(self, a: int, b: int, step: int) -> Pair:
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
        there: dict[str, Counter[str]] = defaultdict(Counter)
        back: dict[str, Counter[str]] = defaultdict(Counter)
        for i, j in pairs:
            if index.shape[i] == index.shape[j]:
                kinds = index.kinds(i)
                for kind, x, y in zip(kinds, index.tokens(i), index.tokens(j), strict=True):
                    if kind in _VARIES:
                        there[x][y] += 1
                        back[y][x] += 1
        self._there = there
        self._back = {y: xs.most_common(1)[0][0] for y, xs in back.items()}
        self.names = {x: ys.most_common(1)[0][0] for x, ys in there.items()}

    def answer(self, x: str, y: str) -> float:
        """Return how surely `y` stands for `x`, from 0 to 1."""
        if x == y:
            return 1.0
        if self.names.get(x) != y or self._back.get(y) != x:
            return 0.0
        return ONCE if self._there[x][y] == 1 else 1.0

    def common(self, i: int, j: int) -> tuple[float, int, int]:
        """Return what of the words of two statements answers each other, and their numbers."""
        index = self.index
        xs, ys = index.tokens(i), index.tokens(j)
        if index.shape[i] == index.shape[j]:
            answers = [self.answer(x, y) for x, y in zip(xs, ys, strict=True) if _is_word(x)]
            return sum(answers), len(answers), len(answers)
        xs, ys = [x for x in xs if _is_word(x)], [y for y in ys if _is_word(y)]
        kept = (Counter(xs) & Counter(ys)).total()
        renamed = (Counter(self.names.get(x, x) for x in xs) & Counter(ys)).total()
        return max(kept, renamed), len(xs), len(ys)

    def share(self, i: int, j: int) -> float:
        """Return the share of the words of two statements that answer each other."""
        if self.index.exact[i] == self.index.exact[j]:
            return 1.0
        common, m, n = self.common(i, j)
        return 2 * common / (m + n) if m + n else 1.0


def _is_word(token: str) -> bool:
    start = token[0]
    return start == STRING or start == "_" or start.isalnum()


def _words(index: Index, i: int) -> int:
    return sum(map(_is_word, index.tokens(i)))


def _measured(index: Index, pairs: list[Pair], names: _Names, one: Pair, other: Pair) -> Alignment:
    places = [i for begin, end in (one, other) for i in range(begin, end) if not index.is_import[i]]
    words = sum(_words(index, i) for i in places)
    weight = sum(index.weight[i] for i in places)
    kept = renamed = shaped = 0.0
    for i, j in pairs:
        if index.is_import[i]:
            continue
        xs, ys = filter(_is_word, index.tokens(i)), filter(_is_word, index.tokens(j))
        kept += (Counter(xs) & Counter(ys)).total()
        renamed += names.common(i, j)[0]
        shaped += (index.weight[i] + index.weight[j]) * index.alike(i, j)
    return Alignment(
        a=one[0],
        a_end=one[1],
        b=other[0],
        b_end=other[1],
        pairs=tuple(pairs),
        kept=2 * kept / max(1, words),
        renamed=2 * renamed / max(1, words),
        shaped=shaped / max(1, weight),
        names=names.names,
    )
