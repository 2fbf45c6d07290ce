"""The record of runs: one SQLite file, one row for each execution."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_promote import settings
from jupyter_promote.errors import DiskProblem, undoing
from jupyter_promote.runs.outcome import Run
from jupyter_promote.source import files

VARIABLE = "JUPYTER_PROMOTE_LEDGER"
NAME = ".promote/runs.db"
_BEAT_SECONDS = 10.0
_SILENT_SECONDS = 60.0  # the owner of a running row is gone when it was not heard for so long

_TABLES = """
create table if not exists run (
    key integer primary key,
    id text not null, sweep text not null, notebook text not null, parameters text not null,
    state text not null, attempt integer not null default 0,
    owner text not null default '', heard real,
    queued real not null, started real, ended real,
    notebook_digest text not null, code_digest text not null, environment_digest text not null,
    git_commit text not null, seed text, host text not null,
    engine text not null default '', reason text not null default '',
    exit_signal text not null default '', failed_cell integer, error text not null default '',
    error_line integer, peak_mb real, output text not null, results text not null default '{}'
);
create index if not exists run_by_id on run(id, key);
create index if not exists run_by_sweep on run(sweep);
create table if not exists profile (key integer primary key, content text not null);
create table if not exists trusted (
    notebook_digest text not null, environment_digest text not null, code_digest text not null,
    verdict text not null, at real not null,
    primary key (notebook_digest, environment_digest, code_digest)
);
"""
_COLUMNS = (
    "key id sweep notebook parameters state attempt owner heard queued started ended "
    "notebook_digest code_digest environment_digest git_commit seed host engine reason "
    "exit_signal failed_cell error error_line peak_mb output results"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One execution as the ledger holds it; times are seconds since 1970."""

    id: str
    sweep: str
    notebook: str
    parameters: Mapping[str, object]
    output: str
    notebook_digest: str
    code_digest: str
    environment_digest: str
    git_commit: str = ""
    seed: str | None = None
    host: str = field(default_factory=socket.gethostname)
    key: int = 0
    state: str = "queued"
    attempt: int = 0
    owner: str = ""
    heard: float | None = None
    queued: float = 0.0
    started: float | None = None
    ended: float | None = None
    engine: str = ""
    reason: str = ""
    exit_signal: str = ""
    failed_cell: int | None = None
    error: str = ""
    error_line: int | None = None
    peak_mb: float | None = None
    results: Mapping[str, object] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """How long it ran."""
        return self.ended - self.started if self.started and self.ended else None


def place(notebook: Path, within: Path | None = None) -> Path:
    """Return where the ledger for `notebook` is: in its project's root, or where we are told.

    Raises:
        BadPath: it is not `within` the real folder, as a link leads out of that.
    """
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    path = root_of(notebook, within) / NAME
    files.refuse_leaving(path, within)
    return path


def root_of(notebook: Path, within: Path | None = None) -> Path:
    """Return the nearest folder above `notebook` that holds a project, else its own folder.

    It is `within` the real folder that is given.
    """
    return settings.root_of(notebook.resolve().parent, within=within)


