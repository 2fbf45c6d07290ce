"""Keep Python code from reaching further than it may: hosts, other programs, other people's files.

It sees what Python audits. A guard against accidents, not against malice: code that means to get
round it can.
"""

from __future__ import annotations

import builtins
import multiprocessing.process
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from jupyter_promote.sandbox import redirect
from jupyter_promote.sandbox.view import View, is_below


class Refused(BaseException):
    """What a call reached for; no `except Exception` of the code under test catches it."""


_HOSTS = "connects to a host"
_PROGRAM = "starts another program"
_PROCESS = "starts another process"
_SIGNAL = "sends a signal"
_REFUSED = {
    **dict.fromkeys(("socket.connect", "socket.sendto", "socket.sendmsg"), _HOSTS),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.bind"), _HOSTS),
    **dict.fromkeys(("os.system", "os.exec", "os.posix_spawn", "os.spawn"), _PROGRAM),
    **dict.fromkeys(("os.startfile", "pty.spawn"), _PROGRAM),
    **dict.fromkeys(("os.fork", "os.forkpty"), _PROCESS),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), _SIGNAL),
    "webbrowser.open": "opens a browser",
}
# What an event does to a file; of each path among its arguments the position, and that of the
# descriptor of the folder it is relative to.
_CHANGES: dict[str, tuple[str, tuple[tuple[int, int | None], ...]]] = {
    "os.remove": ("removes", ((0, 1),)),
    "os.rmdir": ("removes", ((0, 1),)),
    "shutil.rmtree": ("removes", ((0, 1),)),
    "os.rename": ("renames", ((0, 2), (1, 3))),
    "os.mkdir": ("makes", ((0, 2),)),
    "os.link": ("makes", ((1, 3),)),
    "os.symlink": ("makes", ((1, 2),)),
    "os.truncate": ("writes", ((0, None),)),
    "os.chmod": ("changes", ((0, 2),)),
    "os.chown": ("changes", ((0, 3),)),
    "os.utime": ("changes", ((0, 3),)),
    "sqlite3.connect": ("opens the database", ((0, None),)),
}
# Programs that libraries ask about the machine and that change nothing (joblib, platform, ctypes).
_HARMLESS = {"lscpu", "uname", "sysctl", "ldconfig"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """Says of each event of one call whether it may go on; notes what was reached and read."""

    def __init__(self, folder: Path) -> None:
        self.folder = os.path.realpath(folder)
        self.reached: str | None = None
        self._read: dict[str, None] = {}
        self._written: set[str] = set()
        self._temporary = os.path.realpath(tempfile.gettempdir())
        # What lies there already may be a person's; what the call makes there itself is not.
        self._kept = frozenset(_names(self._temporary))
        # Threads that ran before are the notebook's own: its sockets, its history.
        self._others = set(sys._current_frames()) - {threading.get_ident()}

    @property
    def files_read(self) -> tuple[str, ...]:
        """The files below the folder that were read, and not first written, sorted."""
        below = (os.path.relpath(each, self.folder) for each in self._read)
        return tuple(sorted(each.replace(os.sep, "/") for each in below))

    def refuse(self, what: str) -> NoReturn:
        """Note what the call reached for, and end it.

        Raises:
            Refused: always.
        """
        self.reached = self.reached or what
        raise Refused(what)

    def judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at one audit event.

        Raises:
            Refused: it reaches beyond the folder.
        """
        if threading.get_ident() in self._others:
            return
        if event == "open":
            self._opened(*arguments[:3])
        elif event == "subprocess.Popen":
            self._started(arguments[0], arguments[1])
        elif event in _REFUSED:
            self.refuse(_REFUSED[event])
        elif event in _CHANGES:
            self._changed(event, arguments)

    def _opened(self, path: Any, mode: str | None, flags: int | None) -> None:
        if isinstance(path, int):
            return
        writes = any(c in mode for c in "wax+") if mode else bool((flags or 0) & _WRITES)
        full = self.seen(_full(path))
        if writes:
            self._refuse_outside("writes", full)
            self._written.add(full)
        elif is_below(full, self.folder) and full not in self._written and os.path.isfile(full):
            self._read[full] = None

    def _started(self, executable: Any, arguments: Any) -> None:
        first = arguments if isinstance(arguments, (str, bytes)) else next(iter(arguments), "")
        name = os.path.basename(os.fsdecode(executable or first))
        if name not in _HARMLESS:
            self.refuse(_PROGRAM)

    def _changed(self, event: str, arguments: tuple[Any, ...]) -> None:
        verb, places = _CHANGES[event]
        for position, folder in places:
            path = arguments[position]
            if isinstance(path, int) or _is_no_file(event, path):
                continue
            given = folder is not None and folder < len(arguments)
            descriptor = arguments[folder] if given and folder is not None else None
            self._refuse_outside(verb, self.seen(_entry(path, descriptor)))

    def _refuse_outside(self, verb: str, full: str) -> None:
        if not self.may_change(full):
            self.refuse(f"{verb} `{full}`")

    def seen(self, path: str) -> str:
        """Return what the code calls the file at `path`, which may lie in a layer."""
        return redirect.seen(path)

    def may_change(self, full: str) -> bool:
        """Whether the file or folder is the call's own."""
        if full == os.devnull or is_below(full, self.folder):
            return True
        first = full.removeprefix(self._temporary).strip(os.sep).partition(os.sep)[0]
        return is_below(full, self._temporary) and first not in self._kept


class _Net(Guard):
    """Lets all pass but changes to files that are not redirected into the layer of `view`."""

    def __init__(self, view: View, *, programs: bool) -> None:
        super().__init__(Path(view.layer))
        self._view = view
        self._programs = programs
        self._others = set()

    def judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at one audit event; programs are held elsewhere, if at all."""
        if event == "open" or (event in _CHANGES and not event.startswith("shutil.")):
            super().judge(event, arguments)  # what `shutil` does, it does by redirected functions
        elif not self._programs and _REFUSED.get(event, event) in (_PROGRAM, "subprocess.Popen"):
            self.refuse(f"{_PROGRAM}{_CANNOT}")

    def seen(self, path: str) -> str:
        """Return `path`: what lies in the layer is told from what does not."""
        return path

    def may_change(self, full: str) -> bool:
        """Whether what changes lies in the layer, or is nobody's."""
        return self._view.passes(full)

    def _refuse_outside(self, verb: str, full: str) -> None:
        if not self.may_change(full):
            self.refuse(f"{verb} `{full}`{_CANNOT}")


_CANNOT = ", which can't be kept from changing files on this system"


def contain(layer: str, passed: list[str], *, programs: bool) -> None:
    """Let all that this process writes from now on land in `layer`, but for folders `passed`.

    Other `programs` may be started only where the system itself holds them.
    """
    global _net
    _install()
    view = View(layer, passed)
    redirect.for_good(view)
    _net = _Net(view, programs=programs)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _text(path: Any) -> str:
    return os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""


def _full(path: Any) -> str:
    return os.path.realpath(_text(path))


def _entry(path: Any, descriptor: object) -> str:
    """Return the path of a folder's entry, which may be a link: of that the link's own path."""
    text = _text(path)
    if isinstance(descriptor, int) and descriptor >= 0 and not os.path.isabs(text):
        try:
            text = os.path.join(os.readlink(f"/proc/self/fd/{descriptor}"), text)
        except OSError:  # no such view of descriptors: `shutil.rmtree` told the folder before
            text = os.path.join(tempfile.gettempdir(), text)
    return os.path.join(os.path.realpath(os.path.dirname(text)), os.path.basename(text))


def _is_no_file(event: str, path: Any) -> bool:
    """Whether nothing on disk would change: a folder that is there, a database in memory."""
    text = _text(path)
    if event == "os.mkdir":
        return os.path.isdir(text)
    return event == "sqlite3.connect" and (text in ("", ":memory:") or "mode=" in text)


_armed: Guard | None = None
_net: Guard | None = None
_installed = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    guard = _armed or _net
    if guard is not None:
        guard.judge(event, arguments)


def _install() -> None:
    """Add the audit hook, once: the interpreter never lets go of one."""
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True


class _NoInput:
    """Stands for standard input, which nobody may read."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __getattr__(self, name: str) -> NoReturn:
        self._guard.refuse("asks for input")


@contextmanager
def guarded(folder: Path) -> Iterator[Guard]:
    """Refuse, within, whatever reaches beyond `folder` and the folder for temporary files."""
    global _armed
    _install()
    guard, before = Guard(folder), _armed
    with ExitStack() as stack:
        for owner, name, what in _UNAUDITED:
            stack.enter_context(_set(owner, name, _refusing(guard, what)))
        # Modules that are imported within leave no compiled files.
        stack.enter_context(_set(sys, "dont_write_bytecode", True))
        stack.enter_context(_set(sys, "stdin", _NoInput(guard)))
        _armed = guard
        try:
            yield guard
        finally:
            _armed = before


@contextmanager
def _set(owner: object, name: str, value: object) -> Iterator[None]:
    old = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, old)


def _refusing(guard: Guard, what: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        guard.refuse(what)

    return refuse


def _unaudited() -> Iterator[tuple[object, str, str]]:
    """The ways out that raise no audit event."""
    yield builtins, "input", "asks for input"
    yield os, "_exit", "ends the interpreter"
    yield os, "abort", "ends the interpreter"
    yield multiprocessing.process.BaseProcess, "start", _PROCESS
    with suppress(ImportError):  # no such module on Windows
        # What loky starts its processes by; `subprocess` keeps a reference of its own.
        import _posixsubprocess

        yield _posixsubprocess, "fork_exec", _PROCESS


_UNAUDITED = list(_unaudited())
