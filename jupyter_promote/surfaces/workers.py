"""The server's side of its workers: start them, ask them, end those that take too long."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from jupyter_promote.errors import PromoteError
from jupyter_promote.surfaces import frames
from jupyter_promote.surfaces.doors import Busy
from jupyter_promote.surfaces.jobs import Log, Reported, a_bug
from jupyter_promote.surfaces.wire import ErrorBody

AT_ONCE = 2  # workers; the notebooks themselves need processors, too
MOST_WAITING = 1000  # requests; a browser window has a few under way
LONGEST_SECONDS = 120.0  # the plan of 10,000 cells takes half of it on a slow machine
LARGE = 8_000_000  # bytes; a worker that had such a request is ended, for the memory that it keeps
_FAREWELL_SECONDS = 60.0
_POLL_SECONDS = 0.2

# What stands in the folder in which the server happens to run is none of ours.
_START = (
    "import sys; sys.path[:] = [path for path in sys.argv[1:] if path]; "
    "from jupyter_promote.surfaces import worker; worker.main()"
)


Bytes = bytes | bytearray
Frame = tuple[str, bytes]


class TookTooLong(PromoteError):
    """The answer was not there in time."""

    kind = "limit"


class Died(PromoteError):
    """A worker ended without an answer."""

    kind = "died"


class Worker:
    """One process that answers one request after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C in the server's terminal is the server's affair
        )

    def send(self, word: str, body: Bytes, root: str) -> None:
        """Ask it something."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended: whoever waits for the answer sees it
            frames.write(self._process.stdin, "root", os.fsencode(root))
            frames.write(self._process.stdin, word, body)

    def heard(self) -> Frame | None:
        """Return what it says next; None where it has ended."""
        assert self._process.stdout is not None
        try:
            return frames.read(self._process.stdout)
        except (frames.Broken, OSError):
            return None

    def dismiss(self) -> None:
        """Say that nothing more is wanted; it ends by itself."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def end(self) -> int:
        """End it, and return its status."""
        self.dismiss()
        self._process.kill()
        with self._process:
            return self._process.wait()


class Workers:
    """A few workers for many requests; what can't be answered at once waits for its turn."""

    def __init__(self, log: Log, seconds: float = LONGEST_SECONDS) -> None:
        self._log = log
        self._seconds = seconds
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        self._waiting = 0
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="promote")

    def ask(self, word: str, body: Bytes, root: str) -> Future[bytes]:
        """Return the answer to a request, which may take a while.

        It raises `Reported`, what the worker says is wrong, or `TookTooLong`.

        Raises:
            Busy: too many are waiting already.
        """
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise Busy("the server has too much to do", hint="try again in a minute")
            self._waiting += 1
        asked = self._threads.submit(self._asked, word, body, root)
        asked.add_done_callback(self._done)
        return asked

    def _done(self, asked: Future[bytes]) -> None:
        with self._lock:
            self._waiting -= 1

    def _asked(self, word: str, body: Bytes, root: str) -> bytes:
        worker, used = self._taken()
        answer, late = self._answer(worker, word, body, root)
        if answer is None and used and not late:  # it may have ended long ago
            worker.end()
            worker = Worker()
            answer, late = self._answer(worker, word, body, root)
        if answer is not None and len(body) <= LARGE:
            self._leave(worker)
            return _content(answer, self._log)
        status = worker.end()
        if answer is not None:
            return _content(answer, self._log)
        if late:
            hint = "the notebook may be too large for this"
            raise TookTooLong(f"no answer in {self._seconds:.0f} s", hint=hint)
        raise _died(word, status, self._log)

    def _answer(
        self, worker: Worker, word: str, body: Bytes, root: str
    ) -> tuple[Frame | None, bool]:
        """Return what a worker answers, None where it has ended; and whether that was for the time."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            worker.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            worker.send(word, body, root)
            answer = worker.heard()
        finally:
            timer.cancel()
            timer.join()
        return None if late.is_set() else answer, late.is_set()

    def _taken(self) -> tuple[Worker, bool]:
        """Return a worker, and whether it has worked before."""
        with self._lock:  # the latest one remembers the notebook that is being typed into
            return (self._idle.pop(), True) if self._idle else (Worker(), False)

    def _leave(self, worker: Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def close(self) -> None:
        """End all workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            ended, self._idle = self._idle, []
        for worker in ended:
            worker.end()


def carry_out(
    word: str,
    body: Bytes,
    root: str,
    log: Log,
    hear: Callable[[str, str], None],
    cancelled: Callable[[], bool],
) -> bytes:
    """Return the answer to a request that takes minutes, from a worker of its own.

    `hear` is told what the worker tells on the way.

    Raises:
        Reported: the worker says what is wrong.
    """
    worker = Worker()
    answer: Frame | None = None
    try:
        worker.send(word, body, root)
        for frame in _until(worker, cancelled):
            if frame is None or _is_last(frame):
                answer = frame
            else:
                hear(frame[0], frame[1].decode("utf-8", "replace"))
    finally:
        status = worker.end()
    if answer is None:
        raise _died(word, status, log)
    return _content(answer, log)


def _until(worker: Worker, cancelled: Callable[[], bool]) -> Iterator[Frame | None]:
    """Yield what a worker says, at last its answer, or None where it ended without one."""
    heard: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()

    def listen() -> None:
        while not _is_last(frame := worker.heard()):
            heard.put(frame)
        heard.put(frame)

    threading.Thread(target=listen, daemon=True).start()
    end = float("inf")
    while True:
        try:
            frame = heard.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if end == float("inf") and cancelled():
                worker.dismiss()
                end = time.monotonic() + _FAREWELL_SECONDS
            if time.monotonic() > end:
                worker.kill()
            continue
        yield frame
        if _is_last(frame):
            return


def _is_last(frame: Frame | None) -> bool:
    return frame is None or frame[0] in ("answer", "mistake", "bug")


def _content(answer: Frame, log: Log) -> bytes:
    word, content = answer
    if word == "answer":
        return content
    if word == "mistake":
        raise Reported(msgspec.json.decode(content, type=ErrorBody))
    log.error("jupyter_promote failed\n%s", content.decode("utf-8", "replace"))
    raise Reported(a_bug())


def _died(word: str, status: int, log: Log) -> Died:
    log.error("a worker of jupyter_promote died over %r with status %d", word, status)
    return Died(
        "the process that was to answer has died",
        hint="the notebook may need more memory than there is; the server's log says more",
    )
