"""Print the pairs of copies that `check` finds in a folder of notebooks and modules, as JSON.

    python tests/bench/clone_pairs.py FOLDER > pairs.json

A finding is paired with each place that it relates to, and these with those that they are said to
repeat, too. A place is {"file", "cell", "start",
"end"}: `cell` is the position among all cells, lines count from 1 in the cell. A place that spans
several cells has `cell` null and counts the lines of the notebook written as one text, in which
each code cell has one line before it and an empty one after it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

Place = dict[str, Any]


def findings(folder: Path) -> list[dict[str, Any]]:
    """Return what `check --select JP1` says, with nothing in its cache."""
    program = Path(sys.executable).with_name("jupyter-promote")
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [program, "check", ".", "--select", "JP1", "--format", "json"],
            cwd=folder,
            env={**os.environ, "JUPYTER_PROMOTE_CACHE": str(Path(cache) / "cache.db")},
            stdout=subprocess.PIPE,
            text=True,
        )
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def offsets(path: Path) -> dict[int, int]:
    """Return by code cell how many lines of the notebook's one text stand before it."""
    found, lines = {}, 0
    for i, cell in enumerate(json.loads(path.read_text())["cells"]):
        if cell["cell_type"] == "code":
            found[i] = lines + 1
            lines += "".join(cell["source"]).count("\n") + 3
    return found


def place(told: dict[str, Any], folder: Path) -> Place:
    """Return where a finding, or what it relates to, stands."""
    cell, start, end = told["cell"], told["line"], told["end_line"]
    if told.get("spans"):
        before = offsets(folder / told["path"])
        first, last = told["spans"][0], told["spans"][-1]
        cell = None
        start = before[first["cell"]] + first["line"]
        end = before[last["cell"]] + last["end_line"]
    return {"file": told["path"], "cell": cell, "start": start, "end": end}


def main() -> None:
    """Print the pairs."""
    folder = Path(sys.argv[1])
    pairs = []
    for one in findings(folder):
        others = [place(other, folder) for other in one["related"]]
        pairs += [{"a": place(one, folder), "b": other} for other in others]
        for told, other in zip(one["related"], others, strict=True):
            pairs += [{"a": others[k], "b": other} for k in told["like"]]
    json.dump({"pairs": pairs}, sys.stdout)


if __name__ == "__main__":
    main()
