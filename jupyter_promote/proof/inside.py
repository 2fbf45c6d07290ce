"""Code of ours inside the notebook's interpreter, which may not have this package installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

# Ours is found even where another version, or none, is installed.
_FOUND = """
import importlib.util, sys
here = {here!r}
known = sys.modules.get("jupyter_promote")
if known is None or here not in list(getattr(known, "__path__", [])):
    spec = importlib.util.spec_from_file_location(
        "jupyter_promote", {init!r}, submodule_search_locations=[here]
    )
    sys.modules["jupyter_promote"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["jupyter_promote"])
from jupyter_promote.pinning import {module}
{module}.{call}
"""


def code(module: str, call: str) -> str:
    """Return Python code that imports `module` of `jupyter_promote.pinning` and makes a call in it."""
    return _FOUND.format(
        here=str(PACKAGE), init=str(PACKAGE / "__init__.py"), module=module, call=call
    )


def aside(source: str) -> str:
    """Return code for a kernel that executes `source` and leaves no name behind."""
    return (
        "import builtins as _jupyter_promote_builtins\n"
        "try:\n"
        f"    _jupyter_promote_builtins.exec({source!r}, {{}})\n"
        "finally:\n"
        "    del _jupyter_promote_builtins\n"
    )
