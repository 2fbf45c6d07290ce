"""What holds for all tests."""

from __future__ import annotations

import os

import pytest

from jupyter_promote.checking import cache


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with an empty cache, and leaves the one of the person who runs it alone."""
    place = tmp_path_factory.getbasetemp() / f"checks-{os.urandom(8).hex()}.db"
    monkeypatch.setenv(cache.PLACE, str(place))
