"""What objects show that draw themselves with matplotlib for their display, as seaborn's plots do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from jupyter_promote.testing.foreign import ended

Describe = Callable[[Any], dict[str, Any]]

_DISPLAYS = ("_repr_png_", "_repr_svg_", "_repr_mimebundle_")  # IPython's names, asked in turn


class _Seen(Exception):
    """Ends the drawing: its figure was seen, nothing needs to be rendered."""


def pictured(value: Any, describe: Describe) -> dict[str, Any] | None:
    """Return the description of the figure that `value` draws for its display.

    None where it has no such display, and where it draws without matplotlib.
    """
    bases: Any = sys.modules.get("matplotlib.backend_bases")
    shows = [name for name in _DISPLAYS if callable(getattr(type(value), name, None))]
    if bases is None or not shows or isinstance(value, type):
        return None
    seen: list[dict[str, Any]] = []

    def see(canvas: Any, *_args: Any, **_options: Any) -> None:
        seen.append(describe(canvas.figure))
        raise _Seen

    with mock.patch.object(bases.FigureCanvasBase, "print_figure", see):
        for name in shows:
            ended(getattr(value, name))
            if seen:
                return seen[0]
    return None


@contextmanager
def displayed(describe: Describe, figures: list[dict[str, Any]]) -> Iterator[None]:
    """Add to `figures` what is shown by `sys.displayhook`, as the last line of a cell is."""
    show = sys.displayhook

    def shown(value: Any) -> None:
        show(value)
        picture = pictured(value, describe)
        if picture is not None:
            figures.append(picture)

    with mock.patch.object(sys, "displayhook", shown):
        yield
