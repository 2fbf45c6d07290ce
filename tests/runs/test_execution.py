"""One set of parameters: real papermill, real kernels."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_promote.errors import BadParameter, BadPath, NotAFile, NotANotebook, RunFailed
from jupyter_promote.runs import execution
from jupyter_promote.runs.execution import Limits, Stock
from jupyter_promote.runs.outcome import CellOutput, CellStarted, Event, Run, Saved


def save(path: Path, *sources: str, tags: dict[int, str] | None = None) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for position, tag in (tags or {}).items():
        cells[position].metadata["tags"] = [tag]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def run(
    notebook: Path,
    *,
    parameters: Mapping[str, object],
    output: Path,
    on_event: Callable[[Event], None] = lambda event: None,
    **limits: Any,
) -> Run:
    job = execution.prepare(notebook)
    return execution.execute(
        job, parameters, output, host=Stock(), limits=Limits(**limits), on_event=on_event
    )


def shown(path: Path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    return ["".join(out.text) for cell in cells for out in cell.get("outputs", []) if "text" in out]


def statuses(path: Path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell.metadata.papermill.status for cell in cells if cell.cell_type == "code"]


def test_parameters_arrive_as_they_were_given(tmp_path: Path) -> None:
    nasty = 'a"b\\n\'c\\\n{x} é \u2028 \U0001f600 """'
    given = {"text": nasty, "number": 1e300, "flag": True, "many": [1, None, {"k": [nasty]}]}
    notebook = save(
        tmp_path / "{n}b.ipynb",
        "text = ''\nnumber: float = 0.5\nflag = False\nmany: list = []",
        "import json, os\nprint(json.dumps([text, number, flag, many]))",
        "print(os.getcwd())",
        tags={0: "parameters"},
    )
    seen: list[Event] = []
    output = tmp_path / "out" / "{text}.ipynb"
    done = run(notebook, parameters=given, output=output, on_event=seen.append)
    assert done.state == "done" and done.error == "" and done.failed_cell is None
    assert json.loads(shown(output)[0]) == [*given.values()]
    assert shown(output)[1].strip() == str(tmp_path)
    assert done.output == output and [*output.parent.iterdir()] == [output]
    started = [(e.cell, e.index, e.total) for e in seen if isinstance(e, CellStarted)]
    assert started == [(0, 0, 3), (1, 1, 3), (2, 2, 3)]
    assert [e.cell for e in seen if isinstance(e, CellOutput)] == [1, 2]
    assert isinstance(seen[-1], Saved) and seen[-1].path == output
    assert os.getcwd() != str(tmp_path)


