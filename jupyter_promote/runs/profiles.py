"""Profiles of what promoted functions take and give in a run: asked of the kernel, and compared.

The kernel's side is `inside.profiling`, what is said of two profiles `alarms`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_START = """
import importlib.util, sys
here = {here!r}
known = sys.modules.get("jupyter_promote")
if known is None or here not in list(getattr(known, "__path__", [])):
    spec = importlib.util.spec_from_file_location(
        "jupyter_promote", {init!r}, submodule_search_locations=[here]
    )
    sys.modules["jupyter_promote"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["jupyter_promote"])
from jupyter_promote.runs.inside import profiling
profiling.start({modules!r})
"""


def starting(modules: Sequence[str]) -> str:
    """Return an expression that has the functions of these modules profiled from now on."""
    code = _START.format(here=str(_PACKAGE), init=str(_PACKAGE / "__init__.py"), modules=[*modules])
    return f"__import__('builtins').exec({code!r}, {{}})"


def asking() -> str:
    """Return an expression for the profiles so far, as JSON."""
    return "__import__('jupyter_promote.runs.inside.profiling', fromlist=['told']).told()"


def parse(text: str) -> dict[str, object]:
    """Return the profiles in the repr of what `asking` gives; none if it gave none."""
    try:
        found = json.loads(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
