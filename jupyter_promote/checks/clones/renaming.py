"""Which words of one place stand for which of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from operator import eq

from jupyter_promote.checks.clones.index import Index, word_weight

ONCE = 0.5  # what a word counts that was changed, but occurs once: nothing confirms it

Pair = tuple[int, int]


class Renaming:
    """What the words of statements became in those that answer them: most often, both ways."""

    def __init__(self, index: Index, pairs: Sequence[Pair]) -> None:
        self._index = index
        words, shape = index.words, index.shape
        rows = (zip(words(i), words(j), strict=True) for i, j in pairs if shape[i] == shape[j])
        self._counts = Counter(chain.from_iterable(rows))
        there: dict[str, str] = {}
        back: dict[str, str] = {}
        for (x, y), _ in self._counts.most_common():
            there.setdefault(x, y)
            back.setdefault(y, x)
        self._there = there
        self._back = back

    def changed(self) -> dict[str, str]:
        """Return the words that were changed, and to what."""
        return {x: y for x, y in self._there.items() if x != y and self._back.get(y) == x}

    def confirmed(self) -> int:
        """Return how many words were changed in one and the same way more than once."""
        return sum(self._counts[pair] > 1 for pair in self.changed().items())

    def common(self, i: int, j: int) -> float:
        """Return the weight of what the words of two statements have in common."""
        index = self._index
        if index.exact[i] == index.exact[j]:
            return index.word_weight(i)
        xs, ys = index.words(i), index.words(j)
        if index.shape[i] == index.shape[j]:
            return sum(map(self._answer, xs, ys))
        renamed = tuple(self._there.get(x, x) for x in xs)
        return max(in_common(xs, ys), in_common(renamed, ys))

    def share(self, i: int, j: int) -> float:
        """Return the share of the words of two statements that answer each other."""
        index = self._index
        if index.exact[i] == index.exact[j]:
            return 1.0
        both = index.word_weight(i) + index.word_weight(j)
        return 2 * self.common(i, j) / both if both else 1.0

    def _answer(self, x: str, y: str) -> float:
        if x == y:
            return word_weight(x)
        if self._there.get(x) != y or self._back.get(y) != x:
            return 0.0
        return word_weight(x) * (ONCE if self._counts[x, y] == 1 else 1.0)


def in_common(xs: Sequence[str], ys: Sequence[str]) -> float:
    """Return the weight of the words that both have."""
    left = list(ys)
    common = 0.0
    for x in xs:
        if x in left:
            left.remove(x)
            common += word_weight(x)
    return common


def same(index: Index, i: int, j: int) -> float:
    """Return the share of the words of two statements that are the same, at the same point."""
    if index.exact[i] == index.exact[j]:
        return 1.0
    xs, ys = index.words(i), index.words(j)
    if index.shape[i] == index.shape[j]:
        agreed: int = sum(map(eq, xs, ys))
        return agreed / (len(xs) or 1)
    return 2 * len(set(xs) & set(ys)) / (len(xs) + len(ys) or 1)
