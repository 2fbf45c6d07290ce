"""JP308: parameters that nothing reads."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import unread
from tests.checks.subjects import places, subject


def test_a_parameter_that_no_cell_reads() -> None:
    text = "# %% parameters\nwidth = 1\nheight: int = 2\n# %%\nprint(width, weight)"
    (found,) = unread.check(subject(text))
    assert places([found]) == [(0, 2)]
    assert (found.code, "'height'" in found.message) == ("JP308", True)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# %% parameters\na = 1\n# %%\nprint(a)", id="a name that is read"),
        pytest.param("# %% parameters\na = 1\nb = a\n# %%\nb", id="read in its own cell"),
        pytest.param("# %% parameters\na = 1\n# %%\ndef f(): return a", id="read in a function"),
        pytest.param("# %% parameters\na = 1\n# %%\ndf.query('x > @a')", id="named in a text"),
        pytest.param("# %% parameters\na = 1\n# %%\n!echo {a}", id="read by a magic"),
        pytest.param("# %% parameters\na = 1\n# %%\nf(**globals())", id="all names are read"),
        pytest.param("# %%\na = 1", id="no parameters cell"),
    ],
)
def test_others_are_left_alone(text: str) -> None:
    assert list(unread.check(subject(text))) == []
