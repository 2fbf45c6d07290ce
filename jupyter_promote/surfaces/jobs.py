"""Work that outlives a request: started, looked at, cancelled."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

import msgspec

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
    from jupyter_promote.surfaces.doors import Permission

AT_ONCE = 2
WAITING = 8
REMEMBERED = 32
FAREWELL_SECONDS = 5.0
_TURN_SECONDS = 1.0  # between two looks whether a job that waits for its turn is still wanted
MOST_LINES = 3000
CUT = "… the rest is left out here: run pytest in a terminal to see it"

Answer = TypeVar("Answer")
Work = Callable[[Callable[[str], None], Callable[[], bool]], Answer]
Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


class NoSuchJob(PromoteError):
    """The job is not known here: it is too old, or of another server."""

    kind = "job"


class Reported(PromoteError):
    """What a worker said is wrong, as it goes to the panel."""

    def __init__(self, body: ErrorBody) -> None:
        super().__init__(body.what, where=body.where, hint=body.hint)
        self.body = body


class Job(Generic[Answer]):
    """One piece of work in a thread of its own; only that thread changes how it ended.

    Nobody but its `owner` may know of it, and to cancel it he needs what he needed to start it.
    `asked` is when he last asked for it, by the clock `time.monotonic`.
    """

    def __init__(self, needs: Sequence[Permission] = ()) -> None:
        self.id = secrets.token_urlsafe(24)
        self.owner = ""
        self.needs = tuple(needs)
        self.asked = time.monotonic()
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
            self.asked = time.monotonic()

    def is_abandoned(self, seconds: float) -> bool:
        """Whether nobody watches, and nobody has asked for so many seconds; 0: never."""
        silent = time.monotonic() - self.asked
        return bool(seconds) and not self._watchers and silent > seconds

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


class Extraction(Job[bytes]):
    """A promotion; its answer is the JSON of its report, which may be large."""

    def __init__(self, needs: Sequence[Permission] = ()) -> None:
        super().__init__(needs)
        self.status = ""

    @property
    def is_complete(self) -> bool:
        """Whether files were written."""
        return self.answer is not None and self.status in ("equivalent", "not-run")

    def wire(self, first: int) -> JobWire:
        """Return how far it is, and its report once it is done."""
        state = self.state
        error = self.error if state == "failed" else None
        report = None
        if state == "done" and self.answer is not None:
            report = cast(ReportWire, msgspec.Raw(self.answer))  # goes out as it came in
        return JobWire(job=self.id, state=state, step=self.step, report=report, error=error)


class TestRun(Job[Any]):
    """A run of tests; what is noted are its lines of output."""

    answer: Finished | Stopped | None

    def __init__(self, needs: Sequence[Permission] = ()) -> None:
        super().__init__(needs)
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
    """The jobs of one server: few at a time, the latest remembered.

    A job of which nobody has heard for `abandoned_seconds` is cancelled; 0: never.
    """

    def __init__(self, log: Log, abandoned_seconds: float = 0) -> None:
        self._log = log
        self._abandoned_seconds = abandoned_seconds
        self._jobs: dict[str, Job[Any]] = {}
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def start(self, job: Job[Answer], work: Work[Answer], owner: str) -> Job[Answer]:
        """Return `job`, which carries out `work` for `owner` as soon as it is its turn.

        It is cancelled when the event loop from which it was started stops.

        Raises:
            RunFailed: too many are waiting already.
        """
        if (under_way := self.under_way()) >= WAITING:
            raise RunFailed(
                f"{under_way} promotions and runs are under way already",
                hint="wait for one to end, or cancel one",
            )
        self._forget_old()
        job.owner = owner
        self._jobs[job.id] = job
        serves = asyncio.get_running_loop().is_running
        threading.Thread(target=self._run, args=(job, work, serves), daemon=True).start()
        return job

    def get(self, job_id: str, owner: str) -> Job[Any]:
        """Return the job with this id; that somebody asked for it is noted.

        Raises:
            NoSuchJob: there is none, or it is another owner's.
        """
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise NoSuchJob(
                "this job is no longer known to the server", hint="press the button again"
            )
        job.asked = time.monotonic()
        return job

    def latest(self, owner: str, wanted: Callable[[Job[Any]], bool]) -> Job[Any] | None:
        """Return the newest job of an owner that is wanted."""
        newest = reversed([*self._jobs.values()])
        return next((job for job in newest if job.owner == owner and wanted(job)), None)

    def under_way(self) -> int:
        """Return how many have not ended."""
        return sum(not job.ended.is_set() for job in self._jobs.values())

    def close(self) -> bool:
        """Cancel everything, give it a moment to end, and return whether it has ended.

        The threads of jobs do not hold up a server that stops.
        """
        for job in self._jobs.values():
            job.cancel.set()
        end = time.monotonic() + FAREWELL_SECONDS
        return all(j.ended.wait(max(end - time.monotonic(), 0)) for j in self._jobs.values())

    def _forget_old(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.ended.is_set()]
        for job_id in ended[: len(self._jobs) - REMEMBERED]:
            del self._jobs[job_id]

    def _run(self, job: Job[Answer], work: Work[Answer], serves: Callable[[], bool]) -> None:
        def cancelled() -> bool:
            if job.is_abandoned(self._abandoned_seconds):
                job.cancel.set()
            # Python waits for the threads of a sweep before it calls what `atexit` knows.
            return job.cancel.is_set() or not serves()

        has_turn = False
        try:
            while not has_turn and not cancelled():
                has_turn = self._turn.acquire(timeout=_TURN_SECONDS)
            if not cancelled():
                job.answer = work(job.note, cancelled)
        except Exception as error:
            job.error = explain(error, self._log)
        finally:
            if has_turn:
                self._turn.release()
            job.ended.set()
            job.tell()


def told(error: PromoteError) -> ErrorBody:
    """Return a mistake as the panel shows it."""
    if isinstance(error, Reported):
        return error.body
    hint = "\n".join(text for text in (error.detail, error.hint) if text)
    return ErrorBody(kind=error.kind, what=error.what, where=error.where, hint=hint)


def explain(error: BaseException, log: Log) -> ErrorBody:
    """Return `error` as a sentence; the traceback of a bug goes to the server's log only."""
    if isinstance(error, PromoteError):
        return told(error)
    trace = texts.masked("".join(traceback.format_exception(error)))
    log.error("jupyter_promote failed\n%s", trace)
    return a_bug()


def a_bug() -> ErrorBody:
    """Return what is said of a bug of ours."""
    return ErrorBody(
        kind="bug",
        what="something went wrong inside jupyter_promote; nothing was promoted",
        where="",
        hint="the server's log has the details for a report",
    )
