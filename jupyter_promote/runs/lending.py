"""Notebooks in memory that papermill reads and writes as if they were files.

papermill makes text of a notebook that it is given, and of the one that it returns, even where no
file is asked for. Lending it the text, and taking back what it has written, saves doing it twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from papermill.iorw import papermill_io

_SCHEME = "jupyter-promote-lent://"


class Lent:
    """A notebook's text at a `path` of papermill's: first what it reads, then what it has written."""

    _lent: ClassVar[dict[str, Lent]] = {}

    def __init__(self, text: str) -> None:
        self.path = f"{_SCHEME}{uuid.uuid4().hex}.ipynb"
        self.written = ""
        self._text = text

    @classmethod
    def read(cls, path: str) -> str:
        """Return the text, as papermill asks for it."""
        return cls._lent[path]._text

    @classmethod
    def write(cls, text: str, path: str) -> None:
        """Keep what papermill writes."""
        cls._lent[path].written = text

    @staticmethod
    def pretty_path(path: str) -> str:
        """Return what papermill logs."""
        return path

    @classmethod
    @contextmanager
    def out(cls, text: str) -> Iterator[Lent]:
        """Lend a text to papermill for a while."""
        lent = cls(text)
        cls._lent[lent.path] = lent
        try:
            yield lent
        finally:
            del cls._lent[lent.path]


papermill_io.register(_SCHEME, Lent)
