"""Stored outputs that the code does not give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jupyter_promote.checks.finding import Finding


def check(subject: Sequence[int]) -> Iterator[Finding]:
    """The stored output of a cell is not what its code gives (told by `verify`, which runs it).

    Why it matters: who reads the notebook sees results that nobody can get again.
    Instead: restart the kernel, run all cells, and save; or give random numbers a seed.
    """
    for cell in subject:
        yield Finding(
            code="JP309",
            message="the stored output is not what the code gives",
            hint="restart the kernel, run all cells, and save",
            cell=cell,
        )
