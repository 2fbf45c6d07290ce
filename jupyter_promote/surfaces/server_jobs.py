"""What the REST API says of jobs: asked for once, or told as it happens."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from tornado import web
from tornado.iostream import StreamClosedError

from jupyter_promote.surfaces import doors
from jupyter_promote.surfaces.doors import READ
from jupyter_promote.surfaces.handlers import PromoteHandler
from jupyter_promote.surfaces.jobs import Job
from jupyter_promote.surfaces.wire import JobWire

BEAT_SECONDS = 15.0  # a proxy would close a connection in which nothing is said
PAUSE_SECONDS = 0.03  # between two events


class JobHandler(PromoteHandler):
    """A job under way; to stop it takes what starting it took."""

    needs = {"GET": (READ,), "DELETE": (READ,)}

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """Answer with how far it is, and with what it printed from line number `first` on."""
        job = self.shared.jobs.get(job_id, await self.owner())
        self.answer(job.wire(self.first()))

    @web.authenticated
    async def delete(self, job_id: str) -> None:
        """Ask it to stop."""
        job = self.shared.jobs.get(job_id, await self.owner())
        await doors.require(self, *job.needs)
        job.cancel.set()
        self.answer(job.wire(0))

    def first(self) -> int:
        """Return the number of the first line that the panel lacks."""
        first = self.get_query_argument("first", "0")
        return int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 0


class EventsHandler(JobHandler):
    """A job under way, as server-sent events: one whenever something has happened."""

    needs = {"GET": (READ,)}

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """Tell how far the job is until it has ended."""
        job, first = self.shared.jobs.get(job_id, await self.owner()), self.first()
        self.set_status(HTTPStatus.OK)
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")
        with contextlib.suppress(StreamClosedError):
            await self._tell(job, first)

    async def _tell(self, job: Job[Any], first: int) -> None:
        loop, news = asyncio.get_running_loop(), asyncio.Event()
        with job.watched(partial(_wake, loop, news)):
            while True:
                news.clear()
                told = job.wire(first)
                self.write(b"data: " + msgspec.json.encode(told) + b"\n\n")
                await self.flush()
                if told.state != "running":
                    return
                first = _next(told, first)
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(news.wait(), BEAT_SECONDS)
                await asyncio.sleep(PAUSE_SECONDS)


def _wake(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the server has stopped
        loop.call_soon_threadsafe(news.set)


def _next(told: JobWire, first: int) -> int:
    """Return the number of the line after those that were told."""
    shown = told.tests or told.running
    return shown.first + len(shown.lines) if shown else first
