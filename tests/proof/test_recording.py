"""What is recorded of the calls of promoted functions, in a real kernel."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import nbformat
import pytest

from jupyter_promote.pinning import calls as recorded_calls
from jupyter_promote.pinning.calls import Call, Made
from jupyter_promote.pinning.recorder import MOST_CALLS
from jupyter_promote.proof.observation import Conditions, Observation, observe

MODULE = '''"""Promoted."""

import sqlite3

import numpy as np
import pandas as pd


class Till:
    def __init__(self):
        self.sum = 0

    def take(self, amount):
        self.sum += amount
        return self.sum


def spoil(df, names):
    df["a"] = 0
    names.append("late")
    return len(df)


async def later(number):
    return number + 1


def often(number):
    return helper(number)


def helper(number):
    return number * 2


def large():
    return pd.DataFrame({"a": np.arange(5_000), "b": np.arange(5_000) % 7})


def use(df, weights):
    return float((df["a"] * weights).sum())


def connect():
    return {"db": sqlite3.connect(":memory:"), "name": "shop"}


def fill(db):
    db.execute("create table t (x)")
    db.execute("insert into t values (1)")


def count(db):
    return db.execute("select count(*) from t").fetchone()[0]


def fail(text):
    raise ValueError(text)


def many(*args, key="k", **rest):
    return len(args), key, sorted(rest)


def strange(generator):
    return list(generator)
'''
CELLS = (
    "from shop.steps import *\nimport pandas as pd, numpy as np",
    "df, names = pd.DataFrame({'a': [1, 2]}), ['early']\nspoil(df, names)",
    "await later(1)",
    "for i in range(1000):\n    often(i)",
    "big = large()\nuse(big, np.ones(5000))",
    "place = connect()\nfill(place['db'])\ncount(place['db'])",
    "try:\n    fail('no')\nexcept ValueError:\n    pass",
    "many(1, 2, key='x', z=3)",
    "till = Till()\ntill.take(2)\ntill.take(3)",
    "strange(n for n in (1, 2))",
    "try:\n    often(1, 2, 3)\nexcept TypeError:\n    pass",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Call]]:
    """Return the recorded calls of each function."""
    place = tmp_path_factory.mktemp("recording")
    for name, text in {"src/shop/__init__.py": "", "src/shop/steps.py": MODULE}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    (place / "calls").mkdir()
    (place / "work").mkdir()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    seen = observe(
        book,
        Conditions(folder=place / "work", module="shop.steps", seconds=120),
        import_paths=[place / "src"],
        calls=place / "calls",
    )
    assert isinstance(seen, Observation), seen
    by_function: dict[str, list[Call]] = {}
    with pytest.MonkeyPatch.context() as patch:  # values of the module's own classes are read
        patch.syspath_prepend(place / "src")
        patch.delitem(sys.modules, "shop", raising=False)
        for call in recorded_calls.read(place / "calls", "shop.steps"):
            by_function.setdefault(call.function, []).append(call)
        for name in ("shop.steps", "shop"):
            sys.modules.pop(name)
    return by_function


Found = Mapping[str, list[Call]]


def test_inputs_are_recorded_as_they_were_before_the_call(found: Found) -> None:
    (call,) = found["spoil"]
    assert call.values["df"]["a"].tolist() == [1, 2]
    assert call.values["names"] == ["early"]
    assert call.types["df"] == {"type": "pandas.DataFrame", "extent": "2 rows × 1 column"}
    assert call.returns["return"]["type"] == "int"


def test_methods_are_recorded_with_the_object_as_it_was(found: Found) -> None:
    first, second = found["Till.take"]
    assert [call.values["amount"] for call in (first, second)] == [2, 3]
    assert [vars(call.values["self"]) for call in (first, second)] == [{"sum": 0}, {"sum": 2}]


def test_async_functions_are_recorded(found: Found) -> None:
    (call,) = found["later"]
    assert call.values == {"number": 1}
    assert call.returns["return"]["type"] == "int"


def test_a_function_that_is_called_often_is_recorded_a_few_times(found: Found) -> None:
    assert len(found["often"]) == len(found["helper"]) == MOST_CALLS
    assert [call.values["number"] for call in found["often"]] == [*range(MOST_CALLS)]


def test_large_values_lose_the_same_rows(found: Found) -> None:
    (call,) = found["use"]
    rows = len(call.values["df"])
    assert 20 <= rows == len(call.values["weights"]) < 5_000
    assert call.values["df"]["a"].tolist() == [*range(rows)]
    spread = call.spread["df"]["a"]
    assert len(spread) == rows == len(call.spread["weights"])
    assert spread.max() > 4_900
    assert call.types["df"]["extent"] == "5,000 rows × 2 columns"


def test_what_cannot_be_stored_is_known_by_the_calls_that_made_it(found: Found) -> None:
    (connect,), (fill,), (count,) = found["connect"], found["fill"], found["count"]
    assert fill.made == {"db": Made(call=connect.number, path=("db",), then=())}
    assert count.made == {"db": Made(call=connect.number, path=("db",), then=(fill.number,))}
    assert not fill.lacking and not count.lacking


def test_what_nothing_made_is_lacking(found: Found) -> None:
    (call,) = found["strange"]
    assert call.lacking.startswith("generator: ")


def test_exceptions_and_arguments_of_all_kinds(found: Found) -> None:
    assert [call.raised for call in found["fail"]] == ["ValueError"]
    (call,) = found["many"]
    assert call.values == {"*args": (1, 2), "key": "x", "**rest": {"z": 3}}
