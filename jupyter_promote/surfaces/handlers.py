"""What all handlers of the REST API share: who may ask, how much, and how mistakes are told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyter_promote.errors import BadPath, PromoteError
from jupyter_promote.runs.hosting import Lasting
from jupyter_promote.surfaces import doors
from jupyter_promote.surfaces.doors import Permission
from jupyter_promote.surfaces.jobs import Jobs, Log, NoSuchJob, explain
from jupyter_promote.surfaces.wire import ErrorBody, ErrorWire
from jupyter_promote.surfaces.workers import Died, Workers

STATUS = {
    NoSuchJob.kind: HTTPStatus.NOT_FOUND,
    doors.NotAllowed.kind: HTTPStatus.FORBIDDEN,
    doors.BodyTooLarge.kind: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    doors.Busy.kind: HTTPStatus.SERVICE_UNAVAILABLE,
    Died.kind: HTTPStatus.INTERNAL_SERVER_ERROR,
    "bug": HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the handlers of one server have in common; a body may have `most_bytes`."""

    jobs: Jobs
    workers: Workers
    hosts: Lasting
    most_bytes: int
    room: doors.Room
    log: Log

    def close(self) -> bool:
        """End everything, and return whether it has ended; jobs get a moment to clean up."""
        ended = self.jobs.close()
        self.workers.close()
        if ended:  # else a run would seem to have died of itself
            self.hosts.close()
        return ended


@web.stream_request_body  # who may not ask is turned away before the body is read
class PromoteHandler(APIHandler):
    """Asks for permissions, takes in bodies, and answers in wire shapes; errors leave as sentences.

    `needs` says for each method what its user must be allowed to do; what it doesn't name is no
    method of the address. What is posted is answered by `respond`. Whoever is logged in is refused
    only after his body has been read, and forgotten: a connection that is closed while he still
    sends would look like a server that is down.
    """

    auth_resource = "contents"
    needs: ClassVar[Mapping[str, tuple[Permission, ...]]] = {}

    def initialize(self, shared: Shared) -> None:
        """Take what the handlers of one server share."""
        self.shared = shared
        self._taken = doors.Body(shared.room, shared.most_bytes)
        self._asking: asyncio.Future[bytes] | None = None
        self._is_gone = False

    async def prepare(self) -> None:  # type: ignore[override]
        """Turn away who is not logged in, may not do this, or sends too much."""
        await super().prepare()
        method = self.request.method or ""
        if self._finished or method == "OPTIONS":
            return
        if not self.current_user:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        if method not in self.needs:
            raise web.HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            await doors.require(self, *self.needs[method])
        except doors.NotAllowed as error:
            if method != "POST":
                raise
            self._taken.refuse(error)

    @web.authenticated
    async def post(self) -> None:
        """Answer what was posted, if its user may do that."""
        self._taken.check()
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise web.HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        await self.respond()

    async def respond(self) -> None:
        """Answer the body, which its user may send."""
        raise NotImplementedError

    async def data_received(self, chunk: bytes) -> None:
        """Take in a piece of the body; between two pieces it is other users' turn."""
        self._taken.add(chunk)
        await asyncio.sleep(0)

    async def thought(self, verb: str) -> bytes:
        """Return what a worker answers to the request."""
        asked = self.shared.workers.ask(verb, self.body, self.root())
        self._asking = asyncio.wrap_future(asked)
        try:
            return await self._asking
        except asyncio.CancelledError:
            if self._is_gone:
                raise web.Finish from None
            raise

    @property
    def body(self) -> bytearray:
        """The whole body."""
        return self._taken.content

    def on_connection_close(self) -> None:
        """Leave what nobody waits for any more."""
        self._is_gone = True
        self._taken.leave()
        if self._asking is not None:
            self._asking.cancel()
        super().on_connection_close()

    def on_finish(self) -> None:
        """Make room for other bodies."""
        self._taken.leave()
        super().on_finish()

    def answer(self, body: msgspec.Struct, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send `body` as JSON."""
        self.set_status(status)
        self.finish(msgspec.json.encode(body))

    def compute_etag(self) -> str | None:
        """Return no tag: answers are large and never the same, and a digest keeps others waiting."""
        return None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send what went wrong as an `ErrorWire`."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, web.HTTPError) or error is None:
            body = _refusal(status_code)
        else:
            body = explain(error, self.shared.log)
            known = isinstance(error, PromoteError)
            status = STATUS.get(body.kind, HTTPStatus.BAD_REQUEST if known else status_code)
            self.set_status(status)
        self.finish(msgspec.json.encode(ErrorWire(error=body)))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Leave the log alone: a `PromoteError` is no news, and `explain` logs the bugs."""

    def root(self) -> str:
        """Return the folder that this server serves.

        Raises:
            BadPath: it serves something else than files.
        """
        root: str = getattr(self.contents_manager, "root_dir", "")
        if not root:
            raise BadPath("this server keeps its notebooks elsewhere than in files")
        return root

    def real_root(self) -> Path:
        """Return that folder, links followed."""
        return Path(self.root()).resolve()

    async def owner(self) -> str:
        """Return under which name the jobs of this user are kept."""
        return await doors.owner_of(self)


def _refusal(status_code: int) -> ErrorBody:
    words = {
        HTTPStatus.FORBIDDEN: ("you are not logged in to this server", "reload the page"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("the request is not JSON", "send application/json"),
        HTTPStatus.METHOD_NOT_ALLOWED: ("this address doesn't know that method", ""),
    }
    phrase = HTTPStatus(status_code).phrase.lower()
    what, hint = words.get(HTTPStatus(status_code), (f"the server refused: {phrase}", ""))
    return ErrorBody(kind="http", what=what, where="", hint=hint)
