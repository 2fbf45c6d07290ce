"""Print the clone pairs of a folder of notebooks and modules as JSON.

    python tests/bench/clone_pairs.py FOLDER > pairs.json

Each pair has two places {"file", "cell", "start", "end"}: `cell` is the position among all cells,
lines count from 1 in the cell. A place that spans several cells has `cell` null and counts the
lines of the notebook written as one text: before each code cell a line, after it an empty line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jupyter_promote.checks.clones import groups, shapes  # noqa: E402


def read(folder: Path) -> tuple[list[shapes.FileShapes], dict[str, dict[int, int]]]:
    """Return the shapes of all files, and where each cell starts in a notebook's one text."""
    found, offsets = [], {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".py":
            found.append(shapes.of_module(name, path.read_text(errors="replace")))
        if path.suffix == ".ipynb":
            cells = [
                (i, "".join(cell["source"]))
                for i, cell in enumerate(json.loads(path.read_text())["cells"])
                if cell["cell_type"] == "code"
            ]
            found.append(shapes.of_notebook(name, cells))
            offsets[name] = dict(_offsets(cells))
    return found, offsets


def _offsets(cells: list[tuple[int, str]]) -> list[tuple[int, int]]:
    at, found = 0, []
    for i, source in cells:
        found.append((i, at + 1))
        at += source.count("\n") + 3
    return found


def place(found: groups.Place, offsets: dict[str, dict[int, int]]) -> dict[str, Any]:
    """Return a place in one cell, or in the notebook's one text."""
    first, last = found.spans[0], found.spans[-1]
    if first.cell == last.cell:
        return {"file": found.path, "cell": first.cell, "start": first.first, "end": last.last}
    cells = offsets[found.path]
    return {
        "file": found.path,
        "cell": None,
        "start": cells[first.cell or 0] + first.first,
        "end": cells[last.cell or 0] + last.last,
    }


def main() -> None:
    """Print the pairs."""
    before = time.process_time()
    files, offsets = read(Path(sys.argv[1]))
    pairs = [
        {"a": place(g.places[m.one], offsets), "b": place(g.places[m.other], offsets)}
        for g in groups.find(files)
        for m in g.matches
    ]
    json.dump({"pairs": pairs, "seconds": time.process_time() - before}, sys.stdout)


if __name__ == "__main__":
    main()
