"""Names that only the kernel remembers."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks import lacking
from jupyter_promote.checks.finding import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """A cell reads a name that no cell above it defines.

    Why it matters: it worked only because of what the kernel still remembered.
    Instead: move the defining cell above, or add the name to the parameters cell.
    """
    for lack in lacking.of_subject(subject):
        if lack.deleted is None:
            below = lack.below
            where = (
                "no cell defines it" if below is None else f"only cell {below + 1} below defines it"
            )
            yield Finding(
                code="JP301",
                message=f"reads {lack.name!r}, but {where}",
                hint="move the defining cell above, or add the name to the parameters cell",
                cell=lack.cell,
                line=lack.line,
            )
