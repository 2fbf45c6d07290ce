"""Work that outlives a request: started, looked at, cancelled."""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from jupyter_promote.errors import PromoteError, RunFailed
from jupyter_promote.sensitive import texts
from jupyter_promote.surfaces.wire import (
    ErrorBody,
    JobWire,
    ReportWire,
    TestResultWire,
    TestRunWire,
)

if TYPE_CHECKING:
    from jupyter_promote.proof.testrun import Finished, Stopped

AT_ONCE = 2
WAITING = 8
REMEMBERED = 32
FAREWELL_SECONDS = 5.0
MOST_LINES = 3000
CUT = "… the rest is left out here: run pytest in a terminal to see it"

Answer = TypeVar("Answer")
Work = Callable[[Callable[[str], None], Callable[[], bool]], Answer]
Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


class NoSuchJob(PromoteError):
    """The job is not known here: it is too old, or of another server."""

    kind = "job"


class Job(Generic[Answer]):
    """One piece of work in a thread of its own; only that thread changes how it ended."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.step = "waiting"
        self.answer: Answer | None = None
        self.error: ErrorBody | None = None
        self.cancel = threading.Event()
        self.ended = threading.Event()
        self._watchers: list[Callable[[], None]] = []

    @contextmanager
    def watched(self, on_news: Callable[[], None]) -> Iterator[None]:
        """Call `on_news`, from some thread, whenever something has happened."""
        self._watchers.append(on_news)
        try:
            yield
        finally:
            self._watchers.remove(on_news)

    def tell(self) -> None:
        """Let who watches know that something has happened."""
        for on_news in [*self._watchers]:
            on_news()

    @property
    def state(self) -> Literal["running", "done", "failed", "cancelled"]:
        """How far the work is; what was finished in spite of a late cancel counts as done."""
        if not self.ended.is_set():
            return "running"
        if self.cancel.is_set() and not self.is_complete:
            return "cancelled"
        return "failed" if self.answer is None else "done"

    @property
    def is_complete(self) -> bool:
        """Whether the work came to its own end."""
        return self.answer is not None

    def note(self, step: str) -> None:
        """Take down what is being done now."""
        self.step = step
        self.tell()

    def wire(self, first: int) -> JobWire:
        """Return what the panel sees of the job; `first` is the first line of output it lacks."""
        raise NotImplementedError


class Extraction(Job[ReportWire]):
    """A promotion."""

    @property
    def is_complete(self) -> bool:
        """Whether files were written."""
        return self.answer is not None and self.answer.verdict.status in ("equivalent", "not-run")

    def wire(self, first: int) -> JobWire:
        """Return how far it is, and its report once it is done."""
        state = self.state
        error = self.error if state == "failed" else None
        report = self.answer if state == "done" else None
        return JobWire(job=self.id, state=state, step=self.step, report=report, error=error)


class TestRun(Job[Any]):
    """A run of tests; what is noted are its lines of output."""

    answer: Finished | Stopped | None

    def __init__(self) -> None:
        super().__init__()
        from jupyter_promote.proof.testrun import Told

        self._told = Told()
        self._lines: list[str] = []

    @property
    def is_complete(self) -> bool:
        """Whether pytest ended by itself."""
        from jupyter_promote.proof.testrun import Finished

        return isinstance(self.answer, Finished)

    def note(self, step: str) -> None:
        """Take down a line of output."""
        self.step = "running"
        self._told.take(step)
        if len(self._lines) <= MOST_LINES:
            self._lines.append(step if len(self._lines) < MOST_LINES else CUT)
        self.tell()

    def wire(self, first: int) -> JobWire:
        """Return the lines from `first` on, and what became of the tests so far."""
        state = self.state  # read before the lines: once it has ended, all of them are there
        answer = self.answer if state == "done" else None
        tests = TestRunWire(
            first=first,
            lines=self._lines[first:],
            results=[
                TestResultWire(test=test, outcome=outcome)
                for test, outcome in [*self._told.results.items()]
            ],
            passed=answer is not None and answer.passed,
            said=answer.said if answer else "",
        )
        error = self.error if state == "failed" else None
        return JobWire(job=self.id, state=state, step=self.step, tests=tests, error=error)


class Jobs:
    """The jobs of one server: few at a time, the latest remembered."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._jobs: dict[str, Job[Any]] = {}
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        # Daemon threads do not hold up a server that stops; this gives them time to clean up.
        atexit.register(self.close)

    def start(self, job: Job[Answer], work: Work[Answer]) -> Job[Answer]:
        """Return `job`, which carries out `work` as soon as it is its turn.

        It is cancelled when the event loop from which it was started stops.

        Raises:
            RunFailed: too many are waiting already.
        """
        under_way = [job for job in self._jobs.values() if not job.ended.is_set()]
        if len(under_way) >= WAITING:
            raise RunFailed(
                f"{len(under_way)} promotions and runs are under way already",
                hint="wait for one to end, or cancel one",
            )
        self._forget_old()
        self._jobs[job.id] = job
        serves = asyncio.get_running_loop().is_running
        threading.Thread(target=self._run, args=(job, work, serves), daemon=True).start()
        return job

    def get(self, job_id: str) -> Job[Any]:
        """Return the job with this id.

        Raises:
            NoSuchJob: there is none.
        """
        try:
            return self._jobs[job_id]
        except KeyError:
            raise NoSuchJob(
                "this job is no longer known to the server", hint="press the button again"
            ) from None

    def latest(self, wanted: Callable[[Job[Any]], bool]) -> Job[Any] | None:
        """Return the newest job that is wanted."""
        return next((job for job in reversed([*self._jobs.values()]) if wanted(job)), None)

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

    def _run(self, job: Job[Answer], work: Work[Answer], serves: Callable[[], bool]) -> None:
        def cancelled() -> bool:
            # Python waits for the threads of a sweep before it calls what `atexit` knows.
            return job.cancel.is_set() or not serves()

        with self._turn:
            try:
                if not cancelled():
                    job.answer = work(job.note, cancelled)
            except Exception as error:
                job.error = explain(error, self._log)
            finally:
                job.ended.set()
                job.tell()


def told(error: PromoteError) -> ErrorBody:
    """Return a mistake as the panel shows it."""
    hint = "\n".join(text for text in (error.detail, error.hint) if text)
    return ErrorBody(kind=error.kind, what=error.what, where=error.where, hint=hint)


def explain(error: BaseException, log: Log) -> ErrorBody:
    """Return `error` as a sentence; the traceback of a bug goes to the server's log only."""
    if isinstance(error, PromoteError):
        return told(error)
    trace = texts.masked("".join(traceback.format_exception(error)))
    log.error("jupyter_promote failed\n%s", trace)
    return ErrorBody(
        kind="bug",
        what="something went wrong inside jupyter_promote; nothing was promoted",
        where="",
        hint="the server's log has the details for a report",
    )
