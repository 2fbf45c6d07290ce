"""The outline of a value can be stored, and shows where two values differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_promote.testing import outline
from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.storage import load, save

X = np.arange(20.0).reshape(10, 2) ** 2


class Private:
    """Shows nothing of itself."""

    def __init__(self, limit: int) -> None:
        self._limit = limit


def fitted(scale: float) -> Any:
    return make_pipeline(StandardScaler(), LinearRegression()).fit(X, X[:, 0] * scale)


def drawn(title: str) -> Any:
    fig, ax = plt.subplots()
    ax.plot([1, 2], [3, 4])
    ax.set_title(title)
    plt.close(fig)
    return ax


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(fitted(1.0), fitted(2.0), id="a fitted model"),
        pytest.param(LinearRegression(), LinearRegression(positive=True), id="a parameter"),
        pytest.param(drawn("a"), drawn("b"), id="a title"),
        pytest.param(Private(1), Private(2), id="an object without public attributes"),
        pytest.param({"m": [fitted(1.0)]}, {"m": [fitted(3.0)]}, id="a model in containers"),
        pytest.param(
            pd.DataFrame({"a": np.arange(5000)}), pd.DataFrame({"a": np.arange(5001)}), id="rows"
        ),
        pytest.param(len, sum, id="functions"),
    ],
)
def test_an_outline_tells_values_apart_and_can_be_stored(
    one: Any, other: Any, tmp_path: Path
) -> None:
    assert difference(outline(one), outline(one)) is None
    assert difference(outline(one), outline(other)) is not None
    save(tmp_path / "outline", outline(one))
    assert difference(load(tmp_path / "outline"), outline(one)) is None


def test_a_large_table_becomes_some_of_its_rows() -> None:
    found = outline(pd.DataFrame({"a": range(5000)}))
    assert found["rows"] == 5000
    assert len(found["some"]) <= 100


def test_where_an_object_lies_in_memory_does_not_matter() -> None:
    assert outline([id(object())]) == outline([id(fitted)])


def test_a_brief_outline_is_short_and_still_counts_rows() -> None:
    found = outline({"table": pd.DataFrame({"a": np.arange(50)})}, brief=True)["table"]
    assert (found["rows"], found["every"], len(found["some"])) == (50, 10, 5)


def test_a_brief_outline_says_of_inner_objects_what_they_are() -> None:
    class Outer:
        def __init__(self) -> None:
            self.limit, self.inner = 3, Private(1)

    found = outline([Outer()], brief=True)[0]
    assert found["limit"] == 3
    assert found["inner"] == {"type": f"{__name__}.Private"}
    assert outline([Outer()])[0]["inner"] != found["inner"]