class Ledger:
    """The ledger in the file `path`; several threads may use one, several processes one file.

    Its file and those that SQLite puts beside it are `within` the real folder that is given.

    Raises:
        BadPath: a link leads out of it.
    """

    def __init__(self, path: Path, within: Path | None = None) -> None:
        self.path = path
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"
        self._lock = threading.RLock()
        self._beat = 0.0
        with self._answering():
            path.parent.mkdir(parents=True, exist_ok=True)
            files.refuse_leaving(path, within)  # looked at when it was planned, and now again
            self._db = sqlite3.connect(
                path, isolation_level=None, timeout=30, check_same_thread=False
            )
            self._db.row_factory = sqlite3.Row
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
            self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise DiskProblem(
                f"the ledger cannot be used: {error}",
                where=str(self.path),
                hint=f"make room or name another file in {VARIABLE}",
            ) from error

    def _change(self, statement: str, values: Sequence[object]) -> int:
        with self._answering():
            return self._db.execute(statement, values).rowcount

    def add(self, rows: Iterable[Row]) -> list[int]:
        """Add rows that wait to be run; return their keys."""
        names = [name for name in _COLUMNS if name != "key"]
        into = f"insert into run({','.join(names)}) values({','.join('?' * len(names))})"
        now = time.time()
        with self._answering():
            self._db.execute("begin immediate")
            with undoing(lambda _error: self._db.execute("rollback")):
                keys = [
                    self._db.execute(into, self._values(row, names, now)).lastrowid for row in rows
                ]
            self._db.execute("commit")
        return [key or 0 for key in keys]

    def _values(self, row: Row, names: Sequence[str], now: float) -> list[object]:
        given: dict[str, object] = {"queued": now, "heard": now, "owner": self.owner}
        return [_stored(given.get(name, getattr(row, name))) for name in names]

    def start(self, key: int, attempt: int) -> None:
        """The row's run begins: it is ours until we have finished it."""
        now = time.time()
        self._change(
            "update run set state='running', owner=?, heard=?, started=?, attempt=? where key=?",
            (self.owner, now, now, attempt, key),
        )

    def finish(self, key: int, run: Run) -> None:
        """The row's run is over; only who runs it can say so."""
        self._change(
            "update run set state=?, ended=?, engine=?, reason=?, exit_signal=?, failed_cell=?, "
            "error=?, error_line=?, peak_mb=?, results=?, owner='' where key=? and owner=?",
            (
                run.state,
                time.time(),
                run.engine,
                run.reason,
                run.exit_signal,
                run.failed_cell,
                run.error,
                run.error_line,
                run.peak_mb,
                json.dumps(run.results, ensure_ascii=False),
                key,
                self.owner,
            ),
        )

        if run.profile:
            content = json.dumps(run.profile, ensure_ascii=False)
            self._change("insert or replace into profile values(?,?)", (key, content))

    def profiles(self, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return the profiles of those rows that have one, by key."""
        marks = ",".join(str(int(key)) for key in keys)
        with self._answering():
            found = self._db.execute(f"select * from profile where key in ({marks})").fetchall()
        return {row["key"]: json.loads(row["content"]) for row in found}

    def beat(self) -> None:
        """Tell other processes that we live, every now and then."""
        now = time.time()
        if now - self._beat > _BEAT_SECONDS:
            self._beat = now
            self._change("update run set heard=? where owner=?", (now, self.owner))

    def rows(self, where: str = "1", values: Sequence[object] = ()) -> list[Row]:
        """Return rows, the newest first; a row is `lost` if who was to run it is gone."""
        with self._answering():
            found = self._db.execute(
                f"select * from run where {where} order by key desc", values
            ).fetchall()
        return [_row(one) for one in found]

    def latest(self, ids: Iterable[str]) -> dict[str, Row]:
        """Return the newest row of each run that ended well or is being run, by id."""
        wanted, found = [*ids], {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            for row in self.rows(f"id in ({marks}) and state in ('done','running')", part):
                if row.id not in found and row.state != "lost":
                    found[row.id] = row
        return found

    def trusted(self, digests: tuple[str, str, str]) -> str | None:
        """Return what the comparison of a cold and a warm run has shown; None if there was none."""
        with self._answering():
            found = self._db.execute(
                "select verdict from trusted where notebook_digest=? and code_digest=? and "
                "environment_digest=?",
                digests,
            ).fetchone()
        return str(found["verdict"]) if found else None

    def trust(self, digests: tuple[str, str, str], verdict: str) -> None:
        """Keep what the comparison has shown: '' for equal, else the difference."""
        self._change(
            "insert or replace into trusted(notebook_digest, code_digest, environment_digest, "
            "verdict, at) values(?,?,?,?,?)",
            (*digests, verdict, time.time()),
        )

    def remove(self, keys: Iterable[int]) -> int:
        """Remove rows that nobody is running; return how many."""
        with self._answering():
            self._db.execute("begin immediate")
            removed = 0
            for key in keys:
                removed += self._db.execute("delete from run where key=?", (key,)).rowcount
                self._db.execute("delete from profile where key=?", (key,))
            self._db.execute("commit")
        return removed


def _stored(value: object) -> object:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _row(found: sqlite3.Row) -> Row:
    values: dict[str, Any] = {name: found[name] for name in _COLUMNS}
    values["parameters"] = json.loads(values["parameters"])
    values["results"] = json.loads(values["results"])
    row = Row(**values)
    if row.state in ("queued", "running") and not _alive(row):
        return _row_with(values, state="lost", error="what ran it was killed")
    return row


def _row_with(values: Mapping[str, Any], **changes: object) -> Row:
    return Row(**{**values, **changes})


def _alive(row: Row) -> bool:
    """Whether the process that runs a row is there: on this machine we see it, else we heard it."""
    host, _, rest = row.owner.partition(":")
    pid, _, started = rest.partition(":")
    if host == socket.gethostname() and pid.isdigit() and started:
        return _started(int(pid)) == started
    return row.heard is not None and time.time() - row.heard < _SILENT_SECONDS


def _started(pid: int) -> str:
    """Return when a process was started, in the kernel's own clock, '' if it is not there."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
