"""What a run wrote, and how it is compared."""

from __future__ import annotations

import gzip
import io
import pickle
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from jupyter_promote.proof import normal
from jupyter_promote.proof.files import digests
from jupyter_promote.proof.normal import Reading
from jupyter_promote.sandbox.written import Written


def written(folder: Path, name: str, content: bytes = b"x") -> Written:
    """Return what a sandbox tells of a file that was written in the project `folder`."""
    layer = folder.with_name("layer")
    layer.mkdir(exist_ok=True)
    (layer / "file").write_bytes(content)
    return Written(path=folder / name, how="file", content=layer / "file")


def told(folder: Path, *found: Written, project: Path | None = None) -> Mapping[str, str]:
    return digests(found, folder=folder, project=project or folder, reading=Reading())


def test_files_are_named_from_the_notebooks_folder_others_by_their_whole_path(
    tmp_path: Path,
) -> None:
    notebooks = tmp_path / "project" / "notebooks"
    notebooks.mkdir(parents=True)
    found = [
        written(notebooks, "out.csv"),
        Written(path=tmp_path / "project" / "data" / "x.csv", how="removed"),
        Written(path=Path("/srv/out.csv"), how="removed"),
    ]
    assert told(notebooks, *found, project=tmp_path / "project").keys() == {
        "out.csv",
        "../data/x.csv",
        "/srv/out.csv",
    }


def test_how_a_path_was_changed_is_told_apart(tmp_path: Path) -> None:
    folder, link = tmp_path / "made", tmp_path / "link"
    folder.mkdir(mode=0o750)
    link.symlink_to("there")
    found = [
        Written(path=tmp_path / "a", how="removed"),
        Written(path=tmp_path / "b", how="folder", content=folder),
        Written(path=tmp_path / "c", how="mode", content=folder),
        Written(path=tmp_path / "d", how="link", content=link),
    ]
    assert told(tmp_path, *found) == {
        "a": "removed",
        "b": "folder 750",
        "c": "mode 750",
        "d": "link there",
    }


def test_what_tools_and_libraries_keep_for_themselves_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "fonts"))
    project = tmp_path / "project"
    project.mkdir()
    places = [
        Path(tempfile.gettempdir()) / "abc" / "x",
        Path.home() / ".cache" / "lib" / "x",
        tmp_path / "fonts" / "fontlist.json",
        project / "__pycache__" / "x.pyc",
        project / "sub" / ".ipynb_checkpoints" / "x.ipynb",
    ]
    found = [Written(path=path, how="removed") for path in places]
    assert told(project, *found) == {}


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
        return told(tmp_path, written(tmp_path, "file", content))["file"]

    assert digest(make(one, noise)) == digest(make(one, more))
    assert digest(make(one, noise)) != digest(make(other, noise))


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    found = told(tmp_path, written(tmp_path, "p", pickle.dumps([1])))
    assert found["p"].startswith("pickle ")


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x89PNG\r\n\x1a\nbroken", b"SQLite"])
def test_broken_files_are_compared_by_their_bytes(tmp_path: Path, content: bytes) -> None:
    one = told(tmp_path, written(tmp_path, "f", content))["f"]
    again = told(tmp_path, written(tmp_path, "f", content))["f"]
    other = told(tmp_path, written(tmp_path, "f", content + b"!"))["f"]
    assert one == again != other


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
