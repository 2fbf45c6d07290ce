"""The REST API that the JupyterLab panel calls; see `wire` for what goes in and out.

POST findings, POST unify, POST plan, POST extract, POST tests; POST runs/form, POST runs/results,
POST runs/start; GET jobs/ID, GET jobs/ID/events, DELETE jobs/ID. Thinking happens in a few threads,
proving, writing, running tests and notebooks in jobs; the event loop is never kept waiting.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_promote import scratch_folders, settings, workflow
from jupyter_promote.errors import BadPath
from jupyter_promote.runs.hosting import Lasting
from jupyter_promote.surfaces import flagging, places, wire
from jupyter_promote.surfaces.flagging import Memory
from jupyter_promote.surfaces.handlers import PromoteHandler, Shared
from jupyter_promote.surfaces.jobs import Extraction, Jobs, TestRun
from jupyter_promote.surfaces.server_jobs import EventsHandler, JobHandler
from jupyter_promote.surfaces.server_runs import FormHandler, ResultsHandler, StartHandler
from jupyter_promote.surfaces.wire import (
    ExtractRequest,
    PlanRequest,
    ReportWire,
    RunTestsRequest,
)
from jupyter_promote.surfaces.wire_flags import FindingsRequest, UnifyRequest
from jupyter_promote.writing import records

if TYPE_CHECKING:
    from jupyter_promote.proof.testrun import Finished, Stopped

THINKERS = 2


class FindingsHandler(PromoteHandler):
    """What the checks say."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with the findings about the notebook on screen."""
        asked = self.asked(FindingsRequest)
        work = partial(flagging.found, asked, self.root(), self.shared.memory)
        self.answer(await self.thought(work))


class UnifyHandler(PromoteHandler):
    """One function for copies."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with what it would do to the notebook on screen."""
        asked = self.asked(UnifyRequest)
        work = partial(flagging.unified, asked, self.root())
        self.answer(await self.thought(work))


class PlanHandler(PromoteHandler):
    """What would be promoted."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with the plan for the notebook on screen."""
        work = partial(_plan, _request(self.asked(PlanRequest), self.root()), self.root())
        self.answer(await self.thought(work))


class ExtractHandler(PromoteHandler):
    """Prove and write."""

    @web.authenticated
    @authorized(action="write")
    async def post(self) -> None:
        """Start a promotion; answer with its job."""
        asked = self.asked(ExtractRequest)
        work = partial(_extract, _request(asked, self.root()), self.root(), asked.run)
        self.answer(self.shared.jobs.start(Extraction(), work).wire(0), HTTPStatus.ACCEPTED)


class TestsHandler(PromoteHandler):
    """Run generated tests."""

    @web.authenticated
    @authorized(action="execute", resource="kernels")
    async def post(self) -> None:
        """Start a run of tests; answer with its job."""
        asked = self.asked(RunTestsRequest)
        look_up = partial(_generated_test, self.root(), asked)
        folder = await self.thought(look_up)
        job = self.shared.jobs.start(TestRun(), partial(_run_tests, folder, asked))
        self.answer(job.wire(0), HTTPStatus.ACCEPTED)


def _request(asked: PlanRequest | ExtractRequest, root: Path) -> workflow.Request:
    """Return `asked` with its paths looked up on the disk.

    Raises:
        BadPath: a path leads out of the server's root.
    """
    notebook = places.inside(root, asked.path)
    to = places.inside(root, asked.to) if asked.to else places.project_of(root, notebook)
    module = asked.module or None
    return workflow.Request(notebook=notebook, to=to, module=module, content=asked.content)


def _plan(request: workflow.Request, root: Path) -> ReportWire:
    return _report(workflow.draw_up(request), request.to, root)


def _extract(
    request: workflow.Request,
    root: Path,
    run: bool,
    on_step: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> ReportWire:
    _plan(request, root)  # refuses links that lead out before anything is written
    done = workflow.extract(request, run=run, on_step=on_step, cancelled=cancelled)
    return _report(done, request.to, root)


def _generated_test(root: Path, asked: RunTestsRequest) -> Path:
    """Return the folder of the project whose generated test file is asked for.

    Raises:
        BadPath: a path leads out of the root, or no promotion has generated such a file.
    """
    folder = places.inside(root, asked.to)
    test = places.inside(folder, asked.test)
    is_ours = any(asked.test in place.record.generated for place in records.at(folder))
    if not is_ours or not test.name.startswith("test_") or not test.is_file():
        hint = "press Write first, then run the tests that it wrote"
        raise BadPath(f"{asked.test!r} is no test file of a promotion", hint=hint)
    return folder


def _run_tests(
    folder: Path,
    asked: RunTestsRequest,
    on_line: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> Finished | Stopped:
    from jupyter_promote.proof import testrun

    return testrun.run(
        folder,
        asked.test,
        testrun.interpreter(asked.kernel),
        seconds=settings.read(folder).proof_seconds,
        on_line=on_line,
        cancelled=cancelled,
    )


def _report(promotion: workflow.Promotion, to: Path, root: Path) -> ReportWire:
    """Return the report with the target folder as the file browser knows it.

    Raises:
        BadPath: a link below the target leads out of the root; its text is not shown.
    """
    report = wire.report(promotion)
    for file in report.files:
        if not (to / file.path).resolve().is_relative_to(root):
            raise BadPath(f"{file.path} is a link that leads out of the server's folder")
    return msgspec.structs.replace(report, to=to.relative_to(root).as_posix())


def load(server_app: Any) -> None:
    """Add the handlers to a running server."""
    scratch_folders.sweep()  # what killed servers have left
    log: logging.Logger = server_app.log
    hosts = Lasting()
    atexit.register(hosts.close)  # before `Jobs`, and so after these have ended
    shared = Shared(
        jobs=Jobs(log),
        thinkers=ThreadPoolExecutor(THINKERS, thread_name_prefix="promote"),
        memory=Memory(),
        hosts=hosts,
        log=log,
    )
    base = url_path_join(server_app.web_app.settings["base_url"], "jupyter-promote")
    rows: list[tuple[str, type[PromoteHandler]]] = [
        ("findings", FindingsHandler),
        ("unify", UnifyHandler),
        ("plan", PlanHandler),
        ("extract", ExtractHandler),
        ("tests", TestsHandler),
        ("runs/form", FormHandler),
        ("runs/results", ResultsHandler),
        ("runs/start", StartHandler),
        (r"jobs/([0-9a-f]{32})", JobHandler),
        (r"jobs/([0-9a-f]{32})/events", EventsHandler),
    ]
    routes = [(f"{base}/{path}", handler, {"shared": shared}) for path, handler in rows]
    server_app.web_app.add_handlers(".*$", routes)
