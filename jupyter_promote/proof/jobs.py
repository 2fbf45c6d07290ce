"""Have a module of ours do a job in the notebook's interpreter, in a sandbox."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import inside
from jupyter_promote.proof import processes
from jupyter_promote.sandbox.sandboxes import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where jobs are done: `folder` is the notebook's, in the project `root`.

    `python` is the notebook's interpreter.
    """

    folder: Path
    root: Path
    python: str
    cancelled: Callable[[], bool]


def done(
    box: Sandbox,
    place: Place,
    call: str,
    job: Mapping[str, Any],
    *,
    folder: Path,
    seconds: float,
    paths: Sequence[Path] = (),
    hash_seed: int = 0,
    one_thread: bool = True,
) -> dict[str, Any] | str:
    """Return what `call`, as in `pinning.session`, writes as its result, or why there is none.

    Its `main` gets `job`, and `out`: the folder for what it gives. It runs in `folder`, or where that is
    not there yet in the nearest above it, with `paths` and this package in reach of imports. After
    `seconds` it is ended.
    """
    ours = box.shared / "ours"
    ours.mkdir(exist_ok=True)
    (ours / "jupyter_promote").symlink_to(inside.PACKAGE)
    begin = inside.code(*box.begin) if box.begin else ""
    code = inside.code(call, f"main({ {**job, 'out': str(box.shared)}!r})")
    said = processes.run(
        box.command([place.python, "-c", begin + code]),
        folder=next(path for path in (folder, *folder.parents) if path.is_dir()),
        environment={
            "PYTHONHASHSEED": str(hash_seed),
            "PYTHONPATH": os.pathsep.join(map(str, [*paths, ours])),
            **box.environment,
        },
        seconds=seconds,
        cancelled=place.cancelled,
        one_thread=one_thread,
    )
    result = box.shared / inside.RESULT
    if not result.exists():
        return box.problem or processes.last_line(said)
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return {**found, "said": processes.last_line(said)}
