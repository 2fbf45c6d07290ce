"""Where on the server's disk a request may point: below the server's root, and nowhere hidden."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_promote.errors import BadPath
from jupyter_promote.source import files
from jupyter_promote.source.tags import shorten
from jupyter_promote.writing import records

PROJECT = "pyproject.toml"
LONGEST = 1024

_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")


def inside(root: Path, path: str) -> Path:
    """Return the real place that `path` names below the real folder `root`; "." is `root` itself.

    Raises:
        BadPath: it is absolute, a URL or hidden, or leads out of the root, by a link or not.
    """
    problem = _problem(path)
    if problem:
        raise _refused(path, problem)
    try:
        real = (root / path).resolve()
        below = real.relative_to(root)
    except ValueError:
        raise _refused(path, "leads out of the server's folder") from None
    except (OSError, RuntimeError):
        raise _refused(path, "can't be followed") from None
    if _is_hidden(below):
        raise _refused(path, "leads to something hidden")
    return real


def below(root: Path, path: Path) -> str:
    """Return the path of a file as the file browser knows it, "" where it does not."""
    try:
        real = path.resolve()
        found = real.relative_to(root)
    except (OSError, ValueError, RuntimeError):
        return ""
    return found.as_posix() if real.is_file() and not _is_hidden(found) else ""


def project_of(root: Path, notebook: Path) -> Path:
    """Return the nearest folder above `notebook` with a project in it, else its own folder.

    Raises:
        BadPath: the file that says so is a link that leads out of the root.
    """
    for folder in notebook.parents:
        if not folder.is_relative_to(root):
            break
        if (folder / PROJECT).is_file():
            files.refuse_leaving(folder / PROJECT, root)
            return folder
    return notebook.parent


def refuse_links(root: Path, to: Path) -> None:
    """Do nothing if what promotions read and write in the folder `to` is below the root.

    Raises:
        BadPath: some of it is behind a link that leads out of the root.
    """
    for name in (PROJECT, "src", "tests", "notebooks", records.FOLDER):
        files.refuse_leaving(to / name, root)
    for record in (to / records.FOLDER).glob("*"):
        files.refuse_leaving(record, root)


def _problem(path: str) -> str:
    if not path:
        return "is empty"
    if len(path) > LONGEST or any(len(p.encode("utf-8", "replace")) > 255 for p in path.split("/")):
        return "is too long"
    if not path.isprintable():
        return "holds an invisible character"
    if path.startswith(("/", "~")) or "\\" in path or _URL.match(path):
        return "is not relative to the server's folder"
    if ".." in path.split("/"):
        return "leads out of its folder"
    if _is_hidden(Path(path)):
        return "is hidden"
    return ""


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _refused(path: str, problem: str) -> BadPath:
    hint = "choose a plain folder or file that the file browser shows"
    return BadPath(f"{shorten(path)!r} {problem}", hint=hint)
