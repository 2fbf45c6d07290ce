"""Cells that are no Python are found."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import unreadable
from tests.checks.subjects import places, subject


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# %%\nx = 1\nx = = 1", [(0, 2)]),
        ("# %%\nreturn 1", [(0, 1)]),
        ("# %%\nx = 1", []),
        ("# %%\n%matplotlib inline\nx = 1", []),
        ("# %%\n%%bash\nls | x = =", []),
        ("# %%\nawait f()", []),
        ("# %%\n", []),
        ("# %% markdown\nx = = 1", []),
    ],
)
def test_cells_that_are_no_python(text: str, found: list[tuple[int, int]]) -> None:
    assert places(list(unreadable.check(subject(text)))) == found
