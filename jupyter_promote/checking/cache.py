"""What earlier checks found, so that files that did not change are not read again.

A row is found by the file's size, time of change and inode; where these differ, by the digest of
what it holds. What can't be read or written is done without: a cache is never the reason to fail.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jupyter_promote.checking.collecting import File

PLACE = "JUPYTER_PROMOTE_CACHE"
KEPT_DAYS = 60
# A file may change again within the tick of its file system's clock, and keep its stamp.
TICK, COARSE_TICK = 0.1, 2.1
_TABLES = """
CREATE TABLE IF NOT EXISTS seen (
    kind TEXT, path TEXT, stamp TEXT, digest BLOB, day INTEGER, PRIMARY KEY (kind, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (
    kind TEXT, digest BLOB, value BLOB, day INTEGER, PRIMARY KEY (kind, digest)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be remembered of a file: `digest` is of what it holds, `value` what was found.

    `around` is a digest of what counts besides the file.
    """

    file: File
    around: str
    digest: bytes
    value: bytes


class Cache:
    """Values by kind and file; without a database nothing is remembered."""

    def __init__(self, database: sqlite3.Connection | None) -> None:
        self._database = database
        self.damaged = False
        self._version = version()
        self._day = int(time.time() // 86400)

    def by_stamp(self, kind: str, file: File, around: str) -> bytes | None:
        """Return the value for a file that has not changed, None where that is not known."""
        return self._one(
            "SELECT told.value FROM seen JOIN told USING (kind, digest)"
            " WHERE seen.kind = ? AND seen.path = ? AND seen.stamp = ?",
            (self._kind(kind), os.path.abspath(file.path), _stamp(file, around)),
        )

    def digest_by_stamp(self, kind: str, file: File, around: str) -> bytes | None:
        """Return the digest of a file that has not changed, None where that is not known."""
        return self._one(
            "SELECT digest FROM seen WHERE kind = ? AND path = ? AND stamp = ?",
            (self._kind(kind), os.path.abspath(file.path), _stamp(file, around)),
        )

    def by_digest(self, kind: str, digest: bytes) -> bytes | None:
        """Return the value for what some file held, None where that is not known."""
        return self._one(
            "SELECT value FROM told WHERE kind = ? AND digest = ?", (self._kind(kind), digest)
        )

    def store(self, kind: str, entries: Sequence[Entry]) -> None:
        """Remember what was found in some files."""
        if self._database is None or not entries:
            return
        now, own = time.time(), self._kind(kind)
        told = [(own, e.digest, e.value, self._day) for e in entries]
        seen = [
            (own, os.path.abspath(e.file.path), _stamp(e.file, e.around), e.digest, self._day)
            for e in entries
            if _settled(e.file, now)
        ]
        with self._guarded(), self._database:
            self._database.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?)", told)
            self._database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", seen)

    def tidy(self) -> None:
        """Forget what was found long ago: what is still used is found again."""
        if self._database is None:
            return
        with self._guarded(), self._database:
            for table in ("seen", "told"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE day < ?", (self._day - KEPT_DAYS,)
                )

    def _kind(self, kind: str) -> str:
        return f"{kind} {self._version}"

    def _one(self, query: str, values: tuple[object, ...]) -> bytes | None:
        if self._database is None:
            return None
        row = None
        with self._guarded():
            row = self._database.execute(query, values).fetchone()
        return bytes(row[0]) if row else None

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Do without what the database can't give; a damaged one is removed in the end."""
        try:
            yield
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            self.damaged = True


def digest_of(*parts: str | bytes) -> bytes:
    """Return a digest of some texts."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part)
        found.update(b"\0")
    return found.digest()


@contextmanager
def opened(path: Path | None) -> Iterator[Cache]:
    """Give the cache in a file; one that can't be used works as if it were empty."""
    database = _connected(path) if path else None
    cache = Cache(database)
    try:
        yield cache
        cache.tidy()
    finally:
        if database is not None:
            database.close()
        if path is not None and cache.damaged:
            _remove(path)


def _connected(path: Path, *, again: bool = True) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = sqlite3.connect(path, timeout=2)
    except (OSError, sqlite3.Error):
        return None
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(_TABLES)
    except sqlite3.OperationalError:  # in use, or not for us to write
        database.close()
    except sqlite3.DatabaseError:
        database.close()
        _remove(path)
        return _connected(path, again=False) if again else None
    else:
        return database
    return None


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(OSError):
            path.with_name(name).unlink()


def place() -> Path | None:
    """Return the file of the cache: in the user's folder for such, or where `PLACE` says.

    An empty `PLACE` is no cache.
    """
    asked = os.environ.get(PLACE)
    if asked is not None:
        return Path(asked) if asked else None
    home = Path.home() if os.environ.get("HOME") or os.name == "nt" else None
    if os.environ.get("XDG_CACHE_HOME"):
        base = Path(os.environ["XDG_CACHE_HOME"])
    elif home is None:
        return None
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", home))
    else:
        base = home / ".cache"
    return base / "jupyter_promote" / "checks-1.db"


def _stamp(file: File, around: str) -> str:
    return f"{file.stamp} {around}"


def _settled(file: File, now: float) -> bool:
    tick = COARSE_TICK if file.mtime % 1_000_000_000 == 0 else TICK
    return now - file.mtime / 1e9 > tick


def version() -> str:
    """Return what changes with this program: its own files, and the version of Python."""
    folder = Path(__file__).parents[1]
    own = []
    for name in ("checks", "checks/clones", "checking", "flow", "source", "promotion", "writing"):
        with suppress(OSError):
            for e in os.scandir(folder / name):
                if e.name.endswith(".py"):
                    own.append(f"{name}/{e.name} {e.stat().st_size} {e.stat().st_mtime_ns}")
    python = ".".join(map(str, sys.version_info[:2]))
    return digest_of(python, *sorted(own)).hex()[:12]
