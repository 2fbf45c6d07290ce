"""What must not be stored is masked, and nothing else."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from jupyter_promote.pinning import secrets
from jupyter_promote.testing.comparison import difference


class Pair(NamedTuple):
    left: object
    right: object


@dataclass
class Box:
    content: object


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "text",
    ["write to ann@example.org", f"card {CARD}", "AKIAIOSFODNN7EXAMPLE", "4111-1111-1111-1111"],
)
def test_a_text_that_holds_one(text: str) -> None:
    assert secrets.in_text(text)


@pytest.mark.parametrize(
    "text",
    ["2024-01-02 03:04:05.123456", "4111 1111 1111 1112", "0000000000000000", "a @ b", "x@y"],
)
def test_a_text_that_holds_none(text: str) -> None:
    assert not secrets.in_text(text)


def test_a_value_under_a_secret_name_is_masked_and_reported() -> None:
    values, found = secrets.mask_arguments({"token": "abc", "n": 3})
    assert values == {"token": "***", "n": 3}
    assert found == ("the value of 'token'",)


def test_equal_addresses_get_equal_masks_in_all_arguments() -> None:
    frame = pd.DataFrame({"who": ["a@x.org", "b@x.org", "a@x.org"], "n": [1, 2, 3]})
    values, found = secrets.mask_arguments({"frame": frame, "only": ["a@x.org"]})
    first, second, third = values["frame"]["who"]
    assert (first, values["only"]) == (third, [first])
    assert first != second
    assert not any("x.org" in text for text in (first, second))
    assert list(frame["who"]) == ["a@x.org", "b@x.org", "a@x.org"]
    assert len(found) == 2


def test_a_card_keeps_its_form_and_loses_its_digits() -> None:
    hidden, found = secrets.masked(f"paid with {CARD}")
    assert hidden == "paid with 0000 0000 0000 0000"
    assert found


def test_a_value_without_secrets_is_the_same_object() -> None:
    frame = pd.DataFrame({"city": ["Ulm", None], "price": [1.5, 2.5]})
    assert secrets.masked(frame)[0] is frame
    assert secrets.masked(frame)[1] == ()


MAILS = ["a@x.org", "b@x.org"]
NUMBERS = [4539578763621486, 4111111111111111, 5500005555555559, 6011000990139424, 4012888888881881]
HIDDEN = {
    "labels of rows": pd.DataFrame({"n": [1, 2]}, index=MAILS),
    "labels of columns": pd.DataFrame([[1, 2]], columns=MAILS),
    "labels of a series": pd.Series([1, 2], index=MAILS),
    "labels in levels": pd.Series(
        [1, 2], index=pd.MultiIndex.from_arrays([MAILS, [1, 2]], names=["m", "n"])
    ),
    "an index": pd.Index(MAILS, name="who"),
    "an array": np.array(MAILS),
    "keys": {"a@x.org": 1},
    "a record": Pair(left="a@x.org", right=1),
    "an object": Box(content="a@x.org"),
    "a category": pd.Series(MAILS, dtype="category"),
    "a column of numbers": pd.DataFrame({"c": NUMBERS}),
    "an array of numbers": np.array(NUMBERS),
    "one number by its name": {"card_number": NUMBERS[0]},
}
SHOWN = {
    "numbers of another kind": pd.DataFrame({"t": [1700000000000000000 + i for i in range(9)]}),
    "one number that only looks like a card": NUMBERS[0],
    "labels": pd.DataFrame({"n": [1.5]}, index=["x"]),
    "an empty frame": pd.DataFrame({"n": []}),
    "an object": Box(content=[1, "x"]),
    "arrays": np.array([["x", "y"]]),
}


@pytest.mark.parametrize("value", HIDDEN.values(), ids=HIDDEN)
def test_wherever_they_are_they_are_masked(value: Any) -> None:
    before = copy.deepcopy(value)
    hidden, found = secrets.masked(value)
    assert found
    assert type(hidden) is type(value)
    shown = hidden.to_csv() if hasattr(hidden, "to_csv") else repr(getattr(hidden, "__dict__", ""))
    shown += repr(hidden) + repr(getattr(hidden, "tolist", str)())
    assert not any(str(secret) in shown for secret in (*MAILS, *NUMBERS)), shown
    assert difference(value, before) is None
    assert getattr(hidden, "shape", None) == getattr(value, "shape", None)


@pytest.mark.parametrize("value", SHOWN.values(), ids=SHOWN)
def test_other_values_stay_the_same_object(value: Any) -> None:
    hidden, found = secrets.masked(value)
    assert (hidden is value, found) == (True, ())


def test_results_are_masked_by_the_names_that_a_function_returns() -> None:
    def names(text: str) -> tuple[str, ...]:
        return secrets.returned(ast.parse(f"def f():\n    x = 1\n    {text}").body[0])

    assert names("return token") == ("token",)
    assert names("return token, n + 1") == ("token", "")
    assert names("return os.environ['API_KEY']") == ("API_KEY",)
    assert names("x = 2") == ()
    assert secrets.masked_result("abc", ("token",))[0] == "***"
    assert secrets.masked_result(("abc", 1), ("token", ""))[0] == ("***", 1)
    assert secrets.masked_result(("abc", 1), ("n", "m")) == (("abc", 1), ())
