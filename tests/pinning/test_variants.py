"""Which other calls are derived from a recorded one."""

from __future__ import annotations

import ast
import copy
import datetime
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_promote.pinning import scalars
from jupyter_promote.pinning.variants import of_call

CODE = '''
def f(x, n=3, how="mean", strict=False, *, limit=None):
    """Never 99 nor "docstring"."""
    if x > 500000 or n == -1:
        return x.replace("$", "none")
    return 0.25
'''


def code(text: str) -> ast.FunctionDef:
    (function,) = ast.parse(textwrap.dedent(text)).body
    assert isinstance(function, ast.FunctionDef)
    return function


def facts(most: int = 1000, function: str | None = None, **arguments: object) -> dict[str, Any]:
    tree = code(function) if function else None
    return {each.fact: each.arguments for each in of_call(arguments, tree, most=most)}


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [1.5, 2.5, -3.5],
            "count": [3, 4, 5],
            "name": ["Ann", "Bob", None],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-02-01"]),
            "open": [True, False, True],
        }
    )


NAN = float("nan")
FRAMES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "without_rows": lambda x: list(x.index) == [] and list(x) == list(frame()),
    "with_one_row": lambda x: list(x["count"]) == [3],
    "with_repeated_rows": lambda x: list(x["count"]) == [3, 3, 4, 4, 5, 5],
    "with_rows_reversed": lambda x: list(x["count"]) == [5, 4, 3],
    "with_rows_shuffled": lambda x: sorted(x["count"]) == [3, 4, 5] != list(x["count"]),
    "with_price_missing": lambda x: list(x["price"].isna()) == [False, True, False],
    "with_count_missing": lambda x: list(x["count"].isna()) == [False, True, False],
    "with_name_missing": lambda x: list(x["name"].isna()) == [False, True, True],
    "with_day_missing": lambda x: x["day"].isna()[1] and x["day"].dtype.kind == "M",
    "with_the_first_price_missing": lambda x: list(x["price"].isna()) == [True, False, False],
    "with_every_price_missing": lambda x: x["price"].isna().all() and x["price"].dtype == float,
    "with_a_row_missing": lambda x: x.iloc[1].isna().all() and x.iloc[0].notna().all(),
    "with_price_negated": lambda x: list(x["price"]) == [-1.5, -2.5, 3.5],
    "with_price_0": lambda x: list(x["price"]) == [0, 0, 0],
    "with_count_0": lambda x: list(x["count"]) == [0, 0, 0] and x["count"].dtype == int,
    "with_price_times_10": lambda x: list(x["price"]) == [15, 25, -35],
    "with_an_extreme_price": lambda x: x["price"][1] > 1000,
    "with_one_name_throughout": lambda x: list(x["name"]) == ["Ann"] * 3,
    "with_an_empty_name": lambda x: x["name"][1] == "",
    "with_name_between_blanks": lambda x: x["name"][0] == "  Ann ",
    "with_name_in_capitals": lambda x: x["name"][0] == "ANN",
    "with_open_flipped": lambda x: list(x["open"]) == [False, True, False],
    "with_day_spread": lambda x: list(x["day"].dt.month) == [1, 1, 10],
    "without_the_column_price": lambda x: list(x) == ["count", "name", "day", "open"],
    "with_the_index_moved": lambda x: list(x.index) == [30, 20, 10],
}


@pytest.mark.parametrize(("fact", "holds"), FRAMES.items(), ids=FRAMES)
def test_a_frame_is_varied(fact: str, holds: Callable[[pd.DataFrame], Any]) -> None:
    assert holds(facts(x=frame())[fact]["x"])


def only(value: object) -> Callable[[object], bool]:
    return lambda found: type(found) is type(value) and found == value


