"""Cells that repeat what a module has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from jupyter_promote.checks import copying
from jupyter_promote.checks.clones.groups import Group
from jupyter_promote.checks.finding import Finding


def check(subject: Sequence[Group]) -> Iterator[Finding]:
    """Cells repeat lines that a module has already.

    Why it matters: the two drift apart, and only the module's have tests.
    Instead: import the module's function, and call it.
    """
    for group in subject:
        modules = [p for p in group.places if copying.is_module(p)]
        first = next((i for i, p in enumerate(group.places) if not copying.is_module(p)), None)
        if modules and first is not None:
            source, name = PurePath(modules[0].path).name, modules[0].function
            hint = f"import {name} from {source}" if name else f"move it to a function of {source}"
            yield copying.finding("JP103", group, first, hint)
