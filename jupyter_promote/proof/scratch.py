"""A copy of a folder in which a run may write, and what the run wrote there."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_promote.proof import normal
from jupyter_promote.proof.normal import Reading

SKIPPED = frozenset((".git", ".venv", "node_modules", ".ipynb_checkpoints", "__pycache__"))
UNREADABLE_PICKLE = "pickle "

_LEVELS_ABOVE = 2  # `../data` and `../../data` are found from a copy
_MOST_NEIGHBOURS = 2_000
_LONGEST_TEXT = 8_000_000
_PDF_NOISE = re.compile(rb"/(CreationDate|ModDate|Producer|ID)\s*(\([^)]*\)|\[[^\]]*\])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """`folder` is a copy; `top` is the scratch folder that stands for the folder `real_top`."""

    folder: Path
    top: Path
    real_top: Path

    def reading(self, module: str) -> Reading:
        """Return how texts of a run in this copy are read."""
        real = str(self.real_top).rstrip("/")
        return Reading(module=module, scratch=str(self.top), real=real)


def larger_than(folder: Path, limit: int) -> bool:
    """Whether the files that a copy would take hold more than `limit` bytes."""
    total = 0
    for path in _files(folder):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
        if total > limit:
            return True
    return False


def _files(folder: Path) -> Iterator[Path]:
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in files:
            yield Path(above, name)


@contextmanager
def scratch_copy(folder: Path) -> Iterator[Scratch]:
    """Give a copy of `folder`; what lies beside and above it is found there, too, as links."""
    real = folder.resolve()
    above = [parent for parent in real.parents if parent != parent.parent][:_LEVELS_ABOVE]
    real_top = above[-1].parent if above else real.parent
    top = Path(tempfile.mkdtemp(prefix="jupyter-promote-")).resolve()
    try:
        for parent in above:
            mirrored = top / parent.relative_to(real_top)
            mirrored.mkdir(parents=True, exist_ok=True)
            _link_neighbours(parent, mirrored, on_the_way=[*above, real])
        copy = top / real.relative_to(real_top)
        _copy(real, copy)
        yield Scratch(folder=copy, top=top, real_top=real_top)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _link_neighbours(parent: Path, mirrored: Path, *, on_the_way: list[Path]) -> None:
    with contextlib.suppress(OSError):
        entries = [*parent.iterdir()]
        for entry in entries if len(entries) <= _MOST_NEIGHBOURS else []:
            if entry not in on_the_way:
                (mirrored / entry.name).symlink_to(entry)


def _copy(source: Path, target: Path) -> None:
    """Copy plain files and folders; links are kept, pipes and unreadable files left out."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in os.scandir(source):
        there = target / entry.name
        with contextlib.suppress(OSError):
            if entry.is_symlink():
                there.symlink_to(_moved_link(Path(entry.path)))
            elif entry.is_dir():
                if entry.name not in SKIPPED:
                    _copy(Path(entry.path), there)
            elif entry.is_file():
                shutil.copy2(entry.path, there)


def _moved_link(link: Path) -> str:
    """Return what the link's copy points to: relative links work in the copy as they stand."""
    return os.readlink(link)


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what tells whether a file below `folder` was changed: size, time, inode."""
    found: dict[str, tuple[int, int, int]] = {}
    for path in _files(folder):
        with contextlib.suppress(OSError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                name = path.relative_to(folder).as_posix()
                found[name] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def changes(
    folder: Path, before: Mapping[str, tuple[int, int, int]], reading: Reading
) -> dict[str, str]:
    """Return path -> digest of the files that were made, changed or removed since `before`."""
    after = state_of(folder)
    found = {name: "removed" for name in before if name not in after}
    for name, state in after.items():
        if before.get(name) != state:
            with contextlib.suppress(OSError):
                found[name] = _digest(folder / name, reading)
    return found


def _digest(path: Path, reading: Reading) -> str:
    """Return a digest of what the file says, without times that formats store beside it."""
    content = path.read_bytes()
    try:
        match content[:4]:
            case b"\x89PNG":
                return normal.pixels(content)
            case b"PK\x03\x04":
                return _zip_digest(path)
            case b"SQLi":
                return _sqlite_digest(path)
            case b"%PDF":
                return normal.digest(_PDF_NOISE.sub(b"", content))
    except (zipfile.BadZipFile, sqlite3.Error, NotImplementedError):
        return normal.digest(content)
    if content[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            content = gzip.decompress(content)
    if content[:1] == b"\x80" and content[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return UNREADABLE_PICKLE + normal.digest(content)
    if len(content) <= _LONGEST_TEXT:
        with contextlib.suppress(UnicodeDecodeError):
            return normal.digest(normal.markup(content.decode(), reading))
    return normal.digest(content)


def _zip_digest(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        members = [
            (info.filename, info.CRC, info.file_size)
            for info in archive.infolist()
            if info.filename != "docProps/core.xml"  # when and by whom a workbook was saved
        ]
    return normal.digest(repr(members))


def _sqlite_digest(path: Path) -> str:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return normal.digest("\n".join(connection.iterdump()))
    finally:
        connection.close()
