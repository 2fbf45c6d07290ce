"""Fork-servers that outlive a run: what is kept, and when a new one is started."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from jupyter_promote import running
from jupyter_promote.runs import execution, hosting
from jupyter_promote.runs.execution import Job, Stock
from jupyter_promote.runs.hosting import Lasting
from jupyter_promote.runs.outcome import Run
from jupyter_promote.runs.warm import Warm


@pytest.fixture
def hosts() -> Iterator[Lasting]:
    made = Lasting()
    yield made
    made.close()


def job_of(folder: Path, *sources: str) -> Job:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    return execution.prepare(folder / "n.ipynb")


def opened(hosts: Lasting, job: Job, **how: Any) -> Stock | Warm:
    with hosts.opened(job, **{"runs": 1, "cold": False, **how}) as host:
        return host


def test_a_fork_server_is_kept_for_the_next_run(tmp_path: Path, hosts: Lasting) -> None:
    job = job_of(tmp_path, "import json")
    host = opened(hosts, job)
    assert isinstance(host, Warm)
    assert opened(hosts, job_of(tmp_path, "1")) is host
    assert opened(hosts, job_of(tmp_path, "import numpy")) is not host


def test_a_fork_server_is_started_anew_when_something_is_installed(
    tmp_path: Path, hosts: Lasting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site-packages"))
    (tmp_path / "site-packages" / "one-1.0.dist-info").mkdir(parents=True)
    job = job_of(tmp_path, "1")
    before, digest = opened(hosts, job), hosts.environment(job).digest
    assert opened(hosts, job) is before and hosts.environment(job).digest == digest
    (tmp_path / "site-packages" / "two-1.0.dist-info").mkdir()
    assert opened(hosts, job) is not before
    assert hosts.environment(job).digest != digest


def test_few_are_kept_and_none_in_the_end(tmp_path: Path) -> None:
    before = {process.pid for process in psutil.Process().children()}
    hosts = Lasting()
    for name in ("numpy", "pandas", "nbformat", "psutil", "msgspec"):
        opened(hosts, job_of(tmp_path, f"import {name}"))
    kept = {process.pid for process in psutil.Process().children()} - before
    assert len(kept) == hosting.MOST_KEPT
    hosts.close()
    assert not {process.pid for process in psutil.Process().children()} - before


def test_stock_kernels_are_taken_where_one_wants_them(tmp_path: Path, hosts: Lasting) -> None:
    host = opened(hosts, job_of(tmp_path, "1"), cold=True)
    assert isinstance(host, Stock) and host.reason == ""
    host = opened(hosts, job_of(tmp_path, "import ipywidgets"))
    assert isinstance(host, Stock) and host.reason == "it uses ipywidgets"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fork-servers need Linux")
def test_a_single_run_is_warm_once_both_ways_were_seen_to_show_the_same(
    tmp_path: Path, hosts: Lasting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PROMOTE_LEDGER", str(tmp_path / "runs.db"))
    parameters = nbformat.v4.new_code_cell("n = 1", metadata={"tags": ["parameters"]})
    cells = [parameters, nbformat.v4.new_code_cell("print(10 * n)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")

    def run(n: str, **how: Any) -> Run:
        return running.run(tmp_path / "n.ipynb", pairs=[("n", n)], how=running.How(**how))

    first, second = run("2", hosts=hosts), run("3", hosts=hosts)
    assert [(each.state, each.engine) for each in (first, second)] == [
        ("done", "cold"),
        ("done", "warm"),
    ]
    assert "30" in second.output.read_text()
    assert run("4", hosts=hosts, cold=True).engine == "cold"
    assert run("5").engine == "cold"
