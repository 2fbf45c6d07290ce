"""Print the CPU time and memory of `check --select JP1`, beside those of other commands.

    python tests/bench/clone_speed.py FOLDER... [--beside COMMAND]

For each folder: a first run with nothing in the cache, a second one, and a run of COMMAND, in
which {} stands for the folder, e.g. --beside "jscpd -k 30 -l 4 flat/{}".
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

CHECK = "check --select JP1 --format json".split()


def cost(command: list[str], cache: str = "") -> tuple[float, float]:
    """Return the CPU seconds and megabytes of a command that runs to its end."""
    environment = os.environ | ({"JUPYTER_PROMOTE_CACHE": cache} if cache else {})
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print a row for each folder."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("folders", nargs="+")
    asked.add_argument("--beside", default="", metavar="COMMAND")
    given = asked.parse_args()
    program = str(Path(sys.executable).with_name("jupyter-promote"))
    start, _ = cost([program, "--help"])
    print(f"start-up {start:.2f} s")
    print(f"{'folder':30} {'first s':>8} {'MB':>6} {'second s':>9} {'beside s':>9} {'times':>6}")
    for folder in given.folders:
        with tempfile.TemporaryDirectory() as cache:
            place = str(Path(cache) / "cache.db")
            first, memory = cost([program, *CHECK, folder], place)
            second, _ = cost([program, *CHECK, folder], place)
        row = f"{folder[-30:]:30} {first:8.2f} {memory:6.0f} {second:9.2f}"
        if given.beside:
            beside, _ = cost([word.replace("{}", folder) for word in shlex.split(given.beside)])
            row += f" {beside:9.2f} {first / beside:6.1f}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
