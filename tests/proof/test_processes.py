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
