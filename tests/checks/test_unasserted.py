"""JP205: functions of a notebook that is tested, or to be promoted, without an assert about them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_promote.checks import unasserted
from tests.checks.subjects import subject

MEAN = "def mean(x):\n    return sum(x) / len(x)"
SHOW = "def show(x):\n    print(x)"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"# %%\n{MEAN}\n# %%\ndef one():\n    return 1\n# %%\nassert one() == 1",
            id="an assert of another function",
        ),
        pytest.param(f"# %% promote\n{MEAN}\n# %%\nprint(mean([1]))", id="to be promoted"),
        pytest.param(f"# %%\n{MEAN}\n# %% test\nassert True", id="a test of nothing"),
        pytest.param(
            f"# %%\n{MEAN}\n# %%\ndef test_other():\n    assert max([1]) == 1", id="a test function"
        ),
    ],
)
def test_a_function_without_an_assert_is_found(text: str) -> None:
    (only,) = unasserted.check(subject(text))
    assert (only.code, only.cell, only.line) == ("JP205", 0, 1)
    assert "mean()" in only.message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"# %%\n{MEAN}\n# %%\nprint(mean([1]))", id="a notebook that asserts nothing"),
        pytest.param(f"# %%\n{MEAN}\n# %%\nx = 1\n# %%\nassert x == 1", id="an assert of data"),
        pytest.param(f"# %%\n{MEAN}\n# %%\nassert mean([1]) == 1", id="an assert of the call"),
        pytest.param(
            f"# %%\n{MEAN}\n# %%\nm = mean([1])\nn = m + 1\n# %%\nassert n == 2",
            id="of what it gave",
        ),
        pytest.param(f"# %%\n{MEAN}\n# %% test\nmean([1]) == 1", id="a test cell"),
        pytest.param(
            f"# %%\n{MEAN}\n# %%\ndef twice(x):\n    return 2 * mean(x)\nassert twice([1]) == 2",
            id="of what another function makes of it",
        ),
        pytest.param(
            f"# %%\n{MEAN}\n# %%\nnp.testing.assert_allclose(mean([1]), 1)", id="a library's assert"
        ),
        pytest.param(f"# %% promote\n{SHOW}", id="a function that gives nothing"),
        pytest.param("# %% promote\ndef _mean(x):\n    return x", id="a private function"),
        pytest.param(
            "# %%\ndef f(x):\n    assert x\n    print(x)\nf(1)", id="an assert in a function"
        ),
    ],
)
def test_others_are_left_alone(text: str) -> None:
    assert list(unasserted.check(subject(text))) == []


def test_it_can_be_asked_for_everywhere() -> None:
    about = replace(subject(f"# %%\n{MEAN}"), options={"JP205": {"everywhere": True}})
    assert len(list(unasserted.check(about))) == 1
