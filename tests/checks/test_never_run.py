"""JP407: cells that were never run, while others were."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jupyter_promote.checks import never_run
from tests.checks.subjects import subject

TEXT = "# %%\nx = 1\n# %% markdown\nWords\n# %%\ny = 2\n# %%\n# only a comment\n# %%\nz = 3"


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([1, None, None, None, 3], "was never run"),
        ([1, None, None, None, None], "was never run, nor was cell 5"),
    ],
)
def test_a_cell_that_was_never_run_is_found(counts: Sequence[int | None], message: str) -> None:
    (only,) = never_run.check(subject(TEXT, counts))
    assert (only.cell, only.message) == (2, message)


@pytest.mark.parametrize("counts", [[], [1, None, 2, None, 3], [None] * 5])
def test_all_or_none_is_left_alone(counts: Sequence[int | None]) -> None:
    assert list(never_run.check(subject(TEXT, counts))) == []


def test_what_is_skipped_need_not_run() -> None:
    assert list(never_run.check(subject("# %%\nx = 1\n# %% skip\ny = 2", [1, None]))) == []
