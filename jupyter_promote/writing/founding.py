"""Write into a folder that does not exist yet: build it beside, then give it its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from jupyter_promote.errors import undoing
from jupyter_promote.source import files
from jupyter_promote.writing.locking import locked

PREFIX = ".promote-new-"


def found(root: Path, contents: Mapping[tuple[str, ...], bytes], *, wait_seconds: float) -> bool:
    """Make `root` with `contents` in it, in one step; False if somebody made it meanwhile."""
    base, missing = _nearest(root)
    with locked(base, wait_seconds=wait_seconds):
        if os.path.lexists(base / missing[0]):
            return False
        unfinished = base / _unfinished(missing[0])
        _remove(unfinished)
        with undoing(lambda _error: _remove(unfinished)):
            os.mkdir(unfinished)
            for parts, content in contents.items():
                _create(unfinished.joinpath(*missing[1:], *parts), content)
            for folder, _, _ in os.walk(unfinished, topdown=False):
                _sync(folder)
            os.rename(unfinished, base / missing[0])
        _sync(str(base))
        return True


def forget_unfinished(root: Path, *, wait_seconds: float) -> None:
    """Remove what an interrupted `found` of `root` left behind."""
    base, missing = _nearest(root)
    unfinished = base / _unfinished(missing[0])
    if os.path.lexists(unfinished):
        with locked(base, wait_seconds=wait_seconds):
            _remove(unfinished)


def _nearest(root: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the nearest folder above `root` that exists, and the names below it."""
    whole = Path(os.path.abspath(root))
    base = next(parent for parent in whole.parents if os.path.lexists(parent))
    return base, whole.relative_to(base).parts


def _unfinished(name: str) -> str:
    return files.fitting(name, start=PREFIX)


def _create(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: str) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _remove(unfinished: Path) -> None:
    if unfinished.is_symlink():
        unfinished.unlink()
    elif unfinished.exists():
        shutil.rmtree(unfinished)
