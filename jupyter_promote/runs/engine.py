"""The papermill engine `promote`: it saves by time, and tells the truth about runs that died.

Importing this module imports papermill, which takes 0.6 s.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.iorw import write_ipynb
from papermill.log import logger

from jupyter_promote.runs import outputs, profiles, results
from jupyter_promote.runs.watching import memory
from jupyter_promote.sensitive import texts

if TYPE_CHECKING:
    from jupyter_promote.runs.forkserver import ForkServer

NAME = "promote"
SAVE_SECONDS = 2.0
_SLOW_SAVES = 10  # a save may take a tenth of the time


@dataclass(slots=True, kw_only=True)
class Session:
    """One execution: what papermill's callbacks must know of it, and what they leave behind.

    `partial` is where the notebook is saved while it runs; `client` makes what executes cells,
    stock kernels without it. `recorded` names what to read from the kernel at the end,
    `profiled` the modules whose functions are profiled meanwhile.
    """

    input_path: str
    output_path: str
    partial: Path | None = None
    client: Callable[[Manager, Mapping[str, Any]], PapermillNotebookClient] | None = None
    amend: Callable[[NotebookNode], None] = lambda node: None
    mask: Callable[[Any], Any] = lambda content: content
    on_cell: Callable[[NotebookNode, int], None] = lambda cell, index: None
    on_output: Callable[[int, Mapping[str, object]], None] = lambda index, output: None
    on_save: Callable[[Path], None] = lambda path: None
    recorded: Sequence[str] = ()
    profiled: Sequence[str] = ()
    notebook: NotebookNode | None = None
    results: dict[str, object] = field(default_factory=dict)
    profile: dict[str, object] = field(default_factory=dict)
    peak_mb: float | None = None


class Manager(NotebookExecutionManager):  # type: ignore[misc]  # papermill has no types
    """papermill's own record of an execution, which saves by time and whole or not at all."""

    def __init__(self, nb: NotebookNode, session: Session | None, **options: Any) -> None:
        super().__init__(nb, **options)
        self.session = session
        self._pause = SAVE_SECONDS

    def notebook_start(self, **options: Any) -> None:
        """Put right what papermill noted, then begin."""
        if self.session is not None:
            self.session.notebook = self.nb
            about = self.nb.metadata.papermill
            about["input_path"] = self.session.input_path
            about["output_path"] = self.session.output_path
            self.session.amend(self.nb)
        super().notebook_start(**options)

    def cell_start(self, cell: NotebookNode, cell_index: int = 0, **options: Any) -> None:
        """Tell who listens, too."""
        if self.session is not None:
            self.session.on_cell(cell, cell_index)
        super().cell_start(cell, cell_index, **options)

    def save(self, **options: Any) -> None:
        """Save if the last time was long enough ago."""
        if "nb" in options:
            self.nb = options["nb"]
        if (self.now() - self.last_save_time).total_seconds() >= self._pause:
            self.save_now()

    def save_now(self) -> None:
        """Save, and wait the longer until the next time the slower it was."""
        started = self.now()
        if self.session is not None and self.session.partial is not None:
            outputs.write(self.session.partial, nbformat.writes(self.nb))  # type: ignore[no-untyped-call]
            self.session.on_save(self.session.partial)
        elif self.output_path and outputs.REMOTE.match(self.output_path):
            write_ipynb(self.nb, self.output_path)
        elif self.output_path:
            outputs.write(Path(self.output_path), nbformat.writes(self.nb))  # type: ignore[no-untyped-call]
        self.last_save_time = self.now()
        took = (self.last_save_time - started).total_seconds()
        self._pause = max(SAVE_SECONDS, _SLOW_SAVES * took)

    def notebook_complete(self, **options: Any) -> None:
        """Close the record; what did not run after a failure stays pending."""
        super().notebook_complete(**options)
        if self.session is None or self.session.partial is None:
            self.save_now()


class Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """papermill's own client, which marks the cell in which a kernel died."""

    def __init__(self, nb_man: Manager, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.session = nb_man.session

    def execute_cell(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        """Execute one cell, and mark it failed whatever ends it."""
        try:
            return self._in_process(cell, cell_index, **options)
        except CellExecutionError:
            raise  # papermill marks it itself
        except (RuntimeError, TimeoutError, OSError) as error:
            self.nb_man.cell_exception(cell, cell_index, exception=error)
            raise

    def _in_process(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        executed: NotebookNode = super().execute_cell(cell, cell_index, **options)
        return executed

    def papermill_execute_cells(self) -> None:
        """Execute all cells, then read what the notebook calls its results."""
        session = self.session
        try:
            if session is not None and session.profiled:
                self.evaluate(profiles.starting(session.profiled))
            super().papermill_execute_cells()
            if session is not None and session.profiled:
                session.profile.update(profiles.parse(self.evaluate(profiles.asking())))
            if session is not None and session.recorded:
                found = results.parse(self.evaluate(results.code(session.recorded)))
                session.results.update(session.mask(found))
        finally:
            if session is not None:
                session.peak_mb = memory(self.pid, "VmHWM")

    @property
    def pid(self) -> int | None:
        """The process that executes the cells."""
        return getattr(self.km.provisioner, "pid", None)

    def evaluate(self, expression: str) -> str:
        """Return the repr of an expression's value in the kernel, "" where it has none."""
        asked = self.kc.execute("", silent=True, user_expressions={"it": expression})
        reply = self.wait_for_reply(asked)
        return results.shown(reply["content"] if reply else {})

    def process_message(self, message: Any, cell: NotebookNode, cell_index: int) -> Any:
        """Take one message of the kernel, and tell who listens what it showed."""
        if self.session is not None:
            content = self.session.mask(message["content"])
            if message.get("msg_type") == "error":
                content = _without_secrets(content)
            message = {**message, "content": content}
        output = super().process_message(message, cell, cell_index)
        if output and self.session is not None:
            self.session.on_output(cell_index, output)
        return output


def _without_secrets(error: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error message of a kernel without what looks secret: tracebacks quote code and data."""
    lines = [texts.masked(line) for line in error.get("traceback", [])]
    return {**error, "evalue": texts.masked(error.get("evalue", "")), "traceback": lines}


class PromoteEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Executes as papermill does, apart from who runs a cell and when it is saved."""

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        session: Session | None = None,
        server: ForkServer | None = None,
        **options: Any,
    ) -> NotebookNode:
        """Execute the notebook in the session's process, a child of `server`, or a fresh kernel."""
        if server is not None:
            return cls._in_child(server, nb, kernel_name, **options)
        own = {"output_path", "progress_bar", "log_output", "autosave_cell_every"}
        managing = {name: options[name] for name in own & options.keys()}
        manager = Manager(nb, session, **managing)
        manager.notebook_start()
        passed = {n: options[n] for n in options.keys() - own | {"log_output"} & options.keys()}
        try:
            cls.execute_managed_notebook(manager, kernel_name, **passed)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        executed: NotebookNode = manager.nb
        return executed

    @classmethod
    def _in_child(
        cls, server: ForkServer, nb: NotebookNode, kernel_name: str, **options: Any
    ) -> NotebookNode:
        from jupyter_promote.runs.warm import Warm

        about = nb.metadata.papermill
        session = Session(input_path=about["input_path"], output_path=about["output_path"])
        with Warm(server).child(Path.cwd(), os.environ) as child:
            child.prepare(session)
            return cls.execute_notebook(nb, kernel_name, session=session, **options)

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Manager, kernel_name: str, start_timeout: int = 60, **options: Any
    ) -> None:
        """Execute all cells."""
        seconds = options.pop("execution_timeout", None) or options.pop("timeout", None)
        options.pop("input_path", None)
        options.pop("startup_timeout", None)
        options = {
            **options,
            "timeout": seconds,
            "startup_timeout": start_timeout,
            "kernel_name": kernel_name,
            "log": logger,
        }
        session = nb_man.session
        if session is not None and session.client is not None:
            session.client(nb_man, options).execute()
        else:
            Client(nb_man, **options).execute()


def register() -> None:
    """Make papermill know the engine, also where the package is not installed with entry points."""
    papermill_engines.register(NAME, PromoteEngine)


def error_marks(node: NotebookNode) -> Iterator[int]:
    """Yield the positions of the cells by which papermill points at an error."""
    for index, cell in enumerate(node.cells):
        if "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            yield index
