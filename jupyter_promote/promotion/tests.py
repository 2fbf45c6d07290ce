"""The tests: cells tagged `test` become pytest tests, with the setup they need taken by slice."""

from __future__ import annotations

from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.promotion.project import Target


def render(plan: Plan, target: Target) -> list[Artifact]:
    """Return the test file, none where no test cell can be migrated."""
    return []
