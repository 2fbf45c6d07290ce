"""Let Python code write into a layer instead of into a person's files: the functions of `os`, `io`, `sqlite3`.

For systems that grant no mount namespace, and for each single call that a test makes again. A
guard against accidents: C libraries that open files themselves, and child processes, pass it by.
Only the standard library is imported: this runs in the notebook's interpreter.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import shutil
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from jupyter_promote.sandbox.view import View

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_Handler = Callable[..., Any]
_view: View | None = None
_thread = threading.local()  # `busy` while we ourselves work: then nothing is redirected
_installed: dict[str, Callable[..., Any]] = {}


@contextmanager
def redirected(view: View) -> Iterator[View]:
    """Within, Python code sees `view` and changes its layer only."""
    global _view
    _install()
    before, _view = _view, view
    working = os.getcwd() if before is None else before.working
    use_descriptors = shutil._use_fd_functions  # type: ignore[attr-defined]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # paths are redirected, not descriptors
    try:
        yield view
    finally:
        _view = before
        shutil._use_fd_functions = use_descriptors  # type: ignore[attr-defined]
        os.chdir(working)


def for_good(view: View) -> None:
    """Do what `redirected` does until the process ends."""
    global _view
    _install()
    _view = view


def seen(path: str) -> str:
    """Return what code calls the file at `path`, which may lie in a layer."""
    return _view.seen(path) if _view is not None else path


def _wrapped(original: Callable[..., Any], handler: _Handler) -> Callable[..., Any]:
    @functools.wraps(original)
    def function(*arguments: Any, **named: Any) -> Any:
        view = _view
        if view is None or getattr(_thread, "busy", False):
            return original(*arguments, **named)
        _thread.busy = True
        try:
            return handler(view, original, *arguments, **named)
        except OSError as error:
            for name, given in zip(("filename", "filename2"), arguments, strict=False):
                if getattr(error, name) is not None and not isinstance(given, int):
                    setattr(error, name, given)
            raise
        finally:
            _thread.busy = False

    return function


def _text(path: Any) -> str:
    return os.fsdecode(os.fspath(path))


def _place(view: View, path: Any, *, folder: Any = None, follow: bool = True) -> str:
    """Return the place that a function was given, relative to the open folder `folder` if it is."""
    above = ""
    if isinstance(folder, int):
        above = view.seen(os.readlink(f"/proc/self/fd/{folder}"))
    return view.place(_text(path), follow=follow, above=above)


# What functions do instead, by what they do to the paths that they are given.


def _reading(view: View, original: _Handler, path: Any = ".", *rest: Any, **named: Any) -> Any:
    """A function that looks at one path."""
    if isinstance(path, int):
        return original(path, *rest, **named)
    follow = named.get("follow_symlinks", True) and original not in _NEVER_FOLLOW
    place = _place(view, path, folder=named.pop("dir_fd", None), follow=follow)
    return original(view.source(place), *rest, **named)


def _changing(view: View, original: _Handler, path: Any, *rest: Any, **named: Any) -> Any:
    """A function that changes one file's content or attributes."""
    if isinstance(path, int):
        return original(path, *rest, **named)
    follow = named.get("follow_symlinks", True)
    place = _place(view, path, folder=named.pop("dir_fd", None), follow=follow)
    os.lstat(view.source(place))  # raises where there is nothing
    return original(view.for_change(place), *rest, **named)


def _making(view: View, original: _Handler, path: Any, *rest: Any, **named: Any) -> Any:
    """A function that makes something new at one path."""
    place = _place(view, path, folder=named.pop("dir_fd", None), follow=False)
    if view.passes(place):
        return original(place, *rest, **named)
    view.make_room(place)
    if os.path.lexists(view.source(place)):
        raise FileExistsError(17, os.strerror(17), _text(path))
    return original(view.copy(place), *rest, **named)


def _linking(
    view: View, original: _Handler, source: Any, path: Any, *rest: Any, **named: Any
) -> Any:
    """`os.symlink`: the text of the link stays as it is."""
    return _making(
        view, lambda there, *more, **by: original(source, there, *more, **by), path, *rest, **named
    )


