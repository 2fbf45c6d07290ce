"""The statements of all files in one row, and how alike two of them are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TypeVar

from jupyter_promote.checks.clones.shapes import FileShapes
from jupyter_promote.checks.clones.statements import STRING

MAX_WEIGHT = 12
LITERAL = 0.3  # what a literal weighs beside a name: copies differ in them first
# Imports, and what sets how plots and tables look and what is warned of: everybody repeats them.
_SETUP = re.compile(
    r"(import|from) |(\w+ \. )*"
    r"(rcParams (\[|\. update)|options \. display \.|style \. use \(|(rc|set_style|set_theme|set_context"
    r"|set_palette|set_color_codes|set_option|set_printoptions|filterwarnings|simplefilter"
    r"|basicConfig|register_matplotlib_converters) \()"
)
ALIKE = 0.6  # share of tokens from which two statements can answer each other


Value = TypeVar("Value")


class Index:
    """The statements of `files`, numbered from 0; those of a file stand side by side.

    `shape` and `exact` are numbers that stand for equal texts; `weight` is the number of tokens,
    up to a limit, and 1 for setup, which everybody repeats.
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
        setup = [_SETUP.match(text) is not None for text in self.exact_texts]
        self.is_setup = [setup[e] for e in self.exact]
        self.size = [sizes[s] for s in self.shape]
        self.weight = [
            1 if setup[e] else min(MAX_WEIGHT, sizes[s])
            for e, s in zip(self.exact, self.shape, strict=True)
        ]
        self._words = _Lazy(self._words_of)
        self._word_weights = _Lazy(self._weight_of)
        self._tokens = _Lazy(self._tokens_of)
        self.likeness = _Lazy(self._likeness_of)

    def __len__(self) -> int:
        return len(self.cell)

    def kinds(self, i: int) -> list[str]:
        """Return the tokens of a statement, names left out."""
        return self.shape_texts[self.shape[i]].split(" ")

    def words(self, i: int) -> tuple[str, ...]:
        """Return the names, keywords and literals of a statement."""
        return self._words[self.exact[i]]

    def word_weight(self, i: int) -> float:
        """Return what the words of a statement weigh."""
        return self._word_weights[self.exact[i]]

    def lines(self, begin: int, end: int) -> int:
        """Return how many lines the statements from `begin` to before `end` take."""
        return sum(self.last[begin:end]) - sum(self.first[begin:end]) + end - begin

    def comparable(self, i: int) -> tuple[float, float]:
        """Return the fewest and most tokens of what can be alike enough."""
        size = self.size[i]
        return size * ALIKE / (2 - ALIKE), size * (2 - ALIKE) / ALIKE

    def alike(self, i: int, j: int) -> float:
        """Return the share of tokens that two statements have in common, names left out.

        It is 0 where they have too few.
        """
        return self.likeness[self.shape[i]][self.shape[j]]

    def _words_of(self, exact: int) -> tuple[str, ...]:
        return tuple(filter(word_weight, self.exact_texts[exact].split(" ")))

    def _weight_of(self, exact: int) -> float:
        return sum(map(word_weight, self._words[exact]))

    def _tokens_of(self, shape: int) -> frozenset[str]:
        return frozenset(numbered(self.shape_texts[shape].split(" ")))

    def _likeness_of(self, shape: int) -> _Lazy[float]:
        """Return how alike each other shape is to one."""
        return _Lazy(partial(self._share, self._tokens[shape]))

    def _share(self, tokens: frozenset[str], other: int) -> float:
        others = self._tokens[other]
        one, two = len(tokens), len(others)
        both = one + two
        if 2 * (one if one < two else two) < ALIKE * both:
            return 0.0
        share = 2 * len(tokens & others) / both
        return share if share >= ALIKE else 0.0


class _Lazy(dict[int, Value]):
    """Values by number, each worked out when it is first asked for."""

    def __init__(self, work: Callable[[int], Value]) -> None:
        self._work = work

    def __missing__(self, key: int) -> Value:
        value = self[key] = self._work(key)
        return value


def numbered(tokens: Iterable[str]) -> Iterator[str]:
    """Yield the tokens, the second of a kind and later ones with a number: a bag as a set."""
    seen: dict[str, int] = {}
    for token in tokens:
        count = seen.get(token, 0)
        seen[token] = count + 1
        yield f"{token} {count}" if count else token


@lru_cache(maxsize=1 << 16)
def word_weight(token: str) -> float:
    """Return 1 for a name or keyword, less for a literal, 0 for what is no word."""
    start = token[0]
    if start == STRING or start.isdigit() or (start == "." and len(token) > 1):
        return LITERAL
    return 1.0 if start.isalpha() or start == "_" else 0.0
