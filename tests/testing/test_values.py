"""Which values are stored and come back the same, and which are refused."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import io
import json
import math
import pathlib
import random
import re
import sys
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.values import Unreadable, Unstorable, decode, encode
from tests.testing import samples

MODULE = samples.__name__
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")

STORED = {
    "None": None,
    "a bool": True,
    "an int": 3,
    "a long int": 10**5000,
    "a float": 0.1,
    "NaN": math.nan,
    "minus infinity": -math.inf,
    "a complex": 1 + 2j,
    "text": 'ä "quoted"\n',
    "half a surrogate pair": "\ud800",
    "bytes": b"abc",
    "bytes that are no text": b"\xff\x00",
    "a bytearray": bytearray(b"x"),
    "a nested list": [1, [2.0, (3, "x")], []],
    "a set": {1, "a", None},
    "a frozenset": frozenset({(1, 2)}),
    "a dict": {"b": 1, "a": 2},
    "a dict with a dollar": {"$tuple": [1]},
    "a dict with other keys": {1: "a", (1, 2): "b", None: "c"},
    "an OrderedDict": collections.OrderedDict(b=1, a=2),
    "a defaultdict": collections.defaultdict(list, a=[1]),
    "a Counter": collections.Counter("aab"),
    "a deque": collections.deque([1, 2], maxlen=3),
    "a range": range(1, 9, 2),
    "a slice": slice(1, None),
    "an ellipsis": ...,
    "a date": dt.date(2024, 2, 29),
    "a naive time of day": dt.time(1, 2, 3, 4),
    "a datetime": dt.datetime(2024, 1, 1, 10),
    "a datetime with an offset": dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc),
    "the second of two equal hours": dt.datetime(2024, 10, 27, 2, tzinfo=BERLIN, fold=1),
    "a timedelta": dt.timedelta(-1, 3, 5),
    "a named offset": dt.timezone(dt.timedelta(hours=1), "here"),
    "a Decimal": decimal.Decimal("1.10"),
    "a Fraction": fractions.Fraction(1, 3),
    "a UUID": uuid.UUID(int=7),
    "a path": pathlib.Path("data") / "x.csv",
    "a path of another system": pathlib.PureWindowsPath("C:\\x"),
    "a pattern": re.compile("a+", re.IGNORECASE),
    "a builtin function": len,
    "a method of a class": str.upper,
    "a function of a library": np.mean,
    "a ufunc": np.add,
    "a class": pd.DataFrame,
    "a module": np,
    "a function of the module": samples.double,
    "a class of the module": samples.Plain,
    "an enum member": samples.Colour.RED,
    "a NamedTuple": samples.Point(1.0, 2.0),
    "a namedtuple": samples.Pair([1], None),
    "a frozen dataclass": samples.Order(1, ("a",)),
    "a dataclass with slots": samples.Slotted({"a": 1}),
    "a plain instance": samples.Plain(samples.Plain(1)),
    "a NumPy scalar": np.float32(0.1),
    "a NumPy bool": np.bool_(True),
    "a NumPy string": np.str_("ab"),
    "a NumPy time": np.datetime64("2024-01-01T10", "h"),
    "a dtype": np.dtype("float32"),
    "a structured dtype": np.dtype([("a", "i4"), ("b", "U3", (2,))]),
    "an array of ints": np.arange(6).reshape(2, 3),
    "an array of bools": np.array([True, False]),
    "an array with NaN": np.array([1.5, np.nan, -np.inf]),
    "an empty array of a shape": np.zeros((0, 3), "int8"),
    "an array without dimensions": np.array(3.0),
    "an array of complex numbers": np.array([1 + 2j, complex("nan")]),
    "an array of texts": np.array(["a", "bcd"]),
    "an array of bytes": np.array([b"a", b"\xff"]),
    "an array of times": np.array(["2024-01-01", "NaT"], "datetime64[ns]"),
    "an array of durations": np.array([1, 2], "timedelta64[D]"),
    "an array of objects": np.array([1, "a", None, [2]], object),
    "an array of big endian": np.arange(3, dtype=">i4"),
    "an array of long doubles": np.array(["1.1"], np.longdouble),
    "a structured array": np.array([(1, "a"), (2, "b")], [("n", "i4"), ("s", "U2")]),
    "a large array": np.linspace(0, 1, 100).reshape(20, 5),
    "a masked array": np.ma.array([1, 2], mask=[False, True]),
    "a sparse matrix": scipy.sparse.csr_matrix([[0, 1.5], [2, 0]]),
    "a sparse array by coordinates": scipy.sparse.coo_array([[0, 1]]),
    "NaT": pd.NaT,
    "NA": pd.NA,
    "a Timestamp": pd.Timestamp("2024-01-01 10:00", tz="Europe/Berlin"),
    "a Timestamp far away": pd.Timestamp("5000-01-01").as_unit("s"),
    "a Timedelta": pd.Timedelta(5, "ns"),
    "a Period": pd.Period("2024-01", "M"),
    "an Interval": pd.Interval(0, 1.5, closed="left"),
    "an offset": pd.offsets.MonthEnd(2),
    "a Categorical": pd.Categorical(["a", None], ["b", "a"], ordered=True),
    "a RangeIndex": pd.RangeIndex(2, 9, 3, name="n"),
    "an Index": pd.Index(["a", "b"], name="x"),
    "an Index of objects": pd.Index(["a", 1], dtype=object),
    "a MultiIndex": pd.MultiIndex.from_product([[1, 2], ["a"]], names=["n", None]),
    "a DatetimeIndex": pd.date_range("2024", periods=3, freq="D"),
    "a DatetimeIndex with a zone": pd.date_range("2024", periods=3, freq="h", tz="Europe/Berlin"),
    "a TimedeltaIndex": pd.timedelta_range("1D", periods=3),
    "a PeriodIndex": pd.period_range("2024", periods=3, freq="Q"),
    "an IntervalIndex": pd.interval_range(0, 3),
    "a CategoricalIndex": pd.CategoricalIndex(["a", "b"], name="c"),
    "a Series": pd.Series([1, 2], name=("x", 1), index=["a", "b"]),
    "a Series of strings": pd.Series(["a", None]),
    "a Series of nullable strings": pd.Series(["a", None], dtype="string"),
    "a Series of mixed objects": pd.Series(["a", 1, None, np.nan], dtype=object),
    "a Series of nullable ints": pd.Series([1, None], dtype="Int64"),
    "a Series of nullable bools": pd.Series([True, None], dtype="boolean"),
    "a Series of categories": pd.Series(["a", "b"], dtype="category"),
    "a Series of periods": pd.Series(pd.period_range("2024", periods=2, freq="M")),
    "a sparse Series": pd.Series(pd.arrays.SparseArray([0, 0, 1])),
    "a frame": pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "c": ["x", "y"]}),
    "a frame with columns of one name": pd.DataFrame([[1, "a"]], columns=["x", "x"]),
    "a frame with levels of columns": pd.DataFrame({("a", 1): [1], ("a", 2): ["x"]}),
    "a frame of rows only": pd.DataFrame(index=range(3)),
    "a frame of columns only": pd.DataFrame(columns=["a", "b"]),
    "a frame with zones": pd.DataFrame({"at": pd.date_range("2024", periods=2, tz="UTC")}),
    "a large frame": pd.DataFrame({"a": np.arange(200), "b": ["x"] * 200}),
    "a pandas dtype": pd.CategoricalDtype(["a", "b"], ordered=True),
    "a nullable dtype": pd.Int64Dtype(),
}


def described() -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["source"] = {"file": "x.csv"}
    return frame


STORED["a frame with attrs"] = described()


@pytest.mark.parametrize("value", STORED.values(), ids=STORED)
def test_comes_back_the_same(value: Any) -> None:
    arrays: dict[str, Any] = {}
    text = json.dumps(encode(value, arrays, module=MODULE), allow_nan=False)
    again = decode(json.loads(text), arrays, module=MODULE)
    assert type(again) is type(value)
    assert difference(again, value, rtol=0, atol=0) is None
    assert json.dumps(encode(again, {}, module=MODULE), allow_nan=False) == text


def cyclic() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


def deep() -> list[Any]:
    items: list[Any] = []
    for _ in range(60):
        items = [items]
    return items


REFUSED = {
    "a model": ({"model": LogisticRegression()}, "['model']: a LogisticRegression"),
    "within an instance": (samples.Plain(object()), "x: an object"),
    "within a frame": (pd.DataFrame({"a": [object()]}), "['a'][0]: an object"),
    "a subclass of list": (samples.Words(["a"]), "a Words"),
    "a lambda": ([lambda: 1], "[0]: a function"),
    "a bound method": ("a".upper, "a builtin_function_or_method"),
    "a generator": ((i for i in ()), "a generator"),
    "an open file": (io.StringIO(), "a StringIO"),
    "random numbers of others": (random.SystemRandom(), "a SystemRandom"),
    "an exception": (ValueError("x"), "a ValueError"),
    "an instance of another module": (collections.UserDict(), "a UserDict"),
    "a list that holds itself": (cyclic(), "[0]: a list that holds itself"),
    "what is too deep": (deep(), "more than 50 levels"),
    "a factory of its own": (collections.defaultdict(samples.double), "a defaultdict that makes"),
    "the main module": (sys.modules["__main__"], "the module __main__"),
    "holidays": (pd.offsets.CustomBusinessDay(holidays=["2024-01-01"]), "the offset C"),
}


@pytest.mark.parametrize(("value", "why"), REFUSED.values(), ids=REFUSED)
def test_is_refused(value: Any, why: str) -> None:
    with pytest.raises(Unstorable) as error:
        encode(value, {}, module=MODULE)
    assert why in str(error.value)


GENERATORS = {
    "Python's": (random.Random(3), lambda made: made.gauss(0, 1)),
    "NumPy's": (np.random.default_rng(3), lambda made: made.normal()),
    "NumPy's with another source": (
        np.random.Generator(np.random.Philox(3)),
        lambda made: made.normal(),
    ),
    "NumPy's old": (np.random.RandomState(3), lambda made: made.randn()),
}


@pytest.mark.parametrize(("value", "draw"), GENERATORS.values(), ids=GENERATORS)
def test_a_random_generator_goes_on_drawing_where_it_was(
    value: Any, draw: Callable[[Any], float]
) -> None:
    draw(value)  # an odd number of normal numbers leaves one in stock
    arrays: dict[str, Any] = {}
    stored = json.loads(json.dumps(encode(value, arrays)))
    made = decode(stored, arrays)
    assert difference(made, value) is None
    assert [draw(made) for _ in range(3)] == [draw(value) for _ in range(3)]


def test_a_random_generator_of_no_known_kind_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="'Generator' is no generator of random bits"):
        decode({"$Generator": {"bit_generator": "Generator", "state": {}}})


def test_instances_are_stored_of_the_named_module_only() -> None:
    with pytest.raises(Unstorable, match="an Order"):
        encode(samples.Order(1))
    stored = encode(samples.Order(1), module=MODULE)
    with pytest.raises(Unreadable, match="not a class of churn"):
        decode(stored, module="churn")


def test_only_large_arrays_of_numbers_leave_the_json() -> None:
    arrays: dict[str, Any] = {}
    value = [np.arange(64), np.arange(65), np.array(["x"] * 100), np.ones(70)]
    small, large, texts, ones = encode(value, arrays)
    assert "values" in small["$array"]
    assert "values" in texts["$array"]
    assert (large["$array"]["stored"], ones["$array"]["stored"]) == ("a0", "a1")
    assert list(arrays) == ["a0", "a1"]


def test_small_values_read_as_they_are_written() -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    assert encode({"a": [1, 2.5, "x", None]}) == {"a": [1, 2.5, "x", None]}
    assert encode(frame)["$DataFrame"]["values"] == [
        {"$array": {"dtype": "int64", "values": [1, 2]}}
    ]


BROKEN = {
    "an unknown kind": {"$pickle": "x"},
    "a name beside a kind": {"$tuple": [], "x": 1},
    "a module that is no name": {"$module": "os; x"},
    "the main module": {"$name": "__main__:x"},
    "a module that isn't there": {"$module": "there_is_no_such_module"},
    "a function that is gone": {"$name": "math:no_such_function"},
    "an enum member that is gone": {"$member": f"{MODULE}:Colour.GREEN"},
    "an array that is missing": {"$array": {"dtype": "int64", "stored": "a7"}},
    "a tuple with other fields": {"$namedtuple": {"class": f"{MODULE}:Point", "holds": [1]}},
    "an instance of a subclass of list": {"$instance": {"class": f"{MODULE}:Words", "holds": {}}},
    "a date that is none": {"$date": "2024-02-30"},
}


@pytest.mark.parametrize("stored", BROKEN.values(), ids=BROKEN)
def test_what_was_not_written_is_not_read(stored: Any) -> None:
    with pytest.raises(Unreadable):
        decode(stored)


SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
NESTED = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4)
    | st.tuples(inner, inner)
    | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(NESTED)
def test_any_nested_value_comes_back_the_same(value: Any) -> None:
    again = decode(json.loads(json.dumps(encode(value), allow_nan=False)))
    assert repr(again) == repr(value)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(width=32), max_size=90), st.sampled_from(["f4", "f8", ">f8", "c16"]))
def test_any_array_of_numbers_comes_back_the_same(numbers: list[float], dtype: str) -> None:
    arrays: dict[str, Any] = {}
    value = np.array(numbers, dtype)
    again = decode(json.loads(json.dumps(encode(value, arrays))), arrays)
    assert again.dtype == value.dtype
    np.testing.assert_array_equal(again, value)
