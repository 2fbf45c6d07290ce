"""Which cell is being executed, as papermill tells it, for who listens."""

from __future__ import annotations

from collections.abc import Mapping

from nbformat import NotebookNode

from jupyter_promote.runs import parameters
from jupyter_promote.runs.outcome import CellOutput, CellStarted, OnEvent


class Progress:
    """Which cell is being executed, counted as in the notebook that was given."""

    def __init__(
        self, node: NotebookNode, on_event: OnEvent, run_id: str, *, injected: bool
    ) -> None:
        tags = [cell.metadata.get("tags", []) for cell in node.cells]
        replaces = any("injected-parameters" in each for each in tags)
        declared = parameters.cell_of(node)
        place = 0 if declared is None else declared + 1
        self._added = None if replaces or not injected else place
        self._total = sum(cell.cell_type == "code" for cell in node.cells)
        self._on_event = on_event
        self._run_id = run_id
        self._done = 0
        self.position = 0

    @property
    def cell(self) -> int:
        """The position in the notebook that was given."""
        return self._given(self.position)

    def _given(self, position: int) -> int:
        shift = self._added is not None and position >= self._added and position > 0
        return position - shift

    def start(self, cell: NotebookNode, index: int) -> None:
        """The cell at `index` of the output starts."""
        self.position = index
        if cell.cell_type == "code" and index != self._added:
            self._on_event(
                CellStarted(id=self._run_id, cell=self.cell, index=self._done, total=self._total)
            )
            self._done += 1

    def shown(self, index: int, output: Mapping[str, object]) -> None:
        """The cell at `index` of the output has shown something."""
        self._on_event(CellOutput(id=self._run_id, cell=self._given(index), output=output))
