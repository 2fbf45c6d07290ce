"""One writer at a time below a folder, and the disk's errors in a person's words."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_promote.errors import BadPath, DiskProblem

_WORDS = {
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission to write",
    errno.EPERM: "no permission to write",
}


@contextmanager
def on_disk(place: Path) -> Iterator[None]:
    """Turn the system's errors into a `DiskProblem` that says where."""
    try:
        yield
    except OSError as error:
        what = _WORDS.get(error.errno or 0, error.strerror or str(error))
        raise DiskProblem(f"{what}; nothing was written", where=str(place)) from error


@contextmanager
def locked(root: Path, *, wait_seconds: float) -> Iterator[int]:
    """Give a descriptor of the folder `root`, which no other writer holds meanwhile.

    Raises:
        BadPath: `root` is no folder.
        DiskProblem: another writer does not finish within `wait_seconds`.
    """
    try:
        root_fd = os.open(os.path.realpath(root), os.O_RDONLY | os.O_DIRECTORY)
    except NotADirectoryError:
        raise BadPath(f"{str(root)!r} is not a folder") from None
    try:
        _wait_for_lock(root_fd, root, time.monotonic() + wait_seconds)
        yield root_fd
    finally:
        os.close(root_fd)


def _wait_for_lock(root_fd: int, root: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(root_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DiskProblem(
                    f"another write to {str(root)!r} is under way", hint="try again in a moment"
                ) from None
            time.sleep(0.05)
