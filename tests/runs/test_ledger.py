"""The ledger where there is no room for it, and when its owner is gone."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from jupyter_promote.runs.ledger import Ledger

# A process that may write files of 100 kB only finishes runs until it can't.
CRAMPED = """
import json, resource, sys
from pathlib import Path
from jupyter_promote.errors import DiskProblem
from jupyter_promote.runs.ledger import Ledger, Row
from jupyter_promote.runs.outcome import Run

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
ledger, finished = Ledger(Path(sys.argv[1])), 0
try:
    while finished < 10_000:
        row = Row(
            id=str(finished), sweep="s", notebook="n.ipynb", parameters={}, output="o.ipynb",
            notebook_digest="", code_digest="", environment_digest="",
        )
        [key] = ledger.add([row])
        ledger.start(key, 1)
        ledger.finish(key, Run(state="done", parameters={}, output=Path("o"), seconds=1.0))
        finished += 1
except DiskProblem as error:
    print(json.dumps([finished, error.what, error.where, error.hint]))
"""


def test_a_ledger_without_room_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    told = subprocess.run(
        [sys.executable, "-c", CRAMPED, str(path)], capture_output=True, text=True, check=True
    ).stdout
    finished, what, where, hint = json.loads(told)
    assert "the ledger cannot be used" in what and where == str(path) and "make room" in hint
    assert sqlite3.connect(path).execute("pragma integrity_check").fetchone() == ("ok",)
    ledger = Ledger(path)
    states = [row.state for row in reversed(ledger.rows())]
    ledger.close()
    assert finished > 0 and states[:finished] == ["done"] * finished
    assert states[finished:] in ([], ["lost"])  # nobody runs it any more
