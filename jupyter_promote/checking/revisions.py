"""What has changed since a revision: asked of git without running what a repository may configure.

Only plumbing commands are used, which read objects: no hooks, no file monitor, no filters, no
external diffs, no fetching. Files in the working tree are compared here.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from jupyter_promote.checking import projects
from jupyter_promote.checking.collecting import File
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding, Related
from jupyter_promote.errors import BadParameter
from jupyter_promote.source.characters import printable

_GIT = ("git", "--no-pager", "--no-optional-locks")
_SETTINGS = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never")
_SECONDS = 60


class Revision:
    """The tree of a revision: of the commit in which it and what is checked out part.

    So in a pull request, what others changed meanwhile does not count.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Read the tree.

        Raises:
            BadParameter: the folder is in no git repository, or has no such revision.
        """
        here = folder if folder.is_dir() else folder.parent
        self._root = os.path.realpath(_git(here, "rev-parse", "--show-toplevel").rstrip("\n"))
        base = _commit(here, name)
        listed = _git(here, "ls-tree", "-r", "-z", "--full-tree", base).split("\0")
        rows = (row.partition("\t") for row in listed if row)
        self._blobs = {path: about.split()[2] for about, _, path in rows}
        self._cells: dict[str, tuple[list[str], Counter[str]] | None] = {}
        self._tests: bool | None = None

    def has_changed(self, finding: Finding) -> bool:
        """True where a finding is about something new: a cell, a module, or another place of it."""
        of_tests = any(r.code == finding.code for r in table.of_scope("project"))
        if of_tests and self._tests_changed():
            return True
        places: list[Finding | Related] = [finding]
        places += finding.related if finding.code.startswith("JP1") else ()
        return any(self._changed(place) for place in places)

    def _changed(self, place: Finding | Related) -> bool:
        if place.path not in self._cells:
            self._cells[place.path] = self._compared(place.path)
        found = self._cells[place.path]
        if found is None:
            return False
        now, then = found
        if place.cell is None or place.cell >= len(now):
            return True
        return then[now[place.cell]] == 0

    def _compared(self, path: str) -> tuple[list[str], Counter[str]] | None:
        """Return the parts of a file now and then; None where nothing has changed."""
        blob = self._blobs.get(self._inside(path), "")
        try:
            now = Path(path).read_bytes()
        except OSError:
            now = b""
        then = self._read(blob) if blob else b""
        if now == then:
            return None
        parts, before = _parts(now, path), _parts(then, path)
        return None if blob and parts == before else (parts, Counter(before))

    def _inside(self, path: str) -> str:
        return os.path.relpath(os.path.realpath(path), self._root).replace(os.sep, "/")

    def _read(self, blob: str) -> bytes:
        return _bytes(Path(self._root), "cat-file", "blob", blob)

    def _tests_changed(self) -> bool:
        if self._tests is None:
            tests = [p for p in self._blobs if projects.is_test(_at(p))]
            self._tests = any(
                self._compared(os.path.join(self._root, path)) is not None for path in tests
            )
        return self._tests


def _at(path: str) -> File:
    return File(path=path, size=0, mtime=0, inode=0)


def _parts(raw: bytes, path: str) -> list[str]:
    """Return the sources of a notebook's cells, or the text of another file as one part."""
    if path.endswith(".ipynb"):
        try:
            sources = [c.get("source", "") for c in msgspec.json.decode(raw)["cells"]]
            return ["".join(s) if isinstance(s, list) else str(s) for s in sources]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
    return [raw.decode("utf-8", "replace").replace("\r\n", "\n")]


def _commit(folder: Path, name: str) -> str:
    hint = "name a branch, a tag or a commit, e.g. origin/main"
    if not name or name.startswith("-") or not name.isprintable():
        raise BadParameter(f"{printable(name)!r} is no revision", hint=hint)
    try:
        found = _git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except BadParameter:
        where = "is no revision of this repository"
        raise BadParameter(f"{printable(name)!r} {where}", hint=hint) from None
    try:
        return _git(folder, "merge-base", found, "HEAD").strip() or found
    except BadParameter:  # they have nothing in common
        return found


def _git(folder: Path, *arguments: str) -> str:
    return _bytes(folder, *arguments).decode("utf-8", "surrogateescape")


def _bytes(folder: Path, *arguments: str) -> bytes:
    command: Sequence[str] = [*_GIT, *(w for s in _SETTINGS for w in ("-c", s)), *arguments]
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadParameter(
            f"git could not be asked ({type(error).__name__})", hint="--changed-since needs git"
        ) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise BadParameter(
            f"git says: {printable(said) or 'nothing'}",
            where=str(folder),
            hint="--changed-since needs a git repository",
        )
    return done.stdout
