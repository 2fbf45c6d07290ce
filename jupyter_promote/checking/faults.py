"""Small faults put into promoted modules: which of them no test notices."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from jupyter_promote import settings
from jupyter_promote.checking.projects import shown
from jupyter_promote.checking.promotions import Promotion
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Fault, Finding
from jupyter_promote.errors import RunFailed
from jupyter_promote.promotion import project
from jupyter_promote.proof import suite, testrun
from jupyter_promote.source import notebook
from jupyter_promote.writing import tested


def findings(
    promotion: Promotion, on_step: Callable[[str], None], notes: list[str]
) -> Iterator[Finding]:
    """Yield what the rules say about small faults that no test of a promoted module notices.

    The tests run in a copy of the project, with the Python of the notebook's kernel. What could not
    be tried is added to the notes.

    Raises:
        RunFailed: the tests can't be run, or fail already.
    """
    to, original = Path(promotion.to), Path(promotion.original)
    kept = to / ".promote" / "originals" / original.name
    read_notebook = notebook.read(kept if kept.is_file() else original)
    target = project.choose(read_notebook, to, promotion.module, in_place=kept.is_file())
    ask = suite.Ask(
        to=to,
        target=target,
        python=testrun.interpreter(read_notebook.kernel),
        folder=original.parent,
        faults=True,
        limits=settings.read(to),
        on_step=on_step,
        cancelled=lambda: False,
    )
    found = suite.tried(ask)
    path = shown(os.path.join(promotion.to, promotion.module))
    why = found.why if isinstance(found, suite.Untested) else found.faults and found.faults.why
    if isinstance(found, suite.Untested) or found.faults is None or why:
        raise RunFailed(
            f"no faults were tried: {why or 'nobody asked'}", where=path, hint="run its tests first"
        )
    tested.keep(to, target, found.ran)
    if found.faults.unknown:
        notes.append(
            f"{path}: {found.faults.unknown} small faults were not tried, as the time (mutant_seconds)"
            " was up"
        )
    for one in found.faults.survivors:
        fault = Fault(path=path, line=one.line, function=one.function, change=one.change)
        for rule in table.of_scope("faults"):
            yield from rule.check(fault)
