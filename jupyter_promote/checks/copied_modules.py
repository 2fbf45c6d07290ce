"""Copies among modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jupyter_promote.checks import copying
from jupyter_promote.checks.clones.groups import Group
from jupyter_promote.checks.finding import Finding


def check(subject: Sequence[Group]) -> Iterator[Finding]:
    """Lines of a module were copied, within it or to another, and perhaps changed a little.

    Why it matters: a mistake that is corrected in one copy stays in the others.
    Instead: make one function of them, and call it from both places.
    """
    for group in subject:
        if all(map(copying.is_module, group.places)):
            hint = "make one function of them, and call it from each place"
            yield copying.finding("JP104", group, 0, hint)
