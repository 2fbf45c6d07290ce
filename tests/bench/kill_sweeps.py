"""Kill sweeps at random and resume them: is every run done once, and is what the ledger says true?

    python tests/bench/kill_sweeps.py [KILLS] [--seed N] [--seconds S]

In each round a sweep of 16 runs is started, and at random moments one of its processes is killed
with SIGKILL: a run's child, the fork-server, the driver, or all at once. Each fourth round executes
the runs on a Dask cluster of two workers, of which a worker, a run's kernel, the scheduler or the
driver is killed. What has ended is resumed. After six kills nobody is killed any more, and the
sweep is resumed until it ends well. Counted are runs that are lost, that were done again although
they had finished, whose output is truncated or another run's, states that are false (the notebook
never fails by itself), and files and processes left behind.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil

from jupyter_promote.runs.ledger import NAME, Ledger

RUNS = 16
RUNS_ON_CLUSTER = 6  # each in a stock kernel, which takes seconds
KILLS = 6  # in a round
RESUMES = 4  # a run that was killed too often is not tried again before a resume
CLUSTER_EVERY = 4
CELLS = (
    ("n = 0", ["parameters"]),
    ("import numpy as np\nimport time", []),
    ("print('started', n)\ntime.sleep(0.1 + 0.02 * (n % 7))", []),
    ("found = int(np.arange(n + 1).sum())", ["results"]),
    ("print('ended', n)", []),
)


def notebook(folder: Path, runs: int) -> None:
    cells = [nbformat.v4.new_code_cell(code, metadata={"tags": tags}) for code, tags in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    (folder / "points.json").write_text(json.dumps([{"n": n} for n in range(runs)]))


class Cluster:
    """A Dask scheduler and two workers, whose nannies start them again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._processes: list[subprocess.Popen[bytes]] = []
        self.start()

    @property
    def options(self) -> list[str]:
        return ["--on", f"dask://127.0.0.1:{self._port}"]

    def start(self) -> None:
        at = ["--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard"]
        self._dask("scheduler", *at)
        self._dask(
            "worker", f"tcp://127.0.0.1:{self._port}", "--nworkers", "2", "--nthreads", "1",
            "--no-dashboard", "--local-directory", str(self._folder),
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while len(self.workers) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(1)

    def _dask(self, *words: str) -> None:
        self._processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                cwd=self._folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    @property
    def scheduler(self) -> psutil.Process:
        return psutil.Process(self._processes[0].pid)

    @property
    def workers(self) -> list[psutil.Process]:
        below = psutil.Process(self._processes[1].pid).children()
        return [one for one in below if "resource_tracker" not in " ".join(one.cmdline())]

    @property
    def kernels(self) -> list[psutil.Process]:
        below = [kernel for worker in self.workers for kernel in worker.children(recursive=True)]
        return [one for one in below if "ipykernel_launcher" in one.cmdline()]

    @property
    def lives(self) -> bool:
        return all(one.poll() is None for one in self._processes)

    def stop(self) -> None:
        for one in self._processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(one.pid)
                kill([process, *process.children(recursive=True)])
            one.wait()
        self._processes.clear()


@contextmanager
def cluster_if(wanted: bool) -> Iterator[Cluster | None]:
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="dask-", ignore_cleanup_errors=True) as name:
        found = Cluster(Path(name))
        try:
            yield found
        finally:
            found.stop()


