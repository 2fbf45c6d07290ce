"""No pattern that secrets are looked for with takes more than its share of time for any text."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import sys
from collections.abc import Iterator

import pytest

import jupyter_promote.sensitive as package
from jupyter_promote.checks import secret
from jupyter_promote.sensitive.forms import FORMS
from tests.sensitive.steps import Matcher, worst

SIZE = 500  # characters: more than the most that a bounded repeat takes
TEXTS = 6  # for each pattern; tests/bench/pattern_seconds.py tries more, on 1 MB
MOST_STEPS = 130  # a character; Python makes about 1,000 million simple steps a second


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for form in FORMS:
        yield f"form: {form.what}: {form.guards[0]}", re.compile(form.pattern)
    found = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
    ]
    for module in (*found, secret):
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


# Not searched for in whole texts, but tried once: at one place, or on a value that is cut to a length
WITHIN = (
    *("forms._KEY_LINES", "personal._CARD", "texts._CODE"),
    *("values._FILE", "values._PATH", "values._TEXT_TOKEN", "values._UUID"),
)
PATTERNS = {name: pattern for name, pattern in patterns() if name not in WITHIN}


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(before)


def steps(pattern: re.Pattern[str], unit: str, size: int) -> int:
    matcher = Matcher(pattern)
    matcher.spans((unit * (size // len(unit) + 1))[:size])
    return matcher.steps


def slowest(pattern: re.Pattern[str]) -> tuple[float, float]:
    """Return by how much the steps grow at most for a text of twice the size, and steps a character."""
    chance = random.Random(pattern.pattern)
    growth, each = 0.0, 0.0
    for unit in worst(pattern, chance, TEXTS):
        once, twice = steps(pattern, unit, SIZE), steps(pattern, unit, 2 * SIZE)
        growth, each = max(growth, twice / once), max(each, twice / (2 * SIZE))
    return growth, each


@pytest.mark.parametrize("name", PATTERNS)
def test_its_steps_grow_as_the_text_does(name: str) -> None:
    growth, each = slowest(PATTERNS[name])
    assert growth < 2.5, f"{growth:.2f} times the steps for twice the text"
    assert each < MOST_STEPS, f"{each:.0f} steps a character"


@pytest.mark.parametrize("name", PATTERNS)
def test_the_steps_are_those_of_pythons_own_matches(name: str) -> None:
    pattern = PATTERNS[name]
    for unit in worst(pattern, random.Random(name), 20):
        text = unit * 3
        assert Matcher(pattern).spans(text) == [found.span() for found in pattern.finditer(text)]


SLOW = {
    "the scheme of an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]{3,}@",
    "an address of e-mail": r"[\w.+-]+@[\w-]+\.[a-z]{2,}",
    "a repeat in a repeat": r"(?:[a-z]+-)+=",
    "names that end in a word": r"[\w-]*password\s*=",
}


@pytest.mark.parametrize("pattern", SLOW.values(), ids=SLOW)
def test_patterns_that_are_slow_are_noticed(pattern: str) -> None:
    slow = re.compile(pattern)
    units = [*worst(slow, random.Random(0), 3), "a", "a.", "a-"]
    assert max(steps(slow, unit, 240) / steps(slow, unit, 120) for unit in units) > 3
