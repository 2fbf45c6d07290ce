"""What there is to check below some paths: notebooks, modules, tests, promotions."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_promote.errors import NotAFile
from jupyter_promote.source.characters import printable

PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages"})
TEXTS = (".py", ".md")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file at `path`, as it is shown, and what the cache knows it by."""

    path: str
    size: int
    mtime: int
    inode: int

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return os.path.basename(self.path)

    @property
    def stamp(self) -> str:
        """What changes when the file does."""
        return f"{self.size}:{self.mtime}:{self.inode}"


@dataclass(slots=True, kw_only=True)
class Collected:
    """What stands below the paths: `modules` are Python files, those of tests among them.

    `promoted` are the folders with records of promotions, those above the paths too. Files whose
    paths are not UTF-8, and so stand in no report, are `unnamed`; they are named as well as can be.
    """

    notebooks: list[File] = field(default_factory=list)
    modules: list[File] = field(default_factory=list)
    promoted: list[Path] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def below(paths: Sequence[Path]) -> Collected:
    """Return what stands at and below `paths`, files or folders, each file once, in order.

    Hidden folders, environments and installed packages are passed over.

    Raises:
        NotAFile: there is nothing at a path.
    """
    found = Collected()
    seen: set[tuple[int, int]] = set()
    folders: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise NotAFile(
                "there is no such file or folder", where=str(path), hint="check the path"
            )
        folders |= dict.fromkeys(_promotions_above(path))
        walked = _walked(str(path), folders, found.unnamed)
        entries = walked if path.is_dir() else [file_at(str(path))]
        for file in entries:
            if (file.size, file.inode) in seen and len(paths) > 1 and _again(file, found):
                continue
            seen.add((file.size, file.inode))
            module = file.path.endswith(".py") and (path.is_dir() or not _is_text_notebook(path))
            (found.modules if module else found.notebooks).append(file)
    found.promoted = list(folders)
    return found


def _again(file: File, found: Collected) -> bool:
    same = os.path.realpath(file.path)
    known = found.modules if file.path.endswith(".py") else found.notebooks
    return any(os.path.realpath(other.path) == same for other in known if other.inode == file.inode)


def _walked(folder: str, promoted: dict[Path, None], unnamed: list[str]) -> Iterator[File]:
    """Yield the notebooks and modules below a folder; note the folders with promotions.

    Noted are the files, too, whose paths are not UTF-8.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return  # what can't be opened can't be checked
    names = {e.name for e in entries}
    if "pyvenv.cfg" in names:
        return
    if ".promote" in names and _is_utf_8(folder):
        promoted[Path(folder)] = None
    for entry in entries:
        if entry.name.startswith(".") or entry.name in PASSED_OVER:
            continue
        path = entry.name if folder == os.curdir else entry.path
        if entry.is_dir(follow_symlinks=False):
            yield from _walked(path, promoted, unnamed)
        elif entry.name.endswith((".ipynb", ".py")) and os.path.isfile(path):
            if _is_utf_8(path):
                yield file_at(path)
            else:
                unnamed.append(printable(path))


def _is_utf_8(path: str) -> bool:
    """Whether the bytes of a path are UTF-8; others are decoded to halves of characters."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def file_at(path: str) -> File:
    """Return the file at a path."""
    try:
        at = os.stat(path)
    except OSError as error:
        raise NotAFile(f"cannot be opened ({error.strerror})", where=path) from error
    if not stat.S_ISREG(at.st_mode):
        raise NotAFile(
            "this is not a file", where=path, hint="name a notebook (.ipynb) or a folder"
        )
    return File(path=path, size=at.st_size, mtime=at.st_mtime_ns, inode=at.st_ino)


def _promotions_above(path: Path) -> Iterator[Path]:
    """Yield the folders with promotions above a path, up to its project's."""
    for folder in path.resolve().parents:
        if (folder / ".promote").is_dir():
            yield folder
        if (folder / "pyproject.toml").is_file():
            return


def _is_text_notebook(path: Path) -> bool:
    from jupyter_promote.source import textual

    try:
        return textual.marks_cells(path.read_text(encoding="utf-8"), path.suffix.lower())
    except (OSError, UnicodeDecodeError):
        return True  # reading it again will say what is wrong


def texts(originals: Iterable[str], paths: Sequence[Path], found: Collected) -> list[File]:
    """Return those of `originals`, real paths of text notebooks, that lie below the paths."""
    known = {os.path.realpath(f.path) for f in (*found.notebooks, *found.modules)}
    return [
        file_at(os.path.join(folder, os.path.relpath(one, os.path.realpath(folder))))
        for one in sorted(originals)
        for folder in [str(p) for p in paths if p.is_dir()]
        if one not in known and one.startswith(f"{os.path.realpath(folder)}{os.sep}")
        if os.path.isfile(one)
    ]
