"""What a forked kernel sends and shows, without sockets of its own: one connection, no threads."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from jupyter_client.session import Session, json_packer

_DRAIN_SECONDS = 10.0
_PIPE_BYTES = 65536


class Connection:
    """JSON messages, one a line, to the process that asked for the run."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._incoming = channel.makefile("rb")
        self._pid = os.getpid()

    def fileno(self) -> int:
        """What becomes readable when a message comes."""
        return self._channel.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; forked children of a notebook only get their text through."""
        if os.getpid() != self._pid:
            self._from_child(message)
            return
        line = json_packer(message) + b"\n"
        with self._lock:
            self._channel.sendall(line)

    def _from_child(self, message: dict[str, Any]) -> None:
        """Write a child's text to the file descriptor that its parent watches."""
        if message["msg_type"] == "stream":
            content = message["content"]
            os.write(1 if content["name"] == "stdout" else 2, content["text"].encode())

    def receive(self) -> dict[str, Any] | None:
        """Return the next message, None when there is none any more."""
        line = self._incoming.readline()
        return json.loads(line) if line else None


class ConnectedSession(Session):
    """Builds messages as every kernel does, and sends them through the connection."""

    connection: Connection | None = None

    def send(
        self,
        stream: object,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: object = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> dict[str, Any]:
        """Send a message; `stream` and `ident` mean nothing here."""
        message: dict[str, Any] = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(
                msg_or_type, content=content, parent=parent, header=header, metadata=metadata
            )
        )
        wire = {
            name: message[name]
            for name in ("header", "parent_header", "msg_id", "msg_type", "metadata", "content")
        }
        attached = buffers or message.get("buffers")
        if attached:
            wire["buffers"] = [base64.b64encode(bytes(one)).decode() for one in attached]
        if self.connection is not None:
            self.connection.send(wire)
        return message


class _Later:
    """Calls functions later, from a thread that begins when it is first needed."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, Callable[[], None]]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        """Call `function` in so many seconds."""
        with self._changed:
            self._waiting.append((time.monotonic() + seconds, function))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="IOPub")
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                due, function = self._waiting.pop(0)
            time.sleep(max(0.0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                function()


class DirectThread(IOPubThread):
    """Stands where a kernel has its output thread: everything is sent at once, by who sends it."""

    def __init__(self) -> None:
        self.io_loop: Any = _Later()
        self.thread = threading.main_thread()
        self.socket = None
        self._master_pid = os.getpid()

    def schedule(self, f: Callable[[], None]) -> None:
        """Call it."""
        f()

    @property
    def closed(self) -> bool:
        """Never."""
        return False

    def stop(self) -> None:
        """Nothing: there is no thread."""


class WatchedStream(OutStream):
    """stdout or stderr of a kernel, with what subprocesses write to the file descriptor.

    The end of a cell is marked in the pipe itself, so that nothing comes late.
    """

    def __init__(self, session: Session, thread: IOPubThread, name: str) -> None:
        super().__init__(session, thread, name, watchfd=False)
        self._mark = secrets.token_bytes(16)
        self._reached = threading.Event()
        self._pipe: int | None = None
        if "PYTEST_CURRENT_TEST" not in os.environ:  # a stock kernel does the same
            self._redirect(1 if name == "stdout" else 2)

    def _redirect(self, descriptor: int) -> None:
        reading, writing = os.pipe()
        self._original_stdstream_fd = descriptor
        self._original_stdstream_copy = os.dup(descriptor)
        os.dup2(writing, descriptor)
        os.close(writing)
        self._pipe = descriptor
        thread = threading.Thread(target=self._watch, args=(reading,), daemon=True)
        thread.start()

    def _watch(self, reading: int) -> None:
        rest = b""
        while True:
            got = os.read(reading, _PIPE_BYTES)
            if not got:
                return
            rest += got
            while self._mark in rest:
                before, _, rest = rest.partition(self._mark)
                self._show(before)
                self._reached.set()
            keep = _overlap(rest, self._mark)
            self._show(rest[: len(rest) - keep])
            rest = rest[len(rest) - keep :]

    def _show(self, raw: bytes) -> None:
        if raw:
            self.write(raw.decode(errors="replace"))

    def drain(self) -> None:
        """Wait until all that was written so far was sent."""
        if self._pipe is not None:
            self._reached.clear()
            with contextlib.suppress(OSError):  # the notebook has closed it
                os.write(self._pipe, self._mark)
                self._reached.wait(_DRAIN_SECONDS)
        self.flush()


def _overlap(text: bytes, mark: bytes) -> int:
    """Return how many bytes at the end of `text` may be the beginning of `mark`."""
    for size in range(min(len(mark) - 1, len(text)), 0, -1):
        if text.endswith(mark[:size]):
            return size
    return 0


def replace_standard(session: Session, thread: IOPubThread) -> tuple[WatchedStream, WatchedStream]:
    """Put the kernel's streams in the place of stdout and stderr."""
    sys.stdout = out = WatchedStream(session, thread, "stdout")
    sys.stderr = err = WatchedStream(session, thread, "stderr")
    return out, err
