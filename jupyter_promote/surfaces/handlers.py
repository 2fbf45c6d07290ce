"""What all handlers of the REST API share: who may ask, in which shapes, and how mistakes are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyter_promote.errors import BadPath, PromoteError
from jupyter_promote.runs.hosting import Lasting
from jupyter_promote.surfaces.flagging import Memory
from jupyter_promote.surfaces.jobs import Jobs, Log, NoSuchJob, explain
from jupyter_promote.surfaces.wire import ErrorBody, ErrorWire

Asked = TypeVar("Asked", bound=msgspec.Struct)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the handlers of one server have in common."""

    jobs: Jobs
    thinkers: ThreadPoolExecutor
    memory: Memory
    hosts: Lasting
    log: Log


class BadRequest(PromoteError):
    """The body of the request is not what was agreed on."""

    kind = "request"


class PromoteHandler(APIHandler):
    """Reads and answers in wire shapes; every error leaves as a sentence."""

    auth_resource = "contents"

    def initialize(self, shared: Shared) -> None:
        """Take what the handlers of one server share."""
        self.shared = shared

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

    async def thought(self, work: Callable[[], Answer]) -> Answer:
        """Return what `work` gives, which may take a while."""
        return await asyncio.get_running_loop().run_in_executor(self.shared.thinkers, work)

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
            body = explain(error, self.shared.log)
        elif error is None or isinstance(error, web.HTTPError):
            body = _refusal(status_code)
        else:
            body = explain(error, self.shared.log)
        self.finish(msgspec.json.encode(ErrorWire(error=body)))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Leave the log alone: a `PromoteError` is no news, and `explain` logs the bugs."""

    def root(self) -> Path:
        """Return the folder that this server serves.

        Raises:
            BadPath: it serves something else than files.
        """
        root = getattr(self.contents_manager, "root_dir", "")
        if not root:
            raise BadPath("this server keeps its notebooks elsewhere than in files")
        return Path(root).resolve()


def _refusal(status_code: int) -> ErrorBody:
    words = {
        HTTPStatus.FORBIDDEN: ("you are not logged in to this server", "reload the page"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("the request is not JSON", "send application/json"),
        HTTPStatus.METHOD_NOT_ALLOWED: ("this address doesn't know that method", ""),
    }
    phrase = HTTPStatus(status_code).phrase.lower()
    what, hint = words.get(HTTPStatus(status_code), (f"the server refused: {phrase}", ""))
    return ErrorBody(kind="http", what=what, where="", hint=hint)
