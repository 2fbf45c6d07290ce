"""The disk as code sees it whose writing lands in a layer: the layer's files over all others.

Paths go in and come out as text, absolute and without links: a *place*. Of what was removed,
HIDDEN keeps a line each. Only the standard library is imported: this runs in the notebook's
interpreter.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

FILES, HIDDEN = "files", "hidden.txt"
_MOST_LINKS = 40  # as many as the kernel follows


class View:
    """What is written lands below `layer`; reading sees it over the rest of the disk.

    Folders that are `passed` are read and written as they are.
    """

    def __init__(self, layer: str, passed: Sequence[str] = ()) -> None:
        self.layer = os.path.realpath(layer)
        self.files = os.path.join(self.layer, FILES)
        self.passed = (self.layer, *(os.path.realpath(path) for path in passed))
        self.working = os.getcwd()
        self.hidden: set[str] = set()
        self._log = os.path.join(self.layer, HIDDEN)
        os.makedirs(self.files, exist_ok=True)
        if os.path.exists(self._log):
            lines = Path(self._log).read_text(encoding="utf-8").splitlines()
            self.hidden.update(json.loads(line) for line in lines)

    # Where things are.

    def place(self, path: str, *, follow: bool = True, above: str = "") -> str:
        """Return the place that `path` names, seen from `above` or else the working folder.

        Links on the way are followed; the last one, too, if not told otherwise.

        Raises:
            OSError: there are too many links.
        """
        left = os.path.join(above or self.working, path).split("/")[::-1]
        here, links = "/", 0
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                here = os.path.dirname(here)
                continue
            step = os.path.join(here, part)
            last = not any(each not in ("", ".") for each in left)
            target = self._link(step) if follow or not last else None
            if target is None:
                here = step
                continue
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            here = "/" if target.startswith("/") else here
            left += target.split("/")[::-1]
        return self.seen(here)

    def seen(self, path: str) -> str:
        """Return the place of which `path` may be the copy in the layer."""
        return path[len(self.files) :] or "/" if is_below(path, self.files) else path

    def _link(self, place: str) -> str | None:
        """Return where the link at `place` leads, None if there is none."""
        try:
            return os.readlink(self.source(place))
        except OSError:
            return None

    def source(self, place: str) -> str:
        """Return the path at which what stands at `place` is read; nothing is there if it is gone."""
        copy = self.copy(place)
        if self.passes(place) or not (os.path.lexists(copy) or self.is_hidden(place)):
            return place
        return copy

    def copy(self, place: str) -> str:
        """Return the path in the layer that stands for `place`."""
        return self.files + place

    def passes(self, place: str) -> bool:
        """Whether nothing at `place` is redirected."""
        return any(is_below(place, folder) for folder in self.passed)

    def is_hidden(self, place: str) -> bool:
        """Whether what the disk has at `place` was removed, alone or with a folder above it."""
        if not self.hidden:
            return False
        return any(each in self.hidden for each in (place, *map(str, Path(place).parents)))

    def listed(self, place: str) -> list[str]:
        """Return the names in the folder at `place`.

        Raises:
            OSError: there is no such folder.
        """
        copy = self.copy(place)
        if self.passes(place) or not (os.path.lexists(copy) or self.hidden):
            return os.listdir(place)
        names = dict.fromkeys(os.listdir(copy) if os.path.isdir(copy) else ())
        if not self.is_hidden(place) and os.path.isdir(place):
            below = os.listdir(place)
            names |= {n: None for n in below if os.path.join(place, n) not in self.hidden}
        elif not os.path.isdir(copy):
            os.listdir(copy)  # raises what is true of it
        return [*names]

    # What is changed.

    def hide(self, place: str) -> None:
        """Take what the disk has at `place` out of sight."""
        if os.path.lexists(place) and not self.is_hidden(place):
            self.hidden.add(place)
            with open(self._log, "a", encoding="utf-8") as log:
                log.write(json.dumps(place) + "\n")

    def for_change(self, place: str, *, content: bool = True) -> str:
        """Return a path at which what stands at `place` may be changed; it is copied there first.

        Without `content` a file is going to be emptied, so it is not copied, only its mode.

        Raises:
            OSError: the person could not change it either.
        """
        copy = self.copy(place)
        if self.passes(place):
            return place
        if os.path.lexists(copy):
            return copy
        self.make_room(place)
        if self.is_hidden(place) or not os.path.lexists(place):
            return copy
        status = os.lstat(place)
        if stat.S_ISLNK(status.st_mode):
            os.symlink(os.readlink(place), copy)
        elif stat.S_ISDIR(status.st_mode):
            os.mkdir(copy)
            shutil.copystat(place, copy)
        elif not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        elif content:
            shutil.copy2(place, copy)
        else:
            Path(copy).touch()
            shutil.copymode(place, copy)
        return copy

    def make_room(self, place: str) -> None:
        """Make the folder above `place` in the layer.

        Raises:
            OSError: there is no such folder, or the person may not write there.
        """
        folder = os.path.dirname(place)
        if os.path.isdir(self.copy(folder)) or self.passes(folder):
            return
        source = self.source(folder)
        os.scandir(source).close()  # raises what is true of it
        if not os.access(source, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        self._mirrored(folder)

    def _mirrored(self, folder: str) -> None:
        if not os.path.isdir(self.copy(folder)):
            self._mirrored(os.path.dirname(folder))
            os.mkdir(self.copy(folder))
            shutil.copystat(folder, self.copy(folder))

    def remove(self, place: str) -> None:
        """Remove the file or link at `place`.

        Raises:
            OSError: it is not there, is a folder, or may not be removed.
        """
        if stat.S_ISDIR(os.lstat(self.source(place)).st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), place)
        self.make_room(place)
        self._drop(place)

    def remove_folder(self, place: str) -> None:
        """Remove the empty folder at `place`.

        Raises:
            OSError: it is not there, is none, or is not empty.
        """
        if self.listed(place):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), place)
        self.make_room(place)
        self._drop(place)

    def make_folder(self, place: str, mode: int = 0o777) -> None:
        """Make a folder.

        Raises:
            OSError: something is there, or the folder above is missing.
        """
        self.make_room(place)
        if os.path.lexists(self.source(place)):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place)
        os.mkdir(self.copy(place), mode)

    def move(self, place: str, target: str) -> None:
        """Rename a file or folder; what is at `target` is replaced as `os.rename` does.

        Raises:
            OSError: one of them is not there, or can't be replaced.
        """
        source = self.source(place)
        folder = stat.S_ISDIR(os.lstat(source).st_mode)
        self.make_room(target)
        there = self.source(target)
        if os.path.lexists(there) and there != source:
            if folder:
                self.remove_folder(target)
            else:
                self.remove(target)
        if folder:
            self.copy_folder(place, self.copy(target))
        else:
            os.rename(self.for_change(place), self.copy(target))
        self._drop(place)

    def copy_folder(self, place: str, target: str) -> None:
        """Copy all that is seen in the folder at `place` to the path `target`."""
        os.mkdir(target)
        for name in self.listed(place):
            inner, goal = os.path.join(place, name), os.path.join(target, name)
            source = self.source(inner)
            if os.path.isdir(source) and not os.path.islink(source):
                self.copy_folder(inner, goal)
            else:
                shutil.copy2(source, goal, follow_symlinks=False)
        shutil.copystat(self.source(place), target)

    def _drop(self, place: str) -> None:
        copy = self.copy(place)
        if os.path.isdir(copy) and not os.path.islink(copy):
            shutil.rmtree(copy)
        elif os.path.lexists(copy):
            os.unlink(copy)
        self.hide(place)


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is the folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
