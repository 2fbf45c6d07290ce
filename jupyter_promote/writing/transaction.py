"""Write several files, all or none, even when killed in between.

The journal holds how to undo: `.promote/journal/journal.json` is written before anything else
changes, and removing it is the one step that makes the write final. Whoever finds a journal
undoes what it says first. The lock is on the root folder itself, so it leaves no file behind.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyter_promote.errors import BadTarget, ChangedMeanwhile, DiskProblem, undoing
from jupyter_promote.writing import journal as journals
from jupyter_promote.writing.confinement import JOURNAL, OURS, content, folder, parts_of, resolve
from jupyter_promote.writing.founding import forget_unfinished, found
from jupyter_promote.writing.journal import Change, Journal, digest
from jupyter_promote.writing.locking import locked, on_disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """`path` (relative, forward slashes) shall hold `content`.

    `expected` is what stood there when the write was planned: the bytes, their `digest`, or None
    for no file. Something else there now means that somebody saved meanwhile.
    """

    path: str
    content: str | bytes
    expected: str | bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The paths that changed, and those that held the right bytes already and were not touched."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """An interrupted write was undone: `restored` are as before; `kept` were edited since."""

    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One file that will change: where it really is, its new bytes, and what is there now."""

    path: str
    parts: tuple[str, ...]
    content: bytes
    before: bytes | None
    status: os.stat_result | None


def write_all(root: Path, writes: Sequence[Write], *, wait_seconds: float = 5.0) -> Written:
    """Write all of `writes` below `root`, or none; say what changed.

    An interrupted earlier write is undone first. A folder `root` that is missing is made.

    Raises:
        BadPath: a path is hidden, leaves the root, or is led out of it by a link.
        BadTarget: something that is not a plain file of one name stands in the way.
        ChangedMeanwhile: a target is not what it was when the write was planned.
        DiskProblem: no space, no permission, or another write is under way.
    """
    for write in writes:
        parts_of(write.path)
    with on_disk(root):
        if not os.path.lexists(root):
            contents = {parts_of(write.path): _bytes(write.content) for write in writes}
            _refuse_overlaps([*contents], count=len(writes))
            if any(write.expected is not None for write in writes):
                raise ChangedMeanwhile(f"the folder {str(root)!r} is gone")
            if found(root, contents, wait_seconds=wait_seconds):
                return Written(written=tuple(write.path for write in writes), unchanged=())
        with locked(root, wait_seconds=wait_seconds) as root_fd:
            _undo_interrupted(root_fd)
            steps = [_look(os.path.realpath(root), root_fd, write) for write in writes]
            _refuse_overlaps([step.parts for step in steps], count=len(steps))
            changing = [step for step in steps if step.content != step.before]
            if changing:
                _carry_out(root_fd, changing)
            return _written(steps)


def recover(root: Path, *, wait_seconds: float = 5.0) -> Recovered:
    """Undo a write that was interrupted below `root`, if there is one.

    Raises:
        BadTarget: the journal is not one that we wrote.
        DiskProblem: no permission, or another write is under way.
    """
    with on_disk(root):
        if not os.path.lexists(root):
            forget_unfinished(root, wait_seconds=wait_seconds)
            return Recovered()
        with locked(root, wait_seconds=wait_seconds) as root_fd:
            return _undo_interrupted(root_fd)


def _written(steps: list[_Step]) -> Written:
    return Written(
        written=tuple(step.path for step in steps if step.content != step.before),
        unchanged=tuple(step.path for step in steps if step.content == step.before),
    )


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _refuse_overlaps(targets: list[tuple[str, ...]], *, count: int) -> None:
    wanted = set(targets)
    if len(wanted) < count:
        raise BadTarget("two files of this write have the same path")
    for parts in targets:
        if any(parts[:end] in wanted for end in range(1, len(parts))):
            raise BadTarget(f"{'/'.join(parts)!r} needs a folder where this write puts a file")


# Looking: nothing is changed yet.


def _look(root: str, root_fd: int, write: Write) -> _Step:
    parts = resolve(root, write.path)
    wanted = _bytes(write.content)
    there = _there(root_fd, parts)
    before = there[0] if there else None
    if before != wanted:
        _refuse_unexpected(write, before)
        if there and there[1].st_nlink > 1:
            raise BadTarget(f"{write.path!r} has a second name (hard link)", hint="copy the file")
        _refuse_read_only(root_fd, parts, there[1] if there else None)
    return _Step(
        path=write.path,
        parts=parts,
        content=wanted,
        before=before,
        status=there[1] if there else None,
    )