def _sharing(view: View, _original: _Handler, source: Any, path: Any, **named: Any) -> None:
    """`os.link`: the layer holds a copy."""
    old = _place(
        view, source, folder=named.get("src_dir_fd"), follow=named.get("follow_symlinks", True)
    )
    content = view.source(old)
    _making(view, lambda there: shutil.copy2(content, there), path, dir_fd=named.get("dst_dir_fd"))


def _removing(view: View, original: _Handler, path: Any, *, dir_fd: Any = None) -> None:
    place = _place(view, path, folder=dir_fd, follow=False)
    if view.passes(place):
        original(place)
    else:
        view.remove(place)


def _removing_folder(view: View, original: _Handler, path: Any, *, dir_fd: Any = None) -> None:
    place = _place(view, path, folder=dir_fd, follow=False)
    if view.passes(place):
        original(place)
    else:
        view.remove_folder(place)


def _moving(view: View, original: _Handler, source: Any, target: Any, **named: Any) -> None:
    old = _place(view, source, folder=named.get("src_dir_fd"), follow=False)
    new = _place(view, target, folder=named.get("dst_dir_fd"), follow=False)
    if view.passes(old) and view.passes(new):
        original(old, new)
    else:
        view.move(old, new)


def _listing(view: View, original: _Handler, path: Any = ".") -> Any:
    if isinstance(path, int):
        return original(path)
    names = view.listed(_place(view, path or "."))
    return [os.fsencode(name) for name in names] if isinstance(path, bytes) else names


def _scanning(view: View, original: _Handler, path: Any = ".") -> Any:
    if isinstance(path, int):
        return original(path)
    place = _place(view, path or ".")
    names = view.listed(place)
    text = os.fspath(path or ".")
    return _Scanned([_Entry(view, place, name, text) for name in names])


class _Entry:
    """What `os.scandir` gives for one name of a folder, wherever the file is."""

    def __init__(self, view: View, folder: str, name: str, given: Any) -> None:
        own = os.fsencode(name) if isinstance(given, bytes) else name
        self.name: Any = own
        self.path: Any = os.path.join(given, own)
        self._at = view.source(os.path.join(folder, name))
        self._target = functools.partial(view.place, os.path.join(folder, name))
        self._view = view

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return the status of the entry, or of what it leads to."""
        busy, _thread.busy = getattr(_thread, "busy", False), True
        try:
            return (
                os.stat(self._view.source(self._target()))
                if follow_symlinks
                else os.lstat(self._at)
            )
        finally:
            _thread.busy = busy

    def inode(self) -> int:
        """Return the entry's inode."""
        return self.stat(follow_symlinks=False).st_ino

    def _is(self, kind: Callable[[int], bool], follow: bool) -> bool:
        try:
            return kind(self.stat(follow_symlinks=follow).st_mode)
        except OSError:
            return False

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return self._is(stat.S_ISDIR, follow_symlinks)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a plain file."""
        return self._is(stat.S_ISREG, follow_symlinks)

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return self._is(stat.S_ISLNK, False)

    def is_junction(self) -> bool:
        """Never: these are of Windows."""
        return False


class _Scanned:
    """The entries of a folder, as the iterator that `os.scandir` gives."""

    def __init__(self, entries: list[_Entry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[_Entry]:
        return self

    def __next__(self) -> _Entry:
        return next(self._entries)

    def __enter__(self) -> _Scanned:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give no more entries."""
        self._entries = iter(())


def _opening(
    view: View, original: _Handler, path: Any, flags: int, mode: int = 0o777, *, dir_fd: Any = None
) -> int:
    place = _place(view, path, folder=dir_fd, follow=not flags & getattr(os, "O_NOFOLLOW", 0))
    if not flags & WRITES:
        return int(original(view.source(place), flags, mode))
    exists = os.path.lexists(view.source(place))
    if exists and flags & os.O_CREAT and flags & os.O_EXCL:
        raise FileExistsError(17, os.strerror(17), _text(path))
    if not exists and not flags & os.O_CREAT:
        raise FileNotFoundError(2, os.strerror(2), _text(path))
    return int(original(view.for_change(place, content=not flags & os.O_TRUNC), flags, mode))


