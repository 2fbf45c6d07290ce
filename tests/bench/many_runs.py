"""What does a long sweep cost besides the notebook? Time in the ledger, and memory.

    python tests/bench/many_runs.py [RUNS] [--jobs 2] [--seconds S]

A notebook that does nothing is run at RUNS points (2,000; 10,000 takes five times as long). When
the seconds are over, the sweep is cancelled, and what was done so far is told.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil

from jupyter_promote.runs import execution, sweep
from jupyter_promote.runs.ledger import Ledger
from jupyter_promote.runs.outcome import Event, RunEnded


class Timed(Ledger):
    """A ledger that knows how long it was asked."""

    seconds = 0.0

    def _timed(self, name: str, *given: Any) -> Any:
        started = time.perf_counter()
        try:
            return getattr(super(), name)(*given)
        finally:
            self.seconds += time.perf_counter() - started

    def add(self, *given: Any) -> Any:
        return self._timed("add", *given)

    def start(self, *given: Any) -> Any:
        return self._timed("start", *given)

    def finish(self, *given: Any) -> Any:
        return self._timed("finish", *given)

    def beat(self, *given: Any) -> Any:
        return self._timed("beat", *given)

    def latest(self, *given: Any) -> Any:
        return self._timed("latest", *given)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("runs", type=int, nargs="?", default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    asked = parser.parse_args()
    memory: list[float] = []

    def heard(event: Event) -> None:
        if isinstance(event, RunEnded) and event.run.state == "done":
            memory.append(psutil.Process().memory_info().rss / 1e6)

    with tempfile.TemporaryDirectory(prefix="many-") as name:
        folder = Path(name)
        cell = nbformat.v4.new_code_cell("n = 0", metadata={"tags": ["parameters"]})
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "n.ipynb")
        job = execution.prepare(folder / "n.ipynb", environment=sweep.threads(asked.jobs))
        points = [{"n": n} for n in range(asked.runs)]
        ledger, started = Timed(folder / "runs.db"), time.perf_counter()
        plan = sweep.Plan(
            points=points,
            folder=folder / "out",
            jobs=asked.jobs,
            cancelled=lambda: time.perf_counter() - started > asked.seconds,
        )
        runs = sweep.run(job, plan, about=sweep.identify(job), ledger=ledger, on_event=heard)
        seconds = time.perf_counter() - started
        done = sum(run.state == "done" for run in runs)
    print(
        f"{done} of {asked.runs} done in {seconds:.1f} s, {1000 * seconds / done:.1f} ms each; "
        f"ledger {ledger.seconds:.2f} s ({100 * ledger.seconds / seconds:.2f} %); "
        f"driver {memory[len(memory) // 10]:.0f} MB after a tenth, "
        f"{memory[len(memory) // 2]:.0f} MB after half, {memory[-1]:.0f} MB at the end"
    )
    return 0 if done == asked.runs else 1


if __name__ == "__main__":
    sys.exit(main())