VALUES: list[tuple[object, str, Callable[[Any], Any]]] = [
    (pd.Series([1.0, 2.0]), "without_items", lambda x: len(x) == 0),
    (pd.Series([1.0, 2.0], name="a"), "with_x_negated", lambda x: list(x) == [-1, -2]),
    (np.array([1, 2]), "with_x_negated", lambda x: x.dtype == int and list(x) == [-1, -2]),
    (np.array([1.0, 2.0]), "with_x_missing", lambda x: np.isnan(x[1])),
    (np.ones((2, 2)), "with_rows_reversed", lambda x: x.shape == (2, 2)),
    (np.ones((2, 2)), "with_x_negated", lambda x: (x == -np.ones((2, 2))).all()),
    ([1, 2], "with_an_empty_list", only([])),
    ([1, 2, 3], "with_items_reversed", only([3, 2, 1])),
    ([1, 2], "with_x_missing", only([1, None])),
    ((1, 2), "without_items", only(())),
    (["a", "b"], "with_x_between_blanks", only(["  a ", "  b "])),
    ([{"a": 1}, {"a": 2}], "with_a_negated", only([{"a": -1}, {"a": -2}])),
    ([{"a": 1}, {"a": 2}], "without_a_in_one_of_x", only([{"a": 1}, {}])),
    ([[1, 2], [3]], "with_an_extreme_the_first_of_x", only([[1, 3000], [3]])),
    ({1, 2}, "with_an_empty_set_x", only(set())),
    ({1, 2}, "without_one_of_x", only({2})),
    ({"a": 1, "b": "c"}, "with_an_empty_dict_x", only({})),
    ({"a": 1, "b": "c"}, "without_the_key_a", only({"b": "c"})),
    ({"a": 1, "b": "c"}, "with_a_0", only({"a": 0, "b": "c"})),
    ("ab", "with_x_AB", only("AB")),
    ("a\nb", "with_x_a", only("a")),
    (7, "with_x_0", only(0)),
    (7, "with_x_minus_7", only(-7)),
    (7, "with_x_None", only(None)),
    (0.5, "with_x_0_25", only(0.25)),
    (True, "with_x_False", only(False)),
    (None, "with_x_0", only(0)),
    (datetime.date(2024, 2, 3), "with_x_2024_02_29", only(datetime.date(2024, 2, 29))),
]


@pytest.mark.parametrize(
    ("value", "fact", "holds"),
    [pytest.param(*row, id=f"{type(row[0]).__name__} {row[1]}") for row in VALUES],
)
def test_a_value_is_varied(value: object, fact: str, holds: Callable[[Any], Any]) -> None:
    assert holds(facts(x=value)[fact]["x"])


