"""Execute a notebook in a fresh kernel, with a limit of time, and leave nothing behind."""

from __future__ import annotations

import contextlib
import copy
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from jupyter_promote.errors import RunFailed
from jupyter_promote.runs import watching
from jupyter_promote.sensitive import texts

DEFAULT_KERNEL = "python3"
OnCell = Callable[[int, int], None]
Within = Callable[[Sequence[str]], list[str]]  # a command to the one that starts it somewhere

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_START_SECONDS = 120
OUTPUT_SECONDS = 60  # for the output that is still on its way when a cell has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Every cell was executed; `notebook` holds what they showed."""

    notebook: NotebookNode
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The cell at position `cell` raised, or its kernel died; `error` is 'Name: value'."""

    notebook: NotebookNode
    seconds: float
    cell: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The run was ended at position `cell`: time was up, or the person cancelled it."""

    notebook: NotebookNode
    seconds: float
    cell: int
    why: Literal["time", "memory", "cancelled"]


Execution = Completed | Failed | Stopped


def never() -> bool:
    """Nobody cancels."""
    return False


def unheard(index: int, total: int) -> None:
    """Nobody listens to the progress."""


def execute(
    notebook: Mapping[str, object],
    *,
    folder: Path,
    within: Within = list,
    import_paths: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
    on_cell: OnCell = unheard,
    cancelled: Callable[[], bool] = never,
    prologue: str = "",
    epilogue: str = "",
) -> Execution:
    """Return what executing `notebook` in `folder` gave; the argument is not changed.

    The kernel is started by what `within` makes of its command.
    `on_cell` gets the 0-based number of the code cell that starts, and how many there are.
    `prologue` and `epilogue` are code for the kernel before the first and after the last cell,
    whose output is not kept.
    Cells tagged `raises-exception` may raise. `seconds` limits the whole run.

    Raises:
        RunFailed: there is no kernel, or it does not start.
    """
    running = blank(notebook)
    progress = _Progress(running, on_cell)
    started = time.monotonic()
    with fresh_kernel(
        kernel_name(running),
        folder=folder,
        within=within,
        environment=kernel_environment(environment or {}, import_paths),
        seconds=seconds,
        cancelled=cancelled,
    ) as kernel:
        error = _run_cells(kernel, running, progress, prologue, epilogue)
    elapsed = time.monotonic() - started
    if error and kernel.ended:
        return Stopped(notebook=running, seconds=elapsed, cell=progress.position, why=kernel.ended)
    if error:
        return Failed(notebook=running, seconds=elapsed, cell=progress.position, error=error)
    return Completed(notebook=running, seconds=elapsed)


def blank(notebook: Mapping[str, object]) -> NotebookNode:
    """Return a copy of `notebook` without any outputs."""
    fresh: NotebookNode = nbformat.from_dict(  # type: ignore[no-untyped-call]
        copy.deepcopy(dict(notebook))
    )
    for cell in fresh.cells:
        if isinstance(cell.source, list):  # files may hold it line by line
            cell.source = "".join(cell.source)
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return fresh


def kernel_name(notebook: NotebookNode) -> str:
    """Return the kernel that `notebook` asks for if it is installed, else python3's.

    Raises:
        RunFailed: neither is installed.
    """
    wanted = str(notebook.metadata.get("kernelspec", {}).get("name") or DEFAULT_KERNEL)
    for name in (wanted, DEFAULT_KERNEL):
        with contextlib.suppress(NoSuchKernel, ValueError, OSError):
            KernelSpecManager().get_kernel_spec(name)
            return name
    raise RunFailed(
        "no Jupyter kernel for Python is installed",
        hint="pip install ipykernel, then python -m ipykernel install --sys-prefix",
    )


