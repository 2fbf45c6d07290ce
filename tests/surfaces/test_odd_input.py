"""Odd files meet every command: a plain sentence, or the right thing; never a traceback, never a hang."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from jupyter_promote.surfaces.cli import main
from tests import oddities
from tests.oddities import Oddity

SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command said, and its status; a signal's number, negative, where one ended it."""

    status: int
    said: str


def called(folder: Path, words: Sequence[str], seconds: int = SECONDS) -> Answer:
    """Return what the command line answers in a process of its own."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            signal.alarm(seconds)  # nothing catches it
            os.chdir(folder)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            os._exit(_status(words))
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return Answer(
            status=os.waitstatus_to_exitcode(status), said=said.read().decode("utf-8", "replace")
        )


def _status(words: Sequence[str]) -> int:
    try:
        main([*words])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
        return 99
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import, once, what the commands need; children have it from the start."""
    folder = tmp_path_factory.mktemp("warm")
    path = oddities.save(folder, oddities.plain())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for words in STATIC.values():
            CliRunner().invoke(main, words(path.name), standalone_mode=False)


Words = Callable[[str], list[str]]
STATIC: dict[str, Words] = {
    "suggest": lambda nb: ["suggest", "--", nb],
    "suggest --write": lambda nb: ["suggest", "--write", "--", nb],
    "explain": lambda nb: ["explain", "--", nb],
    "extract --no-run": lambda nb: ["extract", "--no-run", "--to", "made", "--", nb],
    "extract --in-place": lambda nb: ["extract", "--no-run", "--in-place", "--to", ".", "--", nb],
    "check": lambda nb: ["check", "--", nb],
    "unify": lambda nb: ["unify", "--no-run", "--", nb],
    "export": lambda nb: ["export", "make", "--", nb],
    "runs": lambda nb: ["runs", "list", "--at", nb],
}
EVERY = [*oddities.every()]


@pytest.mark.parametrize("command", STATIC.values(), ids=STATIC.keys())
@pytest.mark.parametrize("odd", EVERY, ids=lambda odd: odd.name)
def test_it_is_answered(odd: Oddity, command: Words, tmp_path: Path) -> None:
    path = odd.put(tmp_path)
    answer = called(tmp_path, command(path.name if path.parent == tmp_path else str(path)))
    assert answer.status in (0, 1, 2), answer.said
    assert "Traceback" not in answer.said
    assert answer.said.strip(), "not a word"
    assert "\x1b" not in answer.said
