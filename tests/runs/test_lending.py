"""papermill is lent the notebook's text, and what it writes is taken back."""

from __future__ import annotations

import pytest
from papermill.iorw import papermill_io

from jupyter_promote.runs.lending import Lent


def test_papermill_reads_and_writes_what_is_lent() -> None:
    with Lent.out("before") as lent:
        assert papermill_io.read(lent.path) == "before"
        papermill_io.write("after", lent.path)
    assert lent.written == "after"


def test_nothing_is_lent_afterwards() -> None:
    with Lent.out("before") as lent:
        pass
    with pytest.raises(KeyError):
        papermill_io.read(lent.path)


def test_two_lent_at_once_are_not_mixed_up() -> None:
    with Lent.out("one") as one, Lent.out("two") as two:
        papermill_io.write("after two", two.path)
        assert papermill_io.read(one.path) == "one"
    assert (one.written, two.written) == ("", "after two")
