"""Undoing what was half done, whatever ended it."""

from __future__ import annotations

import pytest

from jupyter_promote.errors import undoing


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_ends_the_block_is_undone_and_raised(kind: type[BaseException]) -> None:
    seen: list[BaseException] = []
    with pytest.raises(kind) as raised, undoing(seen.append):
        raise kind("half way")
    assert seen == [raised.value]


def test_a_block_that_reaches_its_end_is_not_undone() -> None:
    seen: list[BaseException] = []
    with undoing(seen.append):
        pass
    assert seen == []
