"""Print findings of `check` in a folder, drawn at random, each with the text that it is about.

    python tests/bench/sample_findings.py FOLDER [--seed N] [--count N] [--places N] [--only 4,17,...]

All findings at the default settings have the same chance. A finding counts as `check` counts it: a
group of copies is one, whatever the number of its places; of the other rules, one for each line
of text that they print. `--places` is how many places of a group are shown.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Told = dict[str, Any]
AROUND = 12  # lines shown before and after the line of what is said of one line


def findings(folder: Path) -> list[Told]:
    """Return what `check` says of a folder, with nothing in its cache."""
    program = Path(sys.executable).with_name("jupyter-promote")
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [program, "check", ".", "--format", "json"],
            cwd=folder,
            env={**os.environ, "JUPYTER_PROMOTE_CACHE": str(Path(cache) / "cache.db")},
            stdout=subprocess.PIPE,
            text=True,
        )
    found: list[Told] = json.loads(done.stdout)["findings"]
    return found


def text(place: Told, folder: Path, around: int = 0) -> Iterator[str]:
    """Yield the lines of a place, each cell's after its number."""
    path = folder / place["path"]
    if place.get("line") is None:
        return
    for span in place.get("spans") or [place]:
        lines = _source(path, span.get("cell"))
        first, last = max(1, span["line"] - around), (span.get("end_line") or span["line"]) + around
        if span.get("cell") is not None:
            yield f"    [{span['cell'] + 1}]"
        yield from (f"    {line}" for line in lines[first - 1 : last])


def _source(path: Path, cell: int | None) -> list[str]:
    if cell is None:
        return path.read_text(encoding="utf-8").splitlines()
    content = json.loads(path.read_text(encoding="utf-8"))
    cells = content.get("cells") or [c for s in content["worksheets"] for c in s["cells"]]
    source = cells[cell].get("source") or cells[cell].get("input") or ""
    return "".join(source).split("\n")


def told(number: int, finding: Told, folder: Path, places: int) -> Iterator[str]:
    """Yield the lines that show a finding."""
    cell = "" if finding.get("cell") is None else f" cell {finding['cell'] + 1}"
    yield f"=== {number}. {finding['code']} {finding['path']}{cell}"
    yield f"  {finding['message']}"
    yield from text(finding, folder, 0 if finding.get("end_line") else AROUND)
    related = finding.get("related") or []
    for other in related[:places]:
        where = "" if other["path"] == finding["path"] else f" {other['path']}"
        yield f"  --- {other['note']}{where}"
        yield from text(other, folder)
    if len(related) > places:
        yield f"  --- and {len(related) - places} more"


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--places", type=int, default=2)
    parser.add_argument("--only", default="", help="numbers of the sample to show")
    given = parser.parse_args()
    found = findings(given.folder)
    drawn = random.Random(given.seed).sample(found, min(given.count, len(found)))
    only = {int(n) for n in given.only.split(",") if n}
    print(f"{len(drawn)} of {len(found)} findings, seed {given.seed}")
    for number, one in enumerate(drawn, 1):
        if not only or number in only:
            print("\n".join(told(number, one, given.folder, given.places)))


if __name__ == "__main__":
    main()
