"""Small faults that no test notices."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Fault, Finding


def check(subject: Fault) -> Iterator[Finding]:
    """A small fault in a promoted module is noticed by none of its tests (`--mutants`).

    Why it matters: a person who makes the same mistake is not told either.
    Instead: add a test that tells the two apart.
    """
    function = subject.function
    what = f"a test of {function}()" if function else "a test of the module's own statements"
    yield Finding(
        code="JP203",
        message=f"no test notices if {subject.change}",
        hint=f"{what} that tells the two apart would",
        path=subject.path,
        line=subject.line,
    )
