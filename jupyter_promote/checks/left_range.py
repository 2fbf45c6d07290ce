"""Runs that show something else than those before them."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Followed


def check(subject: Followed) -> Iterator[Finding]:
    """The newest profiled run of a notebook leaves what its earlier runs showed.

    Why it matters: the data have changed, or what makes them has, and nobody has decided whether
    the results still mean the same.
    Instead: look at what came in; where it is right, it is what later runs are compared with.
    """
    for function, message in subject.alarms:
        yield Finding(
            code="JP409",
            message=f"{function}(): {message}",
            hint="jupyter promote runs compare shows the runs; thresholds stand in"
            " [tool.jupyter_promote.alarms]",
            path=subject.path,
        )
