"""What a person types into a form: one value, or several values and ranges."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_promote.errors import PromoteError, TooLarge
from jupyter_promote.runs import fields, points
from jupyter_promote.runs.parameters import parse_value, read

DECLARED = read(
    "n = 1\nrate: float = 0.5\nname = 'north'\nodd = 'a, b'\nblank = ''\nfast = False\n"
    "mode: Literal['a', 'y, z'] = 'a'\nmany: list = [1, 'x']\nwhen = None\nday = today()\n"
    "password = 'env:HOME'"
)
BY_NAME = {parameter.name: parameter for parameter in DECLARED}

LISTS: dict[str, tuple[str, str, list[Any]]] = {
    "one value": ("n", "3", [3]),
    "several values": ("rate", "0.1, 0.2,1e-3", [0.1, 0.2, 0.001]),
    "text": ("name", "north, south west", ["north", "south west"]),
    "an apostrophe": ("name", "it's, so", ["it's", "so"]),
    "text with a comma in quotes": ("name", "'a, b', c", ["a, b", "c"]),
    "lists": ("many", "[1, 2], ['x, y'], []", [[1, 2], ["x, y"], []]),
    "choices": ("mode", "a, 'y, z'", ["a", "y, z"]),
    "yes and no": ("fast", "yes, False", [True, False]),
    "a comma at the end": ("n", "1, 2,", [1, 2]),
    "a range": ("n", "1..3", [1, 2, 3]),
    "a range with steps": ("rate", "0..0.3 step 0.1", [0.0, 0.1, 0.2, 0.3]),
    "a range of so many": ("n", "1..1000 count 4 log", [1, 10, 100, 1000]),
    "dots in text": ("name", "1..3", ["1..3"]),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_field_lists(case: str) -> None:
    name, text, expected = LISTS[case]
    assert [point[name] for point in fields.swept(DECLARED, {name: text})] == expected
    assert fields.problems(DECLARED, {name: text}, sweep=True) == {}


WRONG: dict[str, tuple[str, str, bool, str]] = {
    "an ill-typed value": ("n", "x", False, "declared int"),
    "several values for one run": ("n", "1, 2", False, "declared int"),
    "nothing": ("n", " , ", True, "no value is given for 'n'"),
    "one ill-typed value among others": ("rate", "0.1, high", True, "'high' is no value"),
    "a range of fractions for whole numbers": ("n", "1..2 step 0.5", True, "declared int"),
    "a range backwards": ("n", "3..1", True, "empty"),
    "log without a count": ("n", "1..3 log", True, "needs a count"),
    "no choice": ("mode", "c", False, "declared Literal"),
    "an unknown name": ("nn", "1", False, "no parameter 'nn'"),
    "a secret in clear": ("password", "hunter2", False, "looks like a secret"),
    "a range without end": ("n", "1..1e300", True, "too many"),
    "tiny steps": ("rate", "0..1e308 step 1e-308", True, "too many"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_field_is_refused(case: str) -> None:
    name, text, sweep, expected = WRONG[case]
    found = fields.problems(DECLARED, {"fast": "yes", name: text}, sweep=sweep)
    assert expected in str(found.pop(name))
    assert found == {}


def test_a_grid_is_counted_before_it_is_made() -> None:
    texts = {"n": "1..1000", "rate": "0..999", "name": "a, b", "fast": "True, False"}
    with pytest.raises(TooLarge, match="4,000,000 runs are too many"):
        fields.swept(DECLARED, texts)
    assert fields.count(DECLARED, {"n": "1..1000", "rate": "0..99"}) == points.MOST
    assert fields.count(DECLARED, {}) == 1


@pytest.mark.parametrize("parameter", DECLARED, ids=lambda parameter: parameter.name)
def test_a_default_reads_as_itself(parameter: Any) -> None:
    text = fields.default(parameter)
    if parameter.literal and parameter.value is not None:
        assert parse_value(text, parameter) == parameter.value
        assert [*fields.swept(DECLARED, {parameter.name: text})] == [
            {parameter.name: parameter.value}
        ]
    else:
        assert text == ""


def test_a_choice_reads_as_itself() -> None:
    for name in ("fast", "mode"):
        for choice in points.declared_choices(BY_NAME[name].type_text):
            text = fields.shown(choice, BY_NAME[name])
            assert fields.swept(DECLARED, {name: text}) == [{name: choice}]


def test_errors_are_for_people() -> None:
    for name, text, sweep, _ in WRONG.values():
        error = fields.problems(DECLARED, {name: text}, sweep=sweep)[name]
        assert isinstance(error, PromoteError) and "{" not in str(error)
