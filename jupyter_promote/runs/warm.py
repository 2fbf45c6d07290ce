"""Runs in children of a fork-server: papermill's client, without a kernel of its own to start."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_promote.errors import RunFailed, undoing
from jupyter_promote.runs import watching
from jupyter_promote.runs.execution import Job, Limits
from jupyter_promote.runs.forkserver import Forked, ForkServer, NoForkServer
from jupyter_promote.sandbox.sandboxes import Sandbox

if TYPE_CHECKING:
    from jupyter_promote.runs.engine import Manager, Session

_POLITE_SECONDS = 10.0
_STARTS = 3


class NeedsStock(RunFailed):
    """The notebook does what only a stock kernel can; the message says what."""


class Child:
    """A kernel in a child of a fork-server; `ended` says why it was ended before its time."""

    engine_options: Mapping[str, Any] = {}

    def __init__(self, forked: Forked, server: ForkServer) -> None:
        self.ended = ""
        self.pid = forked.pid
        self._channel = forked.channel
        self._incoming = forked.channel.makefile("rb")
        self._server = server
        self._signal: int | None = None

    def prepare(self, session: Session) -> None:
        """Make papermill's engine execute cells here."""
        from jupyter_promote.runs.warm_client import WarmClient

        def client(manager: Manager, options: Mapping[str, Any]) -> WarmClient:
            return WarmClient(manager, child=self, **options)

        session.client = client

    def ask(self, content: Mapping[str, object], metadata: Mapping[str, object]) -> str:
        """Ask the kernel to execute something; return the id of the request."""
        asked = uuid.uuid4().hex
        message = {"id": asked, "content": content, "metadata": metadata}
        with contextlib.suppress(OSError):  # a dead child is noticed where its answer is missing
            self._channel.sendall(json.dumps(message).encode() + b"\n")
        return asked

    def receive(self) -> dict[str, Any] | None:
        """Return the next message of the kernel, None when it is dead."""
        try:
            line = self._incoming.readline()
        except OSError:
            return None
        if not line.endswith(b"\n"):
            return None
        message: dict[str, Any] = json.loads(line)
        if "buffers" in message:
            message["buffers"] = [base64.b64decode(one) for one in message["buffers"]]
        return message

    def end(self, why: str) -> None:
        """Kill it and all that it started."""
        self.ended = why
        watching.kill_group(self.pid)

    def exit_signal(self) -> str:
        """Return the name of the signal that killed it, '' if none did."""
        if self._signal is None:
            self.close()
            try:
                self._signal = self._server.end(self.pid)
            except NoForkServer:
                self._signal = signal.SIGKILL  # children die with their server
        return signal.Signals(self._signal).name if self._signal else ""

    def leave(self) -> None:
        """Let it end by itself, so that what it still has to write is written."""
        with contextlib.suppress(OSError, ValueError):  # it is closed
            self._channel.settimeout(_POLITE_SECONDS)
            self._channel.shutdown(socket.SHUT_WR)
            while self._incoming.read(65536):
                pass
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._incoming.close()
        self._channel.close()


class Warm:
    """The children of a fork-server, one for each run; a server that was killed is started anew."""

    name = "warm"
    reason = ""

    def __init__(self, server: ForkServer) -> None:
        self._server = server
        self._lock = threading.Lock()

    def start(
        self, job: Job, limits: Limits, box: Sandbox | None = None
    ) -> AbstractContextManager[Child]:
        """Fork a child for one run of the job."""
        return self.child(job.folder, job.environment, limits, box)

    @contextmanager
    def child(
        self,
        folder: Path,
        environment: Mapping[str, str],
        limits: Limits = Limits(),  # noqa: B008  # frozen
        box: Sandbox | None = None,
    ) -> Iterator[Child]:
        """Fork a child that works in `folder`, watch over it, and end it."""
        own = {**environment, "JPY_PARENT_PID": str(os.getpid())}
        child = self._forked(folder, {**own, **(box.environment if box else {})}, box)
        watch = watching.watched(
            child, seconds=limits.seconds, memory_mb=limits.memory_mb, cancelled=limits.cancelled
        )
        with closing(child), undoing(lambda _error: child.end("error")), watch:
            yield child
            child.leave()

    def _forked(self, folder: Path, environment: Mapping[str, str], box: Sandbox | None) -> Child:
        server = self._server
        for _ in range(_STARTS):
            try:
                return Child(server.fork(folder, environment, box), server)
            except NoForkServer as error:
                server, gone = self._anew(server), error
        raise gone

    def _anew(self, gone: ForkServer) -> ForkServer:
        with self._lock:
            if self._server is gone:
                gone.stop()
                self._server = gone.again()
            return self._server

    def stop(self) -> None:
        """End the server."""
        self._server.stop()
