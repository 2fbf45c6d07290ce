"""The part of the REST API that runs notebooks: their forms, their results, and new runs."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_promote.surfaces import launching, places
from jupyter_promote.surfaces.handlers import PromoteHandler
from jupyter_promote.surfaces.run_jobs import Running
from jupyter_promote.surfaces.wire_form import FormRequest
from jupyter_promote.surfaces.wire_runs import ResultsRequest, ResultsWire, StartRequest


class FormHandler(PromoteHandler):
    """The parameters of a notebook.

    Whether a secret is there to be referred to is told to those only who could read it in a kernel.
    """

    @web.authenticated
    @authorized(action="execute", resource="kernels")
    async def post(self) -> None:
        """Answer with the form of the notebook on screen, and what is wrong in it."""
        asked = self.asked(FormRequest)
        self.answer(await self.thought(partial(launching.form, asked, self.root())))


class ResultsHandler(PromoteHandler):
    """The runs of a notebook."""

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Answer with its runs in the ledger, and with its latest job."""
        asked, root = self.asked(ResultsRequest), self.root()
        path = places.inside(root, asked.path)
        runs = await self.thought(partial(launching.results, asked.path, root))
        job = self.shared.jobs.latest(lambda job: isinstance(job, Running) and job.path == path)
        self.answer(ResultsWire(runs=runs, job=job.id if job else ""))


class StartHandler(PromoteHandler):
    """Run a notebook."""

    @web.authenticated
    @authorized(action="execute", resource="kernels")
    async def post(self) -> None:
        """Start a run or a sweep; answer with its job."""
        asked, root = self.asked(StartRequest), self.root()
        job = await self.thought(partial(launching.job, asked, root))
        work = partial(launching.work, asked, job, self.shared.hosts)
        self.answer(self.shared.jobs.start(job, work).wire(0), HTTPStatus.ACCEPTED)
