"""What is said of a figure, and which figures are collected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from jupyter_promote.testing import assert_same, drawn, figures
from jupyter_promote.testing.comparison import alike, difference
from jupyter_promote.testing.figures import LONGEST, describe

matplotlib.use("Agg")

pytestmark = pytest.mark.usefixtures("no_figures")


def figure(draw: Callable[[Any], Any]) -> Any:
    made, ax = plt.subplots()
    draw(ax)
    return made


def fixed_ticks(*labels: str) -> Callable[[Any], Any]:
    return lambda ax: ax.set_xticks(range(len(labels)), labels)


def legend(label: str) -> Callable[[Any], Any]:
    return lambda ax: (ax.plot([1, 2], label=label), ax.legend())


MANY = np.linspace(0, 1, 500)

DIFFERENT: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], str]] = {
    "a title": (lambda ax: ax.set_title("a"), lambda ax: ax.set_title("b"), "['title, center']"),
    "a label": (
        lambda ax: ax.set_xlabel("a"),
        lambda ax: ax.set_xlabel("b"),
        "['x axis']['label']",
    ),
    "a limit": (lambda ax: ax.set_ylim(0, 1), lambda ax: ax.set_ylim(0, 2), "['limits'][1]"),
    "a scale": (
        lambda ax: (ax.set_yscale("log"), ax.set_ylim(1, 9)),
        lambda ax: (ax.set_yscale("symlog"), ax.set_ylim(1, 9)),
        "['scale']",
    ),
    "a point of a line": (
        lambda ax: (ax.plot([1, 2, 3]), ax.set_ylim(0, 9)),
        lambda ax: (ax.plot([1, 4, 3]), ax.set_ylim(0, 9)),
        "['lines'][0]['y'][1]: 2.0 instead of 4.0",
    ),
    "a point amid many": (
        lambda ax: ax.plot(MANY),
        lambda ax: ax.plot(np.where(np.arange(500) == 250, 0.3, MANY)),
        "['lines'][0]['y']['sums'][0]",
    ),
    "two points exchanged amid many": (
        lambda ax: ax.plot(MANY),
        lambda ax: ax.plot(np.r_[MANY[:9], MANY[10], MANY[9], MANY[11:]]),
        "['lines'][0]['y']['sums'][0]",
    ),
    "a sign amid many": (
        lambda ax: (ax.plot(MANY), ax.set_ylim(-1, 1)),
        lambda ax: (ax.plot(np.where(np.arange(500) == 9, -MANY, MANY)), ax.set_ylim(-1, 1)),
        "['lines'][0]['y']['sums'][0]",
    ),
    "a gap amid many": (
        lambda ax: ax.plot(np.where(np.arange(500) == 9, np.nan, MANY)),
        lambda ax: ax.plot(np.where(np.arange(500) == 8, np.nan, MANY)),
        "['lines'][0]['y']['sums'][0]",
    ),
    "one line of many": (
        lambda ax: [ax.plot([0, 20], [0, i]) for i in range(20)],
        lambda ax: [ax.plot([0, 20], [0, i + (i == 9) / 2]) for i in range(20)],
        "['lines']['sums']['y'][0]",
    ),
    "the colour of one line of many": (
        lambda ax: [ax.plot([0, 20], [0, i], color="red") for i in range(20)],
        lambda ax: [ax.plot([0, 20], [0, i], color="red" if i != 9 else "b") for i in range(20)],
        "['lines']['digest']",
    ),
    "a colour": (
        lambda ax: ax.plot([1], color="red"),
        lambda ax: ax.plot([1], color="blue"),
        "['lines'][0]['colour']: '#ff0000ff' instead of '#0000ffff'",
    ),
    "a marker": (lambda ax: ax.plot([1], "o"), lambda ax: ax.plot([1], "x"), "['marker']"),
    "points": (
        lambda ax: (ax.scatter([1, 2], [1, 2]), ax.axis([0, 9, 0, 9])),
        lambda ax: (ax.scatter([1, 2], [1, 3]), ax.axis([0, 9, 0, 9])),
        "['collections'][0]['offsets'][3]",
    ),
    "the sizes of points": (
        lambda ax: ax.scatter([1], [1], s=10),
        lambda ax: ax.scatter([1], [1], s=20),
        "['sizes'][0]",
    ),
    "the colours of points": (
        lambda ax: ax.scatter([1, 2], [1, 2], c=[1, 2]),
        lambda ax: ax.scatter([1, 2], [1, 2], c=[1, 3]),
        "['array'][1]",
    ),
    "an area": (
        lambda ax: (ax.fill_between([1, 2], [3, 4]), ax.set_ylim(0, 9)),
        lambda ax: (ax.fill_between([1, 2], [3, 5]), ax.set_ylim(0, 9)),
        "['vertices']",
    ),
    "a bar": (
        lambda ax: (ax.bar([1, 2], [3, 4]), ax.set_ylim(0, 9)),
        lambda ax: (ax.bar([1, 2], [3, 5]), ax.set_ylim(0, 9)),
        "['patches'][1]['box'][3]: 4.0 instead of 5.0",
    ),
    "a wedge": (lambda ax: ax.pie([1, 2]), lambda ax: ax.pie([1, 3]), "['patches'][0]['vertices']"),
    "one bar of many": (
        lambda ax: (ax.hist(MANY, 30), ax.set_ylim(0, 99)),
        lambda ax: (ax.hist(MANY**1.01, 30), ax.set_ylim(0, 99)),
        "['patches']",
    ),
    "a pixel": (
        lambda ax: ax.imshow(np.eye(2)),
        lambda ax: ax.imshow(1 - np.eye(2)),
        "['images'][0]['array'][0]: 1.0 instead of 0.0",
    ),
    "a colour map": (
        lambda ax: ax.imshow(np.eye(2), cmap="gray"),
        lambda ax: ax.imshow(np.eye(2), cmap="hot"),
        "['colours']: 'gray' instead of 'hot'",
    ),
    "a text": (
        lambda ax: ax.text(0, 0, "a"),
        lambda ax: ax.text(0, 0, "b"),
        "['texts'][0]['text']",
    ),
    "a legend": (legend("a"), legend("b"), "['label']"),
    "tick labels": (
        fixed_ticks("a", "b"),
        fixed_ticks("a", "c"),
        "['ticks'][1]: 'b' instead of 'c'",
    ),
    "more lines": (
        lambda ax: ax.plot([1, 1]),
        lambda ax: (ax.plot([1, 1]), ax.plot([1, 1])),
        "['lines']: 1 item instead of 2",
    ),
}


@pytest.mark.parametrize(("one", "other", "said"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_is_seen_to_differ(
    one: Callable[[Any], Any], other: Callable[[Any], Any], said: str
) -> None:
    found = difference(figure(one), figure(other))
    assert found is not None
    assert said in found
    assert difference(figure(one), figure(one)) is None


def test_sizes_titles_and_numbers_of_axes_count() -> None:
    plain, large = plt.figure(), plt.figure(figsize=(9, 4.8))
    assert difference(large, plain) == "['inches'][0]: 9.0 instead of 6.4"
    titled = plt.figure()
    titled.suptitle("x")
    assert difference(titled, plain) == "['title']: 'x' instead of ''"
    assert "['number of axes']" in (difference(plt.subplots(1, 2)[0], plt.subplots()[0]) or "")


def test_rounding_is_not_seen() -> None:
    one = figure(lambda ax: ax.plot(MANY * 3 / 3))
    other = figure(lambda ax: ax.plot(MANY + 1e-17))
    assert describe(one) == describe(other)


def test_an_axes_is_compared_by_what_it_shows() -> None:
    one, other = (
        figure(lambda ax, n=n: (ax.plot([1, n]), ax.set_ylim(0, 9))).axes[0] for n in (2, 3)
    )
    assert "['lines'][0]['y'][1]: 2.0 instead of 3.0" in (difference(one, other) or "")
    assert alike(one, other) is None


def test_a_description_is_short_and_plain() -> None:
    made, grid = plt.subplots(5, 5)
    for number, ax in enumerate(grid.ravel()):
        for _ in range(30):
            ax.plot(MANY * number, label=f"line {_}")
        ax.bar(range(40), range(40))
        ax.legend()
    text = json.dumps(describe(made), allow_nan=False)
    assert len(text) <= LONGEST
    grid[4, 4].lines[17].set_ydata(MANY)
    assert json.dumps(describe(made)) != text


class Unhelpful(matplotlib.lines.Line2D):
    def get_data(self, orig: bool = True) -> Any:
        raise ValueError("no data")


def test_what_matplotlib_can_not_tell_does_not_stop_us() -> None:
    made = figure(lambda ax: ax.add_artist(Unhelpful([1], [1])))
    line = describe(made)["axes"][0]["lines"][0]
    assert line == {"kind": "Unhelpful", "not described": "ValueError"}


# Collecting.


def test_shown_and_open_figures_are_collected_in_order() -> None:
    with drawn() as figures:
        plt.title("first")
        plt.show()
        plt.title("second")
    assert [figure["axes"][0]["title, center"] for figure in figures] == ["first", "second"]
    assert plt.get_fignums() == []


def test_a_figure_shown_and_closed_is_collected_once() -> None:
    with drawn() as figures:
        plt.plot([1, 2])
        plt.show()
        plt.close()
    assert len(figures) == 1


def test_figures_from_before_are_left_alone() -> None:
    before = plt.figure()
    before.suptitle("mine")
    with drawn() as figures:
        assert plt.get_fignums() == []
        plt.plot([1, 2])
    assert [figure["title"] for figure in figures] == [""]
    assert plt.get_fignums() == [1]
    assert plt.gcf() is before


def test_a_figure_from_before_is_collected_where_it_changed() -> None:
    before, ax = plt.subplots()
    plt.figure()
    with drawn() as figures:
        ax.set_title("drawn on")
        plt.sca(ax)
    assert [figure["axes"][0]["title, center"] for figure in figures] == ["drawn on"]
    assert plt.fignum_exists(before.number)


def test_everything_is_as_before_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "svg")
    before = plt.figure()
    with pytest.raises(ZeroDivisionError), drawn():
        plt.figure()
        1 / 0  # noqa: B018
    assert os.environ["MPLBACKEND"] == "svg"
    assert matplotlib.get_backend().lower() == "agg"
    assert plt.get_fignums() == [before.number]


def test_one_collection_within_another() -> None:
    with drawn() as outer:
        plt.title("outer")
        with drawn() as inner:
            plt.title("inner")
            plt.show()
    assert [figure["axes"][0]["title, center"] for figure in inner] == ["inner"]
    assert [figure["axes"][0]["title, center"] for figure in outer] == ["outer"]


def test_descriptions_are_compared_like_other_values() -> None:
    with drawn() as figures:
        plt.plot([1, 2])
    with pytest.raises(AssertionError, match=r"\[0\]\['axes'\]\[0\]\['lines'\]"):
        again = json.loads(json.dumps(figures))
        again[0]["axes"][0]["lines"][0]["y"][1] = 5.0
        assert_same(figures, again)


LATE = """
import os, sys
os.environ.pop("MPLBACKEND", None)
from jupyter_promote.testing import drawn
with drawn() as figures:
    pass
