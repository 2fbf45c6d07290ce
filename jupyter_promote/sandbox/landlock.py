"""Start a program that can write below a few folders only: the kernel's Landlock sees to it.

For systems that grant no mount namespace: C libraries and child processes, which `redirect` does not
reach, fail then instead of changing a person's file. Linux from 5.19 on; an ordinary user may do this.

This file is a program, too: `python -I -S landlock.py FOLDER... -- PROGRAM ARGUMENT...`.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Sequence

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same on every architecture
_VERSION, _BENEATH, _NO_NEW_PRIVILEGES = 1, 1, 38
_LEAST = 2  # the version from which files may be moved between folders

# From <linux/landlock.h>: writing to files; removing, making and moving them.
_WRITE_FILE = 1 << 1
_IN_FOLDERS = sum(1 << bit for bit in range(4, 14))
_TRUNCATE = 1 << 14  # from version 3 on
_OF_FILES = _WRITE_FILE | _TRUNCATE


def main(arguments: Sequence[str]) -> None:
    """Become the program behind `--`, which may write below the folders before it."""
    end = arguments.index("--")
    try:
        restrict(arguments[:end])
        os.execvp(arguments[end + 1], [*arguments[end + 1 :]])
    except OSError as error:
        sys.exit(f"{error.strerror}: {error.filename}")


def version() -> int:
    """Return the version of Landlock that the kernel has, 0 where it has none or forbids it."""
    return max(0, int(_libc.syscall(_CREATE, None, 0, _VERSION))) if sys.platform == "linux" else 0


def available() -> bool:
    """Whether programs can be restricted."""
    return version() >= _LEAST


def restrict(folders: Sequence[str]) -> None:
    """Let this thread and what it starts write below `folders` only, for ever.

    Raises:
        OSError: the system does not allow it.
    """
    writes = _WRITE_FILE | _IN_FOLDERS | (_TRUNCATE if version() > _LEAST else 0)
    rules = _done(_libc.syscall(_CREATE, struct.pack("Q", writes), 8, 0), "landlock")
    for folder in folders:
        opened = os.open(folder, os.O_PATH)
        allowed = writes if os.path.isdir(folder) else writes & _OF_FILES
        rule = struct.pack("=Qi", allowed, opened)
        _done(_libc.syscall(_ADD, rules, _BENEATH, rule, 0), folder)
        os.close(opened)
    _done(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "landlock")
    _done(_libc.syscall(_RESTRICT, rules, 0), "landlock")
    os.close(rules)


def _done(status: int, what: str) -> int:
    if status < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return status


_libc = ctypes.CDLL(None, use_errno=True)

if __name__ == "__main__":
    main(sys.argv[1:])
