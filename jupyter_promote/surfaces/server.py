"""The REST API that the JupyterLab panel calls; see `wire` for what goes in and out.

POST findings, POST unify, POST plan, POST extract, POST tests; POST runs/form, POST runs/results,
POST runs/start; GET jobs/ID, GET jobs/ID/events, DELETE jobs/ID. Requests are decoded and thought
about in workers, proving, writing, running tests and notebooks happens in jobs; the event loop is
never kept waiting. What each address asks of its user stands in the handlers' `needs`.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Int

from jupyter_promote import scratch_folders, settings
from jupyter_promote.runs.hosting import Lasting
from jupyter_promote.surfaces import doors, workers
from jupyter_promote.surfaces.answers import Extractable, Testable
from jupyter_promote.surfaces.doors import EXECUTE, READ, WRITE
from jupyter_promote.surfaces.handlers import PromoteHandler, Shared
from jupyter_promote.surfaces.jobs import Extraction, Jobs, Log, TestRun
from jupyter_promote.surfaces.server_jobs import EventsHandler, JobHandler
from jupyter_promote.surfaces.server_runs import FormHandler, ResultsHandler, StartHandler
from jupyter_promote.surfaces.workers import Workers

if TYPE_CHECKING:
    from jupyter_promote.proof.testrun import Finished, Stopped

BODIES = 8  # of the largest size, in the server's memory at once


class FindingsHandler(PromoteHandler):
    """What the checks say."""

    needs = {"POST": (READ,)}

    async def respond(self) -> None:
        """Answer with the findings about the notebook on screen."""
        self.finish(await self.thought("findings"))


class UnifyHandler(PromoteHandler):
    """One function for copies."""

    needs = {"POST": (READ,)}

    async def respond(self) -> None:
        """Answer with what it would do to the notebook on screen."""
        self.finish(await self.thought("unify"))


class PlanHandler(PromoteHandler):
    """What would be promoted."""

    needs = {"POST": (READ,)}

    async def respond(self) -> None:
        """Answer with the plan for the notebook on screen."""
        self.finish(await self.thought("plan"))


class ExtractHandler(PromoteHandler):
    """Prove and write; the proof executes the notebook."""

    needs = {"POST": (READ, WRITE)}

    async def respond(self) -> None:
        """Start a promotion; answer with its job."""
        asked = msgspec.json.decode(await self.thought("extractable"), type=Extractable)
        job = Extraction(self.needs["POST"])
        if asked.run:
            await doors.require(self, EXECUTE)
            job = Extraction((*self.needs["POST"], EXECUTE))
        work = partial(_extract, job, self.body, self.root(), self.shared.log)
        self.shared.jobs.start(job, work, await self.owner())
        self.answer(job.wire(0), HTTPStatus.ACCEPTED)


class TestsHandler(PromoteHandler):
    """Run generated tests."""

    needs = {"POST": (READ, EXECUTE)}

    async def respond(self) -> None:
        """Start a run of tests; answer with its job."""
        asked = msgspec.json.decode(await self.thought("testable"), type=Testable)
        job = TestRun(self.needs["POST"])
        self.shared.jobs.start(
            job, partial(_run_tests, asked, self.real_root()), await self.owner()
        )
        self.answer(job.wire(0), HTTPStatus.ACCEPTED)


def _extract(
    job: Extraction,
    body: bytearray,
    root: str,
    log: Log,
    on_step: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> bytes:
    def hear(word: str, text: str) -> None:
        if word == "verdict":
            job.status = text
        else:
            on_step(text)

    return workers.carry_out("extract", body, root, log, hear, cancelled)


def _run_tests(
    asked: Testable, root: Path, on_line: Callable[[str], None], cancelled: Callable[[], bool]
) -> Finished | Stopped:
    from jupyter_promote.proof import testrun

    folder = root / asked.folder
    return testrun.run(
        folder,
        asked.test,
        testrun.interpreter(asked.kernel),
        seconds=settings.read(folder).proof_seconds,
        on_line=on_line,
        cancelled=cancelled,
    )


ROUTES: dict[str, type[PromoteHandler]] = {
    "findings": FindingsHandler,
    "unify": UnifyHandler,
    "plan": PlanHandler,
    "extract": ExtractHandler,
    "tests": TestsHandler,
    "runs/form": FormHandler,
    "runs/results": ResultsHandler,
    "runs/start": StartHandler,
    r"jobs/([\w-]{32})": JobHandler,
    r"jobs/([\w-]{32})/events": EventsHandler,
}


class PromoteServer(ExtensionApp):
    """The extension: its settings, `c.PromoteServer.NAME` in jupyter_server_config.py, and its end."""

    name = "jupyter_promote"

    max_body_mb = Int(
        64,
        min=1,
        config=True,
        help="Megabytes that a request may have. It holds one notebook with its outputs: people have"
        " met 50 MB of pictures, which take a worker a second and 240 MB; as many small values take"
        " it ten seconds and 1.1 GB.",
    )
    abandoned_seconds = Float(
        600.0,
        min=0,
        config=True,
        help="A promotion, a run or a run of tests is cancelled when nobody has asked for it for so"
        " many seconds; 0: never. A page is loaded again in a minute at most; a laptop changes its"
        " network, or is carried to the next room, in ten.",
    )

    def initialize_handlers(self) -> None:
        """Add the handlers to the running server."""
        scratch_folders.sweep()  # what killed servers have left
        log = self.log
        self.shared = Shared(
            jobs=Jobs(log, self.abandoned_seconds),
            workers=Workers(log),
            hosts=Lasting(),
            most_bytes=self.max_body_mb * doors.MEGABYTE,
            room=doors.Room(BODIES * self.max_body_mb * doors.MEGABYTE),
            log=log,
        )
        shared = {"shared": self.shared}
        self.handlers.extend((f"jupyter-promote/{p}", h, shared) for p, h in ROUTES.items())
        atexit.register(self.shared.close)

    def current_activity(self) -> int | None:
        """Return how many jobs are under way: no server that has some is idle."""
        return self.shared.jobs.under_way() or None

    async def stop_extension(self) -> None:
        """End what was started for the server; what takes longer has time until Python ends."""
        if await asyncio.get_running_loop().run_in_executor(None, self.shared.close):
            atexit.unregister(self.shared.close)