assert "matplotlib" not in sys.modules and figures == []
with drawn() as figures:
    import matplotlib.pyplot as plt
    plt.plot([1])
    plt.show()
    plt.close("all")
print(len(figures), plt.get_backend().lower(), "MPLBACKEND" in os.environ)
"""


def test_matplotlib_may_be_imported_inside() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LATE], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("1 agg False\n", "")


@pytest.mark.parametrize("lines", [1, 30])
def test_what_differs_by_rounding_is_the_same(lines: int) -> None:
    noise = 1 + 1e-13 * np.sin(np.arange(500))
    values = 1e3 * np.cos(MANY * 9)

    def drawn_with(factor: Any) -> Any:
        return describe(figure(lambda ax: [ax.plot(values * factor + i) for i in range(lines)]))

    assert difference(drawn_with(noise), drawn_with(1.0)) is None
    assert difference(drawn_with(1 + 1e-6), drawn_with(1.0)) is not None


def test_figures_begin_with_the_settings_that_were_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(figures, "_SETTINGS", {})
    figures.remember_settings()
    usual = plt.rcParams["figure.figsize"]
    with plt.rc_context({"figure.figsize": [16, 9]}):
        with drawn() as found:
            plt.figure()
            plt.rc("figure", figsize=(2, 2))
        assert plt.rcParams["figure.figsize"] == [16, 9]
    assert found[0]["inches"] == usual
