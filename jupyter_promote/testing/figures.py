"""Say what a matplotlib figure shows, in a few kilobytes; collect the figures that code draws."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_promote.testing import artists, looks, pictures
from jupyter_promote.testing.artists import digest, rounded, summary

LONGEST = 4000  # characters of a description, as JSON
BACKEND = "module://jupyter_promote.testing.agg_backend"


def describe(figure: Any) -> dict[str, Any]:
    """Return what a figure shows: its axes, and what is drawn in them.

    Numbers are rounded to ten significant digits; many numbers or artists are summarised by some
    of them and a digest, so that the whole stays short. Nothing is rendered.
    """
    title = getattr(figure, "_suptitle", None)
    axes = [artists.axes(each) for each in figure.axes]
    return _shortened(
        {
            "inches": rounded(figure.get_size_inches()),
            "title": title.get_text() if title is not None else "",
            "texts": [text.get_text() for text in figure.texts if text is not title],
            **looks.of_figure(figure),
            "number of axes": len(axes),
            "axes": axes,
        }
    )


def described(value: Any) -> Any | None:
    """Return what a figure, an axes or a line shows, the type of other artists, else None."""
    if hasattr(value, "get_size_inches") and hasattr(value, "axes"):
        return describe(value)
    if hasattr(value, "get_xlabel") and hasattr(value, "get_lines"):
        return artists.axes(value)
    return artists.artist(value) if hasattr(value, "get_zorder") else None


def _shortened(description: dict[str, Any]) -> dict[str, Any]:
    """Return it with the longest parts summarised until it is short enough."""
    longest = LONGEST
    while len(json.dumps(description)) > LONGEST and longest > 40:
        longest //= 2
        for axes in description["axes"]:
            for name, part in axes.items():
                if isinstance(part, list | dict) and len(json.dumps(part)) > longest:
                    axes[name] = {"count": len(part), **summary([{"": part}])}
    if len(json.dumps(description)) > LONGEST:
        description["axes"] = summary(description["axes"])
        description["texts"] = digest(json.dumps(description["texts"]))
    return description


# Settings.

_SETTINGS: dict[str, Any] = {}


def remember_settings() -> None:
    """Take matplotlib's settings as they are now for those with which all that is drawn begins."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is not None and hasattr(matplotlib, "rcParams"):
        _SETTINGS.update({k: v for k, v in dict(matplotlib.rcParams).items() if k != "backend"})


@contextmanager
def _settings() -> Iterator[None]:
    """Begin with the settings that were remembered, whatever was called before; restore after it."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None or not _SETTINGS:
        yield
        return
    with matplotlib.rc_context():
        dict.update(matplotlib.rcParams, _SETTINGS)
        yield


# Collecting.


@contextmanager
def drawn() -> Iterator[list[dict[str, Any]]]:
    """Collect descriptions of the figures drawn inside: `with drawn() as figures:`.

    No window opens. Figures shown by `plt.show()`, and those of displayed objects that draw
    themselves, come first, then those still open at the end; all of these are closed. Last come
    figures that were open before, stay open, and have changed.
    """
    environment, backend = os.environ.get("MPLBACKEND"), _backend()
    collection = _Collection(_managers())
    os.environ["MPLBACKEND"] = BACKEND
    _use(BACKEND)
    _COLLECTIONS.append(collection)
    try:
        with _settings(), pictures.displayed(describe, collection.figures):
            yield collection.figures
            collect_open()
            collection.figures.extend(collection.changed())
    finally:
        _COLLECTIONS.remove(collection)
        collection.close()
        _restore(environment, backend)
        _managers().update(collection.before)


def collect_open() -> None:
    """Describe the figures that are open now, and close them: what `plt.show()` does meanwhile."""
    if _COLLECTIONS:
        _COLLECTIONS[-1].collect()


class _Collection:
    """The figures of one `with drawn()`; `before` were open already, and are out of sight."""

    def __init__(self, managers: dict[int, Any]) -> None:
        self.figures: list[dict[str, Any]] = []
        self.before = dict(managers)
        self.looks = {
            number: describe(manager.canvas.figure) for number, manager in managers.items()
        }
        managers.clear()

    def collect(self) -> None:
        """Describe the open figures and close them."""
        for _, manager in sorted(_managers().items()):
            if manager not in self.before.values():
                self.figures.append(describe(manager.canvas.figure))
        self.close()

    def close(self) -> None:
        """Close the open figures, but for those that were open before."""
        managers = _managers()
        for number, manager in list(managers.items()):
            if manager in self.before.values():
                del managers[number]
            else:
                sys.modules["matplotlib._pylab_helpers"].Gcf.destroy(manager)

    def changed(self) -> Iterator[dict[str, Any]]:
        """Yield the descriptions of figures that were open before and look different now."""
        for number, manager in self.before.items():
            now = describe(manager.canvas.figure)
            if now != self.looks[number]:
                yield now


_COLLECTIONS: list[_Collection] = []  # matplotlib finds its backend by name: there is one state


def _managers() -> dict[int, Any]:
    """Return matplotlib's own dict of the open figures."""
    helpers: Any = sys.modules.get("matplotlib._pylab_helpers")
    return helpers.Gcf.figs if helpers is not None else {}


def _backend() -> str:
    """Return the backend in use, "agg" where none has been chosen yet."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None or not hasattr(matplotlib, "rcParams"):
        return "agg"
    chosen = dict.get(matplotlib.rcParams, "backend")  # to ask the usual way would choose one
    return chosen if isinstance(chosen, str) else "agg"


def _use(backend: str) -> None:
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is not None and hasattr(matplotlib, "use"):
        matplotlib.use(backend, force=False)


def _restore(environment: str | None, backend: str) -> None:
    if environment is None:
        os.environ.pop("MPLBACKEND", None)
    else:
        os.environ["MPLBACKEND"] = environment
    _use(backend)
