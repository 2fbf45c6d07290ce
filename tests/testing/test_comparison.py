"""What counts as the same, what differs, and how a difference names its place."""

from __future__ import annotations

import collections
import copy
import datetime as dt
import functools
import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from jupyter_promote.testing import assert_alike, assert_same
from jupyter_promote.testing.comparison import alike, difference
from tests.testing.samples import Colour, Model, Order, Plain, Point, double


class Dotted(dict[str, Any]):
    """Its keys are attributes, too: an idiom that many libraries have."""

    def __init__(self, **held: Any) -> None:
        super().__init__(held)
        self.__dict__ = self


def test_a_copy_that_has_lost_its_attributes_is_another_value() -> None:
    value = Dotted(rows=3)
    assert difference(Dotted(rows=3), value) is None
    assert "keys are attributes" in (difference(copy.deepcopy(value), value) or "")


NUMBERS = np.random.RandomState(0).rand(40, 3)
CLASSES = (NUMBERS[:, 0] > 0.5).astype(int)


def fitted(model: Any, classes: Any = CLASSES) -> Any:
    return model.fit(NUMBERS, classes)


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns or {"a": [1.0, 2.0], "b": ["x", "y"]})


def with_attrs(source: str) -> pd.DataFrame:
    made = frame()
    made.attrs["source"] = source
    return made


def model(x: Any, **found: Any) -> Model:
    made = Model(x)
    vars(made).update(found)
    return made


def texts(dtype: Any) -> pd.Series:
    return pd.Series(["a", None], dtype=dtype)


NANS = pd.StringDtype("python", na_value=np.nan)

SAME: dict[str, Callable[[], tuple[Any, Any]]] = {
    "NaN": lambda: (math.nan, float("nan")),
    "zeros of two signs": lambda: (-0.0, 0.0),
    "rounding": lambda: (0.1 + 0.2, 0.3),
    "infinity": lambda: (math.inf, math.inf),
    "complex NaN": lambda: (complex(1, math.nan), complex(1, math.nan)),
    "dicts in another order": lambda: ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "NaN as a key": lambda: ({math.nan: 1}, {float("nan"): 1}),
    "sets with rounding": lambda: ({0.1 + 0.2}, {0.3}),
    "arrays with rounding": lambda: (np.array([0.3, np.nan]), np.array([0.1 + 0.2, np.nan])),
    "arrays with NaT": lambda: (np.array(["NaT"], "M8[s]"), np.array(["NaT"], "M8[s]")),
    "frames with rounding": lambda: (frame(a=[0.3]), frame(a=[0.1 + 0.2])),
    "strings as objects": lambda: (texts(object), texts(NANS)),
    "an index without its frequency": lambda: (
        pd.date_range("2024", periods=3, freq="D"),
        pd.DatetimeIndex(list(pd.date_range("2024", periods=3, freq="D"))),
    ),
    "sparse matrices with zeros stored": lambda: (
        scipy.sparse.csr_matrix(([1.0, 0.0], ([0, 1], [0, 1]))),
        scipy.sparse.csr_matrix([[1.0, 0.0], [0.0, 0.0]]),
    ),
    "models fitted twice": lambda: (
        fitted(DecisionTreeClassifier(random_state=0)),
        fitted(DecisionTreeClassifier(random_state=0)),
    ),
    "a search that takes its time": lambda: (
        fitted(GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=3)),
        fitted(GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=3)),
    ),
    "instances": lambda: (Plain([1.0]), Plain([1.0])),
    "two iterators": lambda: (iter([1]), iter([2])),
    "partials": lambda: (functools.partial(double, 1), functools.partial(double, 1)),
    "two lambdas of one place": lambda: ([lambda: 1][0], [lambda: 2][0]),
    "objects without anything": lambda: (object(), object()),
    "random generators of one seed": lambda: (np.random.default_rng(1), np.random.default_rng(1)),
    "groups": lambda: (frame().groupby("b"), frame().groupby("b")),
    "styled frames": lambda: (frame(a=[1]).style, frame(a=[1]).style),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_is_the_same(pair: Callable[[], tuple[Any, Any]]) -> None:
    actual, expected = pair()
    assert difference(actual, expected) is None
    assert difference(expected, actual) is None


