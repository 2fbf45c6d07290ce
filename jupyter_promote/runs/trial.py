"""A run done both ways, and what the difference is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from jupyter_promote.errors import PromoteError
from jupyter_promote.runs import execution, likeness, outputs
from jupyter_promote.runs.execution import Host, Job, Limits, Started, Stock
from jupyter_promote.runs.outcome import Attempt
from jupyter_promote.runs.points import Point
from jupyter_promote.sandbox.sandboxes import Sandbox, sandbox
from jupyter_promote.settings import root_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The run `id` with `given` parameters, in row `key` of the ledger."""

    id: str
    key: int
    given: Point
    output: Path


class _Contained:
    """Executes in sandboxes what `host` would execute."""

    def __init__(self, host: Host) -> None:
        self.name, self.reason = host.name, host.reason
        self._host = host

    @contextmanager
    def start(self, job: Job, limits: Limits, box: Sandbox | None = None) -> Iterator[Started]:
        """Start a process for one run, and forget what it writes."""
        with (
            sandbox(job.folder, expected=[root_of(job.folder)]) as own,
            self._host.start(job, limits, box or own) as started,
        ):
            yield started


def attempt(job: Job, task: Task, host: Host, limits: Limits) -> Attempt | PromoteError:
    """Execute the task in a sandbox; keep nothing of it, nor of what it writes."""
    try:
        with outputs.beside(task.output) as temporary:
            return execution.attempt(
                job, task.given, task.output, temporary, host=_Contained(host), limits=limits
            )
    except PromoteError as error:
        return error


def verdict(job: Job, task: Task, warm: NotebookNode, limits: Limits) -> str:
    """Return how a warm run differs from the cold one in the task's output, '' if it does not.

    Where they differ, another cold run tells what never repeats; that does not count.
    """
    cold = execution.read(task.output)
    found = likeness.differences(cold, warm)
    if not found:
        return ""
    again = attempt(job, task, Stock(), limits)
    if not isinstance(again, PromoteError):
        found -= likeness.differences(cold, again.node)
    return f"a warm run differs in {likeness.told(found)}" if found else ""
