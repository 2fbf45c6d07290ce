"""What papermill cannot write: dates, paths, tuples, NumPy's numbers, and secrets."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import nbformat
import numpy
import pytest

from jupyter_promote.errors import BadParameter
from jupyter_promote.runs import execution, injection
from jupyter_promote.runs.execution import Stock
from jupyter_promote.runs.parameters import parse_value, read

CELL = """
import datetime
from datetime import date
from pathlib import Path
day: date = date(2026, 1, 1)
until: date | None = None
at = datetime.datetime(2026, 1, 1, 12)
folder = Path("data")
pair: tuple[int, str] = (1, "a")
ends = (1, 2)
names: set[str] = set()
count = 1
rate = 0.5
text = "x"
free = None
token = ""
"""
DECLARED = read(CELL)

PLAIN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a date": ({"day": datetime.date(2026, 2, 3)}, {"day": "2026-02-03"}),
    "a date that may be None": ({"until": datetime.date(2026, 2, 3)}, {"until": "2026-02-03"}),
    "None": ({"until": None}, {"until": None}),
    "a moment": ({"at": datetime.datetime(2026, 2, 3, 4)}, {"at": "2026-02-03T04:00:00"}),
    "a path": ({"folder": Path("a/b")}, {"folder": "a/b"}),
    "a tuple": ({"pair": (2, "b")}, {"pair": [2, "b"]}),
    "a tuple by its default": ({"ends": (3, 4)}, {"ends": [3, 4]}),
    "a set": ({"names": {"a"}}, {"names": ["a"]}),
    "a whole number of NumPy": ({"count": numpy.int64(3)}, {"count": 3}),
    "a number of NumPy": ({"rate": numpy.float32(0.5)}, {"rate": 0.5}),
    "a date as text": ({"text": datetime.date(2026, 2, 3)}, {"text": "2026-02-03"}),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_value_is_made_plain(name: str) -> None:
    given, expected = PLAIN[name]
    found = injection.plain(DECLARED, given)
    assert found == expected and [type(v) for v in found.values()] == [
        type(v) for v in expected.values()
    ]
    injection.check(DECLARED, found)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a date where none is declared": ({"free": datetime.date(2026, 1, 1)}, "annotate it"),
    "a moment for a date": ({"day": datetime.datetime(2026, 1, 1, 12)}, "does not declare"),
    "no date": ({"day": "tomorrow"}, "declared date"),
    "a tuple for text": ({"text": (1, 2)}, "does not declare"),
    "a tuple of another length": ({"pair": [1]}, "declared tuple"),
    "a tuple of other types": ({"pair": ["a", 1]}, "declared tuple"),
    "an array": ({"rate": numpy.zeros(2)}, "ndarray"),
    "a secret in clear": ({"token": "abc123"}, "env:VARIABLE"),
    "a secret that is not there": ({"token": "env:NO_SUCH_VARIABLE"}, "is not set"),
    "a file that is not there": ({"token": "file:/no/such/file"}, "is not there"),
    "a secret for a number": ({"count": "env:PATH"}, "declared int"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_is_refused(name: str) -> None:
    given, words = WRONG[name]
    with pytest.raises(BadParameter) as caught:
        injection.check(DECLARED, injection.plain(DECLARED, given))
    assert words in str(caught.value)


# Put together here, so that no scanner takes this file for a leak.
GITHUB = "ghp_" + "a1B2c3D4" * 5
SECRET: dict[str, tuple[str, object]] = {
    "by its name": ("secret_key", "k9X2"),
    "by a name in camel case": ("accessToken", "k9X2"),
    "by its form": ("text", GITHUB),
    "within an address": ("text", "postgresql://app:k9X2@db.example/prod"),
    "within settings": ("text", "Server=db;Uid=app;Pwd=k9X2y;"),
    "in a list": ("items", ["a", GITHUB]),
    "under a key": ("options", {"user": "a", "password": "k9X2"}),
    "as a number": ("password", 12345678),
}
LOOSE = read(
    "text = secret_key = accessToken = pwd = pad_token = password_column = ''\nitems = []\noptions = {}\n"
    "password = None\nfolder: Path = Path('x')"
)


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_in_clear_is_refused_and_not_shown(name: str) -> None:
    parameter, value = SECRET[name]
    with pytest.raises(BadParameter) as caught:
        injection.check(LOOSE, {parameter: value})
    assert f"{parameter!r}" in str(caught.value) and f"-p {parameter} clear:" in str(caught.value)
    assert not any(part in str(caught.value) for part in ("k9X2", "a1B2", "12345678"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("pad_token", "[PAD]"), ("pad_token", "x"), ("pwd", "/data"), ("password_column", "pw")],
)
def test_a_word_that_looks_like_a_secret_is_taken(name: str, value: str) -> None:
    injection.check(LOOSE, {name: value})
    assert injection.cleared({name: value}) == {name: value}


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        ({"secret_key": "clear:hearts"}, {"secret_key": "hearts"}),
        ({"text": f"clear:{GITHUB}"}, {"text": GITHUB}),
        ({"text": "clear:sky"}, {"text": "clear:sky"}),
        ({"text": "clear:env:HOME"}, {"text": "env:HOME"}),
        ({"options": {"password": "clear:x"}}, {"options": {"password": "x"}}),
        ({"items": [f"clear:{GITHUB}"]}, {"items": [GITHUB]}),
    ],
)
def test_what_is_said_to_be_no_secret_arrives_without_the_word(
    given: dict[str, Any], arrives: dict[str, Any]
) -> None:
    injection.check(LOOSE, given)
    assert injection.cleared(given) == arrives


def test_a_value_that_does_not_fit_is_not_shown_where_it_is_secret() -> None:
    declared = read("api_key: int = 0\nrate = 0.5")
    with pytest.raises(BadParameter) as caught:
        parse_value("k9X2", declared[0])
    assert "k9X2" not in str(caught.value)
    with pytest.raises(BadParameter) as caught:
        parse_value(GITHUB, declared[1])
    assert GITHUB not in str(caught.value)


def test_the_error_of_a_run_shows_no_secret(tmp_path: Path) -> None:
    code = f"url = 'postgresql://app:' + 'k9X2' + 'y8@db/x'\nraise OSError('no answer of ' + url + ' {GITHUB}')"
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), tmp_path / "n.ipynb"
    )
    run = execution.execute(
        execution.prepare(tmp_path / "n.ipynb"), {}, tmp_path / "o.ipynb", host=Stock()
    )
    assert run.error == "OSError: no answer of postgresql://app:***@db/x ***"
    error = nbformat.read(tmp_path / "o.ipynb", as_version=4).cells[-1].outputs[0]
    assert "k9X2y8" not in str(error) and GITHUB not in str(error)


READINGS = [
    ("day", "2026-02-03", "2026-02-03"),
    ("pair", "(2, 'b')", [2, "b"]),
    ("ends", "[1, 2]", [1, 2]),
    ("folder", "a b/c", "a b/c"),
    ("token", "env:HOME", "env:HOME"),
]


@pytest.mark.parametrize(("name", "text", "value"), READINGS)
def test_the_command_line_means_the_same(name: str, text: str, value: object) -> None:
    assert parse_value(text, {p.name: p for p in DECLARED}[name]) == value


def test_the_notebook_gets_what_it_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "print(repr((day, until, at, folder, pair, ends, names)))\nprint('the', token)\ntoken"
    shown += "\nassert text.startswith('ghp_')"
    cells = [nbformat.v4.new_code_cell(code) for code in (CELL, shown, "1 / (token == 0)")]
    cells[0].metadata["tags"] = ["parameters"]
    cells[1].metadata["tags"] = ["results"]
    cells[1].source += "\nfound = token"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    monkeypatch.setenv("MY_TOKEN", 'very"secret')
    given = {
        "day": "2026-02-03",
        "until": datetime.date(2026, 3, 4),
        "folder": Path("a/b"),
        "pair": (2, "b"),
        "ends": [3, 4],
        "names": {"z"},
        "token": "env:MY_TOKEN",
        "text": f"clear:{GITHUB}",
    }
    job = execution.prepare(tmp_path / "n.ipynb")
    run = execution.execute(job, given, tmp_path / "o.ipynb", host=Stock())
    text = (tmp_path / "o.ipynb").read_text()
    node = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    first = next(cell for cell in node.cells if cell.source.startswith("print(repr"))
    assert first.outputs[0].text == (
        "(datetime.date(2026, 2, 3), datetime.date(2026, 3, 4), datetime.datetime(2026, 1, 1, 12, 0),"
        " PosixPath('a/b'), (2, 'b'), (3, 4), {'z'})\nthe ***\n"
    )
    assert run.state == "failed" and run.results == {"found": "***"}
    assert "very" not in text and "very" not in run.error
    assert run.parameters["token"] == "env:MY_TOKEN" and run.parameters["pair"] == [2, "b"]
