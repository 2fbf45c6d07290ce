"""Run the tests of a promoted project as a person would, and tell line by line how it goes."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from jupyter_promote.errors import RunFailed
from jupyter_promote.runs.kernels import kernel_environment

Outcome = Literal["passed", "failed", "skipped"]

OUTCOMES: Mapping[str, Outcome] = {
    "PASSED": "passed",
    "XPASS": "passed",
    "FAILED": "failed",
    "ERROR": "failed",
    "SKIPPED": "skipped",
    "XFAIL": "skipped",
}
RANKS: Mapping[Outcome, int] = {"skipped": 0, "passed": 1, "failed": 2}
EXITS = {
    2: "pytest stopped before the end: the last lines say why",
    3: "pytest itself failed: the last lines say why",
    4: "pytest did not understand the project's settings: the last lines say why",
    5: "there are no tests in the file",
}
LONGEST_LINE = 2000
_POLL_SECONDS = 0.1
_REST_SECONDS = 2.0  # for what the tests started and left behind, which may hold the pipe open

# `tests/test_x.py::test_a[1] PASSED [ 50%]`, and the same from pytest-xdist, word first.
_VERDICT = re.compile(
    r"^\S.*?\.py::(?P<test>[\w:]+)(?:\[.*\])? (?P<word>[A-Z]{5,7})(?= |$)"
    r"|^\[gw\d+\] \[ *\d+%\] (?P<word_2>[A-Z]{5,7}) \S+?\.py::(?P<test_2>[\w:]+)"
)
_MISSING = re.compile(
    r"(?:: |E +ModuleNotFoundError: )No module named '?(pytest|jupyter_promote)\b"
)
_PYTHON = re.compile(r"python[\d.]*(\.exe)?")


@dataclass(slots=True, kw_only=True)
class Told:
    """What the lines so far have told: what became of each test, and which package is missing."""

    results: dict[str, Outcome] = field(default_factory=dict)
    missing: str = ""

    def take(self, line: str) -> None:
        """Take in one line; of a test that ran several times, the worst counts."""
        found = _VERDICT.match(line)
        if found:
            outcome = OUTCOMES.get(str(found["word"] or found["word_2"]))
            name = str(found["test"] or found["test_2"]).rpartition(":")[2]
            if outcome and RANKS[outcome] >= RANKS[self.results.get(name, "skipped")]:
                self.results[name] = outcome
        elif absent := _MISSING.search(line):
            self.missing = absent[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """pytest ended by itself with this exit status; `said` is what that means."""

    exit: int
    seconds: float
    results: Mapping[str, Outcome]
    said: str

    @property
    def passed(self) -> bool:
        """Whether all is well."""
        return self.exit == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """It was killed before its end: time was up, or the person cancelled it."""

    seconds: float
    results: Mapping[str, Outcome]
    why: Literal["time", "cancelled"]

    passed = False

    @property
    def said(self) -> str:
        """Return why, in words."""
        after = f"after {self.seconds:.0f} s"
        return f"time was up {after}" if self.why == "time" else f"cancelled {after}"


def interpreter(kernel: str) -> str:
    """Return the Python of the kernel called `kernel`; our own where it names none of its own."""
    try:
        command = KernelSpecManager().get_kernel_spec(kernel).argv[0]
    except (NoSuchKernel, ValueError, OSError, IndexError):
        return sys.executable
    name = Path(command).name
    major, minor = sys.version_info[:2]
    own = ("python", f"python{major}", f"python{major}.{minor}")  # jupyter_client takes these as us
    if command in own or not _PYTHON.fullmatch(name):
        return sys.executable
    return shutil.which(command) or sys.executable


def run(
    folder: Path,
    test: str,
    python: str,
    *,
    seconds: float,
    on_line: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> Finished | Stopped:
    """Return how the tests in the file `test` below the project's `folder` ended.

    pytest runs in `folder`, with its `src` in reach; what it prints goes to `on_line`. When it ends
    or is stopped, all that it started is killed.

    Raises:
        RunFailed: the interpreter cannot be started.
    """
    told, started = Told(), time.monotonic()
    process = _start([python, "-m", "pytest", "--verbosity=1", "--color=no", test], folder)
    with _watched(process, started + seconds, cancelled) as watch:
        output = process.stdout
        assert output is not None
        for line in iter(lambda: output.readline(LONGEST_LINE), ""):
            told.take(line)
            on_line(line.rstrip("\n"))
        exit_status = process.wait()
    elapsed = time.monotonic() - started
    if watch.why:
        return Stopped(seconds=elapsed, results=told.results, why=watch.why)
    said = in_words(exit_status, told, elapsed, python)
    return Finished(exit=exit_status, seconds=elapsed, results=told.results, said=said)


def in_words(status: int, told: Told, seconds: float, python: str) -> str:
    """Return what the exit `status` of pytest means, without a full stop."""
    if status and told.missing:
        return f"{told.missing} is not installed for {python}, and the tests need it"
    if status < 0:
        return f"pytest was killed ({_signal(-status)})"
    if status > 1:
        return EXITS.get(status, f"pytest ended with the exit status {status}")
    counts = [*told.results.values()]
    total, failed, skipped = len(counts), counts.count("failed"), counts.count("skipped")
    if failed:
        return f"{failed} of {_tests(total)} failed"
    if status:
        return "pytest reports a failure: the last lines say which"
    rest = f", {skipped} skipped" if skipped else ""
    passed = total - skipped
    whole = f"all {_tests(passed)}" if passed == total > 1 else _tests(passed)
    return f"{whole} passed{rest} in {seconds:.1f} s"


def _tests(count: int) -> str:
    return f"{count} test" if count == 1 else f"{count} tests"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _start(command: list[str], folder: Path) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=kernel_environment({"PYTHONUNBUFFERED": "1"}, [folder / "src"]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise RunFailed(
            f"{command[0]} cannot be started: {error}",
            hint="choose another kernel for the notebook, or install it again",
        ) from error


class _Watch:
    """Why the process was killed before its end, "" if it was not."""

    why: Literal["", "time", "cancelled"] = ""


@contextmanager
def _watched(
    process: subprocess.Popen[str], deadline: float, cancelled: Callable[[], bool]
) -> Iterator[_Watch]:
    """Kill the process and what it started when it is cancelled, too slow, or at its end."""
    watch, finished = _Watch(), threading.Event()

    def look() -> None:
        ended: float | None = None
        while not finished.wait(_POLL_SECONDS):
            now = time.monotonic()
            if process.poll() is not None:
                ended = ended or now
                if now > ended + _REST_SECONDS:
                    _kill(process)
            elif cancelled() or now > deadline:
                watch.why = "cancelled" if cancelled() else "time"
                _kill(process)

    thread = threading.Thread(target=look, name="jupyter-promote-tests", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        finished.set()
        thread.join()
        _kill(process)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _kill(process: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
    else:
        process.kill()
