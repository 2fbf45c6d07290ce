"""Runs whose values are followed: profiled, kept in the ledger, and compared with earlier ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from jupyter_promote import challenging, running, workflow
from jupyter_promote.checking.check import Request, check
from jupyter_promote.errors import BadPath
from jupyter_promote.surfaces.cli_ledger import compare
from tests.programs import cells_of, content_of

SHOP = """
# %% promote
import pandas as pd
# %% parameters
csv = "people.csv"
# %% promote:load
people = pd.read_csv(csv)
# %% promote:count
counts = people.groupby("plan").size()
# %%
print(counts)
"""


def people(folder: Path, name: str, plans: str, missing: int = 0) -> None:
    ages = ["" if i < missing else str(20 + i % 50) for i in range(100)]
    rows = [f"{plans[i % len(plans)]},{age}" for i, age in enumerate(ages)]
    (folder / name).write_text("\n".join(["plan,age", *rows]) + "\n")


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a promoted notebook that was run twice on ordinary data."""
    folder = tmp_path_factory.mktemp("shop")
    people(folder, "people.csv", "abc")
    people(folder, "friday.csv", "abcxyz", missing=60)
    (folder / "shop.ipynb").write_text(json.dumps(content_of(cells_of(SHOP))))
    request = workflow.Request(notebook=folder / "shop.ipynb", to=folder / "out")
    workflow.extract(request, run=False)
    path = folder / "out" / "notebooks" / "shop.ipynb"
    for _ in range(2):
        assert run(path, "people.csv") == "done"
    return path


def run(path: Path, csv: str) -> str:
    output = path.with_name("done.ipynb")
    how = running.How(profile=True)
    return running.run(path, pairs=[("csv", csv)], output=output, how=how).state


def test_no_alarm_of_runs_that_are_alike(thin: Path) -> None:
    assert running.alarms(thin) == []
    assert check(Request(paths=(thin.parent,), select=("JP409",))).findings == ()


def test_a_run_on_odd_data_raises_alarms_and_the_exit_code(thin: Path) -> None:
    assert run(thin, "friday.csv") == "done"
    said = {f"{each.function}: {each.message}" for each in running.alarms(thin)}
    assert (
        "load: column `plan` of result has 6 categories, was 3 (new: 'x', 'y', 'z', 49% of the rows)"
        in said
    )
    assert "load: missing in column `age` of result 60%, was 0%" in said
    (found,) = {f.path for f in check(Request(paths=(thin.parent,), select=("JP409",))).findings}
    assert found == str(thin)
    done = CliRunner().invoke(compare, ["--at", str(thin), "--json"], standalone_mode=False)
    assert done.return_value == 1
    assert {each["function"] for each in json.loads(done.output)["alarms"]} >= {"load"}


def test_thresholds_stand_in_the_project(thin: Path) -> None:
    project = thin.parents[1] / "pyproject.toml"
    plain = project.read_text()
    project.write_text(
        plain + "\n[tool.jupyter_promote.alarms]\nmissing = 0.7\nnew_categories = 0.6\n"
    )
    try:
        said = " ".join(each.message for each in running.alarms(thin))
    finally:
        project.write_text(plain)
    assert "missing in" not in said


def test_a_challenger_runs_on_the_same_inputs(thin: Path, tmp_path: Path) -> None:
    own = thin.parents[1] / "src"
    shutil.copytree(own, tmp_path / "same" / "src")
    shutil.copytree(own, tmp_path / "other" / "src")
    (module,) = (p for p in (tmp_path / "other").rglob("shop.py"))
    module.write_text(module.read_text().replace(".size()", ".size() * 1000"))
    same = challenging.challenge(thin, tmp_path / "same", folder=tmp_path)
    assert (same.differences, same.alarms) == ((), ())
    found = challenging.challenge(thin, tmp_path / "other", folder=tmp_path)
    assert found.champion.state == found.challenger.state == "done"
    assert [each.partition(" of ")[0] for each in found.differences] == ["the stdout"]
    assert any("distribution of result moved" in each.message for each in found.alarms)


def test_a_challenger_without_the_module_is_refused(thin: Path, tmp_path: Path) -> None:
    with pytest.raises(BadPath, match="there is no module"):
        challenging.challenge(thin, tmp_path)
