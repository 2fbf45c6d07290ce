"""Smaller inputs on which a function still does what it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_promote.pinning import thinning
from jupyter_promote.pinning.reduction import reduced, says_nothing
from jupyter_promote.testing.values import Unstorable


def test_arguments_of_one_length_lose_the_same_rows() -> None:
    values = {"X": pd.DataFrame({"a": range(500)}), "y": np.arange(500), "n": 3}
    found = reduced(values, {}, lambda given: bool(given["y"].max() > 10))
    assert list(found["X"]["a"]) == list(found["y"])
    assert len(found["y"]) < 20
    assert found["n"] == 3


def test_spread_rows_are_taken_where_the_first_ones_do_not_fit() -> None:
    values = {"y": np.array([0] * 300)}
    other = {"y": np.array([0] * 150 + [1] * 150)}

    def fits(given: Mapping[str, Any]) -> bool:
        return bool(given["y"].any())

    assert set(reduced(values, other, fits)["y"]) == {0, 1}


def test_what_nothing_smaller_fits_stays_whole() -> None:
    values = {"y": list(range(50))}
    assert reduced(values, {}, lambda given: len(given["y"]) == 50) is values


@pytest.mark.parametrize(
    "value",
    [None, float("nan"), [], {}, pd.DataFrame(), np.array([np.nan]), pd.Series([None, np.nan])],
    ids=repr,
)
def test_a_result_that_says_nothing(value: Any) -> None:
    assert says_nothing(value)


@pytest.mark.parametrize(
    "value", [0, "", False, [None], pd.Series([1, np.nan]), np.zeros(2)], ids=repr
)
def test_a_result_that_says_something(value: Any) -> None:
    assert not says_nothing(value)


def test_long_values_are_cut_when_they_are_recorded() -> None:
    frame = pd.DataFrame({"a": range(100_000)})
    head, spread = thinning.thinned(frame, thinning.most_rows([frame]))
    assert list(head["a"]) == list(range(len(head)))
    assert spread is not None
    assert spread["a"].max() > 90_000
    assert len(head) == len(spread) <= thinning.MOST_ROWS


def test_values_of_one_length_keep_the_same_rows() -> None:
    wide, long = np.zeros((3_000, 50)), np.zeros(3_000)
    most = thinning.most_rows([wide, long, np.zeros(10)])
    assert len(thinning.thinned(wide, most)[0]) == len(thinning.thinned(long, most)[0]) < 3_000


def test_an_array_of_some_thousand_numbers_stays_whole() -> None:
    numbers = np.arange(2_500)
    head, spread = thinning.thinned(numbers, thinning.most_rows([numbers]))
    assert len(head) == 2_500
    assert spread is None


def test_containers_that_hold_too_much_are_not_recorded() -> None:
    with pytest.raises(Unstorable):
        thinning.thinned({"all": list(range(10_000))}, {})
