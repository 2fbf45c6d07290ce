"""Which paths may be written below a root: checked as text, then again on the disk."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_promote.errors import BadPath, BadTarget

OURS = ".promote"
JOURNAL = (OURS, "journal")
LONGEST_PATH = 1024
LONGEST_NAME = 255  # bytes

_DRIVE = re.compile(r"^[A-Za-z]:")


def parts_of(path: str) -> tuple[str, ...]:
    """Return the components of `path`, relative to the root and with forward slashes.

    Raises:
        BadPath: it is absolute, leaves the root, is hidden, or is no portable name.
    """
    parts = tuple(path.split("/"))
    problem = _problem(path, parts)
    if problem:
        raise BadPath(f"{path!r} {problem}", hint="give a plain path below the target folder")
    return parts


def _problem(path: str, parts: tuple[str, ...]) -> str:
    if not path or "" in parts or "." in parts:
        return "is not a plain relative path"
    longest = max(len(part.encode("utf-8", "replace")) for part in parts)
    if len(path) > LONGEST_PATH or longest > LONGEST_NAME:
        return "is too long"
    if "\\" in path or _DRIVE.match(path) or not path.isprintable():
        return "holds a backslash, a drive letter or an invisible character"
    if ".." in parts:
        return "leaves the folder"
    hidden = parts[1:] if parts[0] == OURS else parts
    if not hidden or any(part.startswith(".") for part in hidden):
        return "is hidden"
    if parts[:2] == JOURNAL:
        return "belongs to the journal"
    return ""


def resolve(root: str, path: str) -> tuple[str, ...]:
    """Return the components of the file that `path` really means, links followed.

    `root` is a real path. Links may lead anywhere below the root, never out of it.

    Raises:
        BadPath: a link leads out of the root, to something hidden, or in circles.
    """
    parts = parts_of(path)
    try:
        real = os.path.realpath(os.path.join(root, *parts), strict=False)
        below = Path(real).relative_to(root)
        if os.path.islink(real):
            raise BadPath(f"{path!r} is a link that leads in circles")
    except ValueError:
        raise BadPath(f"{path!r} is a link that leads out of {root}") from None
    return parts_of(below.as_posix())


@contextmanager
def folder(root_fd: int, parts: tuple[str, ...]) -> Iterator[int]:
    """Give a descriptor of the folder `parts` below `root_fd`; no component may be a link.

    Raises:
        BadPath: a component is a link or not a folder.
        FileNotFoundError: a component is missing.
    """
    fd = os.dup(root_fd)
    try:
        for part in parts:
            try:
                deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
            except NotADirectoryError:
                whole = "/".join(parts)
                raise BadPath(f"{part!r} in {whole!r} is a link or a file, no folder") from None
            os.close(fd)
            fd = deeper
        yield fd
    finally:
        os.close(fd)


def content(folder_fd: int, name: str) -> tuple[bytes, os.stat_result] | None:
    """Return bytes and status of the plain file `name`; None where there is nothing.

    Raises:
        BadTarget: it is a folder, link, pipe or device, or has a second name (hard link).
    """
    try:
        status = os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        what = f"{name!r} is a folder, link, pipe or device"
        raise BadTarget(what, hint="move it out of the way")
    fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder_fd)
    with os.fdopen(fd, "rb") as file:
        return file.read(), os.fstat(fd)
