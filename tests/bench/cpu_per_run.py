"""How much CPU time does a run of a sweep take above its own code?

    python tests/bench/cpu_per_run.py [--few 20] [--many 120] [--rounds 3]

The notebook of `sweep_vs_papermill.py` is swept at few and at many points. What the second sweep
takes more, divided by the runs that it has more, is the time of a run: start, fork-server, and the
comparison with a stock kernel are in both. Beside it stands what nobody can avoid: a process that
has imported the same forks a child for each point, which executes the cells' code and ends. Both do
one run at a time: two at once slow each other down where cores share a cache. CPU time is the
user's and the system's, of all processes together, as the system accounts for them when they have
ended.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from jupyter_promote.runs.ledger import VARIABLE
from tests.bench.sweep_vs_papermill import CELLS, notebook

FORKED = """
import os, sys
exec(sys.argv[1])
for i in range(int(sys.argv[3])):
    child = os.fork()
    if not child:
        exec(sys.argv[2], {"__name__": "__main__", "alpha": 0.01 * (i + 1), "rows": 200 + i})
        os._exit(0)
    os.waitpid(child, 0)
"""
THREADS = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
}


def cpu(command: list[str], folder: Path) -> float:
    """Return the CPU seconds of a command and all its descendants."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, **THREADS, VARIABLE: str(folder / "runs.db")}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def swept(folder: Path, runs: int) -> float:
    rows = "\n".join(f"{0.01 * (i + 1):.2f},{200 + i}" for i in range(runs))
    (folder / "points.csv").write_text(f"alpha,rows\n{rows}\n")
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "sweep", "ridge.ipynb"]
    found = cpu([*command, "--params", "points.csv", "--jobs", "1", "--json"], folder)
    (folder / "runs.db").unlink()
    return found


def forked(folder: Path, runs: int) -> float:
    imports = "\n".join(code for code, _ in CELLS if code.startswith(("import", "from")))
    code = "\n".join(code for code, tags in CELLS if "parameters" not in tags)
    return cpu([sys.executable, "-c", FORKED, imports, code, str(runs)], folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--few", type=int, default=20)
    parser.add_argument("--many", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    found = []
    for number in range(asked.rounds):
        with tempfile.TemporaryDirectory(prefix="cpu-") as name:
            folder = Path(name)
            notebook(folder)
            each = [
                1000
                * (take(folder, asked.many) - take(folder, asked.few))
                / (asked.many - asked.few)
                for take in (swept, forked)
            ]
        found.append(each)
        print(f"round {number}: {each[0]:.0f} ms of CPU time each, its code alone {each[1]:.0f} ms")
    above = statistics.median(ours - alone for ours, alone in found)
    print(f"a run takes {above:.0f} ms of CPU time more than its code in a forked process")
    return 0


if __name__ == "__main__":
    sys.exit(main())
