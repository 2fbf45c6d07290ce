"""papermill's client for a kernel in a forked child: the same messages, over one connection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, DeadKernelError
from nbformat import NotebookNode

from jupyter_promote.runs import results
from jupyter_promote.runs.engine import Client, Manager
from jupyter_promote.runs.warm import Child, NeedsStock


class WarmClient(Client):
    """Executes the cells of one notebook in a child."""

    def __init__(self, nb_man: Manager, *, child: Child, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._child = child

    @property
    def pid(self) -> int | None:
        """The child."""
        return self._child.pid

    def execute(self, **options: Any) -> NotebookNode:
        """Execute all cells, as the base does with a kernel."""
        self.reset_execution_trackers()
        hello = self._message()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = hello["language_info"]
        self.set_widgets_metadata()
        executed: NotebookNode = self.nb
        return executed

    def _message(self) -> dict[str, Any]:
        message = self._child.receive()
        if message is None:
            raise DeadKernelError("Kernel died")
        return message

    def evaluate(self, expression: str) -> str:
        """Return the repr of an expression's value, "" where it has none."""
        content = {"code": "", "silent": True, "user_expressions": {"it": expression}}
        self._child.ask(content, {})
        reply: Mapping[str, Any] = {}
        while True:
            message = self._message()
            if message["msg_type"] == "execute_reply":
                reply = message["content"]
            elif (
                message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            ):
                return results.shown(reply)

    def _in_process(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        """Do what nbclient does with a cell and a kernel."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        tags = cell.metadata.get("tags", [])
        if self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell["metadata"]["execution"] = {}
        content = {
            "code": cell.source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": "raises-exception" not in tags,
        }
        asked = self._child.ask(content, {"cellId": cell.get("id")})
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._answers(asked, cell, cell_index)
        run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        self.nb["cells"][cell_index] = cell
        return cell

    def _answers(self, asked: str, cell: NotebookNode, cell_index: int) -> dict[str, Any] | None:
        """Take what the kernel sends until it is idle; return its reply."""
        reply = None
        while True:
            message = self._message()
            header = message["header"]
            if isinstance(header.get("date"), str):
                header["date"] = datetime.fromisoformat(header["date"].replace("Z", "+00:00"))
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "execute_reply":
                reply = message
                if self.record_timing:
                    cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(message)
                continue
            if message["msg_type"].startswith("comm"):
                raise NeedsStock("the notebook speaks with widgets")
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return reply
