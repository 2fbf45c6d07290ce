"""The probe, called in this process: what it tells apart, and that it disturbs nothing."""

from __future__ import annotations

import collections
import copy
import datetime
import enum
import functools
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

from jupyter_promote.proof.probe import described, same_objects


class Point:
    def __init__(self, x: Any) -> None:
        self.x = x


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Name(str):
    pass


def cyclic(last: int) -> list[Any]:
    items: list[Any] = [1, last]
    items.append(items)
    return items


def drawn(generator: Any, times: int) -> Any:
    for _ in range(times):
        generator.random()
    return generator


def frame(**changes: Any) -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.1, np.nan], **changes})


PAIRS: dict[str, tuple[Any, Any]] = {
    "numbers": (1, 2),
    "number and bool": (1, True),
    "int and float": (1, 1.0),
    "the sign of zero": (0.0, -0.0),
    "the last bit": (0.1 + 0.2, 0.3),
    "texts": ("a", "b"),
    "text and bytes": ("a", b"a"),
    "long texts": ("a" * 10_000, "a" * 9_999 + "b"),
    "huge numbers": (10**5000, 10**5000 + 1),
    "list and tuple": ([1], (1,)),
    "order in a list": ([1, 2], [2, 1]),
    "order in a dict": ({1: 1, 2: 2}, {2: 2, 1: 1}),
    "keys of a dict": ({"1": 0}, {1: 0}),
    "sets": ({1, 2}, {1, 3}),
    "cyclic lists": (cyclic(1), cyclic(2)),
    "late in a long list": ([*range(5000), 1], [*range(5000), 2]),
    "deep inside": ([[[[[[[[1]]]]]]]], [[[[[[[[2]]]]]]]]),
    "objects": (Point(1), Point(2)),
    "objects inside objects": (Point([Point(1)]), Point([Point(2)])),
    "slots": (Slotted(1), Slotted(2)),
    "enum members": (Colour.RED, Colour.BLUE),
    "a subclass of str": (Name("a"), "a"),
    "deques": (collections.deque([1]), collections.deque([1], maxlen=3)),
    "counters": (collections.Counter("ab"), collections.Counter("abb")),
    "default factories": (collections.defaultdict(list), collections.defaultdict(list, {1: 2})),
    "dates": (datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)),
    "paths": (Path("a"), Path("b")),
    "patterns": (re.compile("a"), re.compile("a", re.I)),
    "exceptions": (ValueError("a"), ValueError("b")),
    "StringIO": (io.StringIO("a"), io.StringIO("b")),
    "random generators": (random.Random(1), drawn(random.Random(1), 1)),
    "numpy generators": (np.random.default_rng(1), drawn(np.random.default_rng(1), 1)),
    "numpy states": (np.random.RandomState(1), drawn(np.random.RandomState(1), 1)),
    "arrays": (np.arange(3), np.array([0, 1, 3])),
    "types of arrays": (np.arange(3), np.arange(3.0)),
    "shapes of arrays": (np.zeros((2, 3)), np.zeros((3, 2))),
    "object arrays": (np.array([1, "a"], dtype=object), np.array(["1", "a"], dtype=object)),
    "masks": (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0])),
    "structured arrays": (np.array([(1, 2.0)], "i4,f8"), np.array([(1, 3.0)], "i4,f8")),
    "numpy and python numbers": (np.float64(1), 1.0),
    "values of a frame": (frame(), frame(a=[1, 3])),
    "column order": (frame(), frame()[["b", "a", "c"]]),
    "column types": (frame(), frame(a=[1.0, 2.0])),
    "texts that look like numbers": (frame(b=[1, "1"]), frame(b=["1", "1"])),
    "lists in a frame": (frame(b=[[1], [2]]), frame(b=[[1], [3]])),
    "index of a frame": (frame(), frame().set_axis([5, 6])),
    "name of an index": (frame(), frame().rename_axis("n")),
    "rows of a frame": (frame(), frame().iloc[:1]),
    "names of series": (pd.Series([1], name="a"), pd.Series([1], name="b")),
    "categories": (pd.Categorical(["a"]), pd.Categorical(["a"], ["a", "b"])),
    "time zones": (pd.date_range("2026", periods=2), pd.date_range("2026", periods=2, tz="UTC")),
    "missing and zero": (pd.Series([1, None], dtype="Int64"), pd.Series([1, 0], dtype="Int64")),
    "multi indexes": (
        pd.MultiIndex.from_product([[1], ["a"]]),
        pd.MultiIndex.from_product([[1], ["b"]]),
    ),
    "sparse matrices": (scipy.sparse.eye(3).tocsr(), scipy.sparse.eye(3, k=1).tocsr()),
    "fitted models": (
        LinearRegression().fit([[0], [1]], [0, 1]),
        LinearRegression().fit([[0], [1]], [0, 2]),
    ),
    "fitted trees": (
        DecisionTreeClassifier(random_state=0).fit([[0], [1], [2]], [0, 1, 1]),
        DecisionTreeClassifier(random_state=0).fit([[0], [1], [2]], [0, 0, 1]),
    ),
    "functions of libraries": (np.linalg.norm, np.linalg.svd),
    "builtin functions": (len, sum),
    "a callable and a value": (len, 3),
    "modules": (re, io),
    "classes": (Point, Slotted),
}  # fmt: skip


