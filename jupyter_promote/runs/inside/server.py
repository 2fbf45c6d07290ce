"""The fork-server: it has imported what the notebook imports, and forks a child for each run.

It has one thread, and refuses to serve with more. It ends with its driver, and its children with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import io
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_promote.sandbox import entering
from jupyter_promote.testing.foreign import ended

_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG
_END_SECONDS = 2.0
_CHARACTERS = 2000  # of a message about what an import showed


def main(descriptor: int) -> None:
    """Serve the driver at the other end of the socket `descriptor`."""
    driver = socket.socket(fileno=descriptor)
    asked = json.loads(_line(driver))
    before = dict(os.environ)
    prepared, error = ended(lambda: _prepare(asked["imports"]))
    failed = {"failed": f"{type(error).__name__}: {error}"[:_CHARACTERS]}  # stock kernels will do
    answer, app = prepared or (failed, None)
    driver.sendall(json.dumps(answer).encode() + b"\n")
    if app is not None and "excluded" not in answer:
        added = {n: v for n, v in os.environ.items() if before.get(n) != v}
        _serve(driver, app, added)


def _prepare(imports: list[str]) -> tuple[dict[str, Any], Any]:
    """Build the kernel, import what is asked for; say what must not be imported before a fork."""
    from jupyter_promote.runs.inside import shell

    app = shell.build()
    for name in [name for name in sys.modules if name.partition(".")[0] == "jupyter_promote"]:
        del sys.modules[name]  # a notebook finds what a stock kernel would find
    excluded = {}
    shell_of_app: Any = app.shell
    with shell_of_app.builtin_trap:  # libraries look for get_ipython to see where they are
        for statement in imports:
            why = _import(statement)
            if why:
                excluded[statement] = why
    if excluded:
        return {"excluded": excluded}, app
    why = _unfit()
    if why:
        return {"failed": why}, None
    shell.warm_up(app)
    gc.collect()
    gc.freeze()
    return {"ready": os.getpid()}, app


def _import(statement: str) -> str:
    """Execute an import; return why it must not be done before a fork, '' if it may be.

    Only what is installed is imported: a project's own modules may differ between runs.
    """
    if not _is_installed(statement.split()[1].partition(".")[0]):
        return ""
    before = _threads()
    with _listening() as heard:
        _, error = ended(lambda: exec(statement, {"__name__": "__promote_import__"}))
    if error is not None:
        return f"{type(error).__name__}: {error}"[:_CHARACTERS]
    if heard:
        return f"it shows something: {heard[0][:100]}"
    return f"it starts {_threads() - before} threads" if _threads() > before else ""


def _is_installed(name: str) -> bool:
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return False
    places = [found.origin or "", *(found.submodule_search_locations or ())] if found else []
    parts = {part for place in places for part in place.split(os.sep)}
    return bool(parts & {"site-packages", "dist-packages"})


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what is written to stdout and stderr, also to their file descriptors."""
    heard: list[str] = []
    text = io.StringIO()
    standard = sys.stdout, sys.stderr
    with tempfile.TemporaryFile() as file:
        kept = os.dup(1), os.dup(2)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        sys.stdout = sys.stderr = text
        try:
            yield heard
        finally:
            sys.stdout, sys.stderr = standard
            for descriptor, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, descriptor)
                os.close(copy)
            file.seek(0)
            shown = text.getvalue() + file.read().decode(errors="replace")
            if shown.strip():
                heard.append(shown.strip())


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


def _unfit() -> str:
    """Return why this process must not be forked, '' if it may be."""
    if _threads() != 1:
        return f"the imports have started {_threads() - 1} threads"
    figures = sys.modules.get("matplotlib._pylab_helpers")
    if figures is not None and figures.Gcf.figs:
        return "the imports have opened figures"
    zmq = sys.modules.get("zmq")
    context = getattr(getattr(zmq, "Context", None), "_instance", None)
    if context is not None and not context.closed:
        return "the imports have opened sockets"
    return ""


def _line(channel: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"\n"):
        got = channel.recv(65536)
        if not got:
            return b""
        found += got
    return found


def _serve(driver: socket.socket, app: Any, added: dict[str, str]) -> None:
    """Fork when asked to, and tell how children ended, until the driver is gone.

    `added` are the environment variables that kernel and imports have set.
    """
    children: set[int] = set()
    try:
        while True:
            select.select([driver], [], [])
            raw, passed, _, _ = socket.recv_fds(driver, 1 << 20, 1)
            while raw and not raw.endswith(b"\n"):
                raw += driver.recv(1 << 20)
            if not raw:
                return
            asked = json.loads(raw)
            _reap(children)
            if "end" in asked:
                answer = {"signal": _end(asked["end"])}
                children.discard(asked["end"])
            else:
                child = _fork(driver, passed[0], asked, app, added)
                children.add(child)
                os.close(passed[0])
                answer = {"pid": child}
            driver.sendall(json.dumps(answer).encode() + b"\n")
    except OSError:
        return  # the driver is gone
    finally:
        for child in children:
            _kill(child)


def _reap(children: set[int]) -> None:
    """Forget children that have ended well, and end what they have left running."""
    for child in [*children]:
        found = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is not None and found.si_code == os.CLD_EXITED:
            os.waitpid(child, 0)
            children.discard(child)
            _kill(child)


def _end(child: int) -> int:
    """End a child that does not end by itself in time; return the signal that ended it, or 0."""
    deadline = time.monotonic() + _END_SECONDS
    pause = 0.0005
    while True:
        try:
            found, status = os.waitpid(child, os.WNOHANG)
        except ChildProcessError:
            return 0
        if found:
            _kill(child)  # what it has started
            return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if time.monotonic() > deadline:
            _kill(child)
        time.sleep(pause)
        pause = min(pause * 2, 0.02)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _fork(
    driver: socket.socket, descriptor: int, asked: dict[str, Any], app: Any, added: dict[str, str]
) -> int:
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        driver.close()
        _become_a_kernel(parent, asked, added)
        app.serve(socket.socket(fileno=descriptor))
        status = 0
    finally:
        if status:
            traceback.print_exc(file=sys.__stderr__)
        os._exit(status)


def _become_a_kernel(parent: int, asked: dict[str, Any], added: dict[str, str]) -> None:
    """Leave behind what the child of a fork shares with its parent and siblings."""
    import ctypes
    import random

    os.setsid()
    ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.environ.update(added)
    if "sandbox" in asked:
        entering.enter(asked["sandbox"])
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
