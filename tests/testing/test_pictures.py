"""Objects that draw themselves for their display are compared by what they draw."""

from __future__ import annotations

import io
import sys
from typing import Any

import matplotlib
import pytest
from matplotlib.figure import Figure

from jupyter_promote.testing import drawn, outline
from jupyter_promote.testing.comparison import difference

matplotlib.use("Agg")

pytestmark = pytest.mark.usefixtures("no_figures")


class Drawing:
    """Like a plot of a grammar of graphics: nothing is drawn before it is displayed."""

    def __init__(self, heights: list[int]) -> None:
        self._heights = heights

    def _repr_png_(self) -> bytes:
        figure = Figure()
        figure.add_subplot().plot(self._heights)
        figure.savefig(written := io.BytesIO(), format="png")
        return written.getvalue()


class Bundled(Drawing):
    _repr_png_ = None  # type: ignore[assignment]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, bytes]:
        return {"image/png": Drawing._repr_png_(self)}


class Photo:
    def _repr_png_(self) -> bytes:
        return b"\x89PNG"


class Broken:
    def _repr_png_(self) -> bytes:
        raise ValueError("nothing to draw")


@pytest.mark.parametrize("kind", [Drawing, Bundled])
def test_what_is_displayed_is_among_the_figures(
    kind: type[Drawing], capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []
    for heights in ([1, 2, 3], [1, 2, 3], [1, 2, 4]):
        with drawn() as figures:
            sys.displayhook(kind(heights))
        seen.append(figures)
    assert [len(figures) for figures in seen] == [1, 1, 1]
    assert difference(seen[0], seen[1]) is None
    assert difference(seen[0], seen[2]) is not None
    assert "object at" in capsys.readouterr().out  # it is displayed as it was, too


def test_its_outline_is_what_it_draws() -> None:
    one, same, other = (outline(Drawing(heights)) for heights in ([1, 2], [1, 2], [2, 1]))
    assert difference(one, same) is None
    assert difference(one, other) is not None


@pytest.mark.parametrize("value", [Photo(), Broken(), Drawing, 3, None, "text"])
def test_what_draws_nothing_with_matplotlib_adds_nothing(value: object) -> None:
    with drawn() as figures:
        sys.displayhook(value)
    assert figures == []


def test_displays_and_figures_are_as_before_afterwards() -> None:
    hook, save = sys.displayhook, matplotlib.backend_bases.FigureCanvasBase.print_figure
    with drawn():
        sys.displayhook(Drawing([1]))
    assert sys.displayhook is hook
    assert matplotlib.backend_bases.FigureCanvasBase.print_figure is save
