"""The part of the REST API that runs notebooks: their forms, their results, and new runs."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import cast

import msgspec

from jupyter_promote.surfaces import launching
from jupyter_promote.surfaces.answers import Startable
from jupyter_promote.surfaces.doors import EXECUTE, READ, WRITE
from jupyter_promote.surfaces.handlers import PromoteHandler
from jupyter_promote.surfaces.run_jobs import Running
from jupyter_promote.surfaces.wire_runs import ResultsWire, RunWire


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """`answers.ResultsOf`, whose runs go out as they came in."""

    notebook: str
    runs: msgspec.Raw


class FormHandler(PromoteHandler):
    """The parameters of a notebook.

    Whether a secret is there to be referred to is told to those only who could read it in a kernel.
    """

    needs = {"POST": (READ, EXECUTE)}

    async def respond(self) -> None:
        """Answer with the form of the notebook on screen, and what is wrong in it."""
        self.finish(await self.thought("form"))


class ResultsHandler(PromoteHandler):
    """The runs of a notebook."""

    needs = {"POST": (READ,)}

    async def respond(self) -> None:
        """Answer with its runs in the ledger, and with its latest job."""
        found = msgspec.json.decode(await self.thought("results"), type=Results)
        path, owner = self.real_root() / found.notebook, await self.owner()
        job = self.shared.jobs.latest(
            owner, lambda job: isinstance(job, Running) and job.path == path
        )
        runs = cast("list[RunWire]", found.runs)
        self.answer(ResultsWire(runs=runs, job=job.id if job else ""))


class StartHandler(PromoteHandler):
    """Run a notebook; its output and the ledger are written."""

    needs = {"POST": (READ, WRITE, EXECUTE)}

    async def respond(self) -> None:
        """Start a run or a sweep; answer with its job."""
        found = msgspec.json.decode(await self.thought("startable"), type=Startable)
        root = self.real_root()
        needs = self.needs["POST"]
        job = Running(root / found.notebook, root, needs, sweep=found.asked.sweep)
        work = partial(launching.work, found.asked, job, self.shared.hosts)
        self.shared.jobs.start(job, work, await self.owner())
        self.answer(job.wire(0), HTTPStatus.ACCEPTED)
