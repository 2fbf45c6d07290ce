"""The command line as a process: what a shell sees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "churn" / "churn.ipynb"


def test_a_reader_that_stops_reading_is_no_bug() -> None:
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "explain", str(EXAMPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert said == b""