DIFFERENT: dict[str, tuple[Any, Any, str]] = {
    "int and float": (1, 1.0, "int instead of float (1 instead of 1.0)"),
    "bool and int": (True, 1, "bool instead of int (True instead of 1)"),
    "a number": (1.5, 2.5, "1.5 instead of 2.5"),
    "a number and infinity": (1e300, math.inf, "1e+300 instead of inf"),
    "NaN and a number": (math.nan, 1.0, "nan instead of 1.0"),
    "a short text": ("a", "b", "'a' instead of 'b'"),
    "list and tuple": ([1], (1,), "list instead of tuple"),
    "a long list": ([1, 2], [1], "2 items instead of 1"),
    "within a list": ([1, {"a": 2}], [1, {"a": 3}], "[1]['a']: 2 instead of 3"),
    "a missing key": ({"a": 1}, {"a": 1, "b": 2}, "the key 'b' is missing"),
    "a key of another type": ({1: 0}, {"1": 0}, "the key '1' is missing, the key 1 is new"),
    "a set": ({1, 2}, {1, 3}, "3 is missing"),
    "a factory": (
        collections.defaultdict(list),
        collections.defaultdict(set),
        "default_factory: builtins.list instead of builtins.set",
    ),
    "a NamedTuple": (Point(1.0, 2.0), Point(1.0, 3.0), "y: 2.0 instead of 3.0"),
    "a dataclass": (Order(1, ("a",)), Order(1, ("b",)), "items[0]: 'a' instead of 'b'"),
    "an instance": (Plain({"k": 1}), Plain({"k": 2}), "x['k']: 1 instead of 2"),
    "an enum": (Colour.RED, Colour.BLUE, "Colour.RED instead of Colour.BLUE"),
    "functions": (double, Plain.__init__, "double instead of Plain.__init__"),
    "classes": (Plain, Order, "tests.testing.samples.Plain instead of"),
    "times in zones": (
        dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc),
        dt.datetime(2024, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        "instead of datetime.datetime(2024, 1, 1, 1, 0",
    ),
    "NumPy's ints": (np.int64(1), np.int32(1), "int64 instead of int32"),
    "an array's dtype": (np.ones(2), np.ones(2, "f4"), "dtype float64 instead of float32"),
    "an array's shape": (np.ones(2), np.ones((2, 1)), "shape (2,) instead of (2, 1)"),
    "an array's values": (
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([[1.0, 2.0], [3.5, 4.5]]),
        "2 of 4 values differ, the first at [1, 0]: 3.0 instead of 3.5",
    ),
    "a mask": (
        np.ma.array([1, 2], mask=[0, 1]),
        np.ma.array([1, 2], mask=[0, 0]),
        "mask: 1 of 2 values differ",
    ),
    "an array of objects": (
        np.array([1, "a"], object),
        np.array([1, "b"], object),
        "[1]: 'a' instead of 'b'",
    ),
    "a field": (
        np.array([(1, 2.0)], "i4,f8"),
        np.array([(1, 3.0)], "i4,f8"),
        "['f1']: 1 of 1 values differ",
    ),
    "a column": (frame(a=[1, 2]), frame(b=[1, 2]), "column 'b' is missing, column 'a' is new"),
    "columns in another order": (
        frame(a=[1], b=[2]),
        frame(b=[2], a=[1]),
        "['a', 'b'] instead of ['b', 'a']",
    ),
    "rows": (frame(a=[1]), frame(a=[1, 2]), "1 row instead of 2"),
    "a frame within a dict": (
        {"orders": frame(a=[1.0, 2.0])},
        {"orders": frame(a=[1.0, 9.0])},
        "['orders'], column 'a': 1 of 2 values differ, the first at [1]: 2.0 instead of 9.0",
    ),
    "a column's dtype": (
        frame(a=[1]),
        frame(a=[1.0]),
        "column 'a': dtype int64 instead of float64",
    ),
    "strings and numbers": (frame(a=["1"]), frame(a=[1]), "column 'a': dtype"),
    "missing in another way": (
        texts("string"),
        texts(NANS),
        "dtype string instead of str",
    ),
    "nullable ints": (
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1, 2], dtype="Int64"),
        "[1]: NAType instead of int",
    ),
    "an index": (
        pd.Series([1], index=["a"]),
        pd.Series([1], index=["b"]),
        "index[0]: 'a' instead of 'b'",
    ),
    "the kind of an index": (
        frame(a=[1]),
        frame(a=[1]).set_axis([0]),
        "index: RangeIndex instead of Index",
    ),
    "the name of an index": (
        frame(a=[1]).rename_axis("x"),
        frame(a=[1]),
        "index.names[0]: str instead of NoneType",
    ),
    "a series' name": (pd.Series([1], name="a"), pd.Series([1], name="b"), "name: 'a' instead"),
    "a level": (
        pd.MultiIndex.from_tuples([(1, "a")]),
        pd.MultiIndex.from_tuples([(1, "b")]),
        "'a' instead of 'b'",
    ),
    "the order of categories": (
        pd.Categorical(["a"], ["a", "b"]),
        pd.Categorical(["a"], ["b", "a"]),
        "categories[0]: 'a' instead of 'b'",
    ),
    "ordered categories": (
        pd.Series(pd.Categorical(["a"], ordered=True)),
        pd.Series(pd.Categorical(["a"])),
        "the categories are ordered instead of unordered",
    ),
    "a column's zone": (
        pd.Series(pd.date_range("2024", periods=1, tz="UTC")),
        pd.Series(pd.date_range("2024", periods=1, tz="Europe/Berlin")),
        "UTC] instead of",
    ),
    "attrs": (with_attrs("a.csv"), with_attrs("b.csv"), "attrs['source']: 'a.csv' instead of"),
    "a Timestamp's unit": (
        pd.Timestamp("2024").as_unit("s"),
        pd.Timestamp("2024").as_unit("ns"),
        "unit s instead of ns",
    ),
    "groups": (frame().groupby("a"), frame().groupby("b"), "groups"),
    "a sparse matrix": (
        scipy.sparse.csr_matrix([[0, 1.0]]),
        scipy.sparse.csr_matrix([[1.0, 0]]),
        "other places are not zero",
    ),
    "a random generator": (
        np.random.default_rng(1),
        np.random.default_rng(2),
        "the random generator is in another state",
    ),
    "a model's parameter": (model(1), model(2), "x: 1 instead of 2"),
    "what was fitted": (model(1, coef_=1.0), model(1, coef_=2.0), "coef_: 1.0 instead of 2.0"),
    "a model that wasn't fitted": (model(1), model(1, coef_=2.0), "coef_: is missing"),
    "a real model": (
        LinearRegression(positive=True),
        LinearRegression(),
        "positive: True instead of False",
    ),
    "a model that hides what it knows": (
        fitted(KNeighborsClassifier()),
        fitted(KNeighborsClassifier(), 1 - CLASSES),
        "_y: 40 of 40 values differ",
    ),
    "within a pipeline": (
        fitted(make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=1))),
        fitted(make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=2))),
        "steps[1][1].max_depth: 1 instead of 2",
    ),
    "a tree": (
        fitted(DecisionTreeClassifier(random_state=0)),
        fitted(DecisionTreeClassifier(random_state=0), (NUMBERS[:, 1] > 0.3).astype(int)),
        "tree_",
    ),
    "what was written to memory": (io.StringIO("a"), io.StringIO("b"), "'a' instead of 'b'"),
    "a styled frame": (
        frame(a=[1]).style.format("{:.1f}"),
        frame(a=[1]).style,
        "from character",
    ),
    "an exception": (ValueError("a"), ValueError("b"), "args[0]: 'a' instead of 'b'"),
    "partials": (
        functools.partial(double, 1),
        functools.partial(double, 2),
        "args[0]: 1 instead of 2",
    ),
}


