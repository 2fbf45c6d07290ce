"""Tests that can't fail."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks import asserting
from jupyter_promote.checks.finding import Finding, PythonFile


def check(subject: PythonFile) -> Iterator[Finding]:
    """A test can't fail: it asserts nothing, or only what always holds, or catches what fails.

    Why it matters: it is green whatever the code does, and counts as a test all the same.
    Instead: assert on what the code gives, outside of any `try` that catches everything.
    """
    for test in asserting.tests_of(subject.tree, subject.own):
        if test.why:
            yield Finding(
                code="JP202",
                message=f"{test.name}() can't fail: {test.why}",
                hint="assert on what the code gives",
                path=subject.path,
                line=test.node.lineno,
            )
