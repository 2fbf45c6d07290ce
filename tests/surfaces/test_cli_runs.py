"""`run`, `sweep` and `runs` as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from click.testing import CliRunner, Result

from jupyter_promote.surfaces.cli import main


def invoke(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], standalone_mode=False)


def answer(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which a sweep over n = 1, 0, 4 was run; n = 0 has failed."""
    folder = tmp_path_factory.mktemp("project")
    cells = [
        nbformat.v4.new_code_cell("n = 1\nname = 'x'", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("score = {'half': 1 / n}", metadata={"tags": ["results"]}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    (folder / "grid.toml").write_text("n = [1, 0, 4]")
    (folder / "pyproject.toml").touch()
    return folder


@pytest.fixture(scope="module")
def swept(project: Path) -> Iterator[Result]:
    command = ["sweep", project / "n.ipynb", "--grid", project / "grid.toml", "--json", "--cold"]
    command += ["--junit", project / "j.xml", "--summary", project / "s.md", "-p", "name", "a|b"]
    yield invoke(*command)


def test_a_sweep_answers_with_every_run(project: Path, swept: Result) -> None:
    runs = answer(swept)["runs"]
    assert [run["state"] for run in runs] == ["done", "failed", "done"]
    assert runs[1]["parameters"] == {"name": "a|b", "n": 0}
    assert (runs[1]["failed_cell"], runs[1]["error_line"]) == (1, 1)
    assert runs[2]["results"] == {"score": {"half": 0.25}}
    assert all(Path(run["output"]).parent == project / "n-runs" for run in runs)
    assert {run["engine"] for run in runs} == {"cold"}


def test_a_sweep_reports_to_ci(project: Path, swept: Result) -> None:
    suite = ElementTree.parse(project / "j.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None and "ZeroDivisionError" in str(failure.get("message"))
    table = (project / "s.md").read_text()
    assert "2 of 3 done" in table and r"name=a\|b" in table


def test_the_ledger_lists_shows_and_compares(project: Path, swept: Result) -> None:
    listed = answer(invoke("runs", "list", "--at", project, "--json"))["runs"]
    assert sorted(row["parameters"]["n"] for row in listed) == [0, 1, 4]
    assert [row["state"] for row in listed if row["parameters"]["n"] == 0] == ["failed"]
    first = listed[0]["id"]
    shown = answer(invoke("runs", "show", first[:12], "--at", project, "--json"))["run"]
    assert shown["id"] == first and shown["attempt"] == 1 and shown["seconds"] > 0
    text = invoke("runs", "compare", "--at", project).stdout
    assert "score.half" in text and "0.25" in text and "name" not in text


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_the_ledger_is_exported(project: Path, swept: Result, ending: str) -> None:
    import pandas

    path = project / f"runs.{ending}"
    invoke("runs", "export", path, "--at", project)
    read = {"csv": pandas.read_csv, "json": pandas.read_json, "parquet": pandas.read_parquet}
    table = read[ending](path).set_index("parameters.n")
    assert table.loc[4, "results.score.half"] == 0.25
    assert table.loc[0, "state"] == "failed"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_result_is_drawn_over_a_parameter(project: Path, swept: Result, ending: str) -> None:
    path = project / f"plot.{ending}"
    options = ["--plot", path, "--metric", "score.half", "--over", "n"]
    invoke("runs", "compare", "--at", project, *options)
    assert path.read_bytes().startswith(b"\x89PNG" if ending == "png" else b"<?xml")


WRONG = {
    "an unknown parameter": (["-p", "m", "2"], "no parameter 'm'"),
    "a value of the wrong type": (["-p", "n", "two"], "'two' is no value"),
    "no kernel": (["--kernel", "none-such"], "not installed"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_before_anything_runs(
    project: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, words = WRONG[name]
    monkeypatch.setenv("JUPYTER_PROMOTE_LEDGER", str(project / "other.db"))
    told = answer(invoke("run", project / "n.ipynb", *options, "--json"))["error"]
    assert words in told["what"] + told["hint"]
    assert not (project / "n.output.ipynb").exists()


def test_a_run_prints_why_it_failed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PROMOTE_LEDGER", str(project / "other.db"))
    text = invoke("run", project / "n.ipynb", "-p", "n", 0, "--output", project / "o.ipynb").stdout
    assert "cell 2, line 1: ZeroDivisionError: division by zero" in text
    assert str(project / "o.ipynb") in text.replace("\n", "")


def test_pruning_removes_rows_and_no_notebooks(project: Path, swept: Result) -> None:
    output = Path(answer(swept)["runs"][1]["output"])
    pruned = invoke("runs", "prune", "--at", project, "--state", "failed", "--json")
    assert answer(pruned) == {"removed": 1} and output.is_file()
    left = answer(invoke("runs", "list", "--at", project, "--json"))["runs"]
    assert {row["state"] for row in left} == {"done"}
