"""Copies within one notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jupyter_promote.checks import copying
from jupyter_promote.checks.clones.groups import Group
from jupyter_promote.checks.finding import Finding


def check(subject: Sequence[Group]) -> Iterator[Finding]:
    """Lines of a notebook were copied within it, and perhaps changed a little.

    Why it matters: a mistake that is corrected in one copy stays in the others.
    Instead: make one function of them; `jupyter promote unify` proposes it.
    """
    for group in subject:
        if len(copying.files(group)) == 1 and not copying.is_module(group.places[0]):
            hint = "make one function of them: jupyter promote unify"
            yield copying.finding("JP101", group, 0, hint)
