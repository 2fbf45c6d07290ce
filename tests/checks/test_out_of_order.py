"""JP302: cells that ran in another order, where it matters."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jupyter_promote.checks import out_of_order
from tests.checks.subjects import subject

CHAIN = "# %%\nx = 1\n# %%\ny = x\n# %%\nz = y"
APART = "# %%\nx = 1\n# %%\ny = 2\n# %%\nimport os\n# %%\nz = os"


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([1, 2, 3], []),
        ([1, None, 5], []),
        ([None, None, None], []),
        ([2, 1, 3], [1]),
        ([1, 1, 2], [1]),
        ([5, 4, 3], [1]),
        ([3, 4, 1], [2]),
    ],
)
def test_cells_that_ran_in_another_order(counts: Sequence[int | None], found: list[int]) -> None:
    findings = list(out_of_order.check(subject(CHAIN, counts)))
    assert [f.cell for f in findings] == found
    assert all("before cell" in f.message for f in findings)


@pytest.mark.parametrize("counts", [[2, 1, 3, 4], [4, 3, 2, 5], [1, 2, 9, 3]])
def test_an_order_that_changes_nothing_is_left_alone(counts: Sequence[int]) -> None:
    assert list(out_of_order.check(subject(APART, counts))) == []