FAILING = {
    "a cell raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "the kernel dies": ("import os; os._exit(1)", "the kernel died"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failed_run_says_where_and_keeps_the_output(tmp_path: Path, name: str) -> None:
    source, error = FAILING[name]
    notebook = save(
        tmp_path / "n.ipynb", "n = 1", "print('before')", source, "2", tags={0: "parameters"}
    )
    failed = run(notebook, parameters={"n": 2}, output=tmp_path / "o.ipynb")
    assert failed.state == "failed"
    assert failed.failed_cell == 2
    assert failed.error_line == (1 if "/" in source else None)
    assert error in failed.error
    assert shown(tmp_path / "o.ipynb")[0] == "before\n"
    assert statuses(tmp_path / "o.ipynb") == [
        "completed",
        "completed",
        "completed",
        "failed",
        "pending",
    ]
    assert nbformat.read(tmp_path / "o.ipynb", as_version=4).metadata.papermill.exception is True


def test_an_expected_error_is_no_failure(tmp_path: Path) -> None:
    notebook = save(tmp_path / "n.ipynb", "1 / 0", "print('on')", tags={0: "raises-exception"})
    done = run(notebook, parameters={}, output=tmp_path / "o.ipynb")
    assert (done.state, done.error) == ("done", "")
    node = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    assert [cell.cell_type for cell in node.cells] == ["code", "code"]


def test_a_run_past_its_deadline_is_ended(tmp_path: Path) -> None:
    notebook = save(tmp_path / "n.ipynb", "print('first')", "import time; time.sleep(600)")
    late = run(notebook, parameters={}, output=tmp_path / "o.ipynb", seconds=4)
    assert (late.state, late.failed_cell) == ("timed-out", 1)
    assert shown(tmp_path / "o.ipynb") == ["first\n"]


def test_a_run_can_be_cancelled(tmp_path: Path) -> None:
    notebook = save(tmp_path / "n.ipynb", "open('started', 'w').close()", "while True: pass")
    started = tmp_path / "started"
    stopped = run(notebook, parameters={}, output=tmp_path / "o.ipynb", cancelled=started.exists)
    assert stopped.state == "cancelled"


def test_what_the_notebook_does_not_declare_is_refused_before_anything_runs(tmp_path: Path) -> None:
    notebook = save(tmp_path / "n.ipynb", "width = 1", tags={0: "parameters"})
    with pytest.raises(BadParameter, match="width"):
        run(notebook, parameters={"widht": 2}, output=tmp_path / "o.ipynb")
    assert not (tmp_path / "o.ipynb").exists()


ODD = {
    "remote notebook": (Path("s3://b/n.ipynb"), Path("o.ipynb"), BadPath),
    "remote output": (Path("n.ipynb"), Path("http://h/o.ipynb"), BadPath),
    "JSON in place of a path": (Path('{"cells": []}'), Path("o.ipynb"), NotAFile),
    "a folder": (Path("."), Path("o.ipynb"), NotAFile),
    "onto itself": (Path("n.ipynb"), Path("n.ipynb"), BadPath),
    "onto a folder": (Path("n.ipynb"), Path("."), NotAFile),
    "no notebook": (Path("text.ipynb"), Path("o.ipynb"), NotANotebook),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_paths_are_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notebook, output, error = ODD[name]
    save(tmp_path / "n.ipynb", "1")
    (tmp_path / "text.ipynb").write_text("hello")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error):
        run(notebook, parameters={}, output=output)
    assert sorted(tmp_path.iterdir()) == before


def test_a_run_over_its_memory_is_ended(tmp_path: Path) -> None:
    source = "held = []\nwhile True: held.append(bytearray(10**6) + b'1')"
    notebook = save(tmp_path / "n.ipynb", source)
    big = run(notebook, parameters={}, output=tmp_path / "o.ipynb", memory_mb=300)
    assert (big.state, big.error, big.failed_cell) == ("failed", "the memory limit was reached", 0)


def test_results_are_what_the_tagged_cell_binds(tmp_path: Path) -> None:
    notebook = save(
        tmp_path / "n.ipynb",
        "a = 1; b, c = 2.5, 'x'\nd = {'k': [1, None]}\ne = object()\nf: bool = True",
        "a = 5",
        tags={0: "results"},
    )
    done = run(notebook, parameters={}, output=tmp_path / "o.ipynb")
    assert done.results == {"a": 5, "b": 2.5, "c": "x", "d": {"k": [1, None]}, "f": True}
    assert done.peak_mb is not None and done.peak_mb > 10


def test_results_are_what_the_notebook_records(tmp_path: Path) -> None:
    notebook = save(
        tmp_path / "n.ipynb",
        "import jupyter_promote, numpy\njupyter_promote.record(a=numpy.float64(0.5), b={'k': [1]})",
        "jupyter_promote.record(a=2)",
        "jupyter_promote.record(c=object())",
        tags={2: "raises-exception"},
    )
    done = run(notebook, parameters={}, output=tmp_path / "o.ipynb")
    assert done.results == {"a": 2, "b": {"k": [1]}}
    error = nbformat.read(tmp_path / "o.ipynb", as_version=4).cells[2].outputs[0]
    assert (error.ename, "c is a object" in error.evalue) == ("TypeError", True)


def test_a_kernel_that_is_not_installed_is_named(tmp_path: Path) -> None:
    notebook = save(tmp_path / "n.ipynb", "1")
    with pytest.raises(RunFailed, match="'no-such-kernel' is not installed"):
        execution.prepare(notebook, kernel="no-such-kernel")
