"""Work that outlives a request: started, looked at, cancelled."""

from __future__ import annotations

import atexit
import logging
import threading
import uuid
from collections.abc import Callable
from typing import Literal

from jupyter_promote.errors import PromoteError, RunFailed
from jupyter_promote.surfaces.wire import ErrorBody, JobWire, ReportWire

AT_ONCE = 2
WAITING = 8
REMEMBERED = 32
FAREWELL_SECONDS = 5.0

Work = Callable[[Callable[[str], None], Callable[[], bool]], ReportWire]
Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


class NoSuchJob(PromoteError):
    """The job is not known here: it is too old, or of another server."""

    kind = "job"


class Job:
    """One piece of work in a thread of its own; only that thread changes how it ended."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.step = "waiting"
        self.report: ReportWire | None = None
        self.error: ErrorBody | None = None
        self.cancel = threading.Event()
        self.ended = threading.Event()

    @property
    def state(self) -> Literal["running", "done", "failed", "cancelled"]:
        """How far the work is; what was finished in spite of a late cancel counts as done."""
        if not self.ended.is_set():
            return "running"
        if self.cancel.is_set() and not self._is_written:
            return "cancelled"
        return "failed" if self.report is None else "done"

    def wire(self) -> JobWire:
        """Return what the panel sees of the job."""
        state = self.state
        error = self.error if state == "failed" else None
        report = self.report if state == "done" else None
        return JobWire(job=self.id, state=state, step=self.step, report=report, error=error)

    @property
    def _is_written(self) -> bool:
        return self.report is not None and self.report.verdict.status in ("equivalent", "not-run")

    def note(self, step: str) -> None:
        """Take down what is being done now."""
        self.step = step


class Jobs:
    """The jobs of one server: few at a time, the latest remembered."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._jobs: dict[str, Job] = {}
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        # Daemon threads do not hold up a server that stops; this gives them time to clean up.
        atexit.register(self.close)

    def start(self, work: Work) -> Job:
        """Return a new job that carries out `work` as soon as it is its turn.

        Raises:
            RunFailed: too many are waiting already.
        """
        under_way = [job for job in self._jobs.values() if not job.ended.is_set()]
        if len(under_way) >= WAITING:
            raise RunFailed(
                f"{len(under_way)} promotions are under way already",
                hint="wait for one to end, or cancel one",
            )
        job = Job()
        self._forget_old()
        self._jobs[job.id] = job
        threading.Thread(target=self._run, args=(job, work), daemon=True).start()
        return job

    def get(self, job_id: str) -> Job:
        """Return the job with this id.

        Raises:
            NoSuchJob: there is none.
        """
        try:
            return self._jobs[job_id]
        except KeyError:
            raise NoSuchJob(
                "this promotion is no longer known to the server", hint="press Promote again"
            ) from None

    def close(self) -> None:
        """Cancel everything and give it a moment to end."""
        for job in self._jobs.values():
            job.cancel.set()
        for job in self._jobs.values():
            job.ended.wait(FAREWELL_SECONDS)

    def _forget_old(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.ended.is_set()]
        for job_id in ended[: len(self._jobs) - REMEMBERED]:
            del self._jobs[job_id]

    def _run(self, job: Job, work: Work) -> None:
        with self._turn:
            try:
                if not job.cancel.is_set():
                    job.report = work(job.note, job.cancel.is_set)
            except Exception as error:
                job.error = explain(error, self._log)
            finally:
                job.ended.set()


def explain(error: BaseException, log: Log) -> ErrorBody:
    """Return `error` as a sentence; the traceback of a bug goes to the server's log only."""
    if isinstance(error, PromoteError):
        hint = "\n".join(text for text in (error.detail, error.hint) if text)
        return ErrorBody(kind=error.kind, what=error.what, where=error.where, hint=hint)
    log.error("jupyter_promote failed", exc_info=error)
    return ErrorBody(
        kind="bug",
        what="something went wrong inside jupyter_promote; nothing was promoted",
        where="",
        hint="the server's log has the details for a report",
    )
