"""Run a notebook in a sandbox, and observe everything a person could see of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from nbformat import NotebookNode

from jupyter_promote.errors import RunFailed
from jupyter_promote.pinning import inside
from jupyter_promote.proof import events, files
from jupyter_promote.proof.events import Event
from jupyter_promote.proof.normal import Reading
from jupyter_promote.runs.kernels import (
    Completed,
    Failed,
    OnCell,
    Stopped,
    execute,
    never,
    unheard,
)
from jupyter_promote.sandbox.sandboxes import Sandbox, sandbox
from jupyter_promote.settings import root_of

UNPROVED = "--no-run promotes without the proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable at the end: equal `text` means equal value.

    `parts` tells two values apart for a person; `opaque` values and those `skipped` inside it
    are not compared.
    """

    text: str
    kind: str
    summary: str
    parts: Mapping[str, str]
    opaque: bool
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that a run showed, held and wrote.

    `identities` are groups of names that stand for the same object; `files` are those that were
    made, changed or removed, wherever they lie, with a digest. `python` is the kernel's interpreter.
    `shares` says how many of the events each cell showed.
    """

    events: tuple[Event, ...]
    variables: Mapping[str, Variable]
    identities: tuple[tuple[str, ...], ...]
    files: Mapping[str, str]
    seconds: float
    python: str = ""
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotVerified:
    """The notebook could not be run to its end, so nothing is known.

    `cell` is the zero-based position where it stopped, None where it did not start.
    """

    reason: Literal["failed", "time", "cancelled", "no-kernel", "unobserved"]
    error: str
    cell: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How notebooks are run: in `folder`, each for at most `seconds`.

    Names that live in `module` (dotted) are read as if they lived in the notebook.
    """

    folder: Path
    module: str = ""
    seconds: float | None = None
    cancelled: Callable[[], bool] = never

    @property
    def project(self) -> Path:
        """The root of the project in which the folder lies."""
        return root_of(self.folder)


def observe(
    notebook: Mapping[str, object],
    conditions: Conditions,
    *,
    import_paths: Sequence[Path] = (),
    on_cell: OnCell = unheard,
    calls: Path | None = None,
) -> Observation | NotVerified:
    """Return what `notebook` does in a sandbox, or why it can't be observed.

    The calls of the module's functions are written below the folder `calls`.
    """
    with sandbox(conditions.folder, expected=[conditions.project]) as box:
        module = conditions.module
        told, recorded = box.shared / "variables.json", box.shared / "calls"
        recorded.mkdir()
        reading = Reading(module=module, layer=str(box.layer))
        begin = [inside.code(*box.begin)] if box.begin else []
        record = [recording(recorded, module)] if calls else []
        try:
            ran = execute(
                notebook,
                folder=conditions.folder,
                within=box.command,
                import_paths=import_paths,
                environment={
                    "PYTHONHASHSEED": "0",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    **box.environment,
                },
                seconds=conditions.seconds,
                on_cell=on_cell,
                cancelled=conditions.cancelled,
                prologue="\n".join(map(inside.aside, [*begin, *record])),
                epilogue=inside.aside(probing(told, reading)),
            )
        except RunFailed as error:
            return NotVerified(
                reason="no-kernel", error=error.what, hint=f"{error.hint}; {UNPROVED}"
            )
        if calls:
            shutil.copytree(recorded, calls, dirs_exist_ok=True)
        match ran:
            case Completed(notebook=done, seconds=elapsed):
                return _observed(done, elapsed, conditions, box, told, reading)
            case _:
                return _why_not(ran, conditions.seconds)


def _why_not(ran: Failed | Stopped, seconds: float | None) -> NotVerified:
    match ran:
        case Failed(cell=cell, error=error):
            hint = f"make it run from top to bottom in a fresh kernel; {UNPROVED}"
            return NotVerified(reason="failed", error=error, cell=cell, hint=hint)
        case Stopped(cell=cell, why="time"):
            return NotVerified(
                reason="time",
                error=f"the time limit of {seconds:g} s was reached",
                cell=cell,
                hint=f"raise the limit; {UNPROVED}",
            )
        case Stopped(cell=cell):
            return NotVerified(reason="cancelled", error="cancelled", cell=cell)


def probing(target: Path, reading: Reading) -> str:
    """Return code that describes the variables from inside the kernel."""
    namespaces = [reading.module] if reading.module else []
    arguments = (str(target), namespaces, [(reading.layer, "")] if reading.layer else [])
    return _BOOTSTRAP.format(
        libraries=_source("probe_libraries.py"), probe=_source("probe.py"), arguments=arguments
    )


def recording(calls: Path, module: str) -> str:
    """Return code that has the calls of `module`'s functions written below the folder `calls`."""
    return inside.code("pinning.recorder", f"record({module!r}, {str(calls)!r})")


# The probe's second file is a module only as long as the probe runs.
_BOOTSTRAP = """
import sys, types
name = "jupyter_promote.proof.probe_libraries"
before, module = sys.modules.get(name), types.ModuleType(name)
exec(compile({libraries!r}, name, "exec"), module.__dict__)
sys.modules[name] = module
try:
    probe = {{"__name__": "jupyter_promote.proof.probe"}}
    exec(compile({probe!r}, "jupyter_promote.proof.probe", "exec"), probe)
    probe["probe"](*{arguments!r})
finally:
    if before is None:
        del sys.modules[name]
    else:
        sys.modules[name] = before
"""


def _source(name: str) -> str:
    return resources.files("jupyter_promote.proof").joinpath(name).read_text(encoding="utf-8")


def _observed(
    done: NotebookNode,
    seconds: float,
    conditions: Conditions,
    box: Sandbox,
    told: Path,
    reading: Reading,
) -> Observation | NotVerified:
    if not told.exists():
        return NotVerified(
            reason="unobserved",
            error="the notebook's variables could not be looked at after its last cell",
            hint=UNPROVED,
        )
    raw = json.loads(told.read_text(encoding="utf-8"))
    shown = events.by_cell(done, reading)
    return Observation(
        events=tuple(event for some in shown for event in some),
        shares=tuple(len(some) for some in shown),
        variables={
            name: Variable(**{**each, "skipped": tuple(each["skipped"])})
            for name, each in raw["variables"].items()
        },
        identities=tuple(tuple(names) for names in raw["identities"]),
        files=files.digests(
            box.written(), folder=conditions.folder, project=conditions.project, reading=reading
        ),
        seconds=seconds,
        python=raw["python"],
    )
