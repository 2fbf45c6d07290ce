"""Code of ours inside the notebook's interpreter, which may not have this package installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULT = "result.json"
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
from jupyter_promote.{package} import {module}
{module}.{call}
"""


def code(module: str, call: str) -> str:
    """Return Python code that imports a module of ours, e.g. `pinning.session`, and makes a call in it."""
    package, _, name = module.rpartition(".")
    init = str(PACKAGE / "__init__.py")
    return _FOUND.format(here=str(PACKAGE), init=init, package=package, module=name, call=call)


def tell(job: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    """Write what a job gave where the engine looks for it: below the folder `out` of the job."""
    Path(job["out"], RESULT).write_text(json.dumps(content), encoding="utf-8")


def aside(source: str) -> str:
    """Return code for a kernel that executes `source` and leaves no name behind."""
    return (
        "import builtins as _jupyter_promote_builtins\n"
        "try:\n"
        f"    _jupyter_promote_builtins.exec({source!r}, {{}})\n"
        "finally:\n"
        "    del _jupyter_promote_builtins\n"
    )
