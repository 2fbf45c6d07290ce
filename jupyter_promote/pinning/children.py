"""Child processes in which cases run against a changed module, and what they say."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType

_MORE_MEMORY = 2 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Run the cases in `order` against `source`, until `enough` noticed; 0 for all of them.

    Where one of the first `alone` notices, that is enough.
    """

    key: int
    source: str
    order: list[int]
    alone: int = 0
    enough: int = 0


@dataclass(slots=True, kw_only=True)
class Job:
    """A child process that runs cases in `order`, and what it said so far."""

    key: int
    order: list[int]
    pid: int
    pipe: int
    deadline: float
    running: int | None = None
    unlike: list[int] = field(default_factory=list)
    ended: bool = False
    lost_at: int | None = None
    text: bytes = b""

    def read(self, said: bytes) -> None:
        """Take in what the child says: a line for each case that starts or ends."""
        *lines, self.text = (self.text + said).split(b"\n")
        for line in lines:
            what, case = json.loads(line)
            if what == "start":
                self.running = case
            elif what == "unlike":
                self.unlike.append(case)
                self.running = None
            elif what == "broken":  # the module cannot even be imported
                self.unlike += self.order
            elif what == "end":
                self.ended, self.running = True, None

    def lose(self) -> None:
        """Take note that the child died or was ended during a case: that case noticed."""
        self.lost_at = self.order[0] if self.running is None else self.running
        self.unlike.append(self.lost_at)


def settle() -> None:
    """Make a forked child a quiet process of its own with bounded memory."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = open(os.devnull, "w")  # noqa: SIM115
    sys.stdout = sys.stderr = nowhere
    for stream in (1, 2):
        os.dup2(nowhere.fileno(), stream)
    _use_one_thread()
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + _MORE_MEMORY
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _use_one_thread() -> None:
    """Let OpenMP use no pool of threads: the parent's did not come along, and is waited for."""
    with contextlib.suppress(OSError, AttributeError):
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
        for path in sorted(set(re.findall(r"/\S*/lib(?:g|i)?omp[^/\s]*", maps))):
            ctypes.CDLL(path).omp_set_num_threads(1)


def replaced(module: ModuleType, source: str) -> ModuleType:
    """Return the module made anew from another text, and put it in the place of the first."""
    code: CodeType = compile(source, module.__file__ or "<module>", "exec", dont_inherit=True)
    other = ModuleType(module.__name__)
    for name in ("__file__", "__package__", "__spec__", "__loader__", "__path__"):
        if hasattr(module, name):
            setattr(other, name, getattr(module, name))
    sys.modules[module.__name__] = other
    exec(code, other.__dict__)
    return other


def end(job: Job) -> None:
    """End a child and all that it started."""
    kill(job.pid)
    os.close(job.pipe)


def kill(pid: int) -> None:
    """End a process that `settle` made one of its own, and all that it started."""
    for end_it in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end_it(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
