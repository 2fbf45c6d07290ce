"""Notebooks of another Python."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """The notebook was last run with another Python than this one.

    Why it matters: what is valid, and what libraries do, may differ between the two.
    Instead: promote it with the Python that runs it.
    """
    info = subject.program.notebook.content.get("metadata", {}).get("language_info") or {}
    found = re.match(r"(\d+)\.(\d+)\b", str(info.get("version", "")))
    if found and (int(found[1]), int(found[2])) != sys.version_info[:2]:
        running = ".".join(map(str, sys.version_info[:2]))
        yield Finding(
            code="JP304",
            message=f"last run with Python {found[0]}, analysed as Python {running}",
            hint=f"promote it with Python {found[0]}, or run it once with Python {running}",
        )
