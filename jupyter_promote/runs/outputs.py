"""Where an executed notebook goes: checked first, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_promote.errors import BadPath, DiskProblem, NotAFile

REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
HIDDEN = ".promote-tmp-"


def not_here(path: Path) -> BadPath:
    """Return the mistake of naming something remote."""
    return BadPath(f"{str(path)!r} is not on this machine", hint="download the notebook first")


def check(notebook: Path, output: Path) -> None:
    """Do nothing if `output` may be written.

    Raises:
        BadPath, NotAFile: it is remote, no plain file, or the notebook itself.
    """
    if REMOTE.match(str(output)) or "\0" in str(output):
        raise BadPath(f"{str(output)!r} is not on this machine", hint="give a path of a local file")
    if output.exists() and (output.is_dir() or not output.is_file()):
        raise NotAFile(f"{str(output)!r} is not a plain file", hint="choose another --output")
    if os.path.realpath(output) == os.path.realpath(notebook):
        raise BadPath("the output would overwrite the notebook", hint="choose another --output")


def hidden(output: Path) -> Path:
    """Return a new hidden path beside `output`, which names our machine and process."""
    name = f"{HIDDEN}{_machine()}-{os.getpid()}-{secrets.randbelow(10**12):012d}.ipynb"
    return output.absolute().parent / name


def _machine() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


@contextmanager
def beside(output: Path) -> Iterator[Path]:
    """Give a hidden path beside `output`; nothing is left there.

    Raises:
        DiskProblem: what the body does with it fails.
    """
    temporary = hidden(output)
    try:
        temporary.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except OSError as error:
        reason = error.strerror or str(error)
        raise DiskProblem(f"cannot be written: {reason}", where=str(output)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def write(path: Path, text: str, *, lasting: bool = False) -> None:
    """Write `text` to `path` so that readers see the old file or the new one.

    With `lasting` it is on the disk when this returns.
    """
    temporary = hidden(path)
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def moved(output: Path, folder: Path) -> Path | None:
    """Move an output to `folder`, and return where it is now; None where that fails."""
    target = folder.absolute() / output.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(output, target)
    except OSError:
        return None
    return target


def leftovers(folder: Path) -> Iterator[Path]:
    """Yield the hidden files that processes of this machine which are gone have left in `folder`."""
    ours = f"{HIDDEN}{_machine()}-"
    for path in folder.glob(f"{ours}*-*.ipynb"):
        pid = path.name.removeprefix(ours).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            yield path
