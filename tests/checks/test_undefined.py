"""Names that no cell above defines are found; names in order are left alone."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import undefined
from tests.checks.subjects import places, subject


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("# %%\ny = x", [(0, 1)], id="a name that nobody defines"),
        pytest.param("# %%\n\ny = x\n# %%\nx = 1", [(0, 2)], id="a name that a cell below defines"),
        pytest.param("# %%\ndel x", [(0, 1)], id="a del of nothing"),
        pytest.param("# %%\nx += 1", [(0, 1)], id="an augmented assignment of nothing"),
        pytest.param(
            "# %%\ndef f():\n    return x\ny = f()", [(0, 3)], id="a function called too early"
        ),
    ],
)
def test_a_name_that_no_cell_above_defines(text: str, found: list[tuple[int, int]]) -> None:
    findings = list(undefined.check(subject(text)))
    assert places(findings) == found
    assert all(f.code == "JP301" and f.hint for f in findings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# %%\nx = 1\n# %%\ny = x", id="a name defined above"),
        pytest.param("# %%\nif a_ := 1:\n    x = 1\n# %%\ny = x", id="a name defined on some path"),
        pytest.param("# %%\nprint(len([]), display, __name__)", id="builtins, also IPython's"),
        pytest.param(
            "# %%\ndef f():\n    return x\n# %%\nx = 1\ny = f()", id="a function called later"
        ),
        pytest.param("# %%\nfrom math import *\n# %%\ny = pi", id="a name that a star may bring"),
        pytest.param("# %%\nys = [x for x in []]", id="a comprehension's own name"),
        pytest.param("# %%\n%time x = 1\n# %%\ny = x", id="a name that a magic binds"),
        pytest.param("# %%\nx = = 1", id="a cell that does not parse"),
        pytest.param("# %% markdown\nx", id="text"),
    ],
)
def test_names_in_order_are_left_alone(text: str) -> None:
    assert list(undefined.check(subject(text))) == []
