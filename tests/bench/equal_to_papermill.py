"""Does a run show what papermill shows, in real notebooks?

    python tests/bench/equal_to_papermill.py PATH... [--kernel NAME] [--limit N] [--max-seconds N]

Each notebook (of folders: all below) is executed three times, each time in a copy of its folder: by
`papermill`, by `jupyter promote run`, and in the child of a fork-server, as the runs of a sweep are.
Where these differ, `papermill` executes it once more, which tells what repeats at all: cells that
do not are left out, and their notebook is not counted as deterministic. Of the outputs all is
compared but addresses, temporary paths, the time of day, and how streams were cut and interleaved.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import nbformat

from jupyter_promote.errors import PromoteError
from jupyter_promote.runs import execution, hosting, preload, sweep
from jupyter_promote.runs.execution import Limits
from jupyter_promote.runs.warm import Warm

_NOISE = re.compile(r"0x[0-9a-f]{6,}|/tmp/[^\s'\"]+|ipykernel_\d+|\b\d\d:\d\d:\d\d\b")
Essence = list[dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Found:
    """What the executions of one notebook have shown; `unlike` are cells that repeat, and differ."""

    repeats: bool = True
    failing: bool = False
    skipped: str = ""
    fallback: str = ""
    left_out: tuple[str, ...] = ()
    unlike: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def essence(path: Path) -> Essence:
    """Return what two outputs must share, cell by cell."""
    return [
        json.loads(
            _NOISE.sub(
                "~",
                json.dumps(
                    {
                        "source": cell.source,
                        "tags": sorted(cell.metadata.get("tags", [])),
                        "outputs": joined(cell.get("outputs", [])),
                        "count": cell.get("execution_count"),
                        "papermill": {
                            key: cell.metadata.get("papermill", {}).get(key)
                            for key in ("status", "exception")
                        },
                    }
                ),
            )
        )
        for cell in nbformat.read(path, as_version=4).cells
    ]


def joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with what follows each other in streams joined, by stream.

    A kernel sends what it has collected every 0.2 s, stdout first: how fast it is decides the order.
    """
    found: list[Any] = []
    streams: dict[str, Any] = {}
    for one in outputs:
        if one["output_type"] != "stream":
            found += [streams[name] for name in sorted(streams)] + [one]
            streams = {}
        elif one["name"] in streams:
            streams[one["name"]]["text"] += one["text"]
        else:
            streams[one["name"]] = dict(one)
    return found + [streams[name] for name in sorted(streams)]


class Copies:
    """Executes one notebook in several ways, each in a copy of its folder of its own."""

    def __init__(self, notebook: Path, kernel: str | None, seconds: float, work: Path) -> None:
        self._notebook = notebook
        self._kernel = kernel
        self._seconds = seconds
        self._work = work

    def _copy(self, how: str) -> Path:
        # All copies have paths of one length: tracebacks and reprs are cut by length.
        folder = self._work / f"{how:_<8}"
        shutil.copytree(self._notebook.parent, folder, symlinks=True)
        return folder / self._notebook.name

    def command(self, how: str, words: list[str]) -> Path | None:
        """Execute a command; return the output that it wrote, None where time was up."""
        path = self._copy(how)
        output = path.with_name("output of it.ipynb")
        place = {"IN": str(path), "OUT": str(output)}
        kernel = ["--kernel", self._kernel] if self._kernel else []
        command = [place.get(word, word) for word in words] + kernel
        try:
            subprocess.run(
                [sys.executable, "-m", *command],
                cwd=path.parent,
                capture_output=True,
                timeout=self._seconds,
            )
        except subprocess.TimeoutExpired:
            return None
        return output if output.is_file() else None

    def warm(self, found: Found) -> Path | None:
        """Execute it in the child of a fork-server, if that can be."""
        path = self._copy("warm")
        output = path.with_name("output of it.ipynb")
        job = execution.prepare(path, kernel=self._kernel, environment=sweep.threads(1))
        found.fallback = preload.reason_for_stock(
            job.node.cells, job.language, bool(job.interpreter)
        )
        if found.fallback:
            return None
        server = hosting.start(job)
        host = Warm(server)
        try:
            server.wait()
            found.left_out = tuple(server.left_out)
            limits = Limits(seconds=self._seconds)
            started = time.monotonic()
            run = execution.execute(job, {}, output, host=host, limits=limits)
            found.seconds["warm"] = time.monotonic() - started
        except PromoteError as error:
            found.fallback = str(error)
            return None
        finally:
            host.stop()
        return None if run.state == "timed-out" else output


