"""Copies across notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jupyter_promote.checks import copying
from jupyter_promote.checks.clones.groups import Group
from jupyter_promote.checks.finding import Finding


def check(subject: Sequence[Group]) -> Iterator[Finding]:
    """Lines were copied from one notebook to another, and perhaps changed a little.

    Why it matters: a mistake that is corrected in one notebook stays in the others.
    Instead: promote them from one notebook, and import the function in the others.
    """
    for group in subject:
        if len(copying.files(group)) > 1 and not any(map(copying.is_module, group.places)):
            hint = "promote them from one notebook, and import the function in the others"
            yield copying.finding("JP102", group, 0, hint)
