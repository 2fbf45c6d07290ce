"""What several runs have in common, and that it is compared as such."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_promote.pinning.repeating import common, holds_anything
from jupyter_promote.testing import assert_same
from jupyter_promote.testing.anything import ANYTHING
from jupyter_promote.testing.values import decode, encode

FIGURE = {"title": "jitter", "axes": [{"x": [0.0, 1.0], "y": [0.3, 0.7]}], "size": (4, 3)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(FIGURE, dict(FIGURE), FIGURE, id="the same"),
        pytest.param(
            FIGURE,
            {**FIGURE, "axes": [{"x": [0.0, 1.0], "y": [0.5, 0.7]}]},
            {**FIGURE, "axes": [{"x": [0.0, 1.0], "y": [ANYTHING, 0.7]}]},
            id="one number",
        ),
        pytest.param([1, 2], [1, 2, 3], ANYTHING, id="another length"),
        pytest.param({"a": 1}, {"b": 1}, ANYTHING, id="other keys"),
        pytest.param((1, "a"), (1, 2), (1, ANYTHING), id="another type"),
        pytest.param([ANYTHING, 1], [4, 2], [ANYTHING, ANYTHING], id="known to differ"),
    ],
)
def test_what_differs_is_anything(one: Any, other: Any, expected: Any) -> None:
    found = common(one, other)
    assert encode(found) == encode(expected)
    assert_same(other, found)
    assert_same(one, found)


def test_what_is_the_same_stays_the_very_value() -> None:
    assert common(FIGURE, dict(FIGURE)) is FIGURE


def test_anything_is_stored_and_read_back() -> None:
    assert decode(encode([1, ANYTHING])) == [1, ANYTHING]
    assert holds_anything({"a": [1, (ANYTHING,)]})
    assert not holds_anything(FIGURE)


def test_what_repeats_must_stay() -> None:
    with pytest.raises(AssertionError, match="jitter"):
        assert_same({**FIGURE, "title": "other"}, common(FIGURE, {**FIGURE, "size": (5, 5)}))
