"""The REST API that the JupyterLab panel calls; see `wire` for what goes in and out.

POST findings, POST unify, POST plan, POST extract, POST tests, GET jobs/ID, DELETE jobs/ID. Thinking
happens in a few threads, proving, writing and running tests in jobs; the event loop is never kept
waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_promote import settings, workflow
from jupyter_promote.errors import BadPath, PromoteError
from jupyter_promote.surfaces import flagging, places, wire
from jupyter_promote.surfaces.flagging import Memory
from jupyter_promote.surfaces.jobs import Extraction, Jobs, Log, NoSuchJob, TestRun, explain
from jupyter_promote.surfaces.wire import (
    ErrorBody,
    ErrorWire,
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

Asked = TypeVar(
    "Asked", FindingsRequest, UnifyRequest, PlanRequest, ExtractRequest, RunTestsRequest
)


class BadRequest(PromoteError):
    """The body of the request is not what was agreed on."""

    kind = "request"


class PromoteHandler(APIHandler):
    """Reads and answers in wire shapes; every error leaves as a sentence."""

    auth_resource = "contents"

    def initialize(
        self, jobs: Jobs, thinkers: ThreadPoolExecutor, memory: Memory, log: Log
    ) -> None:
        """Take what the handlers of one server share."""
        self.jobs = jobs
        self.memory = memory
        self.thinkers = thinkers
        self.own_log = log

    async def prepare(self) -> None:  # type: ignore[override]
        """Turn away who is not logged in, whatever the method."""
        await super().prepare()
        if self.request.method != "OPTIONS" and not self.current_user:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def asked(self, shape: type[Asked]) -> Asked:
        """Return the request's body.

        Raises:
            BadRequest: it is not JSON, or not of this shape.
            HTTPError: 415, it does not claim to be JSON.
        """
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise web.HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            return msgspec.json.decode(self.request.body, type=shape)
        except (ValueError, RecursionError) as error:
            hint = "reload the page; if it stays, the front end and the server differ in version"
            raise BadRequest(f"the request can't be read: {error}", hint=hint) from None

    def answer(self, body: msgspec.Struct, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send `body` as JSON."""
        self.set_status(status)
        self.finish(msgspec.json.encode(body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send what went wrong as an `ErrorWire`."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, PromoteError):
            missing = isinstance(error, NoSuchJob)
            self.set_status(HTTPStatus.NOT_FOUND if missing else HTTPStatus.BAD_REQUEST)
            body = explain(error, self.own_log)
        elif error is None or isinstance(error, web.HTTPError):
            body = _refusal(status_code)
        else:
            body = explain(error, self.own_log)
        self.finish(msgspec.json.encode(ErrorWire(error=body)))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Leave the log alone: a `PromoteError` is no news, and `explain` logs the bugs."""

    def request_of(self, asked: PlanRequest | ExtractRequest) -> workflow.Request:
        """Return `asked` with its paths looked up on the disk.

        Raises:
            BadPath: a path leads out of the server's root.
        """
        root = self.root()
        notebook = places.inside(root, asked.path)
        to = places.inside(root, asked.to) if asked.to else places.project_of(root, notebook)
        module = asked.module or None
        return workflow.Request(notebook=notebook, to=to, module=module, content=asked.content)

    def root(self) -> Path:
        """Return the folder that this server serves.

        Raises:
            BadPath: it serves something else than files.
        """
        root = getattr(self.contents_manager, "root_dir", "")
        if not root:
            raise BadPath("this server keeps its notebooks elsewhere than in files")
        return Path(root).resolve()


class FindingsHandler(PromoteHandler):
    """What the checks say."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with the findings about the notebook on screen."""
        asked = self.asked(FindingsRequest)
        work = partial(flagging.found, asked, self.root(), self.memory)
        self.answer(await asyncio.get_running_loop().run_in_executor(self.thinkers, work))


class UnifyHandler(PromoteHandler):
    """One function for copies."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with what it would do to the notebook on screen."""
        asked = self.asked(UnifyRequest)
        work = partial(flagging.unified, asked, self.root())
        self.answer(await asyncio.get_running_loop().run_in_executor(self.thinkers, work))


class PlanHandler(PromoteHandler):
    """What would be promoted."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with the plan for the notebook on screen."""
        work = partial(_plan, self.request_of(self.asked(PlanRequest)), self.root())
        self.answer(await asyncio.get_running_loop().run_in_executor(self.thinkers, work))


class ExtractHandler(PromoteHandler):
    """Prove and write."""

    @web.authenticated
    @authorized(action="write")
    async def post(self) -> None:
        """Start a promotion; answer with its job."""
        asked = self.asked(ExtractRequest)
        work = partial(_extract, self.request_of(asked), self.root(), asked.run)
        self.answer(self.jobs.start(Extraction(), work).wire(0), HTTPStatus.ACCEPTED)


class TestsHandler(PromoteHandler):
    """Run generated tests."""

    @web.authenticated
    @authorized(action="execute", resource="kernels")
    async def post(self) -> None:
        """Start a run of tests; answer with its job."""
        asked = self.asked(RunTestsRequest)
        look_up = partial(_generated_test, self.root(), asked)
        folder = await asyncio.get_running_loop().run_in_executor(self.thinkers, look_up)
        job = self.jobs.start(TestRun(), partial(_run_tests, folder, asked))
        self.answer(job.wire(0), HTTPStatus.ACCEPTED)


class JobHandler(PromoteHandler):
    """A job under way."""

    @web.authenticated
    @authorized(action="read")
    def get(self, job_id: str) -> None:
        """Answer with how far it is, and with what it printed from line number `first` on."""
        first = self.get_query_argument("first", "0")
        known = int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 0
        self.answer(self.jobs.get(job_id).wire(known))

    @web.authenticated
    @authorized(action="write")
    def delete(self, job_id: str) -> None:
        """Ask it to stop."""
        job = self.jobs.get(job_id)
        job.cancel.set()
        self.answer(job.wire(0))


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


def _refusal(status_code: int) -> ErrorBody:
    words = {
        HTTPStatus.FORBIDDEN: ("you are not logged in to this server", "reload the page"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("the request is not JSON", "send application/json"),
        HTTPStatus.METHOD_NOT_ALLOWED: ("this address doesn't know that method", ""),
    }
    phrase = HTTPStatus(status_code).phrase.lower()
    what, hint = words.get(HTTPStatus(status_code), (f"the server refused: {phrase}", ""))
    return ErrorBody(kind="http", what=what, where="", hint=hint)


def load(server_app: Any) -> None:
    """Add the handlers to a running server."""
    log: logging.Logger = server_app.log
    shared = {
        "jobs": Jobs(log),
        "thinkers": ThreadPoolExecutor(THINKERS, thread_name_prefix="promote"),
        "memory": Memory(),
        "log": log,
    }
    base = url_path_join(server_app.web_app.settings["base_url"], "jupyter-promote")
    rows: list[tuple[str, type[PromoteHandler]]] = [
        ("findings", FindingsHandler),
        ("unify", UnifyHandler),
        ("plan", PlanHandler),
        ("extract", ExtractHandler),
        ("tests", TestsHandler),
        (r"jobs/([0-9a-f]{32})", JobHandler),
    ]
    routes = [(f"{base}/{path}", handler, shared) for path, handler in rows]
    server_app.web_app.add_handlers(".*$", routes)
