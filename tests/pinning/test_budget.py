"""What children compute is counted, not the time that passes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from jupyter_promote.pinning.budget import Budget

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")


def child(text: str) -> None:
    subprocess.run([sys.executable, "-S", "-c", text], check=True)


def test_waiting_uses_up_nothing_but_computing_does() -> None:
    budget = Budget(1.0, most=600)
    time.sleep(0.2)
    child("import time; time.sleep(0.2)")
    assert budget.left
    child("import time\nwhile time.process_time() < 1.2: pass")
    assert not budget.left


def test_nothing_is_left_when_the_time_is_over() -> None:
    budget = Budget(600, most=0.05)
    time.sleep(0.1)
    assert not budget.left
