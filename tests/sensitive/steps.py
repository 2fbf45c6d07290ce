"""A regular expression matcher that counts its steps, and texts that are the worst for a pattern.

It does what Python's own does, by backtracking over the same tree, so that what takes it a number of
steps takes Python time in the same proportion, and no clock is read.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as op
    from re import _parser as parser
else:
    import sre_constants as op
    import sre_parse as parser

Continue = Callable[[int], int]
FAILED = -1
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


class Matcher:
    """Matches one pattern; `steps` are those of all matches so far."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.steps = 0
        self._tree = parser.parse(pattern.pattern, pattern.flags)
        self._flags = pattern.flags
        self._groups: dict[int, tuple[int, int]] = {}

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the pattern is found, as `finditer` does."""
        self._text, position, found = text, 0, []
        while position <= len(text):
            self._groups.clear()
            end = self._run([*self._tree], self._flags, position, lambda at: at)
            if end != FAILED:
                found.append((position, end))
            position = end if end > position else position + 1
        return found

    def _run(self, nodes: list[Any], flags: int, at: int, then: Continue) -> int:
        """Match the nodes one after the other, then go on; return the end, or FAILED."""
        self.steps += 1
        if not nodes:
            return then(at)
        (kind, value), rest = nodes[0], nodes[1:]

        def on(position: int) -> int:
            return self._run(rest, flags, position, then)

        if _is_single(kind):
            fits = at < len(self._text) and _fits(kind, value, self._text[at], flags)
            return on(at + 1) if fits else FAILED
        return self._complex(kind, value, flags, at, on)

    def _complex(self, kind: Any, value: Any, flags: int, at: int, on: Continue) -> int:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeat(kind, *value, flags, at, on)
        if kind is op.BRANCH:
            ends = (self._run([*branch], flags, at, on) for branch in value[1])
            return next((end for end in ends if end != FAILED), FAILED)
        if kind is op.SUBPATTERN:
            group, add, remove, inner = value
            return self._run([*inner], (flags | add) & ~remove, at, self._closing(group, at, on))
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return self._look(kind is op.ASSERT, *value, flags, at, on)
        if kind is op.AT:
            return on(at) if self._is_at(value, flags, at) else FAILED
        if kind is op.GROUPREF:
            start, end = self._groups[value]
            same = self._text.startswith(self._text[start:end], at)
            return on(at + end - start) if same else FAILED
        raise NotImplementedError(kind)

    def _closing(self, group: int | None, start: int, on: Continue) -> Continue:
        def close(end: int) -> int:
            if group is not None:
                self._groups[group] = (start, end)
            return on(end)

        return close

    def _repeat(
        self, kind: Any, low: int, high: int, inner: Any, flags: int, at: int, on: Continue
    ) -> int:
        if len(inner) == 1 and _is_single(inner[0][0]) and kind is op.MAX_REPEAT:
            most, count = min(int(high), len(self._text) - at), 0
            while count < most and _fits(*inner[0], self._text[at + count], flags):
                count += 1
            self.steps += count
            ends = (on(at + n) for n in range(count, low - 1, -1))
            return next((end for end in ends if end != FAILED), FAILED)
        return self._repeat_group(kind, low, int(high), [*inner], flags, at, on)

    def _repeat_group(
        self, kind: Any, low: int, high: int, inner: list[Any], flags: int, at: int, on: Continue
    ) -> int:
        def again(position: int) -> int:
            if position == at and low <= 0:
                return FAILED
            return self._repeat_group(kind, low - 1, high - 1, inner, flags, position, on)

        tries = [lambda: self._run(inner, flags, at, again)] if high > 0 else []
        if low <= 0:
            tries.append(lambda: on(at))
        if kind is op.MIN_REPEAT:
            tries.reverse()
        return next((end for each in tries if (end := each()) != FAILED), FAILED)

    def _look(self, wanted: bool, way: int, inner: Any, flags: int, at: int, on: Continue) -> int:
        start = at if way > 0 else at - inner.getwidth()[0]
        there = start >= 0 and self._run([*inner], flags, start, lambda end: end) != FAILED
        return on(at) if there is wanted else FAILED

    def _is_at(self, where: Any, flags: int, at: int) -> bool:
        text = self._text
        if where in (op.AT_BOUNDARY, op.AT_NON_BOUNDARY):
            word = _CATEGORIES[op.CATEGORY_WORD]
            before, after = at > 0 and word(text[at - 1]), at < len(text) and word(text[at])
            return (before != after) is (where is op.AT_BOUNDARY)
        if where is op.AT_BEGINNING:
            return at == 0 or bool(flags & re.MULTILINE and text[at - 1] == "\n")
        if where is op.AT_BEGINNING_STRING:
            return at == 0
        if where is op.AT_END:
            last = at == len(text) or (at == len(text) - 1 and text[at] == "\n")
            return last or bool(flags & re.MULTILINE and text[at] == "\n")
        return at == len(text)


def _is_single(kind: Any) -> bool:
    return kind in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)


def _fits(kind: Any, value: Any, letter: str, flags: int) -> bool:
    both = {letter, letter.lower(), letter.upper()} if flags & re.IGNORECASE else {letter}
    if kind is op.LITERAL:
        return chr(value) in both
    if kind is op.NOT_LITERAL:
        return chr(value) not in both
    if kind is op.ANY:
        return letter != "\n" or bool(flags & re.DOTALL)
    negated = value[0][0] is op.NEGATE
    return any(_is_in(part, one) for part in value[negated:] for one in both) is not negated


def _is_in(part: tuple[Any, Any], letter: str) -> bool:
    kind, value = part
    if kind is op.LITERAL:
        return ord(letter) == value
    if kind is op.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return _CATEGORIES[value](letter)


LETTERS = "aAzZ019bf-_.:/=@+ \t\n\"'\\,;&?~<|`(#%$é"


def worst(pattern: re.Pattern[str], chance: random.Random, count: int) -> Iterator[str]:
    """Yield texts to be repeated: the beginnings of what the pattern matches, each cut off somewhere."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    for _ in range(count):
        whole = "".join(_sample([*tree], pattern.flags, chance))
        cut = whole[: chance.randint(1, max(len(whole), 1))]
        yield (cut or "a") + chance.choice(["", "", "", "!", " ", "\n", "a", "-", "."])


def _sample(nodes: list[Any], flags: int, chance: random.Random) -> Iterator[str]:
    for kind, value in nodes:
        if _is_single(kind):
            fitting = [c for c in LETTERS if _fits(kind, value, c, flags)]
            yield chance.choice(fitting) if fitting else chr(value if kind is op.LITERAL else 97)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            low, high, inner = value
            most = min(int(high), low + chance.choice([0, 1, 2, 30]))
            same = "".join(_sample([*inner], flags, chance)) if chance.random() < 0.5 else None
            for _ in range(chance.randint(low, max(most, low))):
                yield same or "".join(_sample([*inner], flags, chance))
        elif kind is op.BRANCH:
            yield from _sample([*chance.choice(value[1])], flags, chance)
        elif kind is op.SUBPATTERN:
            yield from _sample([*value[3]], flags, chance)
        elif kind is op.ASSERT and value[0] > 0:
            yield from _sample([*value[1]], flags, chance)
