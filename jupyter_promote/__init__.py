"""Promote tagged notebook cells to a clean, tested module, and prove that nothing changed."""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself takes most of the time that this import would take
if TYPE_CHECKING:
    from typing import Any


def __getattr__(name: str) -> Any:
    # Looked up when asked for: importing this package must cost next to nothing.
    if name == "__version__":
        from importlib.metadata import version

        return version("jupyter-promote")
    if name == "record":
        from jupyter_promote.runs.inside.record import record

        return record
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter_promote"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from jupyter_promote.surfaces.server import PromoteServer

    return [{"module": "jupyter_promote", "app": PromoteServer}]