def wanted(notebook: NotebookNode, name: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Return the kernel `name`, else what `notebook` asks for; its language, its interpreter.

    The interpreter is empty where it is no Python that is started directly.

    Raises:
        RunFailed: it is not installed.
    """
    specification = notebook.metadata.get("kernelspec", {})
    asked = str(name or specification.get("name") or DEFAULT_KERNEL)
    try:
        found = KernelSpecManager().get_kernel_spec(asked)
    except (NoSuchKernel, ValueError, OSError) as error:
        known = ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
        raise RunFailed(
            f"the kernel {asked!r} is not installed", hint=f"choose another: --kernel ({known})"
        ) from error
    language = str(found.language or specification.get("language") or "python").lower()
    return asked, language, _interpreter(found.argv)


def _interpreter(argv: Sequence[str]) -> tuple[str, ...]:
    """Return what starts Python in the command of a kernel: all before `-m ipykernel_launcher`."""
    for place, word in enumerate(argv):
        if word == "-m" and argv[place + 1 : place + 2] in (["ipykernel_launcher"], ["ipykernel"]):
            own = argv[0] in ("python", "python3", f"python3.{sys.version_info.minor}")
            return (sys.executable if own else argv[0], *argv[1:place])
    return ()


class Kernel:
    """A running kernel; `ended` says why it was ended before its time, '' if it was not."""

    __slots__ = ("ended", "manager")

    def __init__(self, manager: AsyncKernelManager) -> None:
        self.manager = manager
        self.ended: Literal["", "time", "memory", "cancelled"] = ""

    @property
    def pid(self) -> int | None:
        """The kernel's process."""
        return getattr(self.manager.provisioner, "pid", None)

    @property
    def engine_options(self) -> Mapping[str, object]:
        """What papermill's engine must know of it."""
        return {"km": self.manager}

    def prepare(self, session: object) -> None:
        """Nothing: papermill knows how to reach a kernel."""

    def exit_signal(self) -> str:
        """Return the name of the signal that killed it, '' if none did or it lives."""
        process = getattr(self.manager.provisioner, "process", None)
        code = process.poll() if process is not None else None
        return signal.Signals(-code).name if code is not None and code < 0 else ""

    @property
    def group(self) -> int | None:
        """The process group of the kernel and what it started."""
        return getattr(self.manager.provisioner, "pgid", None)

    def end(self, why: Literal["time", "memory", "cancelled"]) -> None:
        """Kill it and all that it started."""
        self.ended = why
        watching.kill_group(self.group)


class _Manager(AsyncKernelManager):
    """Starts its kernel by what `within` makes of the kernel's command."""

    within: Within

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Return the command."""
        return self.within(super().format_kernel_cmd(extra_arguments))


@contextmanager
def fresh_kernel(
    name: str,
    *,
    folder: Path,
    within: Within = list,
    environment: Mapping[str, str],
    seconds: float | None = None,
    memory_mb: float | None = None,
    cancelled: Callable[[], bool] = never,
) -> Iterator[Kernel]:
    """Start a kernel in `folder`, watch over it, and end it and its children in every case.

    It is asked politely first, so that what it still has to write is written.

    Raises:
        RunFailed: the kernel cannot be started.
    """
    manager = _Manager(kernel_name=name)
    manager.within = within
    kernel = Kernel(manager)
    with watching.watched(kernel, seconds=seconds, memory_mb=memory_mb, cancelled=cancelled):
        try:
            _start(kernel, folder, environment)
            yield kernel
        finally:
            group = kernel.group
            run_sync(_shut_down)(kernel)
            watching.kill_group(group)  # worker processes outlive their kernel


def _start(kernel: Kernel, folder: Path, environment: Mapping[str, str]) -> None:
    try:
        run_sync(kernel.manager._async_start_kernel)(
            cwd=str(folder),
            env=dict(environment),
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, RuntimeError, NoSuchKernel) as error:
        raise RunFailed(
            f"the kernel {kernel.manager.kernel_name!r} cannot be started: {error}",
            hint="choose another kernel for the notebook, or install it again",
        ) from error


async def _shut_down(kernel: Kernel) -> None:
    manager = kernel.manager
    if manager.has_kernel:
        await manager.shutdown_kernel(now=bool(kernel.ended))
    else:
        await manager.cleanup_resources()


def kernel_environment(
    overrides: Mapping[str, str], import_paths: Sequence[Path]
) -> dict[str, str]:
    """Return our environment with `overrides`, and `import_paths` first on PYTHONPATH."""
    merged = {**os.environ, **overrides}
    paths = [str(path) for path in import_paths]
    if merged.get("PYTHONPATH"):
        paths.append(merged["PYTHONPATH"])
    if paths:
        merged["PYTHONPATH"] = os.pathsep.join(paths)
    return merged


class _Progress:
    """Which cell is being executed."""

    __slots__ = ("_on_cell", "_total", "_done", "position")

    def __init__(self, notebook: NotebookNode, on_cell: OnCell) -> None:
        self._on_cell = on_cell
        self._total = sum(cell.cell_type == "code" for cell in notebook.cells)
        self._done = 0
        self.position = 0

    def at(self, position: int, cell: NotebookNode) -> None:
        """The cell at `position` starts."""
        self.position = position
        if cell.cell_type == "code":
            self._on_cell(self._done, self._total)
            self._done += 1


def _run_cells(
    kernel: Kernel, notebook: NotebookNode, progress: _Progress, prologue: str, epilogue: str
) -> str:
    """Execute all cells; return the error that stopped it, '' if none did."""
    client = NotebookClient(
        notebook,
        km=kernel.manager,
        timeout=None,
        startup_timeout=_START_SECONDS,
        iopub_timeout=OUTPUT_SECONDS,
        raise_on_iopub_timeout=True,
        record_timing=False,
    )
    try:
        client.start_new_kernel_client()
        if prologue:
            _run_aside(client, notebook, prologue)
        for position, cell in enumerate([*notebook.cells]):
            progress.at(position, cell)
            client.execute_cell(cell, position)
        if epilogue:
            _run_aside(client, notebook, epilogue)
        client.set_widgets_metadata()
    except CellExecutionError as error:
        return shown_error(error.ename, error.evalue)
    except (DeadKernelError, RuntimeError, TimeoutError) as error:
        return kernel.ended or f"the kernel died ({error})"
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    return ""


def _run_aside(client: NotebookClient, notebook: NotebookNode, source: str) -> None:
    metadata = {"tags": ["raises-exception"]}
    cell = nbformat.v4.new_code_cell(source, metadata=metadata)  # type: ignore[no-untyped-call]
    notebook.cells.append(cell)
    try:
        client.execute_cell(cell, len(notebook.cells) - 1, store_history=False)
    finally:
        notebook.cells.pop()


def shown_error(name: str, value: str) -> str:
    """Return 'Name: value' without colours and secrets, at most 500 characters."""
    plain = texts.masked(_COLOUR.sub("", f"{name}: {value}").strip().removesuffix(":"))
    return plain if len(plain) <= 500 else plain[:499] + "…"
