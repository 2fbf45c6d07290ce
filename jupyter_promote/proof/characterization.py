"""Pin what the promoted functions do: in the notebook's interpreter, then by pytest itself."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_promote.pinning import inside, spoken
from jupyter_promote.pinning.spoken import Pinned
from jupyter_promote.proof import processes
from jupyter_promote.proof.scratch import scratch_copy

PYTHON = "python.txt"  # beside the calls: the interpreter in which they were recorded
LONGEST = 6  # times what it should take, plus a minute: on a machine that is shared
_FAILED = re.compile(r"(?m)^(?:FAILED|ERROR) [^\s:]+::(\w+)(?: - (.*))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a session found: what pins the module, and the recordings by path below `recordings`."""

    pinned: Pinned
    recordings: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """There are no such tests; says why."""

    why: str


def characterize(
    sources: Mapping[str, str],
    module: str,
    calls: Path,
    *,
    folder: Path,
    seconds: float,
    recording_kb: float,
    cancelled: Callable[[], bool],
) -> Session | Missing:
    """Return what pins `module` (dotted, one of `sources` below `src`) by the recorded `calls`.

    `folder` is the notebook's: the functions are called in a copy of it, without hosts and
    processes in reach. It takes about `seconds`.
    """
    interpreter = calls / PYTHON
    if not interpreter.exists():
        return Missing(why="no promoted function was called")
    with project(sources) as root, scratch_copy(folder) as copy:
        out = root / "out"
        out.mkdir()
        job = {
            "module": module,
            "src": str(root / "src"),
            "calls": str(calls),
            "out": str(out),
            "seconds": seconds,
            "limit": seconds * LONGEST + 60,
            "recording_kb": recording_kb,
        }
        ended = processes.run(
            [
                interpreter.read_text(encoding="utf-8"),
                "-c",
                inside.code("pinning.session", f"main({job!r})"),
            ],
            folder=copy.folder,
            environment={"PYTHONHASHSEED": "0"},
            seconds=seconds * LONGEST + 60,
            cancelled=cancelled,
        )
        result = out / "result.json"
        if not result.exists():
            return Missing(
                why=f"the recorded calls could not be made again: {processes.last_line(ended)}"
            )
        below = out / "recordings"
        files = [p for p in sorted(below.rglob("*")) if p.is_file()]
        return Session(
            pinned=spoken.of_json(json.loads(result.read_text(encoding="utf-8"))),
            recordings={p.relative_to(below).as_posix(): p.read_bytes() for p in files},
        )


def failing(
    sources: Mapping[str, str],
    test_text: str,
    recordings: Mapping[str, bytes],
    *,
    name: str,
    calls: Path,
    folder: Path,
    notebook_folder: str,
    hash_seed: int,
    one_thread: bool,
    seconds: float,
    cancelled: Callable[[], bool],
) -> dict[str, str] | Missing:
    """Return the tests that fail in a fresh process under this hash seed, and in words how.

    Sums of many numbers end in other digits where several threads add them up: `one_thread` is
    what the recordings were made with, those who run the tests mostly have more.
    `notebook_folder` is how the tests write the way from the project to the notebook's folder.
    """
    with project(sources) as root, scratch_copy(folder) as copy:
        text = test_text.replace(
            f"Path(__file__).resolve().parents[1] / {json.dumps(notebook_folder)}",
            f"Path({json.dumps(str(copy.folder))})",
        )
        tests = root / "tests"
        for where, content in {name: text.encode(), **recordings}.items():
            path = tests / where
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        said = processes.run(
            [
                (calls / PYTHON).read_text(encoding="utf-8"),
                *("-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider"),
                *("--rootdir", str(root), "-c", os.devnull, "tests"),
            ],
            folder=root,
            environment={
                "PYTHONHASHSEED": str(hash_seed),
                "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root / "ours")]),
            },
            seconds=seconds * LONGEST + 60,
            cancelled=cancelled,
            one_thread=one_thread,
        )
    if "No module named pytest" in said:
        return Missing(why="pytest is not installed for the notebook's kernel")
    if not re.search(r"(?m)^.*\b(passed|failed|error|no tests ran)\b", said):
        return Missing(why=f"the tests could not be run: {processes.last_line(said)}")
    return dict(_FAILED.findall(said))


@contextmanager
def project(sources: Mapping[str, str]) -> Iterator[Path]:
    """Give a folder with `sources` below `src`, and this package below `ours`."""
    with tempfile.TemporaryDirectory(prefix="jupyter-promote-tests-") as folder:
        root = Path(folder).resolve()
        for name, text in sources.items():
            path = root / "src" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (root / "ours").mkdir()
        (root / "ours" / "jupyter_promote").symlink_to(inside.PACKAGE)
        yield root
