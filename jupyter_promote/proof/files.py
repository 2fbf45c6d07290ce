"""What a run wrote, anywhere on the disk: a digest of each file, without what differs by chance."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jupyter_promote.proof import normal
from jupyter_promote.proof.normal import Reading
from jupyter_promote.sandbox.written import Written

UNREADABLE_PICKLE = "pickle "

# What interpreters and tools keep for themselves below any folder.
_KEPT_BY_TOOLS = frozenset((".git", ".ipynb_checkpoints", "__pycache__"))
# What libraries keep below the home folder, and the variables that put it elsewhere.
_CACHES = {
    "XDG_CACHE_HOME": ".cache",
    "IPYTHONDIR": ".ipython",
    "MPLCONFIGDIR": ".config/matplotlib",
    "JUPYTER_CONFIG_DIR": ".jupyter",
    "JUPYTER_DATA_DIR": ".local/share/jupyter",
    "JUPYTER_RUNTIME_DIR": ".local/share/jupyter/runtime",
}
_LONGEST_TEXT = 8_000_000
_PDF_NOISE = re.compile(rb"/(CreationDate|ModDate|Producer|ID)\s*(\([^)]*\)|\[[^\]]*\])")


def digests(
    found: Iterable[Written], *, folder: Path, project: Path, reading: Reading
) -> Mapping[str, str]:
    """Return path -> digest of what a run in `folder` made, changed or removed.

    Paths in the `project` are relative to the folder, others absolute. Outside the project, what lies
    in a library's cache is left out, and what was made in the folder for temporary files.
    """
    real, top = folder.resolve(), project.resolve()
    caches = [*_caches()]
    told = {}
    for each in found:
        inside = each.path.is_relative_to(top)
        if _KEPT_BY_TOOLS.intersection(each.path.parts):
            continue
        if not inside and (_is_temporary(each.path) or any(map(each.path.is_relative_to, caches))):
            continue
        name = os.path.relpath(each.path, real) if inside else str(each.path)
        told[Path(name).as_posix()] = _told(each, reading)
    return told


def _caches() -> Iterator[Path]:
    for variable, usual in _CACHES.items():
        yield Path(os.environ.get(variable) or Path.home() / usual).resolve()


def _is_temporary(path: Path) -> bool:
    """Whether a path lies in the folder for temporary files, in something that was not there before."""
    above = Path(tempfile.gettempdir()).resolve()
    inner = path.relative_to(above).parts if path.is_relative_to(above) else ()
    return bool(inner) and not (above / inner[0]).exists()


def _told(found: Written, reading: Reading) -> str:
    """Return what tells one way in which a path was written from another."""
    match found.how:
        case "removed":
            return "removed"
        case "folder" | "mode":
            assert found.content is not None
            return f"{found.how} {found.content.stat().st_mode & 0o7777:o}"
        case "link":
            assert found.content is not None
            return f"link {os.readlink(found.content)}"
        case "file":
            assert found.content is not None
            return _digest(found.content, reading)


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
