"""Notebooks that can't be read."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding
from jupyter_promote.errors import PromoteError


def check(subject: PromoteError) -> Iterator[Finding]:
    """A notebook can't be read: it is damaged, or its tags contradict each other.

    Why it matters: nothing else can be said of it, and it can't be run or promoted.
    Instead: restore it, or save it again in JupyterLab.
    """
    yield Finding(code="JP408", message=f"can't be read: {subject.what}", hint=subject.hint)
