"""What the ledgers of runs say of the notebooks that are checked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from jupyter_promote.checking.collecting import File
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding, Followed
from jupyter_promote.runs import following
from jupyter_promote.runs.ledger import Ledger, place


def findings(notebooks: Sequence[File]) -> Iterator[Finding]:
    """Yield how the newest runs of notebooks leave what earlier ones showed.

    Raises:
        PromoteError: a ledger, or what a project says of thresholds, can't be read.
    """
    ledgers: dict[Path, Path | None] = {}
    for file in notebooks:
        path = Path(os.path.abspath(file.path))
        if path.parent not in ledgers:
            at = place(path)
            ledgers[path.parent] = at if at.is_file() else None
        ledger = ledgers[path.parent]
        if ledger is not None:
            subject = Followed(path=file.path, alarms=tuple(_alarms(ledger, path)))
            for rule in table.of_scope("runs"):
                yield from rule.check(subject)


def _alarms(ledger: Path, notebook: Path) -> list[tuple[str, str]]:
    book = Ledger(ledger)
    try:
        return [(a.function, a.message) for a in following.of_ledger(book, notebook)]
    finally:
        book.close()
