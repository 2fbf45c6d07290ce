"""From a file that anybody may have written to decoded JSON, with a clear answer to what is wrong."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_promote.errors import (
    BadEncoding,
    BadPath,
    BadSchema,
    ChangedMeanwhile,
    DiskProblem,
    NotAFile,
    NotANotebook,
    TooLarge,
)
from jupyter_promote.source import textual
from jupyter_promote.source.characters import printable
from jupyter_promote.source.tags import shorten

MAX_BYTES = 200_000_000
NAME_MAX = 255  # bytes: what the file systems of Linux, macOS and Windows take at least


def fitting(stem: str, ending: str = "", *, start: str = "") -> str:
    """Return the name of `start`, `stem` and `ending`; the stem is cut where no disk would take it.

    A digest tells apart what is cut.
    """
    room = NAME_MAX - len(os.fsencode(start + ending))
    raw = os.fsencode(stem)
    if len(raw) <= room:
        return start + stem + ending
    mark = f"-{hashlib.sha256(raw).hexdigest()[:8]}"
    kept = raw[: room - len(mark)].decode("utf-8", "ignore")  # no half character at the end
    return start + kept + mark + ending


def refuse_unusable(path: Path) -> None:
    """Do nothing if there may be a file at `path`, whether there is one or not.

    Raises:
        BadEncoding: a name on the way to it is not UTF-8, so it stands in no record and no report.
        NotAFile: it is too long, or goes round in circles.
    """
    try:
        whole = os.path.abspath(path)
    except OSError as error:
        raise NotAFile("the folder you are in is gone", hint="go to another one") from error
    try:
        whole.encode()
    except UnicodeEncodeError as error:
        raise BadEncoding(
            "the name is not UTF-8", where=ascii(str(path)), hint="rename it"
        ) from error
    try:
        os.stat(whole)
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            where = shorten(printable(str(path)))
            raise NotAFile(
                f"cannot be opened ({error.strerror})", where=where, hint="check the path"
            ) from error


def bytes_of(path: Path) -> bytes:
    """Return what is in the file of a notebook.

    Raises:
        PromoteError: there is none, or it can't be read.
    """
    refuse_unusable(path)
    where = printable(str(path.name))
    if path.name.startswith("."):
        raise BadPath("hidden files are not promoted", where=where, hint="rename the notebook")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise NotAFile("there is no such file", where=where, hint="check the path") from error
    except OSError as error:
        raise NotAFile(
            f"cannot be opened ({error.strerror})", where=where, hint="check the path"
        ) from error
    if not stat.S_ISREG(mode):
        raise NotAFile("this is not a file", where=where, hint="name a notebook (.ipynb)")
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise BadPath("the link leads outside its folder", where=where, hint="name the file itself")
    if path.suffix.lower() not in (".ipynb", *textual.SUFFIXES):
        raise NotANotebook(
            "this is not a notebook", where=where, hint="name a file that ends in .ipynb"
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLarge(
                f"the notebook has over {MAX_BYTES // 1_000_000} MB",
                where=where,
                hint="clear its outputs and save",
            )
        return path.read_bytes()
    except OSError as error:
        raise DiskProblem(
            f"cannot be read ({error.strerror})", where=where, hint="check its permissions"
        ) from error


def refuse_leaving(path: Path, root: Path | None) -> None:
    """Do nothing if `path`, links followed, is in the real folder `root`, or none is given.

    Raises:
        BadPath: a link leads out of it.
    """
    if root is None:
        return
    with contextlib.suppress(OSError, RuntimeError):  # links that go round in circles lead nowhere
        if path.resolve().is_relative_to(root):
            return
    raise BadPath(
        f"{printable(path.name)!r} is, or is below, a link that leads out of the server's folder",
        hint="put a folder of its own in the link's place",
    )


def text_of(raw: bytes, where: str, path: Path) -> str:
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:4]:
        if raw.strip(b"\0"):
            raise BadEncoding(
                "the file is not plain UTF-8", where=where, hint="open it in JupyterLab and save it"
            )
        raise NotANotebook(
            "the file holds no notebook", where=where, hint="restore it from a backup"
        )
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise BadEncoding(
            f"byte {error.start} is not UTF-8",
            where=where,
            hint="open it in JupyterLab and save it",
        ) from error


def json_of(
    text: str, where: str, hook: Callable[[list[tuple[str, Any]]], dict[str, Any]]
) -> object:
    def no_constant(name: str) -> object:
        raise BadSchema(
            f"{name} stands where JSON allows no such value",
            where=where,
            hint="save it again in JupyterLab",
        )

    try:
        return json.loads(text, object_pairs_hook=hook, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        raise NotANotebook(
            f"line {error.lineno} is no JSON ({error.msg.lower()})",
            where=where,
            hint="restore the file from a backup",
        ) from error
    except RecursionError as error:
        raise TooLarge(
            "the file is nested too deep", where=where, hint="clear its outputs and save"
        ) from error
    except ValueError as error:
        raise TooLarge(
            "the file holds a number that is too long",
            where=where,
            hint="save it again in JupyterLab",
        ) from error


def half_saved(path: Path) -> ChangedMeanwhile | None:
    """Return the error for a notebook that a server is just writing, if its backup stands beside it."""
    if os.path.lexists(os.path.join(path.parent, f".~{path.name}")):
        return ChangedMeanwhile(
            "the notebook is just being saved", where=printable(path.name), hint="try again"
        )
    return None