def start(folder: Path, cluster: Cluster | None, *, resume: bool) -> subprocess.Popen[bytes]:
    if cluster and not cluster.lives:
        cluster.stop()
        cluster.start()
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "sweep", "n.ipynb"]
    command += ["--params", "points.json", "--jobs", "2", "--output-dir", "out", "--json"]
    command += ["--resume"] if resume else []
    command += cluster.options if cluster else []
    return subprocess.Popen(
        command,
        cwd=folder,
        stdout=(folder / "told").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def victims(driver: psutil.Process, what: str, cluster: Cluster | None) -> list[psutil.Process]:
    """Return the processes that are to be killed."""
    below = driver.children(recursive=True)
    servers = [one for one in below if "server.main(" in " ".join(one.cmdline())]
    servers = [one for one in servers if one.ppid() == driver.pid]
    match what:
        case "driver":
            return [driver]
        case "fork-server":
            return servers[:1]
        case "child":
            return [one for one in below if one.ppid() in {server.pid for server in servers}][:1]
        case "Dask worker" if cluster:
            return cluster.workers[:1]
        case "Dask worker's kernel" if cluster:
            return cluster.kernels[:1]
        case "Dask scheduler" if cluster:
            return [cluster.scheduler]
        case _:
            return [driver, *below]


def kill(processes: list[psutil.Process]) -> None:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


ALONE = ("child", "child", "fork-server", "driver", "all")
ON_CLUSTER = ("Dask worker", "Dask worker", "Dask worker's kernel", "Dask scheduler", "driver")


def kill_once(
    process: subprocess.Popen[bytes], draw: random.Random, cluster: Cluster | None
) -> str:
    """Kill at a random moment, or as soon after it as there is something to kill; return what."""
    what = draw.choice(ON_CLUSTER if cluster else ALONE)
    moment = time.monotonic() + draw.choice((draw.uniform(0, 0.6), draw.uniform(0.3, 4)))
    while process.poll() is None and (cluster is None or cluster.lives):
        time.sleep(0.01)
        if time.monotonic() < moment:
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            chosen = victims(psutil.Process(process.pid), what, cluster)
            kill(chosen)
            if chosen:
                return what
    return ""


def ended(process: subprocess.Popen[bytes], cluster: Cluster | None) -> int:
    """Wait for a sweep, and return its code.

    Dask gives up workers that are killed while they start; a sweep that waits for others is killed.
    """
    patience = 20.0
    while process.poll() is None:
        time.sleep(0.1)
        patience -= 0.1 if cluster and not cluster.lives else 0
        if patience < 0:
            process.kill()
    return process.returncode


def truths(folder: Path, runs: int) -> Counter[str]:
    """Count what is wrong after the last resume."""
    wrong: Counter[str] = Counter()
    ledger = Ledger(folder / NAME)
    rows = ledger.rows()
    ledger.close()
    done = [row for row in rows if row.state == "done"]
    first_done = {row.id: row.key for row in done}  # the newest comes first
    wrong["lost"] = runs - len({row.parameters["n"] for row in done})
    wrong["done again"] = sum(row.key > first_done.get(row.id, row.key) for row in rows)
    wrong["false state"] = sum(row.state not in ("done", "lost") for row in rows)
    for row in done:
        n = int(str(row.parameters["n"]))
        try:
            read = nbformat.read(row.output, as_version=4)  # type: ignore[no-untyped-call]
        except (OSError, ValueError):
            wrong["truncated output"] += 1
            continue
        shown = "".join(o.get("text", "") for cell in read.cells for o in cell.get("outputs", []))
        if shown != f"started {n}\nended {n}\n":
            wrong["false output"] += 1
        if row.results != {"found": n * (n + 1) // 2}:
            wrong["false results"] += 1
    wrong["files left"] = len([*(folder / "out").glob(".*")])
    return +wrong


def left_processes(folder: Path) -> int:
    """Return how many processes still work in the folder, after kernels had time to go."""
    deadline = time.monotonic() + 5
    while True:
        found = 0
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                found += process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.25)


def one_round(draw: random.Random, *, on_cluster: bool) -> tuple[Counter[str], Counter[str]]:
    """Return what was killed, and what is wrong."""
    killed: Counter[str] = Counter()
    runs = RUNS_ON_CLUSTER if on_cluster else RUNS
    with tempfile.TemporaryDirectory(prefix="kill-") as name, cluster_if(on_cluster) as cluster:
        folder = Path(name).resolve()
        notebook(folder, runs)
        process = start(folder, cluster, resume=False)
        while killed.total() < KILLS:
            what = kill_once(process, draw, cluster)
            if what:
                killed[what] += 1
            if what in ("driver", "all", "Dask scheduler") or (cluster and not cluster.lives):
                ended(process, cluster)
            if process.poll() == 0:
                break
            if process.poll() is not None:
                process = start(folder, cluster, resume=True)
        for _ in range(RESUMES):
            if ended(process, cluster) == 0:
                break
            process = start(folder, cluster, resume=True)
        if ended(process, cluster) != 0:
            print((folder / "told").read_text()[-3000:])
        if cluster:
            cluster.stop()
        wrong = truths(folder, runs)
        wrong["processes left"] = left_processes(folder)
        return killed, +wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("kills", type=int, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=480)
    asked = parser.parse_args()
    os.environ.pop("JUPYTER_PROMOTE_LEDGER", None)
    draw, killed, wrong = random.Random(asked.seed), Counter[str](), Counter[str]()
    started, rounds = time.monotonic(), 0
    while killed.total() < asked.kills and time.monotonic() - started < asked.seconds:
        seen, found = one_round(draw, on_cluster=rounds % CLUSTER_EVERY == CLUSTER_EVERY - 1)
        rounds += 1
        killed += seen
        wrong += found
        print(
            f"round {rounds}, {time.monotonic() - started:.0f} s: "
            f"killed {dict(seen)}; {dict(found) or 'all well'}",
            flush=True,
        )
    print(
        f"{rounds} rounds, {killed.total()} kills in {time.monotonic() - started:.0f} s: "
        f"{dict(killed)}; wrong: {dict(wrong) or 'nothing'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