def _there(root_fd: int, parts: tuple[str, ...]) -> tuple[bytes, os.stat_result] | None:
    try:
        with folder(root_fd, parts[:-1]) as parent:
            return content(parent, parts[-1])
    except FileNotFoundError:
        return None


def _refuse_unexpected(write: Write, before: bytes | None) -> None:
    expected = digest(write.expected) if isinstance(write.expected, bytes) else write.expected
    if (None if before is None else digest(before)) == expected:
        return
    if before is None:
        what = f"{write.path!r} was removed meanwhile"
    elif expected is None:
        what = f"{write.path!r} was not there when this was planned"
    else:
        what = f"{write.path!r} was changed meanwhile"
    raise ChangedMeanwhile(what, hint="look at the file, then do it again")


def _refuse_read_only(root_fd: int, parts: tuple[str, ...], status: os.stat_result | None) -> None:
    if status is not None and not status.st_mode & 0o222:
        raise DiskProblem(f"{'/'.join(parts)!r} is read-only", hint="make it writable")
    for end in range(len(parts) - 1, -1, -1):
        with contextlib.suppress(FileNotFoundError), folder(root_fd, parts[:end]) as fd:
            if not os.access(".", os.W_OK | os.X_OK, dir_fd=fd):
                raise DiskProblem(
                    f"no permission to write in the folder {'/'.join(parts[:end]) or '.'!r}"
                )
            return


# Doing: from here on, everything is in the journal before it happens.


def _carry_out(root_fd: int, steps: list[_Step]) -> None:
    journal = Journal(
        changes=tuple(_change(number, step) for number, step in enumerate(steps)),
        folders=_missing_folders(root_fd, steps),
    )
    with undoing(lambda error: _take_back(root_fd, journal, error)):
        _begin(root_fd, journal)
        for name in journal.folders:
            *above, last = name.split("/")
            if name != OURS:
                with folder(root_fd, tuple(above)) as parent:
                    os.mkdir(last, dir_fd=parent)
        for step, change in zip(steps, journal.changes, strict=True):
            _stage(root_fd, step, change)
        for step, change in zip(steps, journal.changes, strict=True):
            _replace(root_fd, step.parts, change)
        _sync_folders(root_fd, journal)
        with folder(root_fd, JOURNAL) as fd:
            os.unlink(journals.FILE, dir_fd=fd)  # from here on the new files are final
    with contextlib.suppress(OSError):  # what is left is removed by the next call
        _clear(root_fd)


def _take_back(root_fd: int, journal: Journal, error: BaseException) -> None:
    try:
        _undo(root_fd, journal)
        _clear(root_fd)
    except OSError as second:
        raise DiskProblem(
            f"{error}; undoing it failed, too: {second}",
            hint="the next call puts the old files back",
        ) from error


def _change(number: int, step: _Step) -> Change:
    return Change(
        path="/".join(step.parts),
        temporary=journals.temporary_name(),
        undo=None if step.before is None else f"undo-{number}",
        before=None if step.before is None else digest(step.before),
        after=digest(step.content),
    )


def _missing_folders(root_fd: int, steps: list[_Step]) -> tuple[str, ...]:
    missing: dict[str, None] = {}
    for step in steps:
        for end in range(1, len(step.parts)):
            try:
                with folder(root_fd, step.parts[:end]):
                    pass
            except FileNotFoundError:
                missing["/".join(step.parts[:end])] = None
    return tuple(missing)


def _begin(root_fd: int, journal: Journal) -> None:
    for end in (1, 2):
        with folder(root_fd, JOURNAL[: end - 1]) as parent:
            with contextlib.suppress(FileExistsError):
                os.mkdir(JOURNAL[end - 1], dir_fd=parent)
            os.fsync(parent)
    with folder(root_fd, JOURNAL) as fd:
        for change in journal.changes:
            if change.undo:
                _keep(root_fd, fd, change.path, change.undo)
        temporary = journals.temporary_name()
        _create(fd, temporary, journals.dump(journal))
        os.fsync(fd)
        os.replace(temporary, journals.FILE, src_dir_fd=fd, dst_dir_fd=fd)
        os.fsync(fd)


