"""What makes a run the same run: digests of notebook, code and environment, and the run's id."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_promote.errors import RunFailed

_LARGEST_MODULES = 2000  # files of local code that are looked at
_SECONDS = 60

# Run by the kernel's interpreter: what it is, and what is installed in it.
_DESCRIBE = """
import glob, json, os, platform, sys
found = sorted(
    os.path.basename(path).rpartition(".")[0]
    for folder in sys.path if os.path.isdir(folder)
    for ending in ("dist-info", "egg-info")
    for path in glob.glob(os.path.join(glob.escape(folder), "*." + ending))
)
print(json.dumps([[sys.version, platform.platform(), sys.prefix, found], sys.path]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a run depends on besides its parameters: the digests of three things, and a commit."""

    notebook: str
    code: str
    environment: str
    commit: str = ""

    @property
    def digests(self) -> tuple[str, str, str]:
        """What a comparison of two ways to run it depends on."""
        return self.notebook, self.code, self.environment

    def run_id(self, given: Mapping[str, object]) -> str:
        """Return the id of the run with these parameters: the same for the same run."""
        return digest([self.notebook, self.code, self.environment, sorted(given.items())])[:16]


def digest(value: object) -> str:
    """Return the digest of something that JSON can express."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def of_notebook(cells: Sequence[Mapping[str, Any]], kernel: str) -> str:
    """Return the digest of a notebook's cells: outputs, ids and counters don't count."""
    return digest(
        [
            kernel,
            [
                [c["cell_type"], c["source"], sorted(c.get("metadata", {}).get("tags", []))]
                for c in cells
            ],
        ]
    )


def of_code(sources: Iterable[str], folders: Sequence[Path]) -> str:
    """Return the digest of the local modules that a notebook imports, '' if there are none."""
    found: dict[str, str] = {}
    waiting = [*imported(sources)]
    while waiting and len(found) < _LARGEST_MODULES:
        for path in _local(waiting.pop(), folders):
            if str(path) not in found:
                raw = path.read_bytes()
                found[str(path)] = hashlib.sha256(raw).hexdigest()
                waiting += imported([raw.decode("utf-8", "replace")])
    return digest(sorted(found.values())) if found else ""


def imported(sources: Iterable[str]) -> Iterator[str]:
    """Yield the first parts of the names of the modules that the sources import."""
    for source in sources:
        try:
            tree = ast.parse(re.sub(r"(?m)^\s*[%!?].*$", "", source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def _local(name: str, folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        if (folder / f"{name}.py").is_file():
            yield folder / f"{name}.py"
        if (folder / name).is_dir():
            yield from sorted((folder / name).rglob("*.py"))[:_LARGEST_MODULES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What is installed for an interpreter, as a digest, and the folders in which it looks."""

    digest: str = ""
    folders: tuple[str, ...] = ()

    def stamps(self) -> tuple[int, ...]:
        """Return when the folders last changed: something is installed or removed there."""
        return tuple(_changed(folder) for folder in self.folders)


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0


def of_environment(interpreter: Sequence[str], environment: Mapping[str, str]) -> Environment:
    """Return what is installed for an interpreter, nothing for no Python.

    Raises:
        RunFailed: the interpreter does not start.
    """
    if not interpreter:
        return Environment()
    try:
        shown = subprocess.run(
            [*interpreter, "-c", _DESCRIBE],
            capture_output=True,
            env=dict(environment),
            timeout=_SECONDS,
            check=True,
        ).stdout
        about, folders = json.loads(shown)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise RunFailed(
            f"the kernel's interpreter {interpreter[0]!r} does not start: {error}",
            hint="install the kernel again",
        ) from error
    return Environment(digest=digest(about), folders=tuple(map(str, folders)))


def commit_of(folder: Path) -> str:
    """Return the commit that is checked out where `folder` is, '' if none; git is not executed."""
    for place in (folder, *folder.parents):
        git = place / ".git"
        if git.is_file():  # a worktree
            named = _text(git).removeprefix("gitdir:").strip()
            git = (place / named).resolve()
        if git.is_dir():
            return _head(git)
    return ""


def _head(git: Path) -> str:
    head = _text(git / "HEAD")
    if not head.startswith("ref:"):
        return head if re.fullmatch(r"[0-9a-f]{40,64}", head) else ""
    name = head.removeprefix("ref:").strip()
    common = (git / (_text(git / "commondir") or ".")).resolve()
    for base in (git, common):
        found = _text(base / name)
        if re.fullmatch(r"[0-9a-f]{40,64}", found):
            return found
    packed = re.search(
        rf"(?m)^([0-9a-f]{{40,64}}) {re.escape(name)}$", _text(common / "packed-refs")
    )
    return packed[1] if packed else ""


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
