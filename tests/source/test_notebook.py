"""Whatever the bytes of a notebook are: a notebook, or an error a person can act on."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_promote.errors import PromoteError
from jupyter_promote.source import notebook

PATH = Path("nb.ipynb")
Content = dict[str, Any]


def book(*sources: str, **top: Any) -> Content:
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{i}",
            "metadata": {"tags": ["promote:a"]},
            "outputs": [],
            "source": source,
        }
        for i, source in enumerate(sources or ("x = 1",))
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    return {**content, **top}


WHOLE = json.dumps(book(), indent=1).encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(b"", "not-a-notebook", id="empty"),
        pytest.param(b" \n\t", "not-a-notebook", id="blank"),
        pytest.param(b"\0" * 64, "not-a-notebook", id="zeros only"),
        pytest.param(WHOLE[:90] + b"\0" + WHOLE[90:], "not-a-notebook", id="a zero inside"),
        pytest.param(b"null", "not-a-notebook", id="null"),
        pytest.param(b"[]", "not-a-notebook", id="a list"),
        pytest.param(b'"notebook"', "not-a-notebook", id="a string"),
        pytest.param(b"{}", "not-a-notebook", id="an empty object"),
        pytest.param(b'{"a": 1}', "not-a-notebook", id="some other object"),
        pytest.param(b"print('x')", "not-a-notebook", id="Python"),
        pytest.param(b"<!doctype html>", "not-a-notebook", id="a login page"),
        pytest.param(WHOLE[:100], "not-a-notebook", id="cut off"),
        pytest.param(WHOLE + WHOLE, "not-a-notebook", id="two documents"),
        pytest.param(WHOLE.replace(b'"', b"'"), "not-a-notebook", id="single quotes"),
        pytest.param(b"PK\x03\x04", "not-a-notebook", id="the first bytes of an archive"),
        pytest.param(b"\x80\x04\x95", "encoding", id="a pickle"),
        pytest.param(b"\xef\xbb\xbf" + WHOLE, "encoding", id="a byte order mark"),
        pytest.param(WHOLE.decode().encode("utf-16"), "encoding", id="UTF-16"),
        pytest.param(WHOLE.decode().encode("utf-32"), "encoding", id="UTF-32"),
        pytest.param(WHOLE.replace(b"x = 1", b"x = '\xff'"), "encoding", id="Latin-1"),
        pytest.param(json.dumps(book('x = "\ud800"')).encode(), "encoding", id="half a character"),
        pytest.param(b"[" * 100_000, "limit", id="deep lists"),
        pytest.param(b'{"a":' * 100_000, "limit", id="deep objects"),
        pytest.param(b'{"nbformat": ' + b"9" * 5_000 + b"}", "limit", id="a number too long"),
        pytest.param(WHOLE.replace(b": 5", b": NaN"), "schema", id="NaN"),
        pytest.param(WHOLE.replace(b": 5", b": Infinity"), "schema", id="infinity"),
    ],
)
def test_bytes_that_are_no_notebook(raw: bytes, kind: str) -> None:
    with pytest.raises(PromoteError) as caught:
        notebook.parse(raw, PATH)
    assert caught.value.kind == kind
    assert caught.value.where.startswith("nb.ipynb")
    assert caught.value.hint


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(WHOLE.replace(b"\n", b"\r\n"), id="Windows line ends"),
        pytest.param(json.dumps(book()).encode(), id="one line"),
        pytest.param(json.dumps(book("x = 'Größe 漢字 😀'")).encode(), id="escapes"),
        pytest.param(
            json.dumps(book("x = 'Größe 漢字 😀'"), ensure_ascii=False).encode(), id="UTF-8"
        ),
        pytest.param(b"\n\n" + WHOLE + b"\n\n", id="blank lines around"),
    ],
)
def test_bytes_that_are_one(raw: bytes) -> None:
    found = notebook.parse(raw, PATH)
    assert [c.index for c in found.cells] == [0]
    assert found.notes == ()


def changed(*keys: Any, to: Any = None, drop: bool = False) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        place: Any = content
        for key in keys[:-1]:
            place = place[key]
        if drop:
            del place[keys[-1]]
        else:
            place[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param(changed("nbformat", drop=True), "schema", id="no format"),
        pytest.param(changed("cells", drop=True), "schema", id="no cells"),
        pytest.param(changed("metadata", drop=True), "schema", id="no metadata"),
        pytest.param(changed("cells", to={}), "schema", id="cells are an object"),
        pytest.param(changed("cells", 0, to=None), "schema", id="a cell is null"),
        pytest.param(changed("cells", 0, to="x = 1"), "schema", id="a cell is text"),
        pytest.param(
            changed("cells", 0, "source", drop=True), "schema", id="a cell without source"
        ),
        pytest.param(changed("cells", 0, "source", to=5), "schema", id="a source that is a number"),
        pytest.param(changed("cells", 0, "source", to=[1]), "schema", id="a source of numbers"),
        pytest.param(
            changed("cells", 0, "cell_type", to="spell"), "schema", id="an unknown kind of cell"
        ),
        pytest.param(
            changed("cells", 0, "metadata", drop=True), "schema", id="a cell without metadata"
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to="promote"), "schema", id="tags are text"
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to=[1]), "schema", id="a tag is a number"
        ),
        pytest.param(changed("cells", 0, "outputs", to=None), "schema", id="outputs are null"),
        pytest.param(changed("cells", 0, "colour", to="red"), "schema", id="an unknown field"),
        pytest.param(changed("nbformat", to=5), "version", id="format 5"),
        pytest.param(changed("nbformat", to=2), "version", id="format 2"),
        pytest.param(changed("nbformat", to="4"), "version", id="a format in quotes"),
        pytest.param(changed("nbformat", to=True), "version", id="a format that is true"),
        pytest.param(changed("nbformat_minor", to="5"), "schema", id="a minor format in quotes"),
        pytest.param(changed("nbformat_minor", to=-1), "schema", id="a minor format below zero"),
        pytest.param(changed("metadata", "kernelspec", "language", to="R"), "language", id="R"),
        pytest.param(
            changed(
                "metadata",
                "kernelspec",
                to={"name": "julia-1.9", "display_name": "J", "language": "julia"},
            ),
            "language",
            id="Julia",
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to=["promote:1"]),
            "name",
            id="a bad name in a tag",
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to=["promote", "skip"]),
            "tag",
            id="tags that contradict",
        ),
    ],
)
def test_fields_that_are_wrong(change: Callable[[Content], None], kind: str) -> None:
    content = book()
    change(content)
    with pytest.raises(PromoteError) as caught:
        notebook.of_content(content, PATH)
    assert caught.value.kind == kind
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        pytest.param(changed("cells", 0, "id", drop=True), ["schema"], id="no id"),
        pytest.param(changed("nbformat_minor", to=99), ["version"], id="a newer minor format"),
        pytest.param(changed("metadata", to={}), ["language"], id="no kernel"),
        pytest.param(
            changed("metadata", "kernelspec", to={"name": "python2", "display_name": "Python 2"}),
            ["language"],
            id="Python 2",
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to=["a", "a"]), ["schema"], id="a tag twice"
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to=["promotee"]), ["tag"], id="a misspelt tag"
        ),
        pytest.param(
            changed("cells", 0, "source", to="# nothing"), ["tag"], id="a tagged cell without code"
        ),
        pytest.param(
            changed("cells", 0, "metadata", "tags", to=["hide-input"]), [], id="a tag of others"
        ),
        pytest.param(
            changed("cells", 0, "source", to=["x = 1\n", "y = 2"]), [], id="a source in lines"
        ),
        pytest.param(
            changed("metadata", "authors", to=[{"name": "A"}]), [], id="metadata of others"
        ),
        pytest.param(changed("cells", 0, "execution_count", to=7), [], id="a count"),
        pytest.param(changed("cells", to=[]), [], id="no cell at all"),
    ],
)
def test_what_is_odd_is_noted_and_read(change: Callable[[Content], None], kinds: list[str]) -> None:
    content = book()
    change(content)
    assert [n.kind for n in notebook.of_content(content, PATH).notes] == kinds


def test_two_cells_with_one_id_are_told_apart() -> None:
    content = book("x = 1", "y = 2")
    content["cells"][1]["id"] = "c0"
    found = notebook.of_content(content, PATH)
    assert len({c.id for c in found.cells}) == 2
    assert [n.kind for n in found.notes] == ["schema"]


def test_a_key_that_stands_twice_is_noted() -> None:
    raw = WHOLE.rstrip()[:-1] + b',\n "cells": []\n}'
    assert "schema" in [n.kind for n in notebook.parse(raw, PATH).notes]


def test_format_three_is_upgraded() -> None:
    cell = {"cell_type": "code", "collapsed": False, "input": "x = 1", "language": "python"}
    cell |= {"metadata": {"tags": ["promote:a"]}, "outputs": [], "prompt_number": 1}
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    found = notebook.of_content({**old, "worksheets": [{"cells": [cell], "metadata": {}}]}, PATH)
    assert [c.source for c in found.cells] == ["x = 1"]
    assert "version" in [n.kind for n in found.notes]


def test_line_ends_in_a_source_are_pythons() -> None:
    assert (
        notebook.of_content(book("x = 1\r\ny = 2\rz = 3"), PATH).cells[0].source
        == "x = 1\ny = 2\nz = 3"
    )


def test_cells_are_counted_as_people_do() -> None:
    found = notebook.of_content(book("x = 1", "y = 2"), PATH)
    assert [(c.index, c.number) for c in found.cells] == [(0, 1), (1, 2)]


def made_folder(place: Path) -> None:
    (place / "nb.ipynb").mkdir()


def made_pipe(place: Path) -> None:
    os.mkfifo(place / "nb.ipynb")


def linked(target: str) -> Callable[[Path], None]:
    return lambda place: (place / "nb.ipynb").symlink_to(target)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        pytest.param(lambda place: None, "not-a-file", id="nothing"),
        pytest.param(made_folder, "not-a-file", id="a folder"),
        pytest.param(made_pipe, "not-a-file", id="a pipe"),
        pytest.param(linked("/dev/zero"), "not-a-file", id="an endless device"),
        pytest.param(linked("nowhere.ipynb"), "not-a-file", id="a link to nothing"),
        pytest.param(linked("nb.ipynb"), "not-a-file", id="a link to itself"),
        pytest.param(linked("../outside.ipynb"), "path", id="a link that leads outside"),
    ],
)
def test_files_that_are_no_notebook(
    tmp_path: Path, make: Callable[[Path], None], kind: str
) -> None:
    (tmp_path / "outside.ipynb").write_bytes(WHOLE)
    (tmp_path / "in").mkdir()
    make(tmp_path / "in")
    with pytest.raises(PromoteError) as caught:
        notebook.read(tmp_path / "in" / "nb.ipynb")
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nb.py", "not-a-notebook"),
        (".nb.ipynb", "path"),
        ("nb", "not-a-notebook"),
        ("nb.ipynb.bak", "not-a-notebook"),
    ],
)
def test_names_that_are_no_notebooks(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(WHOLE)
    with pytest.raises(PromoteError) as caught:
        notebook.read(tmp_path / name)
    assert caught.value.kind == kind


@pytest.mark.parametrize("name", ["nb.ipynb", "NB.IPYNB", "größe 1.ipynb", "a.b.ipynb", "-x.ipynb"])
def test_names_that_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WHOLE)
    assert notebook.read(tmp_path / name).cells


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\u202e.ipynb"
    path.write_bytes(b"no")
    with pytest.raises(PromoteError) as caught:
        notebook.read(path)
    assert str(caught.value).isprintable()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 6) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
PLACES = st.sampled_from(
    [
        ("cells",),
        ("metadata",),
        ("nbformat",),
        ("nbformat_minor",),
        ("metadata", "kernelspec"),
        ("metadata", "language_info"),
        ("metadata", "kernelspec", "name"),
        ("cells", 0),
        ("cells", 0, "id"),
        ("cells", 0, "source"),
        ("cells", 0, "metadata"),
        ("cells", 0, "metadata", "tags"),
        ("cells", 0, "outputs"),
        ("cells", 0, "cell_type"),
    ]
)


@given(PLACES, VALUES)
def test_any_value_in_any_field_is_read_or_a_clear_error(
    place: tuple[Any, ...], value: Any
) -> None:
    content = copy.deepcopy(book())
    changed(*place, to=value)(content)
    try:
        notebook.of_content(content, PATH)
    except PromoteError as error:
        assert error.what and error.hint


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_any_flipped_byte_is_read_or_a_clear_error(at: int, value: int) -> None:
    raw = bytearray(WHOLE)
    raw[at] = value
    try:
        notebook.parse(bytes(raw), PATH)
    except PromoteError as error:
        assert error.what and error.hint
