"""The driver's side of a fork-server: start it, ask it for children, stop it.

The server is one process of the notebook's interpreter (`inside.server`), and may live as long as
whoever started it: for a sweep, or as long as a JupyterLab server.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyter_promote.errors import RunFailed
from jupyter_promote.pinning import inside
from jupyter_promote.sandbox.sandboxes import Sandbox

_START_SECONDS = 300
_END_SECONDS = 5
_MOST_STARTS = 4
# BLAS and Arrow's allocator start threads when they are loaded, which is before the fork.
_SINGLE = {
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
# Modules in the folder in which the server happens to start are none of ours.
_AWAY = "import sys\nsys.path[:] = [path for path in sys.path if path]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """A child: its process, and the connection to the kernel in it."""

    pid: int
    channel: socket.socket


class NoForkServer(RunFailed):
    """No fork-server can be used; the message says why, and stock kernels will do."""


class ForkServer:
    """A process that has imported what `imports` say, and forks a child for each run."""

    def __init__(
        self,
        interpreter: Sequence[str],
        environment: Mapping[str, str],
        imports: Sequence[str],
    ) -> None:
        self._interpreter = tuple(interpreter)
        self._environment = dict(environment)
        self._lock = threading.Lock()
        self._imports = [*imports]
        self._ready = False
        self.left_out: dict[str, str] = {}
        self._process, self._driver = self._begin()

    def _begin(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair()
        code = _AWAY + inside.code("runs.inside.server", f"main({theirs.fileno()})")
        try:
            process = subprocess.Popen(
                [*self._interpreter, "-c", code],
                env={**self._environment, **_SINGLE},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise NoForkServer(f"the interpreter does not start: {error}") from error
        finally:
            theirs.close()
        ours.settimeout(_START_SECONDS)
        with contextlib.suppress(OSError):
            ours.sendall(json.dumps({"imports": self._imports}).encode() + b"\n")
        return process, ours

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def wait(self) -> None:
        """Wait until it can fork; imports that must not happen before a fork are left to children.

        Raises:
            NoForkServer: it can't be used.
        """
        with self._lock:
            for _ in range(_MOST_STARTS):
                if self._ready:
                    return
                answer = self._answer()
                if "failed" in answer:
                    raise NoForkServer(str(answer["failed"]))
                excluded = answer.get("excluded")
                if not isinstance(excluded, dict):
                    self._ready = True
                    return
                self.left_out.update(excluded)
                self._imports = [one for one in self._imports if one not in excluded]
                self._end()
                self._process, self._driver = self._begin()
            raise NoForkServer("what the notebook imports must not be imported before a fork")

    def fork(
        self, folder: Path, environment: Mapping[str, str], box: Sandbox | None = None
    ) -> Forked:
        """Return a new child that works in `folder`, in a sandbox where one is given.

        Raises:
            NoForkServer: the server is gone.
        """
        self.wait()
        ours, theirs = socket.socketpair()
        told = {"folder": str(folder), "environment": dict(environment)}
        asked = json.dumps({**told, "sandbox": box.entry()} if box else told)
        with theirs, self._lock:
            try:
                raw = asked.encode() + b"\n"
                sent = socket.send_fds(self._driver, [raw], [theirs.fileno()])
                self._driver.sendall(raw[sent:])
                return Forked(pid=int(str(self._answer()["pid"])), channel=ours)
            except (OSError, NoForkServer) as error:
                ours.close()
                raise NoForkServer(f"the fork-server is gone ({error})") from error

    def end(self, pid: int) -> int:
        """End a child; return the signal that killed it, 0 if it ended by itself.

        Raises:
            NoForkServer: the server is gone, and its children with it.
        """
        with self._lock:
            try:
                self._driver.sendall(json.dumps({"end": pid}).encode() + b"\n")
            except OSError as error:
                raise NoForkServer(f"the fork-server is gone ({error})") from error
            answer = self._answer()
        return int(str(answer["signal"]))

    def _answer(self) -> dict[str, object]:
        found = b""
        try:
            while not found.endswith(b"\n"):
                got = self._driver.recv(65536)
                if not got:
                    raise NoForkServer("the fork-server has ended")
                found += got
        except OSError as error:
            raise NoForkServer(f"the fork-server does not answer ({error})") from error
        answer: dict[str, object] = json.loads(found)
        return answer

    def again(self) -> ForkServer:
        """Start another one like this."""
        return ForkServer(self._interpreter, self._environment, self._imports)

    def stop(self) -> None:
        """End the server and its children."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        self._driver.close()
        if not self._ready:
            self._process.kill()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
