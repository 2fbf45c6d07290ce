"""JP309: stored outputs that a run does not show."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from jupyter_promote.checks import stale_output
from jupyter_promote.proof import stored
from jupyter_promote.proof.events import Event
from jupyter_promote.proof.observation import Observation
from tests.programs import cells_of, content_of

BOOK = "# %%\nprint('a')\n# %% markdown\nWords\n# %%\n1 + 1\n# %%\nx = 3"
SHOWN = (
    (Event(kind="text", text="a"),),
    (),
    (Event(kind="display", text="2", image="other pixels"),),
    (),
)


def saved(printed: str = "a\n", result: str = "2", counts: Sequence[int | None] = (1, 2, 3)) -> Any:
    content = copy.deepcopy(content_of(cells_of(BOOK)))
    code = [c for c in content["cells"] if c["cell_type"] == "code"]
    for cell, count in zip(code, counts, strict=True):
        cell["execution_count"] = count
    if printed:
        code[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [printed]}]
    data = {"text/plain": [result], "image/png": "cGl4ZWxz"}
    code[1]["outputs"] = [
        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 2}
    ]
    return content


def observed(shown: Sequence[Sequence[Event]] = SHOWN) -> Observation:
    events = tuple(event for some in shown for event in some)
    shares = tuple(len(some) for some in shown)
    return Observation(
        events=events, shares=shares, variables={}, identities=(), files={}, seconds=1.0
    )


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        pytest.param(saved(), [], id="what a run shows"),
        pytest.param(saved(printed="b\n"), [0], id="other text"),
        pytest.param(saved(printed=""), [0], id="no text"),
        pytest.param(saved(printed="a\nb\n"), [0], id="more text"),
        pytest.param(saved(result="3", printed="b\n"), [0, 2], id="two cells"),
        pytest.param(saved(result="3", counts=(1, None, 3)), [], id="a cell that was never run"),
        pytest.param(saved(result="3", counts=(None,) * 3), [], id="a notebook without outputs"),
    ],
)
def test_stored_outputs(content: Any, cells: list[int]) -> None:
    found = list(stored.stale(content, observed()))
    assert found == cells
    assert [(f.code, f.cell) for f in stale_output.check(found)] == [("JP309", c) for c in cells]


def test_a_run_of_other_cells_says_nothing() -> None:
    assert list(stored.stale(saved(result="3"), observed(SHOWN[:3]))) == []
