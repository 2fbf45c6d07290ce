"""Print the CPU time of `extract --no-run` beside `nbconvert --to script`, on the same notebooks.

    python tests/bench/extract_vs_nbconvert.py [NOTEBOOK...] [--times N]

Both run as whole processes, in turn, so that a busy machine disturbs both alike; CPU time is user
and system, children included. Wanted: the medians' ratio is at most 0.8.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def cpu_seconds(command: Sequence[str | Path]) -> float:
    """Return the CPU time of a command that must end well."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return (
        after.children_user - before.children_user + after.children_system - before.children_system
    )


def row(path: Path, times: int) -> str:
    """Return the table's line for a notebook."""
    ours, theirs = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            promote = [BIN / "jupyter-promote", "extract", path, "--to", folder, "--no-run"]
            ours.append(cpu_seconds(promote))
            convert = [BIN / "jupyter-nbconvert", "--to", "script", path, "--output-dir", folder]
            theirs.append(cpu_seconds(convert))
    mine, other = statistics.median(ours), statistics.median(theirs)
    return f"{path.name:<32} {mine * 1000:>11.0f} {other * 1000:>12.0f} {mine / other:>7.2f}"


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK")
    asked.add_argument("--times", type=int, default=7)
    given = asked.parse_args()
    print(f"{'notebook':<32} {'extract ms':>11} {'nbconvert ms':>12} {'ratio':>7}")
    for path in given.notebooks or sorted((ROOT / "examples").glob("*/*.ipynb")):
        print(row(path, given.times), flush=True)


if __name__ == "__main__":
    main()
