"""What pytest does for characterization tests: no windows, no figures left over, one marker."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Draw without windows unless another backend is asked for; know the marker."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    config.addinivalue_line(
        "markers", "varies: results differ from run to run: only what repeats is pinned"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Close the figures that the test itself left open."""
    before = _open()
    try:
        return (yield)
    finally:
        for number in _open() - before:
            sys.modules["matplotlib.pyplot"].close(number)


def _open() -> set[Any]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot is not None else set()
