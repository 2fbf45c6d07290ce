"""How the newest run of a notebook leaves what its earlier ones showed, by the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_promote import settings
from jupyter_promote.runs import alarms
from jupyter_promote.runs.alarms import Alarm
from jupyter_promote.runs.ledger import root_of

if TYPE_CHECKING:
    from jupyter_promote.runs.ledger import Ledger

EARLIER = 20  # runs with which the newest one is compared


def of_ledger(book: Ledger, notebook: Path | None = None) -> list[Alarm]:
    """Return the alarms of the newest profiled run of `notebook`, or of any; [] without earlier ones.

    Raises:
        BadParameter: the project's thresholds can't be read.
    """
    done = [row for row in book.rows() if row.state == "done"]
    if notebook is not None:
        done = [row for row in done if row.notebook == str(notebook)]
    profiles = book.profiles(row.key for row in done)
    profiled = [row for row in done if row.key in profiles]
    same = [row for row in profiled if row.notebook == profiled[0].notebook][: EARLIER + 1]
    if len(same) < 2:
        return []
    limits = settings.thresholds(root_of(Path(same[0].notebook)))
    newest, *earlier = (profiles[row.key] for row in same)
    return alarms.alarms(newest, earlier, alarms.Thresholds(**limits))
