"""Make a sandbox for one run: a program in it sees the disk as it is, and changes none of it."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jupyter_promote import scratch_folders
from jupyter_promote.sandbox import landlock, namespace, view, written
from jupyter_promote.sandbox.written import Written

METHOD = "JUPYTER_PROMOTE_SANDBOX"  # names the method, for systems on which the choice is wrong

# What a program in a sandbox may always write: what the kernel shows as files, and sockets.
_NO_FILES = ("/dev", "/proc", "/sys", "/run")
_PROBE_SECONDS = 30

Method = Literal["namespace", "redirect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """One program's view of the disk, kept below `folder`.

    What it and those that it starts write to the folder `shared` is seen outside as well. `expected`
    are folders that they most likely write to. Without `network` they reach no host, where the
    system grants that.
    """

    folder: Path
    shared: Path
    method: Method
    expected: tuple[str, ...]
    network: bool

    def command(self, command: Sequence[str]) -> list[str]:
        """Return the command that starts `command` in the sandbox."""
        inner = [_found(command[0]), *command[1:]]
        if self.method == "namespace":
            return _in_namespace(self.folder, inner)
        if landlock.available():
            return [sys.executable, "-I", "-S", landlock.__file__, *self._writable, "--", *inner]
        return inner

    @property
    def _writable(self) -> list[str]:
        return [path for path in (*_NO_FILES, str(self.folder)) if os.path.exists(path)]

    def entry(self, *, started: bool = False) -> dict[str, object]:
        """Return what `entering.enter` must be told in a process that is to be in the sandbox.

        With `started` it was started by `command`, so the system holds it already.
        """
        if self.method == "namespace":
            return {"namespace": str(self.folder)}
        held = landlock.available()
        return {
            "layer": str(self.folder / "layer"),
            "passed": self._writable,
            "only": self._writable if held and not started else [],
            "programs": held,
        }

    @property
    def layer(self) -> Path:
        """The folder in which copies of files lie by their whole paths; where there are none, nothing."""
        return self.folder / "layer" / view.FILES

    @property
    def environment(self) -> dict[str, str]:
        """What the environment of programs in it must say."""
        return {} if self.method == "namespace" else {"TMPDIR": str(self.folder / "tmp")}

    @property
    def begin(self) -> tuple[str, str] | None:
        """The module of ours, and the call in it, with which Python in the sandbox must begin."""
        if self.method == "namespace":
            return None
        return "sandbox.entering", f"enter({self.entry(started=True)!r})"

    def put(self, files: Mapping[Path, bytes]) -> None:
        """Let programs that start from now on see `files`, absolute paths, in the sandbox."""
        if self.method == "redirect":
            layer = view.View(str(self.folder / "layer"))
            for path, content in files.items():
                target = Path(layer.copy(layer.place(str(path))))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            return
        placed = self.folder / namespace.PLACED
        for path, content in files.items():
            target = placed / path.relative_to(path.anchor)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def path(self, path: Path) -> Path:
        """Return where what was `put` at `path` is found by what is not redirected, as imports are."""
        if self.method == "namespace":
            return path
        layer = view.View(str(self.folder / "layer"))
        return Path(layer.source(layer.place(str(path))))

    def written(self) -> Iterator[Written]:
        """Yield what programs in it have made, changed and removed, anywhere on the disk."""
        if self.method == "namespace":
            yield from written.in_layers(self.folder)
        else:
            yield from written.in_view(self.folder / "layer")

    @property
    def problem(self) -> str:
        """Why a program could not be started in the sandbox, '' if it could."""
        path = self.folder / namespace.PROBLEM
        return path.read_text(encoding="utf-8") if path.exists() else ""


@contextmanager
def sandbox(
    folder: Path, *, expected: Sequence[Path] = (), network: bool = True
) -> Iterator[Sandbox]:
    """Give a sandbox for programs that run in `folder`, and forget afterwards what they wrote."""
    with scratch_folders.temporary("sandbox") as scratch:
        for name in ("shared", "tmp", "layer"):
            (scratch / name).mkdir()
        home, temporary = Path.home(), Path(tempfile.gettempdir())
        likely = [folder, *expected, home, temporary, Path("/var/tmp")]
        found = [str(path.resolve()) for path in likely if path.is_dir()]
        made = Sandbox(
            folder=scratch,
            shared=scratch / "shared",
            method=_method(folder),
            expected=tuple(dict.fromkeys(found)),
            network=network,
        )
        told = {"shared": [str(made.shared)], "expected": made.expected, "network": network}
        text = json.dumps(told)
        (scratch / namespace.SPECIFICATION).write_text(text, encoding="utf-8")
        yield made


def _method(folder: Path) -> Method:
    """Return how programs in `folder` are kept from changing the disk."""
    asked = os.environ.get(METHOD, "")
    if asked in ("namespace", "redirect"):
        return "namespace" if asked == "namespace" else "redirect"
    return "namespace" if grants_namespace() and _is_ours(folder) else "redirect"


def _is_ours(folder: Path) -> bool:
    """Whether files in the folder can be copied in a user namespace, which knows one user only."""
    status = folder.stat()
    mine = (os.geteuid(), os.getegid())
    return os.geteuid() == 0 or (status.st_uid, status.st_gid) == mine


@functools.cache
def grants_namespace() -> bool:
    """Whether the system lets us lay layers over the disk for a program; tried once."""
    if not sys.platform.startswith("linux"):
        return False
    with scratch_folders.temporary("probe") as scratch:
        (scratch / "shared").mkdir()
        told = {"shared": [str(scratch / "shared")], "expected": [], "network": True}
        (scratch / namespace.SPECIFICATION).write_text(json.dumps(told), encoding="utf-8")
        there = scratch.with_name(f"{scratch.name}.probe")
        command = _in_namespace(scratch, ["/bin/sh", "-c", ': > "$0" && test -f "$0"', str(there)])
        try:
            ended = subprocess.run(
                command, timeout=_PROBE_SECONDS, stdin=subprocess.DEVNULL, capture_output=True
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return ended.returncode == 0 and not there.exists()


def _in_namespace(scratch: Path, command: Sequence[str]) -> list[str]:
    return [sys.executable, "-I", "-S", namespace.__file__, str(scratch), *command]


def _found(program: str) -> str:
    """Return the program's path: in the sandbox it is started without a look at PATH."""
    return shutil.which(program) or program