def compared(notebook: Path, kernel: str | None, seconds: float) -> Found:
    """Return what executing a notebook in all ways has shown."""
    found = Found()
    papermill = ["papermill", "IN", "OUT", "--no-progress-bar"]
    ours = ["jupyter_promote.surfaces.cli", "run", "IN", "--output", "OUT", "--json"]
    with tempfile.TemporaryDirectory(prefix="equal-") as name:
        copies = Copies(notebook, kernel, seconds, Path(name))
        outputs: dict[str, Path | None] = {}

        def execute(how: str, words: list[str]) -> bool:
            started = time.monotonic()
            outputs[how] = copies.command(how, words)
            found.seconds[how] = time.monotonic() - started
            if outputs[how] is None:
                found.skipped = f"no output of {how} in {found.seconds[how]:.0f} s"
            return outputs[how] is not None

        if not (execute("stock", papermill) and execute("run", ours)):
            return found
        outputs["warm"] = copies.warm(found)
        if outputs["warm"] is None and not found.fallback:
            found.unlike.append("warm: it takes too long")
        shown = {how: essence(path) for how, path in outputs.items() if path is not None}
        stock = shown.pop("stock")
        found.failing = any(cell["papermill"]["exception"] is True for cell in stock)
        if any(one != stock for one in shown.values()):
            if not execute("again", papermill):
                return found
            again = essence(cast(Path, outputs["again"]))
            stable = [one == other for one, other in zip(stock, again, strict=False)]
            found.repeats = all(stable) and len(stock) == len(again)
            for how, one in shown.items():
                found.unlike += unlike(how, stock, one, stable)
    return found


def unlike(how: str, stock: Essence, ours: Essence, stable: list[bool]) -> Iterator[str]:
    """Yield in which cells that repeat an execution differs from papermill's, and in what."""
    if len(stock) != len(ours):
        yield f"{how}: {len(ours)} cells, not {len(stock)}"
        return
    for number, (one, other, repeats) in enumerate(zip(stock, ours, stable, strict=False), 1):
        keys = [key for key in one if one[key] != other[key]]
        if keys and repeats:
            yield f"{how}: {', '.join(keys)} of cell {number}: {first_difference(one, other)}"


def first_difference(one: dict[str, Any], other: dict[str, Any]) -> str:
    left, right = (json.dumps(cell, ensure_ascii=False) for cell in (one, other))
    at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
    return f"{left[max(0, at - 30):at + 60]!r} is {right[max(0, at - 30):at + 60]!r}"


def notebooks(places: list[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place.resolve()
        else:
            yield from sorted(path.resolve() for path in place.rglob("*.ipynb"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("places", type=Path, nargs="+", metavar="PATH")
    parser.add_argument("--kernel")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--max-seconds", type=float, default=60)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for path in [*notebooks(asked.places)][: asked.limit]:
        found = compared(path, asked.kernel, asked.max_seconds)
        if found.skipped:
            counts["skipped"] += 1
            print(f"{path.name}: skipped, {found.skipped}", flush=True)
            continue
        kind = "deterministic" if found.repeats else "other"
        counts[kind] += 1
        counts[f"{kind} different"] += bool(found.unlike)
        counts["failing"] += found.failing
        reasons.update([found.fallback] if found.fallback else [])
        told = [found.fallback and f"stock: {found.fallback}", *found.unlike[:4]]
        told += [f"children import: {', '.join(found.left_out)}"] if found.left_out else []
        took = " ".join(f"{how} {seconds:.1f}" for how, seconds in found.seconds.items())
        print(
            f"{path.name}: {kind}{', fails' * found.failing}, {'DIFFERENT' if found.unlike else 'equal'}"
            f" ({took} s) {'; '.join(filter(None, told))}",
            flush=True,
        )
    equal = counts["deterministic"] - counts["deterministic different"]
    print(
        f"equal {equal}/{counts['deterministic']} deterministic, "
        f"different {counts['deterministic different']}, "
        f"fallback {sum(reasons.values())} {dict(reasons) or ''}, "
        f"not deterministic {counts['other']} "
        f"(of which {counts['other different']} differ in cells that repeated), "
        f"failing {counts['failing']}, skipped {counts['skipped']}"
    )
    return 1 if counts["deterministic different"] else 0


if __name__ == "__main__":
    sys.exit(main())
