"""What a nightly run must not pass over in silence, and what is ordinary."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jupyter_promote.runs.alarms import Thresholds, alarms, distance
from jupyter_promote.runs.inside import profiling


def frame(**changes: object) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    plain = {
        "plan": ["free", "plus", "team", "gold"] * 250,
        "age": rng.normal(40, 10, 1000).round(),
        "mail": [f"p{i}@mail.org" for i in range(1000)],
    }
    return pd.DataFrame({**plain, **changes})


def profile(value: object, seconds: float = 0.1) -> dict[str, object]:
    values = {"df": profiling.of_value("df", value)}
    told = {"clean": {"calls": 1, "seconds": seconds, "values": values}}
    return json.loads(json.dumps(told))  # as the ledger keeps it


def said(value: object, **more: float) -> list[str]:
    earlier = [profile(frame()), profile(frame())]
    return [each.message for each in alarms(profile(value, **more), earlier)]


def test_nothing_is_said_of_a_run_like_the_earlier_ones() -> None:
    assert said(frame()) == []
    assert alarms(profile(frame()), []) == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(
            frame(plan=["free", "plus", "trial", "gold", "x"] * 200),
            "column `plan` of df has 5 categories, was 4 (new: 'trial', 'x', 40% of the rows)",
            id="new categories",
        ),
        pytest.param(
            frame(age=[None] * 500 + [40.0, 30.0, 50.0, 35.0] * 125),
            "missing in column `age` of df 50%, was 0%",
            id="missing values",
        ),
        pytest.param(
            frame(age=[41.0] * 950 + [30.0] * 50),
            "the histogram of column `age` of df collapsed: one value is 95% of it, was 5%",
            id="a collapsed histogram",
        ),
        pytest.param(frame().iloc[:200], "df has 200 rows, was 1,000", id="few rows"),
        pytest.param(
            frame().drop(columns="age"), "df has no column `age` any more", id="a lost column"
        ),
        pytest.param(frame(extra=1), "df has a new column `extra`", id="a new column"),
        pytest.param(
            frame(plan="free"),
            "one category is 100% of column `plan` of df, was 25%",
            id="one plan",
        ),
        pytest.param([1, 2], "df is no table any more", id="another kind"),
    ],
)
def test_what_left_the_range_is_said(value: object, message: str) -> None:
    assert message in said(value)


def test_a_moved_distribution_is_said_with_its_median() -> None:
    moved = [
        each
        for each in said(frame(age=np.random.default_rng(4).normal(70, 10, 1000)))
        if "moved" in each
    ]
    assert len(moved) == 1
    assert moved[0].startswith("the distribution of column `age` of df moved (distance 0.")


def test_a_slow_function_is_said() -> None:
    assert said(frame(), seconds=3.0) == ["took 3.0 s, was 0.1 s at most"]


def test_thresholds_can_be_wider() -> None:
    now, limits = profile(frame().iloc[:200]), Thresholds(rows=10)
    assert alarms(now, [profile(frame())], limits) == []


def test_no_secret_is_in_a_profile() -> None:
    text = json.dumps(profile(frame(mail="ann@mail.org", api_token=["k1", "k2"] * 500)))
    assert "ann@mail.org" not in text
    assert "k1" not in text
    assert "gold" in text


def test_the_distance_is_that_of_kolmogorov_and_smirnov() -> None:
    even = [*np.linspace(0, 1, 21)]
    assert distance(even, even) == 0
    assert distance(even, [x + 2 for x in even]) == 1
    assert distance(even, [x + 0.5 for x in even]) == pytest.approx(0.5)
    assert distance([1.0] * 21, [1.0] * 21) == 0


@pytest.mark.parametrize(
    "value",
    [pd.Series([1, 2, 3, 10]), pd.Index([1, 2, 3, 10]), np.array([1, 2, 3, 10]), range(4)],
    ids=["series", "index", "array", "range"],
)
def test_columns_of_every_kind_have_rows(value: object) -> None:
    found = profiling.of_value("x", value)
    assert (found or {}).get("rows") == (None if isinstance(value, range) else 4)


def test_values_that_have_no_profile_are_left_out() -> None:
    for value in (None, "text", True, object(), float("nan")):
        assert profiling.of_value("x", value) is None


def test_calls_of_a_module_are_profiled_in_a_fresh_interpreter(tmp_path: Path) -> None:
    code = "import numpy as np\n\ndef double(a, *, by=2):\n    return a * by, len(a)\n\ndef run():\n    pass\n"
    (tmp_path / "steps.py").write_text(code)
    program = (
        "from jupyter_promote.runs.inside import profiling\n"
        "profiling.start(['steps'])\n"
        "import numpy as np, steps\n"
        "steps.double(np.arange(4.0)); steps.double(np.arange(9.0), by=3); steps.run()\n"
        "print(profiling.told())\n"
    )
    root = str(Path(importlib.import_module("jupyter_promote").__file__ or "").parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{root}:{tmp_path}", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert list(told) == ["double"]
    assert told["double"]["calls"] == 2
    values = told["double"]["values"]
    assert values["a"]["rows"] == 4
    assert values["result 1"]["quantiles"][-1] == 6
    assert values["result 2"] == {"kind": "number", "value": 4.0}
