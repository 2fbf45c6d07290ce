"""The statements of all files in one row, and how alike two of them are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from jupyter_promote.checks.clones.shapes import FileShapes
from jupyter_promote.checks.clones.statements import STRING

MAX_WEIGHT = 12
LITERAL = 0.3  # what a literal weighs beside a name: copies differ in them first


class Index:
    """The statements of `files`, numbered from 0; those of a file stand side by side.

    `shape` and `exact` are numbers that stand for equal texts; `weight` is the number of tokens,
    up to a limit, and 1 for imports, which everybody repeats.
    """

    def __init__(self, files: Sequence[FileShapes]) -> None:
        self.files = files
        self.file: list[int] = []
        self.cell: list[int] = []
        self.first: list[int] = []
        self.last: list[int] = []
        self.starts = [0]
        exact: list[str] = []
        shape: list[str] = []
        for number, one in enumerate(files):
            self.file += [number] * len(one.cells)
            self.cell += one.cells
            self.first += one.firsts
            self.last += one.lasts
            exact += one.exact
            shape += one.shapes
            self.starts.append(len(self.cell))
        shape_numbers: dict[str, int] = {}
        exact_numbers: dict[str, int] = {}
        self.shape = [shape_numbers.setdefault(s, len(shape_numbers)) for s in shape]
        self.exact = [exact_numbers.setdefault(s, len(exact_numbers)) for s in exact]
        self.shape_texts = list(shape_numbers)
        self.exact_texts = list(exact_numbers)
        self.frequency = Counter(self.shape)
        sizes = [text.count(" ") + 1 for text in self.shape_texts]
        imports = [text.startswith(("import ", "from ")) for text in self.shape_texts]
        self.size = [sizes[s] for s in self.shape]
        self.is_import = [imports[s] for s in self.shape]
        self.weight = [1 if imports[s] else min(MAX_WEIGHT, sizes[s]) for s in self.shape]
        self._words: dict[int, list[str]] = {}
        self._word_weights: dict[int, float] = {}
        self._bags: dict[tuple[bool, int], Counter[str]] = {}
        self._alike: dict[tuple[int, int], float] = {}

    def __len__(self) -> int:
        return len(self.cell)

    def tokens(self, i: int) -> list[str]:
        """Return the tokens of a statement as written."""
        return self.exact_texts[self.exact[i]].split(" ")

    def kinds(self, i: int) -> list[str]:
        """Return what its shape has for each of its tokens."""
        return self.shape_texts[self.shape[i]].split(" ")

    def words(self, i: int) -> list[str]:
        """Return the names, keywords and literals of a statement."""
        exact = self.exact[i]
        known = self._words.get(exact)
        if known is None:
            known = [t for t in self.exact_texts[exact].split(" ") if word_weight(t)]
            self._words[exact] = known
        return known

    def word_weight(self, i: int) -> float:
        """Return what the words of a statement weigh."""
        exact = self.exact[i]
        known = self._word_weights.get(exact)
        if known is None:
            known = self._word_weights[exact] = sum(map(word_weight, self.words(i)))
        return known

    def lines(self, begin: int, end: int) -> int:
        """Return how many lines the statements from `begin` to before `end` take."""
        return sum(map(int.__sub__, self.last[begin:end], self.first[begin:end])) + end - begin

    def alike(self, i: int, j: int) -> float:
        """Return the share of tokens that two statements have in common, names left out."""
        a, b = self.shape[i], self.shape[j]
        if a == b:
            return 1.0
        key = (a, b) if a < b else (b, a)
        known = self._alike.get(key)
        if known is None:
            m, n = self.size[i], self.size[j]
            known = 0.0
            if 2 * min(m, n) >= 0.6 * (m + n):
                both = self._bag(False, a) & self._bag(False, b)
                known = 2 * both.total() / (m + n)
            self._alike[key] = known
        return known

    def same(self, i: int, j: int) -> float:
        """Return the share of tokens that two statements have in common as written."""
        a, b = self.exact[i], self.exact[j]
        if a == b:
            return 1.0
        both = self._bag(True, a) & self._bag(True, b)
        return 2 * both.total() / (self.size[i] + self.size[j])

    def _bag(self, exact: bool, number: int) -> Counter[str]:
        known = self._bags.get((exact, number))
        if known is None:
            text = (self.exact_texts if exact else self.shape_texts)[number]
            known = self._bags[exact, number] = Counter(text.split(" "))
        return known


@lru_cache(maxsize=1 << 16)
def word_weight(token: str) -> float:
    """Return 1 for a name or keyword, less for a literal, 0 for what is no word."""
    start = token[0]
    if start == STRING or start.isdigit() or (start == "." and len(token) > 1):
        return LITERAL
    return 1.0 if start.isalpha() or start == "_" else 0.0
