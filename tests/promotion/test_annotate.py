"""Types that a run has shown, written into a module that still does the same."""

from __future__ import annotations

import ast

import pytest

from jupyter_promote.promotion import annotate, pipeline
from jupyter_promote.promotion.annotate import Seen
from jupyter_promote.promotion.artifact import Artifact
from tests.programs import promote

MODULE = '''"""Churn."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

__all__ = ["clean", "split"]


def clean(customers, *, rate: float = 0.5):
    """Clean the customers."""
    return customers.dropna() * rate * np.ones(1)


class SplitResult(NamedTuple):
    """What `split` returns."""

    left: Any
    model: Any


def split(customers, limit):
    """Split.

    Parameters
    ----------
    limit : int
        Most rows.
    """
    limit = [limit]
    return SplitResult(customers, pd.Series(limit))
'''


def typed(**seen: dict[str, list[Seen]]) -> str:
    code = Artifact(path="src/shop/churn.py", text=MODULE, language="python")
    return annotate.apply(
        code, {"clean", "split"}, seen, first_party="shop", dotted="shop.churn"
    ).text


def saw(kind: str, extent: str = "") -> list[Seen]:
    return [Seen(type=kind, extent=extent)]


def head(text: str, name: str) -> str:
    node = next(n for n in ast.parse(text).body if getattr(n, "name", "") == name)
    assert isinstance(node, ast.FunctionDef)
    bare = ast.FunctionDef(**{**vars(node), "body": [ast.Pass()]})
    return ast.unparse(bare).split("\n")[0]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        pytest.param(["pandas.DataFrame"], "pd.DataFrame", id="a class of an imported module"),
        pytest.param(["float", "None"], "float | None", id="sometimes None"),
        pytest.param(["list[Any]"], "list[Any]", id="a list of anything"),
        pytest.param(
            ["sklearn.pipeline.Pipeline"], "'Pipeline'", id="only type checkers import it"
        ),
        pytest.param(["tuple[pandas.DataFrame, float]"], "tuple[pd.DataFrame, float]", id="a pair"),
    ],
)
def test_an_argument_gets_the_type_that_it_had(kinds: list[str], expected: str) -> None:
    text = typed(clean={"customers": [Seen(type=k, extent="") for k in kinds]})
    assert head(text, "clean") == f"def clean(customers: {expected}, *, rate: float=0.5):"
    assert annotate.same_behaviour(MODULE, text)


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(["int", "float", "str"], id="three types"),
        pytest.param([""], id="a type without a public name"),
        pytest.param(["other.customers"], id="a name that the module uses"),
    ],
)
def test_an_argument_stays_without_a_type(kinds: list[str]) -> None:
    text = typed(clean={"customers": [Seen(type=k, extent="") for k in kinds]})
    assert head(text, "clean") == "def clean(customers, *, rate: float=0.5):"


def test_a_name_that_is_bound_again_stays_without_a_type() -> None:
    assert "limit: int" not in head(typed(split={"limit": saw("int")}), "split")


def test_sizes_stand_in_the_docstring_before_the_parameters_that_were_told() -> None:
    text = typed(
        split={
            "customers": saw("pandas.DataFrame", "20 rows × 3 columns"),
            "return": saw("shop.churn.SplitResult", "2 items"),
            "return.left": saw("pandas.DataFrame"),
            "return.model": saw("sklearn.pipeline.Pipeline"),
        }
    )
    assert """
    Parameters
    ----------
    customers : pd.DataFrame
        20 rows × 3 columns.
    limit : int
        Most rows.

    Returns
    -------
    SplitResult
        2 items.
""" in text
    assert "    left: pd.DataFrame\n" in text
    assert '    model: "Pipeline"\n' in text
    assert "if TYPE_CHECKING:\n    from sklearn.pipeline import Pipeline\n" in text
    assert annotate.same_behaviour(MODULE, text)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(MODULE.replace("dropna", "fillna"), id="another call"),
        pytest.param(
            MODULE.replace("rate: float = 0.5", "rate: float = 0.6"), id="another default"
        ),
        pytest.param(
            MODULE.replace("import numpy as np", "import math as np"), id="another import"
        ),
    ],
)
def test_other_behaviour_is_noticed(changed: str) -> None:
    assert not annotate.same_behaviour(MODULE, changed)


STEPS = "# %% load\nrows = [1]\n# %% clean\nrows = rows + [2]\n# %% tell\nprint(rows)\n"


@pytest.mark.parametrize(
    ("load", "clean", "told"),
    [
        pytest.param("list[int]", "list[int]", ["list[int]"], id="what the last output is"),
        pytest.param("list[int]", "int", None, id="nothing where a variable changes its type"),
        pytest.param("pandas.DataFrame", "pandas.Series", ["pandas.Series"], id="but for pandas"),
        pytest.param("list[int]", "", None, id="nothing where nothing was seen"),
    ],
)
def test_run_has_the_type_of_what_it_gives(load: str, clean: str, told: list[str] | None) -> None:
    steps = promote(STEPS).plan
    seen = {"load": {"return": saw(load)}, "clean": {"return": saw(clean) if clean else []}}
    found = pipeline.result_types(steps, seen).get("return")
    assert (found and [s.type for s in found]) == told


def test_run_without_outputs_gives_none() -> None:
    steps = promote("# %% one\nprint(1)\n# %% two\nprint(2)\n").plan
    assert [s.type for s in pipeline.result_types(steps, {})["return"]] == ["None"]
