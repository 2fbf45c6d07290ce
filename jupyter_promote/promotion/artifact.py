"""A file to be written, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file to be written at `path`, relative to the target folder, with forward slashes.

    `origins` maps a top-level name in the text to the zero-based positions of its cells.
    """

    path: str
    text: str
    language: str
    origins: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
