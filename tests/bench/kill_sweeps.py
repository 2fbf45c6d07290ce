"""Kill sweeps at random and resume them: is every run done once, and is what the ledger says true?

    python tests/bench/kill_sweeps.py [ROUNDS] [--seed N] [--minutes M]

In each round a sweep of 16 runs is started. At random moments, up to three times, one of its
processes is killed with SIGKILL: a run's child, the fork-server, the driver, or all at once. Then
the sweep is resumed until it ends by itself. Counted are runs that are lost, that have finished
twice, whose output is truncated or another run's, states that are false, and processes left behind.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import nbformat
import psutil

from jupyter_promote.runs.ledger import NAME, Ledger

RUNS = 16
CELLS = (
    ("n = 0", ["parameters"]),
    ("import numpy as np\nimport time", []),
    ("print('started', n)\ntime.sleep(0.05 + 0.01 * (n % 7))", []),
    ("found = int(np.arange(n + 1).sum())", ["results"]),
    ("print('ended', n)", []),
)


def notebook(folder: Path) -> Path:
    cells = [nbformat.v4.new_code_cell(code, metadata={"tags": tags}) for code, tags in CELLS]
    path = folder / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (folder / "points.json").write_text(json.dumps([{"n": n} for n in range(RUNS)]))
    return path


def start(folder: Path, *, resume: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "sweep", "n.ipynb"]
    command += ["--params", "points.json", "--jobs", "2", "--output-dir", "out", "--json"]
    command += ["--resume"] if resume else []
    return subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def victims(driver: psutil.Process, what: str) -> list[psutil.Process]:
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
        case _:
            return [driver, *below]


def kill_once(process: subprocess.Popen[bytes], draw: random.Random, seen: Counter[str]) -> None:
    """Kill at a random moment, or as soon after it as there is something to kill."""
    what = draw.choice(["child", "fork-server", "driver", "all"])
    moment = time.monotonic() + draw.uniform(0.3, 8)
    while process.poll() is None:
        time.sleep(0.01)
        if time.monotonic() < moment:
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            chosen = victims(psutil.Process(process.pid), what)
            for one in chosen:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            if chosen:
                seen[what] += 1
                return


def truths(folder: Path) -> Counter[str]:
    """Count what is wrong after the last resume."""
    wrong: Counter[str] = Counter()
    ledger = Ledger(folder / NAME)
    rows = ledger.rows()
    ledger.close()
    done = [row for row in rows if row.state == "done"]
    wrong["lost"] = RUNS - len({row.parameters["n"] for row in done})
    wrong["finished twice"] = sum(n > 1 for n in Counter(row.id for row in done).values())
    wrong["false state"] = sum(row.state in ("queued", "running") for row in rows)
    for row in rows:
        if row.state != "done":
            continue
        n = int(str(row.parameters["n"]))
        try:
            read = nbformat.read(row.output, as_version=4)
        except (OSError, ValueError):
            wrong["truncated output"] += 1
            continue
        shown = "".join(o.get("text", "") for cell in read.cells for o in cell.get("outputs", []))
        if shown != f"started {n}\nended {n}\n":
            wrong["false output"] += 1
        if row.results != {"found": n * (n + 1) // 2}:
            wrong["false results"] += 1
    wrong["left behind"] = len([*(folder / "out").glob(".*")])
    return +wrong


def left_processes(folder: Path) -> int:
    found = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found += process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE
    return found


def one_round(draw: random.Random, seen: Counter[str]) -> Counter[str]:
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name).resolve()
        notebook(folder)
        for attempt in range(3):
            process = start(folder, resume=attempt > 0)
            kill_once(process, draw, seen)
            process.wait()
        for _ in range(3):  # a run that was killed too often is not tried again before a resume
            if start(folder, resume=True).wait() == 0:
                break
        time.sleep(0.5)
        wrong = truths(folder)
        wrong["processes left"] = left_processes(folder)
        return +wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=8)
    asked = parser.parse_args()
    draw, seen, wrong = random.Random(asked.seed), Counter[str](), Counter[str]()
    started, rounds = time.monotonic(), 0
    for _ in range(asked.rounds):
        if time.monotonic() - started > asked.minutes * 60:
            break
        found = one_round(draw, seen)
        rounds += 1
        wrong += found
        print(f"round {rounds}: {dict(found) or 'all well'}", flush=True)
    print(f"{rounds} rounds of {RUNS} runs; killed {dict(seen)}; wrong: {dict(wrong) or 'nothing'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
