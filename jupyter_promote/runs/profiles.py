"""Profiles of what promoted functions take and give in a run: asked of the kernel, and compared.

The kernel's side is `inside.profiling`, what is said of two profiles `alarms`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence

from jupyter_promote.pinning import inside


def starting(modules: Sequence[str]) -> str:
    """Return an expression that has the functions of these modules profiled from now on."""
    code = inside.code("runs.inside.profiling", f"start({[*modules]!r})")
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
