"""Sweeps in stock kernels: what is executed, kept, retried, cancelled, and what the ledger says."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_promote.errors import BadParameter, RunFailed
from jupyter_promote.runs import execution, sweep
from jupyter_promote.runs.ledger import Ledger
from jupyter_promote.runs.outcome import Event, Run, RunStarted
from jupyter_promote.runs.sweep import Plan
from jupyter_promote.sandbox.sandboxes import METHOD


class Place:
    """A notebook, its ledger, and where outputs go."""

    def __init__(self, folder: Path, *sources: str) -> None:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        cells[0].metadata["tags"] = ["parameters"]
        self.notebook = folder / "n.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.notebook)
        self.folder = folder
        self.ledger = Ledger(folder / "runs.db")
        self.events: list[Event] = []

    def sweep(self, *points: dict[str, object], cold: bool = True, **how: Any) -> list[Run]:
        job = execution.prepare(self.notebook)
        plan = Plan(points=points, **{"folder": self.folder / "out", **how})
        return sweep.run(
            job,
            plan,
            about=sweep.identify(job),
            ledger=self.ledger,
            cold=cold,
            on_event=self.events.append,
        )

    @property
    def started(self) -> list[int]:
        return [event.attempt for event in self.events if isinstance(event, RunStarted)]


def test_a_sweep_goes_on_when_one_run_fails(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "x = 1 / n\nprint(x)")
    runs = place.sweep({"n": 2}, {"n": 0}, {"n": 4}, {"n": 2}, jobs=2)
    assert [run.state for run in runs] == ["done", "failed", "done", "done"]
    assert runs[0].id == runs[3].id and runs[0].id != runs[2].id
    assert (runs[1].failed_cell, runs[1].error_line) == (1, 1)
    assert all(run.output.is_file() for run in runs)
    rows = place.ledger.rows()
    assert {row.id: row.state for row in rows} == {run.id: run.state for run in runs}
    assert {row.id: row.error for row in rows}[runs[1].id].startswith("ZeroDivisionError")
    assert [*(tmp_path / "out").glob(".*")] == []


def test_resume_keeps_what_is_done_and_executes_the_rest(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "import os\nif n: open('ran', 'a').write(str(n))\n1 / n")
    first = place.sweep({"n": 1}, {"n": 0})
    again = place.sweep({"n": 1}, {"n": 0}, {"n": 2}, resume=True)
    assert [run.state for run in again] == ["done", "failed", "done"]
    assert (tmp_path / "ran").read_text() == "12"
    assert again[0].output == first[0].output
    again[0].output.unlink()
    place.sweep({"n": 1}, resume=True)
    assert (tmp_path / "ran").read_text() == "121"
    place.sweep({"n": 1})
    assert (tmp_path / "ran").read_text() == "1211"


def test_resuming_into_another_folder_begins_anew(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "open('ran', 'a').write('x')")
    for folder in ("monday", "monday", "tuesday"):
        place.sweep({"n": 1}, resume=True, folder=tmp_path / folder)
    assert (tmp_path / "ran").read_text() == "xx"


def test_a_changed_notebook_or_module_is_another_run(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("value = 1")
    place = Place(tmp_path, "n = 0", "import mine")
    first = place.sweep({"n": 1})[0]
    (tmp_path / "mine.py").write_text("value = 2")
    second = place.sweep({"n": 1}, resume=True)[0]
    assert first.id != second.id


def test_only_what_was_killed_from_outside_is_tried_again(tmp_path: Path) -> None:
    killed = "import os, signal\nif not os.path.exists('once'):\n    open('once', 'w')\n"
    place = Place(tmp_path, "n = 0", killed + "    os.kill(os.getpid(), signal.SIGKILL)")
    assert [run.state for run in place.sweep({"n": 1}, retries=1)] == ["done"]
    assert place.started == [1, 2]
    assert [row.attempt for row in place.ledger.rows()] == [2]
    (tmp_path / "once").unlink()
    lost = place.sweep({"n": 1}, retries=0)[0]
    assert (lost.state, lost.exit_signal) == ("lost", "SIGKILL")
    place = Place(tmp_path / "out", "n = 0", "import os; os._exit(3)")
    assert [run.state for run in place.sweep({"n": 1}, retries=2)] == ["failed"]
    assert place.started == [1]


def test_a_run_past_its_deadline_is_no_concern_of_the_others(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "import time; time.sleep(n)")
    runs = place.sweep({"n": 600}, {"n": 0}, seconds=5, jobs=2)
    assert [run.state for run in runs] == ["timed-out", "done"]


def test_a_cancelled_sweep_says_so_of_every_run(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "open('started', 'w')\nwhile n: pass")
    started = tmp_path / "started"
    runs = place.sweep({"n": 1}, {"n": 2}, {"n": 3}, cancelled=started.exists)
    assert [run.state for run in runs] == ["cancelled"] * 3
    assert {row.state for row in place.ledger.rows()} == {"cancelled"}


def test_a_point_that_does_not_fit_stops_everything_before_it_starts(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "open('ran', 'w')")
    with pytest.raises(BadParameter, match="'m'"):
        place.sweep({"n": 1}, {"m": 2})
    assert not (tmp_path / "ran").exists() and place.ledger.rows() == []


def test_a_full_disk_fails_the_run_and_not_the_sweep(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "n")
    (tmp_path / "out").write_text("a file where the folder should be")
    runs = place.sweep({"n": 1}, {"n": 2})
    assert [run.state for run in runs] == ["failed", "failed"]
    assert "cannot be written" in runs[0].error
    assert [row.state for row in place.ledger.rows()] == ["failed", "failed"]


OTHER = """
import sys, time
from jupyter_promote.runs.ledger import Ledger
ledger = Ledger(__import__("pathlib").Path(sys.argv[1]))
ledger.start(int(sys.argv[2]), 1)
print("running", flush=True)
time.sleep(600)
"""


def test_who_is_alive_keeps_a_run_and_who_is_gone_has_lost_it(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "n")
    place.sweep({"n": 1})
    key = place.ledger.rows()[0].key
    command = [sys.executable, "-c", OTHER, str(tmp_path / "runs.db"), str(key)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert other.stdout is not None and other.stdout.readline() == b"running\n"
    with pytest.raises(RunFailed, match=f"by process {other.pid}"):
        place.sweep({"n": 1}, resume=True)
    other.kill()
    other.wait()
    other.stdout.close()
    assert [row.state for row in place.ledger.rows()] == ["lost"]
    before = time.time()
    assert [run.state for run in place.sweep({"n": 1}, resume=True)] == ["done"]
    newest = place.ledger.rows()[0]
    assert newest.state == "done" and newest.started and newest.started >= before - 1


def test_a_warm_sweep_is_compared_once_with_a_cold_run(tmp_path: Path) -> None:
    place = Place(tmp_path, "n = 0", "import numpy\nprint(numpy.arange(n))", "n")
    runs = place.sweep({"n": 1}, {"n": 2}, {"n": 3}, cold=False, jobs=2)
    assert [(run.state, run.engine) for run in runs] == [
        ("done", "cold"),
        ("done", "warm"),
        ("done", "warm"),
    ]
    again = place.sweep({"n": 1}, {"n": 2}, {"n": 3}, cold=False)
    assert [run.engine for run in again] == ["warm"] * 3
    assert [p.name for p in (tmp_path / "out").glob(".*")] == []


def test_a_warm_run_that_shows_something_else_is_not_trusted(tmp_path: Path) -> None:
    forked = "import sys\nprint('numpy' in sys.modules)\nimport numpy"
    place = Place(tmp_path, "n = 0", forked)
    runs = place.sweep({"n": 1}, {"n": 2}, {"n": 3}, cold=False)
    assert {(run.state, run.engine) for run in runs} == {("done", "cold")}
    assert "a warm run differs in the stdout of cell 3" in runs[1].reason


def test_what_never_repeats_does_not_count(tmp_path: Path) -> None:
    source = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    place = Place(tmp_path, "n = 0", source)
    runs = place.sweep({"n": 1}, {"n": 2}, {"n": 3}, cold=False)
    assert [run.engine for run in runs] == ["cold", "warm", "warm"]
    cells = [nbformat.read(run.output, as_version=4).cells[2] for run in runs]
    assert len({cell.outputs[0].text for cell in cells}) == 3


@pytest.mark.parametrize("method", ["namespace", "redirect"])
def test_the_comparison_of_a_cold_and_a_warm_run_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setenv(METHOD, method)
    place = Place(tmp_path, "n = 0", "with open('log', 'a') as log: log.write(str(n))\nprint(n)")
    runs = place.sweep({"n": 1}, {"n": 2}, {"n": 3}, cold=False)
    assert [(run.state, run.engine) for run in runs] == [
        ("done", "cold"),
        ("done", "warm"),
        ("done", "warm"),
    ]
    assert (tmp_path / "log").read_text() == "123"