def _opening_file(
    view: View, original: _Handler, file: Any, mode: str = "r", *rest: Any, **named: Any
) -> Any:
    if isinstance(file, int):
        return original(file, mode, *rest, **named)
    place = _place(view, file)
    if not any(letter in mode for letter in "wax+"):
        found = view.source(place)
    elif "x" in mode and os.path.lexists(view.source(place)):
        raise FileExistsError(17, os.strerror(17), _text(file))
    elif "r" in mode and not os.path.lexists(view.source(place)):
        raise FileNotFoundError(2, os.strerror(2), _text(file))
    else:
        found = view.for_change(place, content="w" not in mode)
    opened = original(found, mode, *rest, **named)
    raw: Any = getattr(getattr(opened, "buffer", opened), "raw", opened)
    if found != place:
        raw.name = file  # what the person called it
    return opened


def _going(view: View, original: _Handler, path: Any) -> None:
    """`os.chdir`: C libraries look for relative paths where the process really is."""
    if isinstance(path, int):
        original(path)
        view.working = view.seen(os.getcwd())
        return
    place = _place(view, path)
    original(view.source(place))
    view.working = place


def _where(view: View, _original: _Handler) -> str:
    return view.working


def _where_in_bytes(view: View, _original: _Handler) -> bytes:
    return os.fsencode(view.working)


def _connecting(view: View, original: _Handler, database: Any, *rest: Any, **named: Any) -> Any:
    """`sqlite3.connect`."""
    text = _text(database)
    uri = text.startswith("file:") and named.get("uri", len(rest) > 6 and rest[6])
    path, _, query = text.partition("?") if uri else (text, "", "")
    if uri:
        path = unquote(path.removeprefix("file:").removeprefix("//"))
    if path in ("", ":memory:") or "mode=memory" in query:
        return original(database, *rest, **named)
    place = _place(view, path)
    reads = "mode=ro" in query or "immutable=1" in query
    found = view.source(place) if reads else view.for_change(place)
    return original(f"file:{found}?{query}" if uri else found, *rest, **named)


_NEVER_FOLLOW: set[Callable[..., Any]] = {os.lstat, os.readlink}
_ON_OS: dict[str, _Handler] = {
    **dict.fromkeys(("stat", "lstat", "access", "readlink", "statvfs", "pathconf"), _reading),
    **dict.fromkeys(("getxattr", "listxattr"), _reading),
    **dict.fromkeys(("chmod", "chown", "truncate", "utime", "setxattr", "removexattr"), _changing),
    **dict.fromkeys(("mkdir", "mkfifo", "mknod"), _making),
    **dict.fromkeys(("remove", "unlink"), _removing),
    **dict.fromkeys(("rename", "replace"), _moving),
    "rmdir": _removing_folder,
    "symlink": _linking,
    "link": _sharing,
    "listdir": _listing,
    "scandir": _scanning,
    "open": _opening,
    "chdir": _going,
    "getcwd": _where,
    "getcwdb": _where_in_bytes,
}


def _install() -> None:
    """Put our functions in the place of the original ones, wherever a module holds one; once."""
    if _installed:
        return
    replaced: dict[int, Callable[..., Any]] = {}
    for name, handler in _ON_OS.items():
        original = getattr(os, name, None)
        if original is not None:
            replaced[id(original)] = _wrapped(original, handler)
            _installed[name] = original
    replaced[id(io.open)] = _wrapped(io.open, _opening_file)
    replaced[id(sqlite3.connect)] = _wrapped(sqlite3.connect, _connecting)
    keep = {id(vars()), id(_NEVER_FOLLOW)}
    for module in [builtins, *sys.modules.values()]:
        held = getattr(module, "__dict__", None)
        if isinstance(held, dict) and id(held) not in keep and module.__name__ not in _LEFT_ALONE:
            for name, value in [*held.items()]:
                if id(value) in replaced:
                    held[name] = replaced[id(value)]
    _put_into_accessor(replaced)


# Python itself imports by these; `subprocess` and threads are no business of ours.
_LEFT_ALONE = frozenset(
    ("posix", "importlib._bootstrap", "importlib._bootstrap_external", "zipimport")
)


def _put_into_accessor(replaced: dict[int, Callable[..., Any]]) -> None:
    """`pathlib` of Python 3.10 holds the functions in a class."""
    accessor = getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)
    for name, value in [*vars(accessor).items()] if accessor is not None else ():
        function = getattr(value, "__func__", value)
        if id(function) in replaced:
            setattr(accessor, name, staticmethod(replaced[id(function)]))
