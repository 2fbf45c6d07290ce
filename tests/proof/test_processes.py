"""Programs that the proof runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jupyter_promote.proof import processes


@pytest.mark.parametrize(("one_thread", "printed"), [(True, "1"), (False, "None")])
def test_a_program_has_one_thread_or_as_many_as_it_likes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_thread: bool, printed: str
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    said = processes.run(
        [sys.executable, "-c", "import os; print(os.environ.get('OMP_NUM_THREADS'))"],
        folder=tmp_path,
        environment={"PATH": os.environ["PATH"]},
        seconds=60,
        cancelled=lambda: False,
        one_thread=one_thread,
    )
    assert said.strip() == printed


@pytest.mark.parametrize(
    ("cancelled", "told"),
    [(False, "begun\n\nit took longer than 3 s"), (True, "")],
    ids=["a program that takes too long", "one that is cancelled"],
)
def test_a_program_that_is_ended_says_why(tmp_path: Path, cancelled: bool, told: str) -> None:
    said = processes.run(
        [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"],
        folder=tmp_path,
        environment={},
        seconds=3,
        cancelled=lambda: cancelled,
    )
    assert said == told
