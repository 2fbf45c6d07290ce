"""How much faster is a sweep than papermill's command line, and does it show the same?

    python tests/bench/sweep_vs_papermill.py [--runs 40] [--jobs 2] [--rounds 3] [--sample 3]

In each round a few runs are executed by `papermill`, one after the other, and all of them by
`jupyter promote sweep`, its start and its comparison with a stock kernel included. Quote ratios:
machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat

from jupyter_promote.runs import likeness
from jupyter_promote.runs.ledger import VARIABLE

CELLS = (
    ("alpha = 0.5\nrows = 400", ["parameters"]),
    ("import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge", []),
    ("from sklearn.model_selection import cross_val_score", []),
    ("rng = np.random.default_rng(7)", []),
    ("X = pd.DataFrame(rng.normal(size=(rows, 5)), columns=list('abcde'))", []),
    ("y = X['a'] * 2 - X['b'] + rng.normal(scale=0.3, size=len(X))", []),
    ("X.describe()", []),
    ("model = Ridge(alpha=alpha).fit(X, y)", []),
    ("scores = cross_val_score(model, X, y, cv=5)\nprint(scores.round(4))", []),
    ("r2 = round(float(scores.mean()), 6)", ["results"]),
)


def notebook(folder: Path) -> Path:
    cells = [nbformat.v4.new_code_cell(code, metadata={"tags": tags}) for code, tags in CELLS]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "ridge.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    return path


def timed(command: Sequence[object], folder: Path, ledger: str) -> tuple[float, float, str]:
    """Return the seconds and CPU seconds that a command takes, and what it prints."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, VARIABLE: ledger},
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, cpu, done.stdout


def one_round(folder: Path, number: int, asked: argparse.Namespace) -> tuple[float, float, int]:
    """Return both ratios, of time and of CPU time, and how many outputs differ."""
    points = [{"alpha": round(0.01 * (i + 1), 2), "rows": 200 + i} for i in range(asked.runs)]
    (folder / "points.json").write_text(json.dumps(points))
    stock = [
        timed(
            [
                sys.executable,
                "-m",
                "papermill",
                "--no-progress-bar",
                "ridge.ipynb",
                f"stock{i}.ipynb",
            ]
            + [word for name, value in points[i].items() for word in ("-p", name, value)],
            folder,
            "",
        )
        for i in range(asked.sample)
    ]
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "sweep", "ridge.ipynb"]
    command += ["--params", "points.json", "--output-dir", f"out{number}", "--json"]
    swept = timed([*command, "--jobs", asked.jobs], folder, str(folder / f"ledger{number}.db"))
    runs = json.loads(swept[2])["runs"]
    unlike = sum(
        likeness.differences(
            nbformat.read(folder / f"stock{i}.ipynb", as_version=4),
            nbformat.read(runs[i]["output"], as_version=4),
        )
        != set()
        for i in range(asked.sample)
    )
    ratios = [statistics.mean(s[k] for s in stock) * asked.runs / swept[k] for k in (0, 1)]
    return ratios[0], ratios[1], unlike


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=3)
    asked = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="sweep-") as name:
        folder = Path(name)
        notebook(folder)
        for number in range(asked.rounds):
            found.append(one_round(folder, number, asked))
            print("round {}: {:.1f} x in time, {:.1f} x in CPU time".format(number, *found[-1]))
    unlike = sum(one[2] for one in found)
    print(
        f"a sweep of {asked.runs} on {asked.jobs} jobs: "
        f"{statistics.median(one[0] for one in found):.1f} x papermill in time, "
        f"{statistics.median(one[1] for one in found):.1f} x in CPU time; {unlike} outputs differ"
    )
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main())
