"""Code that may raise anything."""

from __future__ import annotations

import pytest

from jupyter_promote.testing.foreign import attempted, ended


def raising(error: BaseException) -> int:
    raise error


def test_an_error_gives_the_other_value() -> None:
    assert attempted(lambda: 1, otherwise=2) == 1
    assert attempted(lambda: raising(RecursionError()), otherwise=2) == 2
    with pytest.raises(SystemExit):
        attempted(lambda: raising(SystemExit()), otherwise=2)


def test_what_ends_it_is_told_apart_from_what_it_gives() -> None:
    error = SystemExit(3)
    assert ended(lambda: 1) == (1, None)
    assert ended(lambda: raising(error)) == (None, error)
    with pytest.raises(KeyboardInterrupt):
        ended(lambda: raising(KeyboardInterrupt()))