@pytest.mark.parametrize(("actual", "expected", "said"), DIFFERENT.values(), ids=DIFFERENT)
def test_differs_and_says_where(actual: Any, expected: Any, said: str) -> None:
    found = difference(actual, expected)
    assert found is not None
    assert said in found
    assert len(found) < 250
    assert difference(actual, actual) is None


def test_a_long_text_is_shown_where_it_differs() -> None:
    found = difference("x" * 500 + "A" + "y" * 500, "x" * 500 + "B" + "y" * 500)
    assert found is not None
    assert found.startswith("from character 500 on, 'xxxxxxxxxxAyyy")


def test_tolerances_are_what_is_asked_for() -> None:
    assert difference(1.0, 1.001) is not None
    assert difference([1.0], [1.001], rtol=0.01) is None
    assert difference(np.array([0.0]), np.array([0.001]), atol=0.01) is None
    assert difference(0.1 + 0.2, 0.3, rtol=0, atol=0) is not None


def test_without_tolerance_strings_are_of_one_dtype() -> None:
    assert difference(texts(object), texts(NANS), rtol=0, atol=0) is not None


class Hostile:
    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError("no")


def test_a_comparison_that_fails_says_so() -> None:
    assert (difference(Hostile(), Hostile()) or "").startswith("could not be compared: Runtime")


