"""What programs in a sandbox have written: read from the layers beside the disk."""

from __future__ import annotations

import filecmp
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jupyter_promote.sandbox import namespace, view

_OPAQUE = ("trusted.overlay.opaque", "user.overlay.opaque")
_WHITEOUT = os.makedev(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands at `path`, absolute, is not what stood there: `content` holds it now.

    Of what is removed there is none. A folder that was made, or whose mode was changed, is told as
    `folder`; a file of which only the mode was changed as `mode`.
    """

    path: Path
    how: Literal["file", "folder", "link", "mode", "removed"]
    content: Path | None = None


def in_layers(scratch: Path) -> Iterator[Written]:
    """Yield what the overlays of a namespace hold."""
    layers = scratch / namespace.LAYERS
    if layers.exists():
        for folder, layer in json.loads(layers.read_text(encoding="utf-8")).items():
            yield from _below(scratch / layer / "upper", Path(folder), frozenset(), over=True)


def in_view(layer: Path) -> Iterator[Written]:
    """Yield what the layer of redirected Python code holds."""
    files, log = layer / view.FILES, layer / view.HIDDEN
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    hidden = frozenset(Path(json.loads(line)) for line in lines)
    for place in sorted(hidden):
        if hidden.isdisjoint(place.parents) and not os.path.lexists(f"{files}{place}"):
            yield from _gone(place)
    yield from _below(files, Path("/"), hidden, over=True)


def _below(upper: Path, lower: Path, hidden: frozenset[Path], *, over: bool) -> Iterator[Written]:
    """Yield what the layer's folder `upper` changes in `lower`; `over` one that is still seen.

    Of the places `hidden` nothing is seen, though the layer does not say so itself.
    """
    with os.scandir(upper) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        here, there = Path(entry.path), lower / entry.name
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISCHR(status.st_mode) and status.st_rdev == _WHITEOUT:
            yield from _gone(there)
        elif stat.S_ISDIR(status.st_mode):
            yield from _folder(here, there, hidden, over=over)
        elif stat.S_ISLNK(status.st_mode):
            if not (there.is_symlink() and os.readlink(there) == os.readlink(here)):
                yield Written(path=there, how="link", content=here)
        elif stat.S_ISREG(status.st_mode):
            yield from _file(here, there)


def _folder(here: Path, there: Path, hidden: frozenset[Path], *, over: bool) -> Iterator[Written]:
    seen = over and not _is_opaque(here) and there not in hidden
    merged = seen and there.is_dir() and not there.is_symlink()
    if not merged:
        yield Written(path=there, how="folder", content=here)
        for lost in _gone(there) if os.path.lexists(there) else ():
            if not os.path.lexists(here / lost.path.relative_to(there)):
                yield lost
    elif stat.S_IMODE(here.stat().st_mode) != stat.S_IMODE(there.stat().st_mode):
        yield Written(path=there, how="folder", content=here)
    yield from _below(here, there, hidden, over=merged)


def _file(here: Path, there: Path) -> Iterator[Written]:
    same = there.is_file() and not there.is_symlink() and filecmp.cmp(here, there, shallow=False)
    if not same:
        yield Written(path=there, how="file", content=here)
    elif stat.S_IMODE(here.stat().st_mode) != stat.S_IMODE(there.stat().st_mode):
        yield Written(path=there, how="mode", content=here)


def _gone(place: Path) -> Iterator[Written]:
    """Yield a path, and all that the disk has below it, as removed."""
    yield Written(path=place, how="removed")
    if place.is_dir() and not place.is_symlink():
        for folder, folders, files in os.walk(place):
            for name in (*folders, *files):
                yield Written(path=Path(folder, name), how="removed")


def _is_opaque(folder: Path) -> bool:
    """Whether a folder of an overlay hides the one below it."""
    for name in _OPAQUE:
        try:
            if os.getxattr(folder, name) == b"y":
                return True
        except OSError:
            continue
    return False
