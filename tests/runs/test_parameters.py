"""What a parameters cell declares, and which values fit it."""

from __future__ import annotations

import pytest

from jupyter_promote.errors import BadParameter
from jupyter_promote.runs.parameters import (
    Parameter,
    check,
    of_notebook,
    of_signatures,
    parse_value,
    read,
    same,
)

CELL = """
%matplotlib inline
n = 3  # how many
rate: float = 0.5
name: str | None = None  # who
path = "data.csv"; depth: int = 2
a = b = 1
mode: Literal["fast", "slow"] = "fast"
flags: dict[str, int] = {
    "x": 1,  # inner
}  # outer
columns: list[str] = ["a"]
computed = n * 2
required: int
n = 4
x, y = 1, 2
free = None
on = True
"""


def by_name() -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in read(CELL)}


def test_each_simple_assignment_declares_a_parameter() -> None:
    found = by_name()
    assert [*found] == (
        [
            "n",
            "rate",
            "name",
            "path",
            "depth",
            "a",
            "b",
            "mode",
            "flags",
            "columns",
            "computed",
            "required",
            "x",
            "y",
            "free",
            "on",
        ]
    )
    assert (found["n"].value, found["n"].type_text, found["n"].help) == (4, "int", "")
    assert (found["rate"].type_text, found["rate"].default) == ("float", "0.5")
    assert (found["name"].type_text, found["name"].help) == ("str | None", "who")
    assert (found["flags"].value, found["flags"].help) == ({"x": 1}, "outer")
    assert (found["computed"].literal, found["computed"].default) == (False, "n * 2")
    assert (found["required"].literal, found["required"].default) == (False, "")
    assert (found["y"].value, found["y"].type_text) == (2, "int")
    assert (found["free"].literal, found["free"].type_text) == (True, "")


FITTING = [
    {"n": 5},
    {"rate": 1},
    {"rate": 1.5},
    {"name": None},
    {"name": "x"},
    {"mode": "slow"},
    {"flags": {"y": 2}},
    {"columns": []},
    {"computed": "anything"},
    {"free": [1, {"a": None}]},
    {"on": False},
]


@pytest.mark.parametrize("given", FITTING, ids=str)
def test_a_value_of_the_declared_type_is_taken(given: dict[str, object]) -> None:
    check(read(CELL), given)


class Odd(int):
    """A number that papermill would write as a number."""


NOT_FITTING: dict[str, tuple[dict[str, object], str]] = {
    "an unknown name": ({"nn": 1}, "did you mean 'n'"),
    "a keyword": ({"class": 1}, "no Python name"),
    "code in a name": ({"n\nimport os": 1}, "no Python name"),
    "text for a number": ({"n": "5"}, "declared int"),
    "a decimal for a whole number": ({"n": 1.5}, "declared int"),
    "a bool for a number": ({"n": True}, "declared int"),
    "a number for a bool": ({"on": 1}, "declared bool"),
    "None for text": ({"path": None}, "declared str"),
    "a choice that is not offered": ({"mode": "medium"}, "Literal"),
    "a wrong item": ({"columns": [1]}, "list"),
    "a wrong value in a dict": ({"flags": {"x": "1"}}, "dict"),
    "a tuple": ({"free": (1, 2)}, "tuple"),
    "a set": ({"free": {1}}, "set"),
    "bytes": ({"free": b"x"}, "bytes"),
    "a key that is no text": ({"free": {1: 2}}, "key"),
    "a tuple inside": ({"free": [{"a": (1,)}]}, "tuple"),
    "a subclass": ({"free": Odd(3)}, "Odd"),
    "half a surrogate pair": ({"free": "\ud800"}, "UTF-8"),
    "a number too long to read": ({"free": 10**5000}, "digits"),
}


@pytest.mark.parametrize("name", NOT_FITTING)
def test_what_does_not_fit_is_refused(name: str) -> None:
    given, words = NOT_FITTING[name]
    with pytest.raises(BadParameter, match=words):
        check(read(CELL), given)


READINGS: list[tuple[str, str, object]] = [
    ("n", "7", 7),
    ("n", "-7", -7),
    ("rate", "7", 7.0),
    ("rate", "1e3", 1000.0),
    ("rate", "inf", float("inf")),
    ("rate", "nan", float("nan")),
    ("path", "7", "7"),
    ("path", "true", "true"),
    ("path", "[1]", "[1]"),
    ("name", "None", None),
    ("name", "none", "none"),
    ("on", "yes", True),
    ("on", "FALSE", False),
    ("on", "0", False),
    ("mode", "slow", "slow"),
    ("columns", '["a", "b"]', ["a", "b"]),
    ("columns", "['a', 'b']", ["a", "b"]),
    ("flags", '{"k": 1}', {"k": 1}),
    ("free", "1", 1),
    ("free", "1.5", 1.5),
    ("free", "no", "no"),
    ("free", "007", "007"),
    ("free", "1_000", "1_000"),
    ("free", "2026-11-21", "2026-11-21"),
    ("free", "null", None),
    ("free", "plain text", "plain text"),
]


@pytest.mark.parametrize(("name", "text", "value"), READINGS)
def test_text_is_read_as_the_declared_type(name: str, text: str, value: object) -> None:
    assert same(parse_value(text, by_name()[name]), value)


@pytest.mark.parametrize(
    ("name", "text"), [("n", "x"), ("n", "1.5"), ("on", "2"), ("mode", "x"), ("columns", "[1]")]
)
def test_text_of_another_type_is_refused(name: str, text: str) -> None:
    with pytest.raises(BadParameter, match="no value for"):
        parse_value(text, by_name()[name])


def test_a_cell_that_is_not_python_is_refused() -> None:
    with pytest.raises(BadParameter, match="not Python"):
        read("n = = 1")


MODULE = """
def clean(df: "pd.DataFrame", *, mode: Literal["drop", "fill"] = "drop", n: str = "") -> None: ...
async def train(df, *, limit: int | None = None, mode: Literal["drop", "fill"] = "drop"): ...
def show(*, computed: str, rate: int, fixed: float, untold, gone: None = None): ...
def other(rate: float): ...
"""
CELL_OF_MODULE = """
mode = "drop"
n = 3
limit = None
computed = str(n)
rate = 0.5
fixed: int = 1
untold = 1
gone = None
"""


def test_a_promoted_module_tells_types_that_the_cell_does_not() -> None:
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": CELL_OF_MODULE}
    found = of_notebook({"cells": [cell]}, of_signatures(MODULE))
    assert {one.name: one.type_text for one in found} == {
        "mode": "Literal['drop', 'fill']",
        "n": "int",  # its default does not fit what the module says
        "limit": "int | None",
        "computed": "str",
        "rate": "float",  # the functions do not agree
        "fixed": "int",  # the cell says so itself
        "untold": "int",
        "gone": "",
    }
    check(found, {"mode": "fill", "limit": 3, "computed": "4"})
    with pytest.raises(BadParameter, match="'mode' is declared Literal"):
        check(found, {"mode": "keep"})
    assert of_signatures("def f(:") == {}


def test_a_notebook_without_a_parameters_cell_takes_none() -> None:
    cell = {"cell_type": "code", "metadata": {}, "source": "n = 1"}
    declared = of_notebook({"cells": [cell]})
    with pytest.raises(BadParameter, match="no parameter 'n': it declares none") as told:
        check(declared, {"n": 2})
    assert "tag the cell" in told.value.hint
