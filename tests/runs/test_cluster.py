"""Sweeps on a real Dask cluster of two worker processes, one of which may be killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from jupyter_promote.errors import BadParameter, RunFailed
from jupyter_promote.runs import execution, sweep
from jupyter_promote.runs.cluster import connected
from jupyter_promote.runs.execution import Limits
from jupyter_promote.runs.ledger import Ledger
from jupyter_promote.runs.outcome import Run
from jupyter_promote.runs.sweep import Plan
from jupyter_promote.runs.trial import Task

distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as found:
        yield found


def address(cluster: distributed.LocalCluster) -> str:
    return str(cluster.scheduler_address).replace("tcp://", "dask://")


def swept(folder: Path, points: int, on: str, *, resume: bool = False) -> list[Run]:
    """Run a notebook that notes each time it has come to its end."""
    noting = "import time\ntime.sleep(0.5)\nopen(f'ran-{n}', 'a').write('x')\nprint(n)"
    cells = [nbformat.v4.new_code_cell(source) for source in ("n = 0", noting)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    job = execution.prepare(folder / "n.ipynb")
    plan = Plan(
        points=[{"n": n} for n in range(points)], folder=folder / "out", cluster=on, resume=resume
    )
    about, ledger = sweep.identify(job), Ledger(folder / "runs.db")
    try:
        return sweep.run(job, plan, about=about, ledger=ledger)
    finally:
        ledger.close()


def test_nothing_is_lost_when_a_worker_is_killed(
    cluster: distributed.LocalCluster, tmp_path: Path
) -> None:
    first = next(iter(cluster.workers.values()))

    def kill() -> None:
        while not [*tmp_path.glob("ran-*")]:
            time.sleep(0.05)
        os.kill(first.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    runs = swept(tmp_path, 6, address(cluster))
    killer.join(60)
    assert [run.state for run in runs] == ["done"] * 6
    assert all(run.output.is_file() for run in runs)
    ledger = Ledger(tmp_path / "runs.db")
    assert sorted(row.state for row in ledger.rows()) == ["done"] * 6
    ledger.close()
    ran = {n: (tmp_path / f"ran-{n}").read_text() for n in range(6)}
    again = swept(tmp_path, 6, address(cluster), resume=True)
    assert [run.id for run in again] == [run.id for run in runs]
    assert {n: (tmp_path / f"ran-{n}").read_text() for n in range(6)} == ran


def test_a_cluster_that_cannot_be_used_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="no address"):
        swept(tmp_path, 1, "localhost:8786")
    with pytest.raises(RunFailed, match="no Dask scheduler"):
        swept(tmp_path, 1, "dask://127.0.0.1:9")
    ledger = Ledger(tmp_path / "runs.db")
    assert ledger.rows() == []
    ledger.close()


def test_a_sweep_waits_for_workers_that_are_about_to_start(tmp_path: Path) -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as cluster:
        timer = threading.Timer(1, cluster.scale, (1,))
        timer.start()
        assert [run.state for run in swept(tmp_path, 1, address(cluster))] == ["done"]
        timer.join()


def test_a_run_that_no_worker_takes_can_be_cancelled(tmp_path: Path) -> None:
    task = Task(id="one", key=1, given={}, output=tmp_path / "o.ipynb")
    cells = [nbformat.v4.new_code_cell("1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    with (
        distributed.LocalCluster(n_workers=1, dashboard_address=":0") as cluster,
        connected(address(cluster)) as workers,
    ):
        cluster.scale(0)
        run = workers.execute(
            execution.prepare(tmp_path / "n.ipynb"), task, Limits(cancelled=lambda: True)
        )
    assert run.state == "cancelled"
