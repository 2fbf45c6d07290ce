"""Cells that ran in another order are found."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import out_of_order
from tests.checks.subjects import subject


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([1, 2, 3], []),
        ([1, None, 5], []),
        ([None, None, None], []),
        ([2, 1, 3], [1]),
        ([1, 1, 2], [1]),
        ([5, 4, 3], [1]),
    ],
)
def test_cells_that_ran_in_another_order(counts: list[int | None], found: list[int]) -> None:
    findings = out_of_order.check(subject("# %%\nx = 1\n# %%\ny = 1\n# %%\nz = 1", counts))
    assert [f.cell for f in findings] == found
