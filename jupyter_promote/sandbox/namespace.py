"""Run a program that sees the whole disk at its real paths, and whose writing lands in layers of ours.

Linux only: in a mount namespace of its own, an overlay lies over every folder; whatever no overlay
can lie over is read-only. C libraries and child processes are held as well as Python is. An
ordinary user gets the right to do so from a user namespace, where the system grants one.

This file is a program, too: `python -I -S namespace.py SCRATCH PROGRAM ARGUMENT...`. Only the
standard library is imported, so that it starts in milliseconds.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SPECIFICATION, PLACED = "sandbox.json", "placed"
LAYERS, PROBLEM = "layers.json", "problem.txt"
FAILED = 97  # exit status where the namespace could not be made; PROBLEM says why

# From <linux/sched.h> and <linux/mount.h>.
_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x0002_0000, 0x1000_0000, 0x4000_0000
_READ_ONLY, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 1, 32, 4096, 16384, 1 << 18
# Flags that an ordinary user must keep when a mount is made read-only.
_LOCKED = {
    "nosuid": 2,
    "nodev": 4,
    "noexec": 8,
    "noatime": 1024,
    "nodiratime": 2048,
    "relatime": 1 << 21,
}

# What the kernel shows as files; nothing of a person's lies there.
_NO_FILES = frozenset(
    "autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs"
    " mqueue nsfs proc pstore rpc_pipefs securityfs selinuxfs sysfs tracefs".split()
)
# Sockets and shared memory, by which programs talk to those outside.
_SHARED = frozenset(("/run", "/var/run", "/dev", "/dev/shm"))


@dataclass(frozen=True)
class _Mount:
    """What lies at `point`: a file system of `kind`, mounted with `options`."""

    point: str
    kind: str
    options: frozenset[str]

    @property
    def holds_files(self) -> bool:
        """Whether a person's files may lie there."""
        return self.kind not in _NO_FILES and self.point not in _SHARED


def main(arguments: Sequence[str]) -> None:
    """Become the program that the arguments name, within the sandbox that SCRATCH describes."""
    scratch, *command = arguments
    try:
        enter(scratch)
    except OSError as error:
        Path(scratch, PROBLEM).write_text(f"{error.strerror}: {error.filename}", encoding="utf-8")
        sys.exit(FAILED)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started: {error.strerror}")


def enter(scratch: str) -> None:
    """Put this process, which must have one thread, and its children into the sandbox.

    `scratch` holds SPECIFICATION: the folders `shared` with the world outside, those that the
    program most likely writes to as `expected`, and whether there is a `network`. The files below
    PLACED are put where they belong. The layers are made below it; LAYERS says which folder each
    lies over.

    Raises:
        OSError: the system does not allow it; nothing outside has changed.
    """
    told = json.loads(Path(scratch, SPECIFICATION).read_text(encoding="utf-8"))
    working = os.getcwd()
    as_user = _unshare(0 if told["network"] else _NEW_NETWORK)
    _mount("none", "/", flags=_RECURSIVE | _PRIVATE)
    mounts = _mounts()
    writable = [m for m in mounts.values() if m.holds_files and "ro" not in m.options]
    shared = [(path, os.open(path, os.O_PATH)) for path in told["shared"]]
    folders = [*_without_mounts(mounts)]
    if as_user:
        folders += _own(told["expected"])
    laid = _lay([*dict.fromkeys(folders)], scratch, as_user=as_user)
    for path, descriptor in shared:
        _mount(_open(descriptor), path, flags=_BIND)
        os.close(descriptor)
    for mount in writable:
        if mount.point not in laid:
            flags = sum(_LOCKED.get(option, 0) for option in mount.options)
            _mount("none", mount.point, flags=_REMOUNT | _BIND | _READ_ONLY | flags)
    _put(Path(scratch, PLACED))
    os.chdir(working)


def _put(placed: Path) -> None:
    """Copy the files below the folder `placed` to where their paths in it lead from the root."""
    for folder, _, files in os.walk(placed):
        target = Path("/", os.path.relpath(folder, placed))
        if files:
            target.mkdir(parents=True, exist_ok=True)
        for name in files:
            (target / name).write_bytes(Path(folder, name).read_bytes())


