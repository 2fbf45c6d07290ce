"""Points of a sweep: grids, lists, tables and samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_promote.errors import BadParameter, PromoteError, TooLarge
from jupyter_promote.runs import points
from jupyter_promote.runs.parameters import read
from jupyter_promote.runs.points import Point

DECLARED = read(
    "n = 1\nrate: float = 0.5\nname = 'x'\nfast = False\n"
    "mode: Literal['a', 'b'] = 'a'\nmany: list = []"
)


def grid_of(tmp_path: Path, text: str) -> list[Point]:
    path = tmp_path / "grid.yaml"
    path.write_text(text)
    return points.grid(points.axes(path, DECLARED))


GRIDS: dict[str, tuple[str, list[Point]]] = {
    "every combination, the last fastest": (
        "n: [1, 2]\nname: [a, b]",
        [{"n": n, "name": m} for n in (1, 2) for m in ("a", "b")],
    ),
    "one value": ("n: 3\nname: [a]", [{"n": 3, "name": "a"}]),
    "columns that go together": (
        '"n, name": [[1, a], [2, b]]\nfast: [true]',
        [{"n": 1, "name": "a", "fast": True}, {"n": 2, "name": "b", "fast": True}],
    ),
    "steps of one": ("n: {from: 1, to: 3}", [{"n": 1}, {"n": 2}, {"n": 3}]),
    "other steps": (
        "rate: {from: 0, to: 0.3, step: 0.1}",
        [{"rate": r} for r in (0, 0.1, 0.2, 0.3)],
    ),
    "so many": ("rate: {from: 0, to: 1, count: 3}", [{"rate": r} for r in (0.0, 0.5, 1.0)]),
    "logarithmic": (
        "rate: {from: 0.01, to: 1, count: 3, scale: log}",
        [{"rate": r} for r in (0.01, 0.1, 1.0)],
    ),
    "lists as values": ("many: [[1], [2, 3]]", [{"many": [1]}, {"many": [2, 3]}]),
}


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_gives(tmp_path: Path, name: str) -> None:
    text, expected = GRIDS[name]
    assert grid_of(tmp_path, text) == expected


WRONG: dict[str, tuple[str, type[PromoteError], str]] = {
    "10^9 points": (
        "n: {from: 1, to: 1000}\nrate: {from: 0, to: 1, count: 1000}\n"
        "name: [a]\nfast: {from: 1, to: 1000}",
        TooLarge,
        "1,000,000,000 points",
    ),
    "a billion points": ("n: {from: 1, to: 1000000000}", TooLarge, "1,000,000,000 points"),
    "an endless range": ("n: {from: 1, to: 1.0e+300}", TooLarge, "points are too many"),
    "nothing": ("", BadParameter, "empty"),
    "no values": ("n: []", BadParameter, "lists no values"),
    "an odd range": ("n: {from: 1, to: 2, by: 1}", BadParameter, "not understood"),
    "a range backwards": ("n: {from: 2, to: 1}", BadParameter, "empty"),
    "a logarithm of zero": ("rate: {from: 0, to: 1, scale: log}", BadParameter, "not positive"),
    "too few columns": ('"n, name": [[1]]', BadParameter, "2 values"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_grid_that_is_refused(tmp_path: Path, name: str) -> None:
    text, error, words = WRONG[name]
    with pytest.raises(error, match=words):
        grid_of(tmp_path, text)


LISTS: dict[str, tuple[str, str]] = {
    "JSON": ("p.json", '[{"n": 1, "name": "a"}, {"n": 2, "name": "007"}]'),
    "YAML": ("p.yaml", "- {n: 1, name: a}\n- {n: 2, name: '007'}"),
    "TOML": ("p.toml", '[[runs]]\nn = 1\nname = "a"\n[[runs]]\nn = 2\nname = "007"'),
    "CSV": ("p.csv", "n,name,rate\n1,a,\n2,007,\n"),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_mean_the_same_in_every_format(tmp_path: Path, name: str) -> None:
    file, text = LISTS[name]
    (tmp_path / file).write_text(text)
    expected: list[dict[str, Any]] = [{"n": 1, "name": "a"}, {"n": 2, "name": "007"}]
    assert points.of_list(tmp_path / file, DECLARED) == expected


def test_a_table_with_a_wrong_value_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("n\nmany\n")
    with pytest.raises(BadParameter, match="no value for 'n'"):
        points.of_list(tmp_path / "p.csv", DECLARED)


def test_samples_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text("n: {from: 1, to: 100}\nname: [a, b, c]")
    axes = points.axes(tmp_path / "g.yaml", DECLARED)
    first = points.sample("random:20", axes, 1)
    assert first == points.sample("random:20", axes, 1) != points.sample("random:20", axes, 2)
    assert all(1 <= point["n"] <= 100 and point["name"] in "abc" for point in first)  # type: ignore


def test_a_latin_hypercube_visits_every_part_of_every_axis_once(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text("rate: {from: 0, to: 10}\nname: [a, b]")
    drawn = points.sample("lhs:10", points.axes(tmp_path / "g.yaml", DECLARED), 0)
    assert sorted(int(float(str(point["rate"]))) for point in drawn) == [*range(10)]
    assert sorted(str(point["name"]) for point in drawn) == ["a"] * 5 + ["b"] * 5


def test_samples_need_ranges_or_choices() -> None:
    drawn = points.sample("random:9", points.choices(DECLARED), 0)
    assert {*drawn[0]} == {"fast", "mode"}
    with pytest.raises(BadParameter, match="nothing to draw"):
        points.choices(read("n = 1"))
    with pytest.raises(BadParameter, match="no sample"):
        points.sample("some", [], 0)
