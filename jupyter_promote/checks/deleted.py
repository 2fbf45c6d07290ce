"""Names that are read after they were deleted."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks import lacking
from jupyter_promote.checks.finding import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """A cell reads a name that a cell above has deleted.

    Why it matters: it works only while the cells run in another order than they stand in.
    Instead: delete the name after its last use, or not at all.
    """
    for lack in lacking.of_subject(subject):
        if lack.deleted is not None:
            yield Finding(
                code="JP307",
                message=f"reads {lack.name!r}, which cell {lack.deleted + 1} deletes",
                hint="delete it after its last use",
                cell=lack.cell,
                line=lack.line,
            )
