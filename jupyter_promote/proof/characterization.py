"""Pin what the promoted functions do: in the notebook's interpreter, then by pytest itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import spoken
from jupyter_promote.pinning.spoken import Pinned
from jupyter_promote.proof import jobs
from jupyter_promote.proof.jobs import Place
from jupyter_promote.sandbox.sandboxes import sandbox

PYTHON = "python.txt"  # beside the calls: the interpreter in which they were recorded
LONGEST = 6  # times what it should take, plus a minute: on a machine that is shared


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
    place: Place,
    *,
    seconds: float,
    recording_kb: float,
) -> Session | Missing:
    """Return what pins `module` (dotted, one of `sources` below `src`) by the recorded `calls`.

    The functions are called in a sandbox, without hosts and processes in reach. It takes about
    `seconds`.
    """
    with sandbox(place.folder, expected=[place.root], network=False) as box:
        src = box.shared / "src"
        for name, text in sources.items():
            path = src / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        job = {
            "module": module,
            "src": str(src),
            "calls": str(calls),
            "seconds": seconds,
            "limit": limit(seconds),
            "recording_kb": recording_kb,
        }
        found = jobs.done(
            box, place, "pinning.session", job, folder=place.folder, seconds=limit(seconds)
        )
        if isinstance(found, str):
            return Missing(why=f"the recorded calls could not be made again: {found}")
        below = box.shared / "recordings"
        files = [p for p in sorted(below.rglob("*")) if p.is_file()]
        return Session(
            pinned=spoken.of_json(found),
            recordings={p.relative_to(below).as_posix(): p.read_bytes() for p in files},
        )


def limit(seconds: float) -> float:
    """Return the seconds after which something is ended that should take `seconds`."""
    return seconds * LONGEST + 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The project `to` with `files`, by their paths in it, which may not be on disk yet.

    The tests `test` of `module` are paths in it, too; the `package` is found below `source`.
    """

    to: Path
    source: str
    package: str
    module: str
    test: str
    files: Mapping[str, bytes]


def tested(
    project: Project, place: Place, *, seconds: float, hash_seed: int = 0, one_thread: bool = True
) -> Mapping[str, Any] | Missing:
    """Return what `suite` tells of the project's tests, run in a fresh process under this hash seed.

    Sums of many numbers end in other digits where several threads add them up: `one_thread` is
    what the recordings were made with, those who run the tests mostly have more.
    """
    to = project.to.resolve()
    with sandbox(place.folder, expected=[place.root, to]) as box:
        box.put({to / name: content for name, content in project.files.items()})
        job = {
            "root": str(to),
            "module": project.module,
            "test": project.test,
            "package": project.package,
        }
        found = jobs.done(
            box,
            place,
            "pinning.suite",
            job,
            folder=to,
            seconds=limit(seconds),
            paths=[box.path(to / project.source)],
            hash_seed=hash_seed,
            one_thread=one_thread,
        )
    if isinstance(found, str):
        return Missing(why=f"the tests could not be run: {found}")
    return Missing(why=found["missing"]) if "missing" in found else found