def _own(expected: Sequence[str]) -> Iterator[str]:
    """Yield the folders that need a layer of their own: theirs above belong to somebody else.

    In a user namespace nobody may copy another's folder, as every write below it would.
    """
    for folder in sorted(expected):
        for above in reversed(Path(folder).parents):
            if above.stat().st_uid != os.geteuid():
                yield folder
                break


def _lay(folders: Sequence[str], scratch: str, *, as_user: bool) -> dict[str, str]:
    """Lay an overlay over each folder, outer ones first; return the layers by folder."""
    beside = os.open(scratch, os.O_PATH)
    lower = {folder: os.open(folder, os.O_PATH) for folder in folders}
    for number, descriptor in enumerate(lower.values()):
        _make_layer(Path(scratch, str(number)), os.stat(descriptor), as_user=as_user)
    layers = {folder: str(number) for number, folder in enumerate(folders)}
    Path(scratch, LAYERS).write_text(json.dumps(layers), encoding="utf-8")
    laid = {}
    for folder, layer in layers.items():
        here = f"{_open(beside)}/{layer}"
        options = f"lowerdir={_open(lower[folder])},upperdir={here}/upper,workdir={here}/work"
        if _overlaid(folder, options + (",userxattr" if as_user else "")):
            laid[folder] = layer
    for descriptor in (beside, *lower.values()):
        os.close(descriptor)
    return laid


def _make_layer(layer: Path, over: os.stat_result, *, as_user: bool) -> None:
    """Make the folders of a layer: what lies over the root shows the mode and owner of the upper."""
    for part in ("upper", "work"):
        (layer / part).mkdir(parents=True)
    os.chmod(layer / "upper", over.st_mode & 0o7777)
    if not as_user:
        os.chown(layer / "upper", over.st_uid, over.st_gid)


def _overlaid(folder: str, options: str) -> bool:
    """Lay an overlay, false where none can lie over this file system."""
    for more in (",volatile", ""):  # volatile: what is thrown away need not be synced
        try:
            _mount("overlay", folder, "overlay", data=options + more)
        except OSError:
            continue
        return True
    return False


def _without_mounts(mounts: dict[str, _Mount]) -> Iterator[str]:
    """Yield the largest folders that hold a person's files and no other mount."""

    def below(folder: str) -> bool:
        start = folder.rstrip("/") + "/"
        return any(point.startswith(start) for point in mounts if point != folder)

    def inside(folder: str) -> Iterator[str]:
        if folder != "/" and not below(folder):
            yield folder
            return
        with os.scandir(folder) as entries:
            found = sorted(e.path for e in entries if e.is_dir(follow_symlinks=False))
        for path in found:
            if path not in mounts:
                yield from inside(path)

    for mount in mounts.values():
        if mount.holds_files and os.path.isdir(mount.point):
            yield from inside(mount.point)


def _mounts() -> dict[str, _Mount]:
    """Return what is mounted, by its place; of several mounts at one place the last, which is seen."""
    found = {}
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        point = _unescaped(before.split(" ")[4])
        found[point] = _Mount(
            point, after.split(" ")[0], frozenset(before.split(" ")[5].split(","))
        )
    return found


def _unescaped(path: str) -> str:
    for code, character in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        path = path.replace(code, character)
    return path


def _unshare(more: int) -> bool:
    """Leave the mounts that others see; true where that took a user namespace."""
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_NEW_MOUNTS | more) == 0:
        return False
    _done(_libc.unshare(_NEW_MOUNTS | _NEW_USER | more), "a user namespace")
    for name, content in (
        ("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1"),
    ):  # fmt: skip
        Path("/proc/self", name).write_text(content, encoding="ascii")
    return True


def _mount(source: str, target: str, kind: str = "", *, flags: int = 0, data: str = "") -> None:
    words = (source.encode(), os.fsencode(target), kind.encode() or None)
    _done(_libc.mount(*words, flags, data.encode() or None), f"{kind or 'mount'} {target}")


def _done(status: int, what: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def _open(descriptor: int) -> str:
    """Return a path to what is open: it leads there whatever is mounted in between."""
    return f"/proc/self/fd/{descriptor}"


_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = (
    ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p,
)  # fmt: skip

if __name__ == "__main__":
    main(sys.argv[1:])
