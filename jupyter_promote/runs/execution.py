"""Execute a notebook once with one set of parameters: papermill does it, made safe."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import nbformat
from nbformat import NotebookNode

from jupyter_promote.errors import NotAFile, NotANotebook, RunFailed
from jupyter_promote.runs import injection, kernels, outputs, parameters, results
from jupyter_promote.runs.kernels import Kernel, never
from jupyter_promote.runs.outcome import Attempt, OnEvent, Run, Saved, State, unheard
from jupyter_promote.runs.progress import Progress
from jupyter_promote.sandbox.sandboxes import Sandbox
from jupyter_promote.source import files

if TYPE_CHECKING:
    from jupyter_promote.runs.engine import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The notebook at `path` as it was read, its kernel, and the folder in which it runs.

    `text` is the notebook as papermill is given it.
    The functions of the modules `profiled` are profiled while it runs. `signatures` are the types
    of parameters, by name, in the module that was promoted from it.
    """

    path: Path
    node: NotebookNode
    text: str = field(repr=False)
    kernel: str
    language: str
    interpreter: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    profiled: tuple[str, ...] = ()
    signatures: Mapping[str, str] = field(default_factory=dict)

    @property
    def declared(self) -> tuple[parameters.Parameter, ...]:
        """What the parameters cell declares; nothing for languages that we can't read."""
        if self.language != "python":
            return ()
        return parameters.of_notebook(self.node, self.signatures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a run is ended before its time."""

    seconds: float | None = None
    memory_mb: float | None = None
    cancelled: Callable[[], bool] = never


class Started(Protocol):
    """A process in which cells can be executed."""

    @property
    def ended(self) -> str:
        """Why it was ended before its time, '' if it was not."""

    @property
    def engine_options(self) -> Mapping[str, Any]:
        """What papermill's engine must know of it."""

    def prepare(self, session: Session, /) -> None:
        """Tell papermill's session how the process is reached."""

    def exit_signal(self) -> str:
        """The name of the signal that killed it, '' if none did or it lives."""


class Host(Protocol):
    """Where runs are executed: stock kernels, or the children of a fork-server."""

    @property
    def name(self) -> str:
        """The engine's name in ledger and JSON."""

    @property
    def reason(self) -> str:
        """Why this one, where the person did not choose it."""

    def start(
        self, job: Job, limits: Limits, box: Sandbox | None = None
    ) -> AbstractContextManager[Started]:
        """Start a process for one run, in a sandbox where one is given, and end it.

        Raises:
            RunFailed: it can't be started, or not in this sandbox.
        """


def prepare(
    notebook: Path,
    *,
    cwd: Path | None = None,
    import_paths: Sequence[Path] = (),
    kernel: str | None = None,
    environment: Mapping[str, str] | None = None,
    profiled: Sequence[str] = (),
    promoted: Path | None = None,
) -> Job:
    """Return what is needed to run `notebook` in its own folder, or in `cwd`.

    The signatures of the module `promoted` from it tell types that the notebook does not.

    Raises:
        BadPath, NotAFile, NotANotebook, RunFailed: as they say.
    """
    node = read(notebook)
    name, language, interpreter = kernels.wanted(node, kernel)
    return Job(
        path=notebook,
        node=node,
        text=text_of(node),
        kernel=name,
        language=language,
        interpreter=interpreter,
        folder=cwd or notebook.absolute().parent,
        environment=kernels.kernel_environment(environment or {}, import_paths),
        profiled=tuple(profiled) if language == "python" else (),
        signatures=signatures(promoted),
    )


def signatures(module: Path | None) -> dict[str, str]:
    """Return the types of parameters in a module; none where it can't be read."""
    try:
        return parameters.of_signatures(module.read_text("utf-8")) if module else {}
    except (OSError, UnicodeDecodeError):
        return {}


def read(path: Path) -> NotebookNode:
    """Return the notebook in the file `path`."""
    if outputs.REMOTE.match(str(path)):
        raise outputs.not_here(path)
    if not path.is_file():
        raise NotAFile(f"{str(path)!r} is not a file")
    try:
        text = path.read_text(encoding="utf-8")
        node: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise NotAFile(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotANotebook(f"not a notebook: {error}", where=str(path)) from error
    return node


def checked(job: Job, points: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return sets of parameters as plain JSON, if each may be given to the notebook.

    Of a cell that is not Python nobody knows what it declares: any name, of any type.

    Raises:
        BadParameter: an unknown name, a wrong type, or what can't be written in the language.
    """
    declared = job.declared
    if job.language != "python":
        names = dict.fromkeys(name for given in points for name in given)
        injection.refuse_language(job.language, job.kernel, points)
        declared = tuple(parameters.untyped(name) for name in names)
    plain = [injection.plain(declared, given) for given in points]
    for given in plain:
        injection.check(declared, given)
    return plain


def execute(
    job: Job,
    given: Mapping[str, object],
    output: Path,
    *,
    host: Host,
    limits: Limits = Limits(),  # noqa: B008  # frozen
    on_event: OnEvent = unheard,
    run_id: str = "",
    within: Path | None = None,
) -> Run:
    """Execute the notebook, and keep what it showed in `output`, `within` the real folder.

    The output appears whole or not at all, also when the run fails.

    Raises:
        BadParameter: a parameter that the notebook does not declare, or of the wrong type.
        BadPath, NotAFile, DiskProblem, RunFailed: as they say.
    """
    outputs.check(job.path, output)
    files.refuse_leaving(output, within)
    [given] = checked(job, [given])
    with outputs.beside(output) as temporary:
        attempted = attempt(
            job,
            given,
            output,
            temporary,
            host=host,
            limits=limits,
            on_event=on_event,
            run_id=run_id,
        )
        files.refuse_leaving(output, within)  # hours may have passed
        outputs.write(output, text_of(attempted.node, attempted.text), lasting=True)
    on_event(Saved(id=run_id, path=attempted.run.output))
    return attempted.run


def text_of(node: NotebookNode, known: str = "") -> str:
    """Return the notebook as it stands in a file; its text may be `known` but for the end."""
    text: str = known or nbformat.writes(node)  # type: ignore[no-untyped-call]
    return text if text.endswith("\n") else text + "\n"


def attempt(
    job: Job,
    given: Mapping[str, object],
    output: Path,
    partial: Path,
    *,
    host: Host,
    limits: Limits,
    on_event: OnEvent = unheard,
    run_id: str = "",
) -> Attempt:
    """Execute the notebook; return how it ended, and the notebook for `output`.

    While it runs, it is saved at `partial`.
    """
    progress = Progress(job.node, on_event, run_id, injected=bool(given))
    started = time.monotonic()
    with host.start(job, limits) as process:
        # papermill's import takes a second, in which the process gets ready
        session = _session(job, given, output, partial, progress)
        session.on_save = lambda path: on_event(Saved(id=run_id, path=path))
        process.prepare(session)
        error, died, text = _through_papermill(job, given, session, process)
        signal = process.exit_signal() if died else ""
    node = session.notebook if session.notebook is not None else job.node
    state = _state(error, process.ended)
    failed = progress.cell if state != "done" else None
    unmarked = _unmark(node, keep=state == "failed")
    return Attempt(
        Run(
            id=run_id,
            state=state,
            parameters=dict(given),
            output=output.absolute(),
            seconds=round(time.monotonic() - started, 3),
            failed_cell=failed,
            error=error,
            error_line=_line(node, progress.position) if failed is not None else None,
            engine=host.name,
            reason=host.reason,
            exit_signal=signal,
            peak_mb=session.peak_mb and round(session.peak_mb, 1),
            results={**session.results, **results.recorded(node.cells)},
            profile=session.profile,
        ),
        node,
        "" if unmarked else text,
    )


def _session(
    job: Job, given: Mapping[str, object], output: Path, partial: Path, progress: Progress
) -> Session:
    from jupyter_promote.runs.engine import Session

    injected = injection.of(job.declared, given)
    return Session(
        input_path=str(job.path),
        output_path=str(output),
        partial=partial,
        amend=injected.amend,
        mask=injected.masked,
        on_cell=progress.start,
        on_output=progress.shown,
        recorded=results.names(job.node.cells) if job.language == "python" else (),
        profiled=job.profiled,
    )


def _through_papermill(
    job: Job, given: Mapping[str, object], session: Session, process: Started
) -> tuple[str, bool, str]:
    """Let papermill execute the notebook.

    Return the error that stopped it, '' if none did, whether the process is dead, and what
    papermill wrote, '' if it was stopped before.
    """
    import papermill  # costs 0.6 s, so only where it is used
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from jupyter_promote.runs import engine
    from jupyter_promote.runs.lending import Lent

    engine.register()
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    with Lent.out(job.text) as lent:
        try:
            papermill.execute_notebook(
                lent.path,
                lent.path,
                parameters=injection.cleared(given),
                engine_name=engine.NAME,
                kernel_name=job.kernel,
                language=job.language,
                progress_bar=False,
                session=session,
                iopub_timeout=kernels.OUTPUT_SECONDS,
                **process.engine_options,
            )
        except PapermillExecutionError as error:
            if _stopped(session.notebook):
                return kernels.shown_error(error.ename, error.evalue), False, ""
        except (DeadKernelError, RuntimeError, TimeoutError) as error:
            match process.ended:
                case "time":
                    return "the time limit was reached", False, ""
                case "memory":
                    return "the memory limit was reached", False, ""
                case "cancelled":
                    return "cancelled", False, ""
                case _:
                    return f"the kernel died ({error})", True, ""
        return "", False, lent.written


def _stopped(node: NotebookNode | None) -> bool:
    """Whether a cell ended the run; papermill raises for errors that were expected, too."""
    return node is not None and any(
        cell.metadata.get("papermill", {}).get("exception") is True for cell in node.cells
    )


def _state(error: str, ended: str) -> State:
    if not error:
        return "done"
    states: dict[str, State] = {"time": "timed-out", "cancelled": "cancelled"}
    return states.get(ended, "failed")


def _unmark(node: NotebookNode, *, keep: bool) -> bool:
    """Remove the cells by which papermill points at an error that was none; return if there were."""
    from jupyter_promote.runs import engine

    marks = [] if keep else [*engine.error_marks(node)]
    for index in reversed(marks):
        del node.cells[index]
    return bool(marks)


_LINE = re.compile(r"(?:Cell |<ipython-input|\bInput )?In ?\[(\d+)\](?:, |.*?\b)line (\d+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def _line(node: NotebookNode, position: int) -> int | None:
    """Return the line of the cell at `position` (without error marks) that raised."""
    own = [c for c in node.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])]
    cell = own[position] if position < len(own) else {}
    for output in cell.get("outputs", []):
        text = _COLOUR.sub("", "\n".join(output.get("traceback", [])))
        for count, line in _LINE.findall(text):
            if int(count) == cell.get("execution_count"):
                return int(line)
    return None


class Stock:
    """Fresh kernels, one for each run, as papermill starts them; `reason` says why."""

    name = "cold"

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def start(
        self, job: Job, limits: Limits, box: Sandbox | None = None
    ) -> AbstractContextManager[Kernel]:
        """Start a kernel in the job's folder.

        Raises:
            RunFailed: the kernel can't be kept in the sandbox.
        """
        if box is not None and box.begin:
            raise RunFailed("a stock kernel can't be kept from changing files on this system")
        return kernels.fresh_kernel(
            job.kernel,
            folder=job.folder,
            within=box.command if box else list,
            environment=job.environment,
            seconds=limits.seconds,
            memory_mb=limits.memory_mb,
            cancelled=limits.cancelled,
        )
