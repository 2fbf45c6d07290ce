"""Copies in which a run may write, and what is seen of what it wrote."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from jupyter_promote.proof import normal
from jupyter_promote.proof.normal import Reading
from jupyter_promote.proof.scratch import changes, larger_than, scratch_copy, state_of


def test_a_copy_holds_the_folder_and_shows_what_lies_above(tmp_path: Path) -> None:
    here = tmp_path / "project" / "notebooks"
    (here / "sub").mkdir(parents=True)
    (here / ".git").mkdir()
    (here / ".git" / "config").write_text("secret")
    (here / "sub" / "data.csv").write_text("a")
    (here / "link.csv").symlink_to("sub/data.csv")
    os.mkfifo(here / "pipe")
    (tmp_path / "project" / "data").mkdir()
    (tmp_path / "project" / "data" / "x.csv").write_text("b")
    (tmp_path / "top.csv").write_text("c")
    with scratch_copy(here) as copy:
        assert (copy.folder / "sub/data.csv").read_text() == "a"
        assert (copy.folder / "link.csv").read_text() == "a"
        assert (copy.folder / "../data/x.csv").read_text() == "b"
        assert (copy.folder / "../../top.csv").read_text() == "c"
        assert copy.folder.name == "notebooks"
        assert not (copy.folder / ".git").exists()
        (copy.folder / "sub/data.csv").write_text("changed")
        reading = copy.reading("")
        assert normal.text(f"in {copy.folder}/x", reading) == f"in {here}/x"
    assert not copy.top.exists()
    assert (here / "sub/data.csv").read_text() == "a"
    assert (tmp_path / "project/data/x.csv").read_text() == "b"


def test_the_size_of_a_folder_leaves_out_what_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "big").write_bytes(bytes(1000))
    (tmp_path / "small").write_bytes(bytes(10))
    assert larger_than(tmp_path, 9)
    assert not larger_than(tmp_path, 10)


def test_new_changed_and_removed_files_are_seen(tmp_path: Path) -> None:
    for name in ("same", "changed", "removed"):
        (tmp_path / name).write_text("1")
    before = state_of(tmp_path)
    (tmp_path / "changed").write_text("22")
    (tmp_path / "removed").unlink()
    (tmp_path / "new").write_text("3")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("noise")
    found = changes(tmp_path, before, Reading())
    assert found.keys() == {"changed", "removed", "new"}
    assert found["removed"] == "removed"


def png(colour: int, note: str) -> bytes:
    about, target = PngImagePlugin.PngInfo(), io.BytesIO()
    about.add_text("Software", note)
    Image.fromarray(np.full((4, 4), colour, np.uint8)).save(target, "PNG", pnginfo=about)
    return target.getvalue()


def zipped(text: str, year: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt", (year, 1, 1, 0, 0, 0)), text)
    return target.getvalue()


def database(text: str, pages: int) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"pragma page_size={pages}")
    connection.execute("create table t (x)")
    connection.execute("insert into t values (?)", (text,))
    connection.commit()
    return connection.serialize()


def compressed(text: str, time: float) -> bytes:
    return gzip.compress(text.encode(), mtime=time)


FORMATS: dict[str, tuple[Callable[..., bytes], tuple[object, object], tuple[object, object]]] = {
    "pixels of a PNG, not its notes": (png, (1, 2), ("a", "b")),
    "members of a zip, not their times": (zipped, ("a", "b"), (2001, 2002)),
    "rows of a database, not its pages": (database, ("a", "b"), (512, 1024)),
    "content of a gzip, not its time": (compressed, ("a", "b"), (1.0, 2.0)),
    "text, not the clock in it": (
        lambda text, clock: f"{text} {clock}".encode(),
        ("a", "b"),
        ("12:00:00", "13:11:11"),
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_counts_in_a_file(tmp_path: Path, name: str) -> None:
    make, (one, other), (noise, more) = FORMATS[name]

    def digest(content: bytes) -> str:
        (tmp_path / "file").write_bytes(content)
        return changes(tmp_path, {}, Reading())["file"]

    assert digest(make(one, noise)) == digest(make(one, more))
    assert digest(make(one, noise)) != digest(make(other, noise))


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(pickle.dumps([1]))
    assert changes(tmp_path, {}, Reading())["p"].startswith("pickle ")


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x89PNG\r\n\x1a\nbroken", b"SQLite"])
def test_broken_files_are_compared_by_their_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    one = changes(tmp_path, {}, Reading())["f"]
    (tmp_path / "f").write_bytes(content + b"!")
    assert changes(tmp_path, {}, Reading())["f"]
    assert one


READINGS = {
    "an address": ("<A at 0x7f00aa>", "<A at 0x>"),
    "a clock": ("at 12:34:56", "at 0x"),
    "a module": ("shop.churn.Foo", "__main__.Foo"),
    "a local name": ("<f shop.churn.step.<locals>.<lambda>(x)>", "<f __main__.<lambda>(x)>"),
    "a timing": ("CPU times: user 3 ms\nx", "(timing)\nx"),
}  # fmt: skip
KEPT = ["shop.churning", "workshop.churn.Foo", "0x12", "12:34", "3.14"]


@pytest.mark.parametrize("name", READINGS)
def test_what_may_differ_is_read_alike(name: str) -> None:
    raw, plain = READINGS[name]
    assert normal.text(raw, Reading(module="shop.churn")) == plain


@pytest.mark.parametrize("raw", KEPT)
def test_what_may_not_differ_is_kept(raw: str) -> None:
    assert normal.text(raw, Reading(module="shop.churn")) == raw
