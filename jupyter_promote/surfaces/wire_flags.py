"""What the front end asks and gets to flag the cells on screen."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from jupyter_promote.surfaces.wire_findings import FindingWire
from jupyter_promote.surfaces.wire_unified import LinesWire


class FindingsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The notebook on screen, saved or not; its outputs may be left out.

    `path` is relative to the server's root. What stands in its cells is soon said; copies are
    searched in the whole project.
    """

    path: str
    content: dict[str, Any]
    about: Literal["cells", "copies"] = "cells"


class FindingsWire(Struct, frozen=True, kw_only=True):
    """What the checks say about a notebook; `rules` explains the rules that found something.

    Paths are relative to the server's root.
    """

    findings: list[FindingWire]
    rules: dict[str, str]


class UnifyRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What would one function for these copies in the notebook on screen do to it?"""

    path: str
    content: dict[str, Any]
    copies: list[LinesWire]
