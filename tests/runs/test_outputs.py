"""Hidden files beside outputs: those of processes that are gone are found, no others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jupyter_promote.runs import outputs

LEAVING = """
import sys
from pathlib import Path
from jupyter_promote.runs import outputs

left = outputs.hidden(Path(sys.argv[1]))
left.touch()
print(left)
"""


def test_what_a_process_that_is_gone_has_left_is_found(tmp_path: Path) -> None:
    output = tmp_path / "o.ipynb"
    outputs.hidden(output).touch()  # this process lives
    command = [sys.executable, "-c", LEAVING, str(output)]
    left = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / f"{outputs.HIDDEN}0a1b2c3d-1-000000000001.ipynb").touch()  # another machine's
    assert [str(path) for path in outputs.leftovers(tmp_path)] == [left]
