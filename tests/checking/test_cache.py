"""The cache: what is remembered, what is forgotten, and that it never stands in the way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_promote.checking import cache
from jupyter_promote.checking.cache import Entry
from jupyter_promote.checking.check import Request, check
from jupyter_promote.checking.collecting import File
from tests.programs import cells_of, content_of

LONG_AGO = 1_600_000_000


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of the cache."""
    path = tmp_path / "cache" / "checks.db"
    monkeypatch.setenv(cache.PLACE, str(path))
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "tree" / "a.ipynb"
    path.parent.mkdir()
    save(path, "# %%\ny = x")
    return path


def save(path: Path, text: str, outputs: str = "") -> None:
    content = content_of(cells_of(text))
    if outputs:
        content["cells"][0]["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": outputs}
        ]
    path.write_text(json.dumps(content))
    os.utime(path, (LONG_AGO, LONG_AGO))


def codes(path: Path) -> list[str]:
    return [f.code for f in check(Request(paths=(path,))).findings]


def test_a_second_run_imports_no_analysis(place: Path, book: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from jupyter_promote.checking.check import Request, check;"
        f"found = check(Request(paths=(Path({str(book.parent)!r}),)));"
        "print(len(found.findings), 'jupyter_promote.flow.program' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
        for _ in range(2)
    ]
    assert said == [["1", "True"], ["1", "False"]]


def test_a_change_is_seen(place: Path, book: Path) -> None:
    assert codes(book) == ["JP301"]
    save(book, "# %%\nx = 1\ny = x")
    assert codes(book) == []


def test_a_change_within_the_clocks_tick_is_seen(place: Path, book: Path) -> None:
    os.utime(book)
    assert codes(book) == ["JP301"]
    at = book.stat()
    book.write_text(book.read_text().replace("y = x", "y = 1"))
    os.utime(book, ns=(at.st_atime_ns, at.st_mtime_ns))
    assert codes(book) == []


def test_a_copy_with_other_outputs_is_known_by_its_cells(place: Path, book: Path) -> None:
    assert codes(book) == ["JP301"]
    other = book.with_name("b.ipynb")
    save(other, "# %%\ny = x", outputs="done\n")
    found = check(Request(paths=(book.parent,))).findings
    assert [Path(f.path).name for f in found] == ["a.ipynb", "b.ipynb"]
    database = sqlite3.connect(place)
    rows = [
        database.execute(f"SELECT count(*) FROM {t} WHERE kind LIKE 'notebook%'").fetchone()[0]
        for t in ("told", "seen")
    ]
    database.close()
    assert rows == [1, 2]


def test_damage_is_made_good(place: Path, book: Path) -> None:
    assert codes(book) == ["JP301"]
    place.write_bytes(b"no database " * 1000)
    assert codes(book) == ["JP301"]
    assert place.read_bytes().startswith(b"SQLite format 3")
    assert codes(book) == ["JP301"]


def test_damage_inside_is_made_good(place: Path, book: Path) -> None:
    assert codes(book) == ["JP301"]
    with sqlite3.connect(place) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    raw = bytearray(place.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    place.write_bytes(raw)
    assert codes(book) == ["JP301"]
    assert codes(book) == ["JP301"]
    assert sqlite3.connect(place).execute("PRAGMA quick_check").fetchone() == ("ok",)


def test_another_check_that_writes_does_not_stop_this_one(place: Path, book: Path) -> None:
    assert codes(book) == ["JP301"]
    other = sqlite3.connect(place)
    other.execute("BEGIN EXCLUSIVE")
    save(book, "# %%\nz = w\ny = x")
    assert codes(book) == ["JP301", "JP301"]
    other.rollback()


@pytest.mark.parametrize("where", ["file/inside", ""])
def test_a_place_that_cannot_be_written_is_no_trouble(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(cache.PLACE, str(tmp_path / where) if where else "")
    assert codes(book) == ["JP301"]


def test_what_was_found_long_ago_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.db"
    file = File(path="a", size=1, mtime=1, inode=1)
    entry = Entry(file=file, around="", digest=b"d", value=b"v")
    with cache.opened(path) as known:
        known.store("notebook", [entry])
    with cache.opened(path) as known:
        assert known.by_stamp("notebook", file, "") == b"v"
        assert known.by_digest("notebook", b"d") == b"v"
        assert known.by_stamp("notebook", file, "other") is None
        assert known.by_digest("tests", b"d") is None
    with sqlite3.connect(path) as database:
        database.execute("UPDATE told SET day = 1")
        database.execute("UPDATE seen SET day = 1")
    database.close()
    with cache.opened(path):
        pass
    with cache.opened(path) as known:
        assert known.by_digest("notebook", b"d") is None


def test_it_lies_in_the_users_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.PLACE)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    found = cache.place()
    assert found is not None
    assert found.parts[:3] == ("/", "somewhere", "jupyter_promote")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    if sys.platform != "win32":
        assert cache.place() is None