@pytest.mark.parametrize(
    "value",
    [object(), lambda: 1, b"x", 1j, pd.DataFrame(), np.array([]), np.datetime64("2024-01-01")],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_known_is_left_alone(value: object) -> None:
    assert all(each["x"] is value or len(each["x"]) == 0 for each in facts(x=value).values())


FROM_THE_CODE: list[tuple[object, str, Callable[[Any], Any]]] = [
    (
        pd.DataFrame({"price": [1.0, 2.0]}),
        "with_price_at_the_limits",
        lambda x: {499999, 500000, 500001, -1, 3, 4, 0.25} <= set(x["price"]),
    ),
    (
        pd.DataFrame({"count": [1, 2]}),
        "with_count_at_the_limits",
        lambda x: x["count"].dtype == int and {500000, 500001} <= set(x["count"]),
    ),
    (
        pd.DataFrame({"name": ["Ann", "Bob"]}),
        "with_name_from_the_code",
        lambda x: {"none", "noneAnn", "$"} & set(x["name"]),
    ),
    (["a", "b"], "with_x_marked", only(["$a$", "$b$"])),
    ([1, 2], "with_x_at_the_limits", lambda x: {500000, -2} <= set(x)),
    (np.array([1, 2]), "with_x_at_the_limits", lambda x: {500000, -2} <= set(x.tolist())),
    (1, "with_x_500001", only(500001)),
    ("a", "with_x_none", only("none")),
]


@pytest.mark.parametrize(
    ("value", "fact", "holds"), [pytest.param(*row, id=row[1]) for row in FROM_THE_CODE]
)
def test_the_codes_numbers_and_strings_are_put_in(
    value: object, fact: str, holds: Callable[[Any], Any]
) -> None:
    assert holds(facts(function=CODE, x=value)[fact]["x"])


def test_one_number_is_named() -> None:
    function = "def f(x):\n    return x[x['price'] >= 500000]"
    found = facts(function=function, x=pd.DataFrame({"price": [1.0]}))
    assert list(found["with_price_at_500000"]["x"]["price"]) == [499999, 500000, 500001]
    assert list(found["with_price_at_500000_alone"]["x"]["price"]) == [500000]


def test_a_number_of_the_call_is_a_limit_of_its_table() -> None:
    found = facts(x=pd.DataFrame({"price": [1.0]}), least=70)
    assert list(found["with_price_at_70"]["x"]["price"]) == [69, 70, 71]


def test_two_columns_of_numbers_become_equal() -> None:
    x = facts(x=frame())["with_price_equal_to_count"]["x"]
    assert list(x["price"]) == list(x["count"]) == [3, 4, 5]


@pytest.mark.parametrize("function", ["def f(x):\n    return x['b']", "def f(x):\n    return x.b"])
def test_columns_that_the_code_names_come_first(function: str) -> None:
    columns = pd.DataFrame({"a": [1], "b": [1]})
    found = list(facts(function=function, x=columns))
    assert found.index("with_b_0") < found.index("with_a_missing")


@pytest.mark.parametrize(
    ("fact", "name", "value"),
    [
        ("with_n_0", "n", 0),
        ("with_n_4", "n", 4),
        ("with_n_6", "n", 6),
        ("with_how_none", "how", "none"),
        ("with_strict_True", "strict", True),
        ("with_limit_0", "limit", 0),
        ("with_n_0_and_strict_True", "strict", True),
    ],
)
def test_parameters_left_to_their_defaults_are_given(fact: str, name: str, value: object) -> None:
    found = facts(function=CODE, x=object())[fact]
    assert found[name] == value and type(found[name]) is type(value)


def test_a_parameter_with_a_default_is_left_out() -> None:
    assert facts(function=CODE, x=1, n=5)["without_n"] == {"x": 1}


def test_a_string_that_names_a_column_becomes_another_column() -> None:
    found = facts(x=frame(), column="price")
    assert found["with_column_count"]["column"] == "count"


def test_tables_of_a_length_change_their_rows_together() -> None:
    found = facts(X=np.arange(6).reshape(3, 2), y=np.array([7, 8, 9]))
    for fact in ("with_rows_reversed", "with_rows_shuffled", "with_repeated_rows"):
        X, y = found[fact]["X"], found[fact]["y"]
        assert [row[0] // 2 for row in X] == [each - 7 for each in y], fact
    assert all(len(each["X"]) == len(each["y"]) for each in found.values())


def test_tables_of_other_lengths_change_one_by_one() -> None:
    found = facts(a=[1, 2], b=[1, 2, 3])
    assert found["with_items_reversed_in_a"] == {"a": [2, 1], "b": [1, 2, 3]}
    assert found["with_items_reversed_in_b"] == {"a": [1, 2], "b": [3, 2, 1]}


def test_variable_arguments_are_varied() -> None:
    found = facts(**{"*parts": ("a", "b"), "**named": {"k": 1}})
    assert found["without_items"]["*parts"] == ()
    assert found["with_k_0"]["**named"] == {"k": 0}


def test_large_tables_become_small() -> None:
    large = pd.DataFrame({"a": np.arange(1000), "b": np.arange(1000.0)})
    found = facts(x=large, y=np.arange(1000))
    assert max(len(each["x"]) for each in found.values()) <= 40
    assert all(len(each["x"]) == len(each["y"]) for each in found.values())


def test_the_recorded_arguments_stay() -> None:
    arguments = {"x": frame(), "y": [1, [2]], "z": {"a": [1]}, "w": np.arange(3)}
    before = copy.deepcopy(arguments)
    for each in of_call(arguments, code(CODE), most=10_000):
        for name in {"x", "y", "z", "w"} & set(each.arguments):
            value: Any = each.arguments[name]
            if value is not arguments[name] and name == "x" and len(value):
                value.iloc[0, 0] = 77
            elif value is not arguments[name] and name == "y" and value and value[-1]:
                value[-1] = 77
    pd.testing.assert_frame_equal(arguments["x"], before["x"])  # type: ignore[arg-type]
    assert arguments["y"] == before["y"] and arguments["z"] == before["z"]


def test_facts_are_names_and_differ() -> None:
    odd = pd.DataFrame({"a b": [1], "a-b": [2], "€": [3], 7: [4]})
    found = [each.fact for each in of_call({"x": odd, "n": -0.5}, code(CODE), most=10_000)]
    assert len(found) == len(set(found)) > 30
    assert all(f"test_{fact}".isidentifier() for fact in found)


def test_there_is_an_end_and_the_most_promising_come_first() -> None:
    found = [each.fact for each in of_call({"x": frame(), "n": 5}, code(CODE), most=10)]
    assert len(found) == 10
    assert found[:3] == ["without_n", "without_rows", "with_one_row"]


def test_it_is_the_same_each_time() -> None:
    assert list(facts(function=CODE, x=frame())) == list(facts(function=CODE, x=frame()))


def test_near_values_keep_their_kind() -> None:
    near = {value: scalars.near(value) for value in (24, 0.5, True, "a path")}
    assert near == {24: 26, 0.5: 0.45, True: False, "a path": None}