def test_values_that_hold_themselves_are_compared() -> None:
    one: list[Any] = [1]
    other: list[Any] = [1]
    one.append(one)
    other.append(other)
    assert difference(one, other) is None
    other[0] = 2
    assert difference(one, other) == "[0]: 1 instead of 2"


def test_an_iterator_is_not_advanced() -> None:
    one = iter([1, 2])
    assert difference({"rows": one}, {"rows": iter([1, 2])}) is None
    assert list(one) == [1, 2]


ALIKE = {
    "numbers": (1.0, 2.0),
    "arrays": (np.zeros(3), np.ones(3)),
    "frames": (frame(a=[1.0], b=["x"]), frame(a=[2.0], b=["y"])),
    "sets": ({1}, {2}),
    "dicts": ({"a": [1]}, {"a": [2]}),
    "times": (pd.Timestamp("2024"), pd.Timestamp("2025")),
    "models": (model(1, coef_=1.0, _hidden=1), model(1, coef_=2.0)),
}
UNLIKE = {
    "types": (1, "a", "int instead of str"),
    "lengths": ([1], [1, 2], "1 item instead of 2"),
    "keys": ({"a": 1}, {"b": 1}, "the key 'b' is missing"),
    "dtypes": (np.ones(1), np.ones(1, int), "dtype float64 instead of int64"),
    "shapes": (np.ones(1), np.ones(2), "shape (1,) instead of (2,)"),
    "column names": (frame(a=[1]), frame(b=[1]), "column 'b' is missing"),
    "column dtypes": (frame(a=[1]), frame(a=[1.5]), "column 'a': dtype"),
    "kinds of index": (frame(a=[1]), frame(a=[1]).set_axis(["x"]), "RangeIndex instead of Index"),
}


@pytest.mark.parametrize(("actual", "expected"), ALIKE.values(), ids=ALIKE)
def test_is_alike_though_it_differs(actual: Any, expected: Any) -> None:
    assert alike(actual, expected) is None
    assert difference(actual, expected) is not None


@pytest.mark.parametrize(("actual", "expected", "said"), UNLIKE.values(), ids=UNLIKE)
def test_is_not_alike(actual: Any, expected: Any, said: str) -> None:
    assert said in (alike(actual, expected) or "")


def test_assertions_fail_with_the_difference() -> None:
    assert_same([1], [1])
    assert_alike([1], [2])
    with pytest.raises(AssertionError, match=r"^\[0\]: 1 instead of 2$"):
        assert_same([1], [2])
    with pytest.raises(AssertionError, match="^1 item instead of 2$"):
        assert_alike([1], [1, 2])