def _keep(root_fd: int, journal_fd: int, path: str, undo: str) -> None:
    """Keep the old file under the name `undo`: the very same file where the disk can do that."""
    *above, name = path.split("/")
    with folder(root_fd, tuple(above)) as parent:
        try:
            os.link(name, undo, src_dir_fd=parent, dst_dir_fd=journal_fd, follow_symlinks=False)
        except OSError:  # a file system without hard links, or a folder on another disk
            there = content(parent, name)
            if there is None:
                raise ChangedMeanwhile(f"{path!r} was removed meanwhile") from None
            _create(journal_fd, undo, there[0], like=there[1])


def _create(folder_fd: int, name: str, text: bytes, *, like: os.stat_result | None = None) -> None:
    """Make the new file `name`, on the disk for sure; with mode and owner of the old one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    fd = os.open(name, flags, 0o666 if like is None else 0o600, dir_fd=folder_fd)
    with os.fdopen(fd, "wb") as file:
        file.write(text)
        file.flush()
        if like is not None:
            with contextlib.suppress(PermissionError):
                os.fchown(fd, like.st_uid, like.st_gid)
            os.fchmod(fd, like.st_mode & 0o7777)
        os.fsync(fd)


def _stage(root_fd: int, step: _Step, change: Change) -> None:
    with folder(root_fd, step.parts[:-1]) as parent:
        _create(parent, change.temporary, step.content, like=step.status)


def _replace(root_fd: int, parts: tuple[str, ...], change: Change) -> None:
    with folder(root_fd, parts[:-1]) as parent:
        there = content(parent, parts[-1])
        if (None if there is None else digest(there[0])) != change.before:
            raise ChangedMeanwhile(f"{change.path!r} was changed meanwhile")
        os.replace(change.temporary, parts[-1], src_dir_fd=parent, dst_dir_fd=parent)


def _sync_folders(root_fd: int, journal: Journal) -> None:
    touched = {tuple(change.path.split("/")[:-1]) for change in journal.changes}
    touched |= {tuple(name.split("/")[:-1]) for name in journal.folders}
    for parts in sorted(touched):
        with folder(root_fd, parts) as fd:
            os.fsync(fd)


# Undoing.


def _undo_interrupted(root_fd: int) -> Recovered:
    try:
        with folder(root_fd, JOURNAL) as fd:
            there = content(fd, journals.FILE)
    except FileNotFoundError:
        there = None
    recovered = Recovered()
    if there is not None:
        recovered = _undo(root_fd, journals.load(there[0]))
    _clear(root_fd)
    return recovered


def _undo(root_fd: int, journal: Journal) -> Recovered:
    """Put back what `journal` says; doing it twice, or half and then again, does no harm."""
    restored: list[str] = []
    kept: list[str] = []
    for change in reversed(journal.changes):
        with contextlib.suppress(FileNotFoundError):
            (restored if _undo_one(root_fd, change) else kept).append(change.path)
    for name in reversed(journal.folders):
        *above, last = name.split("/")
        with contextlib.suppress(OSError), folder(root_fd, tuple(above)) as parent:
            os.rmdir(last, dir_fd=parent)
    return Recovered(restored=tuple(sorted(restored)), kept=tuple(sorted(kept)))


def _undo_one(root_fd: int, change: Change) -> bool:
    """Put one file back; False where somebody has edited it since."""
    *above, name = change.path.split("/")
    with folder(root_fd, tuple(above)) as parent:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(change.temporary, dir_fd=parent)
        there = content(parent, name)
        now = None if there is None else digest(there[0])
        if now == change.before:
            return True
        if now != change.after:
            return False
        if change.undo is None:
            os.unlink(name, dir_fd=parent)
        else:
            try:
                with folder(root_fd, JOURNAL) as journal_fd:
                    os.replace(change.undo, name, src_dir_fd=journal_fd, dst_dir_fd=parent)
            except FileNotFoundError:  # the kept file is gone: better the new text than none
                return False
        os.fsync(parent)
        return True


def _clear(root_fd: int) -> None:
    """Remove the journal's folder, and `.promote` where nothing else is in it."""
    with contextlib.suppress(FileNotFoundError), folder(root_fd, JOURNAL) as fd:
        for name in _names(fd):
            if journals.is_ours(name):
                os.unlink(name, dir_fd=fd)
    for end in (2, 1):
        with contextlib.suppress(OSError), folder(root_fd, JOURNAL[: end - 1]) as parent:
            os.rmdir(JOURNAL[end - 1], dir_fd=parent)


def _names(folder_fd: int) -> Iterator[str]:
    yield from sorted(os.listdir(folder_fd))