def text(value: Any) -> str:
    return str(described(value, [], [])["text"])


@pytest.mark.parametrize("name", PAIRS)
def test_different_values_have_different_texts(name: str) -> None:
    one, other = PAIRS[name]
    assert text(one) != text(other)


@pytest.mark.parametrize("name", PAIRS)
def test_equal_values_have_equal_texts_and_are_not_disturbed(name: str) -> None:
    for value in PAIRS[name]:
        twin = value if name in ("modules", "classes") or callable(value) else copy.deepcopy(value)
        before = text(value)
        assert text(twin) == before
        assert text(value) == before
        json.dumps(described(value, [], []))


OPAQUE: dict[str, Callable[[], Any]] = {
    "a function": lambda: test_values_that_are_not_compared,
    "a lambda": lambda: lambda: 1,
    "a partial": lambda: functools.partial(int),
    "a bound method": lambda: [].append,
    "a generator": lambda: (i for i in [1, 2]),
    "an iterator": lambda: iter([1, 2]),
    "a lazy map": lambda: map(str, [1, 2]),
    "an open file": lambda: open("/dev/null"),  # noqa: SIM115 - to be described, not read
}


@pytest.mark.parametrize("name", OPAQUE)
def test_values_that_are_not_compared(name: str) -> None:
    value = OPAQUE[name]()
    assert described(value, [__name__], [])["opaque"]
    inside = described({"key": [value]}, [__name__], [])
    assert not inside["opaque"] and inside["skipped"]
    if name in ("a generator", "an iterator"):
        assert next(value) == 1


class Hostile:
    """An object that fights back."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    def __hash__(self) -> int:
        raise RuntimeError("hash")

    def __len__(self) -> int:
        raise RuntimeError("len")


class Disguised:
    """An object that says it is a list."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return list


def test_objects_that_fight_back_do_not_matter() -> None:
    assert "Disguised" in text(Disguised())
    assert same_objects({"a": Hostile(), "b": 1}) == []


class Fitted:
    """Keeps what it has worked out as results of statsmodels do."""

    def __init__(self, slope: float) -> None:
        self.slope = slope
        self._cache: dict[str, float] = {}

    @property
    def double(self) -> float:
        return self._cache.setdefault("double", 2 * self.slope)

    def reset(self) -> None:
        self._cache.clear()


def test_what_an_object_has_worked_out_so_far_does_not_matter() -> None:
    asked = Fitted(1.5)
    assert asked.double == 3.0
    assert text(asked) == text(Fitted(1.5))
    assert text(asked) != text(Fitted(2.5))


@pytest.mark.parametrize("key", ["slope", "reset", "unknown"])
def test_a_cache_that_holds_anything_else_is_compared(key: str) -> None:
    other = Fitted(1.5)
    other._cache[key] = 7.0
    assert text(other) != text(Fitted(1.5))


def test_where_a_class_lives_and_addresses_do_not_matter() -> None:
    here = described([Point(1), object()], [__name__], [])["text"]
    assert "__main__.Point" in here and "object at 0x>" in here


def test_scratch_folders_are_named_as_the_real_ones() -> None:
    folders = [("/tmp/scratch", "/home")]
    assert described("/tmp/scratch/x", [], folders)["text"] == "str:'/home/x'"


def test_long_words_do_not_take_long() -> None:
    text("a" * 3_000_000 + ".<locals>.x")


def test_only_changeable_objects_have_an_identity() -> None:
    items, number, words = [1], 10**20, ("a",)
    names = {"a": items, "b": items, "c": number, "d": number, "e": words, "f": words, "g": [1]}
    assert same_objects(names) == [["a", "b"]]


def test_a_person_is_told_what_differs() -> None:
    one, other = described(frame(), [], []), described(frame(c=[0.1, 5]), [], [])
    assert one["summary"] == "2 rows × 3 columns"
    assert [key for key in one["parts"] if one["parts"][key] != other["parts"][key]] == [
        "column 'c'"
    ]
