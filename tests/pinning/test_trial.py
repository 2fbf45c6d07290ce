"""What one call did, and what it may not do."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_promote.pinning.trial import Outcome, Raised, bound, run, unlike


def plain(a: int, /, b: int, c: int = 3, *rest: int, d: int = 4, **named: int) -> None:
    """Every kind of parameter."""


BOUND = {
    "by position": ({"a": 1, "b": 2}, [1, 2], {}),
    "after a gap by name": ({"a": 1, "c": 2}, [1], {"c": 2}),
    "by name only": ({"a": 1, "b": 2, "d": 3}, [1, 2], {"d": 3}),
    "the rest": ({"a": 1, "b": 2, "c": 3, "*rest": (4, 5)}, [1, 2, 3, 4, 5], {}),
    "an empty rest": ({"a": 1, "b": 2, "*rest": ()}, [1, 2], {}),
    "the named": ({"a": 1, "b": 2, "**named": {"e": 3}}, [1, 2], {"e": 3}),
}


@pytest.mark.parametrize(("arguments", "positional", "named"), BOUND.values(), ids=BOUND)
def test_arguments_are_given_by_position_where_they_can(
    arguments: dict[str, object], positional: list[object], named: dict[str, object]
) -> None:
    assert bound(plain, arguments) == (positional, named)


def grow(x: list[int]) -> int:
    x.append(9)
    return len(x)


def fill(frame: pd.DataFrame) -> None:
    frame["b"] = 0


def warn() -> int:
    warnings.warn("loud", stacklevel=1)
    print("on stderr", file=sys.stderr)
    return 1


class Odd(ValueError):
    """An exception of a module."""


def fail(kind: type[BaseException]) -> None:
    raise kind("so")


def test_it_returns() -> None:
    outcome = run(lambda x, y: x - y, {"y": 2, "x": 7}, folder=Path())
    assert (outcome.result, outcome.raised, outcome.reached) == (5, None, None)


def test_it_prints_to_stdout_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lambda: print("hello"), {}, folder=Path()).printed == "hello\n"
    assert run(warn, {}, folder=Path()).printed == ""
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param(KeyError, "KeyError", id="a builtin one"),
        pytest.param(Odd, f"{__name__}.Odd", id="one of a module"),
        pytest.param(SystemExit, "SystemExit", id="the end of the program"),
    ],
)
def test_it_raises(kind: type[BaseException], name: str) -> None:
    outcome = run(fail, {"kind": kind}, folder=Path())
    assert outcome.raised is not None and outcome.raised.type == name
    assert "so" in outcome.raised.message


def test_an_interrupt_is_the_persons() -> None:
    with pytest.raises(KeyboardInterrupt):
        run(fail, {"kind": KeyboardInterrupt}, folder=Path())


def test_it_changes_arguments() -> None:
    outcome = run(grow, {"x": [1]}, folder=Path())
    assert (outcome.result, outcome.changed) == (2, {"x": [1, 9]})
    outcome = run(fill, {"frame": pd.DataFrame({"a": [1]})}, folder=Path())
    assert list(outcome.changed) == ["frame"]


@pytest.mark.parametrize(
    "value", [[1, 2], {"a": 1}, np.arange(3), pd.Series([1.0, None]), object()], ids=repr
)
def test_an_argument_that_is_only_read_is_not_changed(value: object) -> None:
    assert run(lambda value: str(value), {"value": value}, folder=Path()).changed == {}


def test_it_works_in_its_folder_and_says_what_it_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "in.txt").write_text("7")
    place = Path.cwd()

    def copied() -> str:
        text = Path("data/in.txt").read_text()
        Path("out.txt").write_text(text)
        os.environ["SEEN_BY_NOBODY"] = "1"
        with open(os.devnull, "w") as nowhere:
            nowhere.write(text)
        return Path("out.txt").read_text()

    outcome = run(copied, {}, folder=tmp_path)
    assert (outcome.result, outcome.files_read) == ("7", ("data/in.txt",))
    assert Path.cwd() == place and "SEEN_BY_NOBODY" not in os.environ


ELSEWHERE = Path(
    "/nowhere-at-all/never-there"
)  # not below the temporary folder, where writing is allowed


def connect() -> None:
    socket.create_connection(("127.0.0.1", 9))


def swallow() -> str:
    try:
        connect()
    except Exception:
        return "swallowed"
    return "connected"


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def start_a_process() -> None:
    import multiprocessing

    multiprocessing.Process(target=print).start()


def rename_away() -> None:
    Path("x").write_text("")
    os.rename("x", ELSEWHERE)


def in_a_thread() -> None:
    thread = threading.Thread(target=lambda: ELSEWHERE.write_text("x"))
    hook, threading.excepthook = threading.excepthook, lambda _: None
    thread.start()
    thread.join()
    threading.excepthook = hook


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a host": (connect, "connects to a host"),
    "a host, the error swallowed": (swallow, "connects to a host"),
    "a name": (lambda: socket.getaddrinfo("example.org", 80), "connects to a host"),
    "a program": (lambda: subprocess.run(["ls"]), "starts another program"),
    "a shell": (lambda: os.system("true"), "starts another program"),
    "a fork": (fork, "starts another process"),
    "a process": (start_a_process, "starts another process"),
    "a signal": (lambda: os.kill(os.getpid(), 0), "sends a signal"),
    "the person": (lambda: input("name?"), "asks for input"),
    "standard input": (lambda: sys.stdin.read(), "asks for input"),
    "the end": (lambda: os._exit(3), "ends the interpreter"),
    "a file written": (lambda: ELSEWHERE.write_text("x"), f"writes `{ELSEWHERE}`"),
    "a file made": (lambda: os.open(ELSEWHERE, os.O_CREAT), f"writes `{ELSEWHERE}`"),
    "a file removed": (lambda: os.remove(ELSEWHERE), f"removes `{ELSEWHERE}`"),
    "a file renamed": (rename_away, f"renames `{ELSEWHERE}`"),
    "a folder": (lambda: ELSEWHERE.mkdir(), f"makes `{ELSEWHERE}`"),
    "a file, in a thread": (in_a_thread, f"writes `{ELSEWHERE}`"),
}


@pytest.mark.parametrize(("function", "reached"), REFUSED.values(), ids=REFUSED)
def test_it_may_not_reach_out(function: Callable[[], Any], reached: str, tmp_path: Path) -> None:
    outcome = run(function, {}, folder=tmp_path)
    assert outcome.reached == reached
    assert not ELSEWHERE.exists()


def threads() -> list[int]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(abs, [-1, 2]))


def parallel() -> object:
    from joblib import Parallel, delayed

    return Parallel(n_jobs=1)(delayed(abs)(x) for x in [-1, 2])


def temporary() -> int:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x").write_text("abc")
        return (Path(folder) / "x").stat().st_size


def own_folder() -> bool:
    os.makedirs("made/below", exist_ok=True)
    os.makedirs("made/below", exist_ok=True)
    Path("made/below/x").write_text("x")
    os.rename("made/below/x", "made/y")
    os.remove("made/y")
    os.rmdir("made/below")
    return Path("made").is_dir()


def database() -> int:
    import sqlite3

    return int(sqlite3.connect(":memory:").execute("select 3").fetchone()[0])


def event_loop() -> int:
    import asyncio

    async def three() -> int:
        return 3

    return asyncio.run(three())


ALLOWED: dict[str, tuple[Callable[[], Any], Any]] = {
    "threads": (threads, [1, 2]),
    "joblib without processes": (parallel, [1, 2]),
    "temporary files": (temporary, 3),
    "its own folder": (own_folder, True),
    "a database in memory": (database, 3),
    "an event loop": (event_loop, 3),
    "what the machine is": (lambda: subprocess.run(["uname"], capture_output=True).returncode, 0),
}


@pytest.mark.parametrize(("function", "result"), ALLOWED.values(), ids=ALLOWED)
def test_it_may_do_what_stays_at_home(
    function: Callable[[], Any], result: object, tmp_path: Path
) -> None:
    outcome = run(function, {}, folder=tmp_path)
    assert (outcome.reached, outcome.raised, outcome.result) == (None, None, result)


def test_afterwards_nothing_is_refused(tmp_path: Path) -> None:
    run(connect, {}, folder=tmp_path)
    assert subprocess.run(["true"]).returncode == 0


def test_shared_chance_repeats_and_is_told(tmp_path: Path) -> None:
    for draw in (np.random.random, random.random):
        outcomes = [run(draw, {}, folder=tmp_path) for _ in range(2)]
        assert unlike(*outcomes) is None
        assert outcomes[0].chance


class Ticket:
    """Knows where its price lies in memory, as some libraries do."""

    def __init__(self, price: list[float]) -> None:
        self.price, self._place = price, id(price)


def test_where_objects_lie_in_memory_is_no_difference(tmp_path: Path) -> None:
    def bought(price: float) -> Outcome:
        return run(lambda: {"ticket": Ticket([price])}, {}, folder=tmp_path)

    assert unlike(bought(3.0), bought(3.0)) is None
    assert unlike(bought(3.0), bought(4.0)) is not None


def test_chance_of_its_own_shows(tmp_path: Path) -> None:
    outcomes = [run(lambda: np.random.default_rng().random(), {}, folder=tmp_path) for _ in "ab"]
    assert unlike(*outcomes) is not None
    assert not outcomes[0].chance


def test_what_seeds_itself_is_not_left_to_chance(tmp_path: Path) -> None:
    def draw() -> float:
        np.random.seed(3)
        return float(np.random.random())

    assert not run(draw, {}, folder=tmp_path).chance


def test_it_is_timed(tmp_path: Path) -> None:
    assert run(lambda: time.sleep(0.01), {}, folder=tmp_path).seconds >= 0.01


def raised(kind: str, message: str = "") -> Outcome:
    return Outcome(raised=Raised(type=kind, message=message))


UNLIKE = {
    "the result": (Outcome(result=1), Outcome(result=2), "the result"),
    "the result's type": (Outcome(result=1), Outcome(result=1.0), "the result"),
    "an exception": (Outcome(), raised("KeyError"), "it returns, not it raises KeyError"),
    "its type": (raised("OSError"), raised("KeyError"), "it raises OSError, not"),
    "what is printed": (Outcome(printed="a"), Outcome(), "prints"),
    "a changed argument": (Outcome(changed={"x": 1}), Outcome(changed={"x": 2}), "the changed"),
    "another changed argument": (Outcome(changed={"x": 1}), Outcome(), "the changed"),
    "a figure": (Outcome(figures=[{"axes": 1}]), Outcome(), "the figures"),
    "what it reaches for": (Outcome(reached="sends a signal"), Outcome(), "it sends a signal"),
}
ALIKE = {
    "nothing": (Outcome(), Outcome()),
    "not a number": (Outcome(result=float("nan")), Outcome(result=float("nan"))),
    "the message of an exception": (raised("KeyError", "a"), raised("KeyError", "b")),
    "the time": (Outcome(seconds=1), Outcome(seconds=2)),
    "the files read": (Outcome(files_read=("a",)), Outcome()),
}


@pytest.mark.parametrize(("a", "b", "said"), UNLIKE.values(), ids=UNLIKE)
def test_outcomes_differ_in(a: Outcome, b: Outcome, said: str) -> None:
    assert said in (unlike(a, b) or "")
    assert unlike(b, a) is not None


@pytest.mark.parametrize(("a", "b"), ALIKE.values(), ids=ALIKE)
def test_outcomes_do_not_differ_by(a: Outcome, b: Outcome) -> None:
    assert unlike(a, b) is None
