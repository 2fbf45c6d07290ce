"""Checking on a Dask cluster: a real one, with two worker processes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

distributed = pytest.importorskip("distributed")

from jupyter_promote.checking import cache  # noqa: E402
from jupyter_promote.checking.check import Request, check  # noqa: E402
from jupyter_promote.errors import BadParameter, RunFailed  # noqa: E402
from tests.checking.test_check import save  # noqa: E402
from tests.checking.test_copies import CLEAN  # noqa: E402


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    """Return a cluster of two worker processes."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as found:
        yield found


def address(cluster: distributed.LocalCluster) -> str:
    return str(cluster.scheduler_address).replace("tcp://", "dask://")


def test_a_cluster_finds_what_one_process_finds(
    cluster: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(40):
        save(tmp_path / f"{i}.ipynb", f"# %%\nx = {i}\n# %%\ny = z{i}\n# %%\n{CLEAN}")
    (tmp_path / "test_it.py").write_text("def test_it():\n    pass\n")
    monkeypatch.chdir(tmp_path)  # paths are relative, and the workers are elsewhere
    monkeypatch.setenv(cache.PLACE, "")
    alone = check(Request(paths=(Path("."),)))
    assert {f.code for f in alone.findings} == {"JP102", "JP202", "JP301"}
    assert check(Request(paths=(Path("."),), on=address(cluster))) == alone
    with distributed.Client(cluster, set_as_default=False) as client:
        done = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert len(done) == 2
    assert all(number > 0 for number in done.values())


def test_what_a_cluster_found_is_remembered(
    cluster: distributed.LocalCluster, tmp_path: Path
) -> None:
    path = save(tmp_path / "a.ipynb")
    os.utime(path, (1_600_000_000,) * 2)
    found = check(Request(paths=(tmp_path,), on=address(cluster)))
    assert check(Request(paths=(tmp_path,))) == found


def test_a_scheduler_without_workers_is_a_mistake(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(RunFailed, match="no workers"),
    ):
        check(Request(paths=(tmp_path,), on=address(empty)))


def test_a_scheduler_that_does_not_answer_is_a_mistake(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RunFailed, match="no Dask scheduler"):
        check(Request(paths=(tmp_path,), on=f"dask://127.0.0.1:{port}"))


@pytest.mark.parametrize(
    "wrong", ["localhost:8786", "dask://", "dask://a b:1", "tcp://x:1", "dask://x"]
)
def test_what_is_no_address_is_a_mistake(tmp_path: Path, wrong: str) -> None:
    save(tmp_path / "a.ipynb")
    with pytest.raises(BadParameter, match="no address"):
        check(Request(paths=(tmp_path,), on=wrong))
