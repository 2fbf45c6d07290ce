"""How artists look is part of what a figure shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.ticker import MultipleLocator

from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.figures import describe

matplotlib.use("Agg")

pytestmark = pytest.mark.usefixtures("no_figures")


def lines(ax: Any) -> None:
    ax.plot([1, 2], "o-", label="a")
    ax.set(title="t", xlabel="x")
    ax.bar([1], [2])
    ax.imshow(np.eye(2))
    ax.text(0, 0, "here")
    ax.legend()


LOOKS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "rotated labels": (lambda ax: ax.tick_params(axis="x", rotation=30), "'names look'"),
    "small labels": (lambda ax: ax.tick_params(axis="y", labelsize=5), "'names look'"),
    "no ticks": (lambda ax: ax.set_yticks([]), "['y axis']"),
    "places of ticks": (lambda ax: ax.set_xticks([0, 1]), "['x axis']"),
    "distance of ticks": (lambda ax: ax.yaxis.set_major_locator(MultipleLocator(5)), "['y axis']"),
    "format of ticks": (lambda ax: ax.yaxis.set_major_formatter("{x:.3f} m"), "['y axis']"),
    "minor ticks": (lambda ax: ax.xaxis.set_minor_locator(MultipleLocator(1)), "['x axis']"),
    "rotated names": (lambda ax: ax.set_xticks([0, 1], ["a", "b"], rotation=9), "['x axis']"),
    "no names": (lambda ax: ax.tick_params(labelbottom=False), "['x axis']"),
    "a grid": (lambda ax: ax.grid(True), "['x axis']"),
    "a large title": (lambda ax: ax.title.set_size(20), "'title looks'"),
    "a red label": (lambda ax: ax.xaxis.label.set_color("red"), "'label looks'"),
    "a bold text": (lambda ax: ax.texts[0].set_weight("bold"), "['texts'][0]"),
    "a small legend": (lambda ax: ax.legend(fontsize=5), "'legend looks'"),
    "a legend without a frame": (lambda ax: ax.legend(frameon=False), "'legend frame'"),
    "a line shining through": (lambda ax: ax.lines[0].set_alpha(0.5), "['lines'][0]"),
    "a line on top": (lambda ax: ax.lines[0].set_zorder(9), "['lines'][0]"),
    "a line out of sight": (lambda ax: ax.lines[0].set_visible(False), "['lines'][0]"),
    "large markers": (lambda ax: ax.lines[0].set_markersize(9), "['lines'][0]"),
    "open markers": (lambda ax: ax.lines[0].set_markerfacecolor("white"), "['lines'][0]"),
    "a bar with an edge": (lambda ax: ax.patches[0].set_edgecolor("red"), "['patches'][0]"),
    "a hatched bar": (lambda ax: ax.patches[0].set_hatch("/"), "['patches'][0]"),
    "a smoothed image": (lambda ax: ax.images[0].set_interpolation("bicubic"), "['images'][0]"),
    "a face": (lambda ax: ax.set_facecolor("grey"), "'face'"),
    "an aspect": (lambda ax: ax.set_aspect(3), "aspect"),
    "fewer spines": (lambda ax: ax.spines["top"].set_visible(False), "'no spines'"),
    "margins": (lambda ax: ax.figure.subplots_adjust(left=0.3), "margins"),
    "the face of the figure": (lambda ax: ax.figure.set_facecolor("grey"), "'face'"),
    "an axes of its own": (lambda ax: ax.figure.add_axes((0.1, 0.1, 0.2, 0.2)), "axes"),
}


def described(change: Callable[[Any], Any]) -> dict[str, Any]:
    made, ax = plt.subplots()
    lines(ax)
    change(ax)
    return describe(made)


@pytest.mark.parametrize(("change", "where"), LOOKS.values(), ids=LOOKS)
def test_a_look_is_told(change: Callable[[Any], Any], where: str) -> None:
    plain, changed = described(lambda ax: None), described(change)
    assert where in (difference(changed, plain) or "nothing")


def test_the_usual_looks_are_not_told() -> None:
    text = json.dumps(described(lambda ax: None))
    assert not any(w in text for w in ("size", "alpha", "order", "rotation", "margins", "grid"))


@pytest.mark.parametrize("layout", ["tight", "constrained"])
def test_margins_that_were_computed_are_not_told(layout: Any) -> None:
    made = plt.figure(layout=layout)
    made.add_subplot().set_ylabel("long")
    made.canvas.draw()
    assert "margins" not in describe(made)


def test_nor_are_those_of_tight_layout() -> None:
    made, _ = plt.subplots()
    made.tight_layout()
    assert "margins" not in describe(made)


@pytest.mark.parametrize("projection", ["polar", "3d", "mollweide"])
def test_all_axes_can_be_described(projection: str) -> None:
    made = plt.figure()
    made.add_subplot(projection=projection).plot([0, 1], [0, 1])
    assert "not described" not in json.dumps(describe(made))
