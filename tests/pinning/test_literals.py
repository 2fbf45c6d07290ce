"""How small values are written, and which are not."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import math
import pathlib
import re
import uuid
import zoneinfo
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_promote.pinning.literals import Literal, literal
from jupyter_promote.testing.comparison import difference
from tests.testing import samples

MODULE = samples.__name__
NP, PD = "import numpy as np", "import pandas as pd"

WRITTEN: dict[str, tuple[Any, str, set[str]]] = {
    "None": (None, "None", set()),
    "an int": (-3, "-3", set()),
    "a float": (0.1, "0.1", set()),
    "NaN": (math.nan, 'float("nan")', set()),
    "minus infinity": (-math.inf, 'float("-inf")', set()),
    "text": ("it's", '"it\'s"', set()),
    "text with quotes": ('say "x"', "'say \"x\"'", set()),
    "bytes": (b"ab", 'b"ab"', set()),
    "a list": ([1, "a", (2.0,)], '[1, "a", (2.0,)]', set()),
    "a set": ({2, 1}, "{1, 2}", set()),
    "an empty set": (set(), "set()", set()),
    "a frozenset": (frozenset("a"), 'frozenset({"a"})', set()),
    "a dict": ({"a": {1: None}}, '{"a": {1: None}}', set()),
    "a Counter": (
        collections.Counter("aab"),
        'Counter({"a": 2, "b": 1})',
        {"from collections import Counter"},
    ),
    "a defaultdict": (
        collections.defaultdict(list, a=[1]),
        'defaultdict(list, {"a": [1]})',
        {"from collections import defaultdict"},
    ),
    "a deque": (
        collections.deque([1], 2),
        "deque([1], maxlen=2)",
        {"from collections import deque"},
    ),
    "a range": (range(3), "range(0, 3)", set()),
    "a date": (dt.date(2024, 1, 2), "date(2024, 1, 2)", {"from datetime import date"}),
    "a datetime in a zone": (
        dt.datetime(2024, 1, 2, 3, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
        'datetime(2024, 1, 2, 3, 0, tzinfo=ZoneInfo("Europe/Berlin"))',
        {"from datetime import datetime", "from zoneinfo import ZoneInfo"},
    ),
    "a timedelta": (
        dt.timedelta(days=1, seconds=2),
        "timedelta(days=1, seconds=2)",
        {"from datetime import timedelta"},
    ),
    "a path": (pathlib.Path("a/b"), 'Path("a/b")', {"from pathlib import Path"}),
    "a Decimal": (decimal.Decimal("1.10"), 'Decimal("1.10")', {"from decimal import Decimal"}),
    "a Fraction": (fractions.Fraction(1, 3), "Fraction(1, 3)", {"from fractions import Fraction"}),
    "a UUID": (uuid.UUID(int=1), f'UUID("{uuid.UUID(int=1)}")', {"from uuid import UUID"}),
    "a pattern": (re.compile("a", re.I), 're.compile("a", re.IGNORECASE)', {"import re"}),
    "a builtin": (len, "len", set()),
    "a function of NumPy": (np.mean, "np.mean", {NP}),
    "a function of the module": (samples.double, "double", {f"from {MODULE} import double"}),
    "an enum member": (
        samples.Colour.RED,
        "Colour.RED",
        {f"from {MODULE} import Colour"},
    ),
    "a dataclass": (
        samples.Order(1, ("a",)),
        'Order(number=1, items=("a",))',
        {f"from {MODULE} import Order"},
    ),
    "a NamedTuple": (
        samples.Point(1.0, 2.0),
        "Point(x=1.0, y=2.0)",
        {f"from {MODULE} import Point"},
    ),
    "a NumPy float": (np.float64(1.5), "np.float64(1.5)", {NP}),
    "a short float": (np.float32(0.1), "np.float32(0.1)", {NP}),
    "a NumPy NaN": (np.float64("nan"), "np.float64(np.nan)", {NP}),
    "a NumPy bool": (np.bool_(True), "np.bool_(True)", {NP}),
    "an array": (np.array([1, 2]), "np.array([1, 2])", {NP}),
    "rows": (np.array([[1.0, np.nan]]), "np.array([[1.0, np.nan]])", {NP}),
    "an array of another dtype": (
        np.array([1, 2], "int8"),
        'np.array([1, 2], dtype="int8")',
        {NP},
    ),
    "an array of short floats": (
        np.array([0.1], "float32"),
        'np.array([0.1], dtype="float32")',
        {NP},
    ),
    "an empty array": (np.array([]), "np.array([])", {NP}),
    "an array of days": (
        np.array(["2024-01-01"], "datetime64[D]"),
        'np.array(["2024-01-01"], dtype="datetime64[D]")',
        {NP},
    ),
    "a Timestamp": (pd.Timestamp("2024-01-01"), 'pd.Timestamp("2024-01-01")', {PD}),
    "a Timestamp in a zone": (
        pd.Timestamp("2024-01-01 10:30", tz="UTC"),
        'pd.Timestamp("2024-01-01 10:30", tz="UTC")',
        {PD},
    ),
    "a Timedelta": (pd.Timedelta("2D"), 'pd.Timedelta("2 days")', {PD}),
    "a Period": (pd.Period("2024-01", "M"), 'pd.Period("2024-01", freq="M")', {PD}),
    "NA": ([pd.NA, pd.NaT], "[pd.NA, pd.NaT]", {PD}),
    "a Series": (
        pd.Series([1, 2], name="n", index=["a", "b"]),
        'pd.Series([1, 2], index=["a", "b"], name="n")',
        {PD},
    ),
    "a Series of another dtype": (
        pd.Series([1, 2], dtype="int8"),
        'pd.Series([1, 2], dtype="int8")',
        {PD},
    ),
    "a Series of nullable ints": (
        pd.Series([1, None], dtype="Int64"),
        'pd.Series([1, pd.NA], dtype="Int64")',
        {PD},
    ),
    "a Series of categories": (
        pd.Series(["a", "b"], dtype="category"),
        'pd.Series(["a", "b"], dtype="category")',
        {PD},
    ),
    "a frame": (
        pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, np.nan]}),
        'pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, np.nan]})',
        {NP, PD},
    ),
    "a frame with days": (
        pd.DataFrame({"at": pd.to_datetime(["2024-01-01", "2024-01-02"])}),
        'pd.DataFrame({"at": pd.to_datetime(["2024-01-01", "2024-01-02"])})',
        {PD},
    ),
    "a frame with times": (
        pd.DataFrame({"at": pd.to_datetime(["2024-01-01 00:00", "2024-01-02 10:30"])}),
        'pd.DataFrame({"at": pd.to_datetime(["2024-01-01 00:00", "2024-01-02 10:30"])})',
        {PD},
    ),
    "rows that were chosen": (
        pd.DataFrame({"a": [1, 2, 3]}).iloc[1:],
        'pd.DataFrame({"a": [2, 3]}, index=range(1, 3))',
        {PD},
    ),
    "an index with a name": (
        pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="id")),
        'pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="id"))',
        {PD},
    ),
    "levels of an index": (
        pd.Series([1], index=pd.MultiIndex.from_tuples([("a", 1)], names=["x", "y"])),
        'pd.Series([1], index=pd.MultiIndex.from_tuples([("a", 1)], names=["x", "y"]))',
        {PD},
    ),
    "an index with a frequency": (
        pd.date_range("2024-01-01", periods=3, freq="D"),
        'pd.date_range("2024-01-01", periods=3, freq="D")',
        {PD},
    ),
    "columns without rows": (
        pd.DataFrame(columns=["a", "b"]),
        'pd.DataFrame(columns=["a", "b"])',
        {PD},
    ),
}


@pytest.mark.parametrize(("value", "text", "imports"), WRITTEN.values(), ids=WRITTEN)
def test_is_written_as_a_person_would(value: Any, text: str, imports: set[str]) -> None:
    assert literal(value, module=MODULE) == Literal(text, frozenset(imports))


def described() -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["source"] = "x"
    return frame


NOT_WRITTEN = {
    "what is long": list(range(500)),
    "a long text": "x" * 500,
    "a long number": 10**5000,
    "a large frame": pd.DataFrame({"a": range(1000)}),
    "an instance without fields": samples.Plain(1),
    "a dataclass of another module": Literal("1", frozenset()),
    "a subclass of list": samples.Words(["a"]),
    "a lambda": lambda: 1,
    "an object": object(),
    "a frame with attrs": described(),
    "columns of one name": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "names of columns": pd.DataFrame({"a": [1]}).rename_axis(columns="x"),
    "a masked array": np.ma.array([1], mask=[True]),
    "a random generator": np.random.default_rng(0),
}


@pytest.mark.parametrize("value", NOT_WRITTEN.values(), ids=NOT_WRITTEN)
def test_is_not_written(value: Any) -> None:
    assert literal(value, module=MODULE) is None


def test_a_list_that_holds_itself_is_not_written() -> None:
    items: list[Any] = []
    items.append(items)
    assert literal(items) is None


def test_the_longest_is_what_is_asked_for() -> None:
    assert literal([1, 2, 3], longest=9) == Literal("[1, 2, 3]", frozenset())
    assert literal([1, 2, 3], longest=8) is None


def test_objects_stay_objects() -> None:
    value = pd.Series(["a", "b"], dtype=object)
    found = literal(value)
    assert found is not None
    again = eval(found.text, {"pd": pd, "np": np})
    assert again.dtype == object


CELLS = st.none() | st.integers(-9, 9) | st.floats() | st.text(max_size=3) | st.booleans()


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.lists(CELLS, min_size=2, max_size=2), max_size=3))
def test_any_frame_is_written_exactly_or_not_at_all(columns: dict[str, list[Any]]) -> None:
    value = pd.DataFrame(columns)
    found = literal(value)
    if found is not None:
        again = eval(found.text, {"pd": pd, "np": np})
        assert difference(again, value, rtol=0, atol=0) is None
        assert list(again.dtypes) == list(value.dtypes)
