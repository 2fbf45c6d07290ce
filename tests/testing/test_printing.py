"""Printed text is compared without what passes, and numbers to a tolerance where one is given."""

from __future__ import annotations

import pytest

from jupyter_promote.testing.printing import assert_prints, steady


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<Plot at 0x7fd2a61b3c10>", "<Plot at 0x…>", id="an address"),
        pytest.param("Time: 12:34:56", "Time: hh:mm:ss", id="a time of day"),
        pytest.param("Date: Sat, 21 Nov 2026", "Date: today", id="the date of a summary"),
        pytest.param("2026-11-21, 0x1f, 12:34", "2026-11-21, 0x1f, 12:34", id="data stays"),
    ],
)
def test_what_passes_is_taken_out(text: str, expected: str) -> None:
    assert steady(text) == expected


@pytest.mark.parametrize(
    ("printed", "expected", "rtol"),
    [
        pytest.param("a 1\n", "a 1\n", 0.0, id="the same"),
        pytest.param("<A at 0x7fd2a61b3c10>", "<A at 0x55d2a61b3c99>", 0.0, id="another address"),
        pytest.param("x 1.0000001  y", "x 1.0000002 y", 1e-5, id="near, in another width"),
        pytest.param("p 1.2e-12", "p 3.4e-13", 1e-5, id="both next to nothing"),
    ],
)
def test_printed_alike(printed: str, expected: str, rtol: float) -> None:
    assert_prints(printed, expected, rtol=rtol)


@pytest.mark.parametrize(
    ("printed", "expected", "rtol"),
    [
        pytest.param("x 1.0000001", "x 1.0000002", 0.0, id="near, without a tolerance"),
        pytest.param("x 1.01", "x 1.02", 1e-5, id="too far"),
        pytest.param("x 1 2", "x 1", 1e-5, id="one number more"),
        pytest.param("rows 1", "row 1", 1e-5, id="another word"),
        pytest.param("", "x", 0.0, id="nothing"),
    ],
)
def test_printed_otherwise(printed: str, expected: str, rtol: float) -> None:
    with pytest.raises(AssertionError, match="it prints"):
        assert_prints(printed, expected, rtol=rtol)
