"""Run a notebook with one set of parameters: papermill does it, made safe."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from jupyter_promote.errors import BadPath, DiskProblem, NotAFile, NotANotebook
from jupyter_promote.runs import kernels, parameters
from jupyter_promote.runs.kernels import Kernel, OnCell, never, unheard

State = Literal["done", "failed", "timed-out", "cancelled"]

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_ERROR_MARKER = "papermill-error-cell-tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution: how it ended, with which parameters, and where its notebook is.

    `failed_cell` is a position in the notebook that was given, not in the output.
    """

    state: State
    parameters: Mapping[str, object]
    output: Path
    seconds: float
    failed_cell: int | None = None
    error: str = ""
    engine: str = "cold"


def run(
    notebook: Path,
    *,
    parameters: Mapping[str, object],
    output: Path,
    on_cell: OnCell = unheard,
    cwd: Path | None = None,
    seconds: float | None = None,
    cancelled: Callable[[], bool] = never,
    import_paths: Sequence[Path] = (),
) -> Run:
    """Execute `notebook` in its own folder (or `cwd`), and keep what it showed in `output`.

    The output appears whole or not at all, also when the run fails. `seconds` limits the run.

    Raises:
        BadParameter: a parameter that the notebook does not declare, or of the wrong type.
        BadPath: a remote path, or an output that would overwrite the notebook.
        NotANotebook, NotAFile, DiskProblem, RunFailed: as they say.
    """
    node = _read(notebook)
    _check_output(notebook, output)
    _check_parameters(node, parameters)
    folder = cwd or notebook.absolute().parent
    started = time.monotonic()
    watch = _Watch(node, on_cell, injected=bool(parameters))
    with _beside(output) as temporary:
        with kernels.fresh_kernel(
            kernels.kernel_name(node),
            folder=folder,
            environment=kernels.kernel_environment({}, import_paths),
            seconds=seconds,
            cancelled=cancelled,
        ) as kernel:
            error = _execute(notebook, temporary, parameters, kernel, watch)
        if error and not temporary.exists():
            temporary.write_text(nbformat.writes(node), encoding="utf-8")  # type: ignore[no-untyped-call]
        state, cell = _outcome(error, kernel, watch)
        _put_right(temporary, state, watch.position if cell is not None else None, output, notebook)
    return Run(
        state=state,
        parameters=dict(parameters),
        output=output.absolute(),
        seconds=round(time.monotonic() - started, 3),
        failed_cell=cell,
        error=error if state != "done" else "",
    )


def _outcome(error: str, kernel: Kernel, watch: _Watch) -> tuple[State, int | None]:
    if not error:
        return "done", None
    states: dict[str, State] = {"time": "timed-out", "cancelled": "cancelled"}
    return states.get(kernel.ended, "failed"), watch.cell


def _read(path: Path) -> NotebookNode:
    if _REMOTE.match(str(path)):
        raise BadPath(f"{str(path)!r} is not on this machine", hint="download the notebook first")
    if not path.is_file():
        raise NotAFile(f"{str(path)!r} is not a file")
    try:
        text = path.read_text(encoding="utf-8")
        node: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise DiskProblem(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotANotebook(f"not a notebook: {error}", where=str(path)) from error
    return node


def _check_output(notebook: Path, output: Path) -> None:
    if _REMOTE.match(str(output)) or "\0" in str(output):
        raise BadPath(f"{str(output)!r} is not on this machine", hint="give a path of a local file")
    if output.exists() and (output.is_dir() or not output.is_file()):
        raise NotAFile(f"{str(output)!r} is not a plain file", hint="choose another --output")
    if os.path.realpath(output) == os.path.realpath(notebook):
        raise BadPath("the output would overwrite the notebook", hint="choose another --output")


def _check_parameters(node: NotebookNode, given: Mapping[str, object]) -> None:
    parameters.check(parameters.of_notebook(node), given)


class _Watch:
    """Which cell is being executed, counted as in the notebook that was given."""

    def __init__(self, node: NotebookNode, on_cell: OnCell, *, injected: bool) -> None:
        tags = [cell.metadata.get("tags", []) for cell in node.cells]
        replaces = any("injected-parameters" in each for each in tags)
        declared = parameters.cell_of(node)
        self._added = None if replaces or not injected or declared is None else declared + 1
        self._total = sum(cell.cell_type == "code" for cell in node.cells)
        self._on_cell = on_cell
        self._done = 0
        self.position = 0

    @property
    def cell(self) -> int:
        """The position in the notebook that was given."""
        shift = self._added is not None and self.position >= self._added
        return self.position - shift

    def start(self, cell: NotebookNode, cell_index: int) -> None:
        """The cell at `cell_index` of the output starts."""
        self.position = cell_index
        if cell.cell_type == "code" and cell_index != self._added:
            self._on_cell(self._done, self._total)
            self._done += 1


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """Give a temporary path beside `output` that takes its place at the end, whole."""
    hidden = f".promote-tmp-{secrets.randbelow(10**16):016d}.ipynb"
    temporary = output.absolute().parent / hidden
    try:
        temporary.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, output)
    except OSError as error:
        raise DiskProblem(f"cannot be written: {error.strerror}", where=str(output)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _execute(
    notebook: Path,
    temporary: Path,
    given: Mapping[str, object],
    kernel: Kernel,
    watch: _Watch,
) -> str:
    """Let papermill execute the notebook in `kernel`; return the error that stopped it."""
    import papermill  # costs 0.6 s, so only where it is used
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        papermill.execute_notebook(
            _literally(notebook.absolute()),
            _literally(temporary),
            parameters=dict(given),
            kernel_name=kernel.manager.kernel_name,
            language="python",
            progress_bar=False,
            km=kernel.manager,
            on_cell_start=watch.start,
            iopub_timeout=kernels.OUTPUT_SECONDS,
        )
    except PapermillExecutionError as error:
        if _stopped_by_error(temporary):
            return kernels.shown_error(error.ename, error.evalue)
    except (DeadKernelError, RuntimeError, TimeoutError) as error:
        match kernel.ended:
            case "time":
                return "the time limit was reached"
            case "cancelled":
                return "cancelled"
            case _:
                return f"the kernel died ({error})"
    return ""


def _literally(path: Path) -> str:
    """Return the path so that papermill's `str.format` gives it back unchanged."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _stopped_by_error(temporary: Path) -> bool:
    """Whether a cell ended the run; papermill raises for errors that were expected, too."""
    node = json.loads(temporary.read_text(encoding="utf-8"))
    return any(
        cell["metadata"].get("papermill", {}).get("exception") is True for cell in node["cells"]
    )


def _put_right(
    temporary: Path, state: State, failed: int | None, output: Path, notebook: Path
) -> None:
    """Correct what papermill says of the run: it calls the cells of a dead kernel completed."""
    node = json.loads(temporary.read_text(encoding="utf-8"))
    about = node["metadata"].setdefault("papermill", {})
    about["input_path"], about["output_path"] = str(notebook), str(output)
    about["exception"] = True if failed is not None else None
    if state == "done":
        node["cells"] = [
            cell for cell in node["cells"] if _ERROR_MARKER not in cell["metadata"].get("tags", [])
        ]
    own = [cell for cell in node["cells"] if _ERROR_MARKER not in cell["metadata"].get("tags", [])]
    for position, cell in enumerate(own if failed is not None else []):
        status = cell["metadata"].setdefault("papermill", {})
        if position == failed:
            status.update(status="failed", exception=True)
        elif failed is not None and position > failed:
            status.update(status="pending", exception=None)
    temporary.write_text(json.dumps(node, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
