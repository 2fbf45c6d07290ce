"""Scratch folders that a killed process does not leave behind for ever.

Each folder is locked by the process that made it for as long as it lives. A folder of ours that
nobody holds belongs to a process that was killed: `sweep` removes it. The lock is on the folder
itself (`flock`), so nothing lies in the folder but what its maker puts there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Not `jupyter-promote-`: reports of bugs begin so, and older versions' folders, which bear no lock.
PREFIX = "promote-scratch-"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_OWN = 0o700


@contextmanager
def temporary(name: str = "") -> Iterator[Path]:
    """Give a new, empty folder, by its real path; it is removed with all that is in it.

    `name` says to people what it is for. What can't be removed is left to a later `sweep`.
    """
    path, lock = _made(name)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            _remove(path, lock)
        os.close(lock)


def sweep() -> int:
    """Remove the scratch folders of this user whose makers are gone; return how many there were."""
    removed = 0
    with contextlib.suppress(OSError):
        above = os.path.realpath(tempfile.gettempdir())
        for name in os.listdir(above):
            if name.startswith(PREFIX):
                with contextlib.suppress(OSError):
                    removed += _swept(Path(above, name))
    return removed


def _made(name: str) -> tuple[Path, int]:
    """Return a new folder, and the descriptor that keeps it locked.

    Who sweeps may find it before it is locked, and take it for a dead one: then it is gone once
    the lock is ours, and another is made.
    """
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{name}-" if name else PREFIX)).resolve()
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(path, _FOLDER)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_at(path, lock):
                return path, lock
            os.close(lock)


def _is_at(path: Path, lock: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(lock))
    except FileNotFoundError:
        return False


def _swept(path: Path) -> bool:
    """Remove a folder if it is this user's and nobody holds it."""
    lock = os.open(path, _FOLDER)
    try:
        if os.fstat(lock).st_uid != os.geteuid():
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not _is_at(path, lock):  # another sweep was faster
            return False
        _remove(path, lock)
        return True
    finally:
        os.close(lock)


def _remove(path: Path, top: int) -> None:
    """Remove the folder `path`, whose descriptor is `top`; links are removed, never followed."""
    _empty(top, top)
    os.rmdir(path)


def _empty(top: int, folder: int) -> None:
    """Remove what is in a folder at or below `top`.

    Each folder in it is moved up to `top` before it is looked into: so none lies too deep, and what
    is mounted somewhere is left alone, as the system refuses to move it.
    """
    waiting = [*_taken(top, folder)]
    while waiting:
        name = waiting.pop()
        with contextlib.suppress(OSError):
            inner = os.open(name, _FOLDER, dir_fd=top)
            try:
                waiting += _taken(top, inner)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)


def _taken(top: int, folder: int) -> Iterator[str]:
    """Remove the files in a folder, move its folders up to `top`, and yield their new names."""
    with os.scandir(folder) as found:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    for name, is_folder in entries:
        with contextlib.suppress(OSError):
            if not is_folder:
                os.unlink(name, dir_fd=folder)
                continue
            _open_up(name, folder)
            moved = f"removed-{secrets.token_hex(8)}"
            os.rename(name, moved, src_dir_fd=folder, dst_dir_fd=top)
            yield moved


def _open_up(name: str, folder: int) -> None:
    """Give a folder the rights that are needed to empty it: overlays leave some without any."""
    if os.chmod in os.supports_follow_symlinks:
        os.chmod(name, _OWN, dir_fd=folder, follow_symlinks=False)
        return
    fd = os.open(name, os.O_PATH | _FOLDER, dir_fd=folder)
    try:
        os.chmod(f"/proc/self/fd/{fd}", _OWN)
    finally:
        os.close(fd)
