"""How findings are written: for people, for programs, for code hosts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_promote.checking.check import Checked

NAMES = ("text", "json", "sarif", "github")


def written(found: Checked, name: str) -> str:
    """Return findings in the format called `name`, a module beside this one."""
    text: str = import_module(f"jupyter_promote.surfaces.formats.{name}").of(found)
    return text
