"""What the pytest plugin does, seen from a run of pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import os
import matplotlib.pyplot as plt
import pytest

@pytest.fixture(scope="module")
def shared():
    return plt.figure()

@pytest.mark.varies
def test_one(shared):
    assert os.environ["MPLBACKEND"] == "Agg"
    plt.figure()
    assert len(plt.get_fignums()) == 2

def test_two(shared):
    assert plt.get_fignums() == [shared.number]
"""


def test_no_windows_no_figures_left_and_a_known_marker(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    environment |= {"PYTHONPATH": str(Path.cwd()), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugin = ["-p", "jupyter_promote.testing.plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", *plugin, "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "2 passed" in done.stdout, done.stdout
