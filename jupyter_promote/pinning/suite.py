"""Run a project's tests with pytest, and say what fails and which lines of the module each test runs.

The engine starts this in the interpreter of the notebook's kernel, in a sandbox.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from jupyter_promote.pinning import inside
from jupyter_promote.sandbox import redirect

NO_PYTEST = "pytest is not installed for the notebook's kernel"
EVERY = ""  # of lines: whichever test runs, they have run


def arguments(test: str) -> list[str]:
    """Return what pytest is called with: the project's own settings, but not its options.

    They may ask for plugins, reports and processes that have no place here.
    """
    return ["-q", "--tb=no", "-p", "no:cacheprovider", "-o", "addopts=", test]


def main(job: Mapping[str, Any]) -> None:
    """Run the file `test` of the project `root`, and write what was seen of `module` to `out`.

    Both are paths below the project; `package` is the name of the module's own package.
    """
    os.chdir(job["root"])
    if importlib.util.find_spec("pytest") is None:
        inside.tell(job, {"missing": NO_PYTEST})
        return
    import pytest

    warm(Path(job["module"]).read_text(encoding="utf-8"), job["package"])
    watch = Watch(os.path.realpath(job["module"]))
    started = time.monotonic()
    with watch:
        status = int(pytest.main(arguments(job["test"]), plugins=[watch]))
    told = {
        "status": status,
        "passed": sorted(watch.ended - watch.failed.keys() - watch.skipped),
        "failed": watch.failed,
        "skipped": sorted(watch.skipped),
        "took": watch.took,
        "lines": {test: sorted(lines) for test, lines in watch.lines.items()},
        "seconds": time.monotonic() - started,
    }
    inside.tell(job, told)


def warm(source: str, package: str) -> None:
    """Import the libraries that a module imports, and pytest's plugins: not traced, once for all."""
    plugins = [each.module for each in importlib.metadata.entry_points(group="pytest11")]
    for name in ["pytest", *plugins, *imported(source, package), "jupyter_promote.testing"]:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def imported(source: str, package: str) -> Iterator[str]:
    """Yield the modules that a source imports at its top level, but for those of its own package."""
    for node in ast.parse(source).body:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [node.module]
        yield from (name for name in names if name.partition(".")[0] != package)


class Watch:
    """A plugin of pytest that notes how tests end and which lines of one file they run.

    It traces by `sys.settrace` rather than with coverage.py: that may not be installed for this
    interpreter, or measure already, and does not tell without more ado which test ran a line. It
    is slow only within the one file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.failed: dict[str, str] = {}
        self.skipped: set[str] = set()
        self.ended: set[str] = set()
        self.took: dict[str, float] = {}
        self.lines: dict[str, set[int]] = {EVERY: set()}
        self._now = self.lines[EVERY]
        self._known: dict[str, bool] = {}

    def __enter__(self) -> None:
        threading.settrace(self._entered)
        sys.settrace(self._entered)

    def __exit__(self, *_error: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _entered(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in self._known:  # the path to it may lead through links or `..`
            self._known[name] = redirect.seen(os.path.realpath(name)) == self.path
        return self._within(frame, event, argument) if self._known[name] else None

    def _within(self, frame: FrameType, event: str, argument: Any) -> Any:
        self._now.add(frame.f_lineno)
        return self._within

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Give the lines to come to a test."""
        self._now = self.lines.setdefault(nodeid, set())

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Give the lines to come to no test alone."""
        self._now = self.lines[EVERY]
        self.ended.add(nodeid)

    def pytest_fixture_setup(self, fixturedef: Any) -> None:
        """Give the lines of a fixture that is made once for several tests to all of them."""
        if fixturedef.scope != "function":
            self._now = self.lines[EVERY]

    def pytest_runtest_call(self, item: Any) -> None:
        """Give the lines of the test itself to it."""
        self._now = self.lines.setdefault(item.nodeid, set())

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how a part of a test ended, and how long it took."""
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.setdefault(report.nodeid, _reason(report))
        elif report.skipped:
            self.skipped.add(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        """Note that a file can't even be read."""
        if report.failed:
            self.failed.setdefault(report.nodeid, _reason(report))


def _reason(report: Any) -> str:
    """Return why a test failed, in one line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash is not None else report.longrepr or "")
    lines = [line for line in text.splitlines() if line.strip()]
    if crash is None:  # what can't be collected tells its error last
        lines = [line[2:] for line in lines if line.startswith("E ")] or lines[-1:]
    return lines[0].strip()[:200] if lines else ""
