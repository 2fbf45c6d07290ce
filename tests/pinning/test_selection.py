"""Who notices which fault, and which cases are kept for it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from jupyter_promote.pinning import mutants as faults
from jupyter_promote.pinning.mutants import Mutant
from jupyter_promote.pinning.selection import Case, Kills, choose, covered, killed, survivors
from jupyter_promote.pinning.trial import Outcome, run

SOURCE = """\
LIMIT = 3

def graded(x):
    if x > LIMIT:
        return "high"
    return "low"

def counted(n):
    total = 0
    while n > 0:
        total += n
        n -= 1
    return total

def gone(x):
    import os
    if x == 1:
        os.abort
    return os.getpid() and x

def chance(x):
    import os
    return os.urandom(8), x
"""
Make = Callable[..., Case]


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    path = tmp_path / "module_under_trial.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("module_under_trial", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[found.__name__] = found
    spec.loader.exec_module(found)
    yield found
    del sys.modules[found.__name__]


@pytest.fixture
def case(module: ModuleType, tmp_path: Path) -> Make:
    def made(function: str, *, required: bool = False, **arguments: object) -> Case:
        def once() -> Outcome:
            return run(getattr(module, function), dict(arguments), folder=tmp_path)

        outcome, lines = covered(str(module.__file__), once)
        return Case(
            function=function,
            name=f"{function} {arguments}",
            make=lambda: dict(arguments),
            outcome=outcome,
            lines=lines,
            required=required,
        )

    return made


def try_all(cases: list[Case], folder: Path, **more: object) -> Kills:
    names = {each.function for each in cases}
    return killed(
        faults.of_source(SOURCE, names),
        cases,
        "module_under_trial",
        folder=folder,
        seconds_per_case=2,
        **more,  # type: ignore[arg-type]
    )


def of_function(kills: Kills, function: str) -> dict[str, frozenset[int]]:
    pairs = zip(kills.mutants, kills.killers, strict=True)
    return {f"{m.line}: {m.change}": found for m, found in pairs if m.function == function}


def test_the_lines_that_a_run_executes(case: Make) -> None:
    assert case("graded", x=5).lines == {3, 4, 5}
    assert case("graded", x=1).lines == {3, 4, 6}


def test_an_earlier_tracer_is_put_back() -> None:
    before = sys.gettrace()
    covered("nowhere.py", lambda: None)
    assert sys.gettrace() is before


def test_each_fault_is_noticed_by_who_tells_it_apart(case: Make, tmp_path: Path) -> None:
    cases = [case("graded", x=9, required=True), case("graded", x=3), case("graded", x=-5)]
    found = of_function(try_all(cases, tmp_path), "graded")
    assert found["4: `>` becomes `<=`"] == {0}
    assert found["4: `>` becomes `>=`"] == {1}
    assert found["4: the condition is negated"] == {0}
    assert found["5: the string 'high' becomes 'high_x'"] == {0}
    assert found["6: None is returned"] == {1, 2}


def test_the_modules_own_statements_are_tried_with_all_cases(case: Make, tmp_path: Path) -> None:
    cases = [case("graded", x=9, required=True), case("graded", x=4)]
    found = of_function(try_all(cases, tmp_path), "")
    assert found["1: the statement is deleted"] == {0}
    assert found["1: the number 3 becomes 4"] == {1}


def test_a_call_that_never_ends_has_noticed(case: Make, tmp_path: Path) -> None:
    cases = [case("counted", n=3, required=True)]
    kills = try_all(cases, tmp_path)
    found = of_function(kills, "counted")
    assert found["12: the statement is deleted"] == {0}
    assert [change for change, killers in found.items() if not killers] == ["10: `>` becomes `>=`"]
    assert kills.unstable == frozenset()


def test_a_process_that_dies_has_noticed(case: Make, tmp_path: Path) -> None:
    cases = [case("gone", x=2, required=True), case("gone", x=1)]
    dead = SOURCE.replace("os.abort", "os.kill(os.getpid(), 9)")
    fault = Mutant(line=18, function="gone", change="", source=dead, lines=range(18, 19))
    kills = killed([fault], cases, "module_under_trial", folder=tmp_path)
    assert kills.killers == (frozenset({1}),)


def test_a_module_that_cannot_be_imported_is_noticed_by_all(case: Make, tmp_path: Path) -> None:
    fault = Mutant(line=1, function="", change="", source="1 / 0", lines=None)
    cases = [case("graded", x=9, required=True), case("graded", x=1, required=True)]
    kills = killed([fault], cases, "module_under_trial", folder=tmp_path)
    assert kills.killers == (frozenset({0, 1}),)


def test_a_case_that_differs_from_itself_notices_nothing(case: Make, tmp_path: Path) -> None:
    cases = [case("chance", x=1, required=True), case("graded", x=1, required=True)]
    kills = try_all(cases, tmp_path)
    assert kills.unstable == {0}
    assert not any(0 in each for each in kills.killers)
    assert choose(cases, kills) == cases[1:]


def test_a_case_that_no_child_finishes_notices_nothing(case: Make, tmp_path: Path) -> None:
    here = os.getpid()

    def make() -> dict[str, object]:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return {"x": 9}

    cases = [replace(case("graded", x=9, required=each), make=make) for each in (True, False)]
    kills = try_all([*cases, case("graded", x=9)], tmp_path)
    assert (kills.lost, kills.unstable) == ({0, 1}, set())
    assert set().union(*kills.killers) == {2}
    assert choose(cases, kills) == cases[:1]


def test_threads_of_the_parent_are_not_waited_for(tmp_path: Path) -> None:
    neighbors = pytest.importorskip("sklearn.neighbors")
    path = tmp_path / "module_with_threads.py"
    path.write_text(
        "import numpy as np\n"
        "def nearest(neighbors, n):\n"
        "    points = np.arange(2000.0).reshape(-1, 2)\n"
        "    found = neighbors.NearestNeighbors(n_neighbors=n, algorithm='brute').fit(points)\n"
        "    return found.kneighbors(points, return_distance=False).sum()\n"
    )
    spec = importlib.util.spec_from_file_location("module_with_threads", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[module.__name__] = module
    once = Case(
        function="nearest",
        name="nearest",
        make=lambda: {"neighbors": neighbors, "n": 2},
        outcome=run(module.nearest, {"neighbors": neighbors, "n": 2}, folder=tmp_path),
        lines=frozenset({3, 4, 5}),
        required=True,
    )
    kills = killed([], [once], module.__name__, folder=tmp_path, seconds_per_case=5)
    del sys.modules[module.__name__]
    assert kills.lost == frozenset()


def test_without_time_nothing_is_known(case: Make, tmp_path: Path) -> None:
    cases = [case("graded", x=1, required=True), case("graded", x=9, required=True)]
    kills = try_all(cases, tmp_path, budget_seconds=0)
    assert kills.unknown == set(range(len(kills.mutants)))
    assert survivors([], [], kills) == []


def test_without_forks_nothing_is_known(
    case: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork")
    kills = try_all([case("graded", x=1, required=True)], tmp_path)
    assert kills.unknown == set(range(len(kills.mutants)))


def test_the_module_itself_stays(case: Make, module: ModuleType, tmp_path: Path) -> None:
    try_all([case("graded", x=9, required=True)], tmp_path)
    assert sys.modules["module_under_trial"] is module and module.LIMIT == 3


def some(*, required: str, optional: str, killers: str) -> tuple[list[Case], Kills]:
    """`required`, `optional`: a letter is a case, a capital one of another function than small.

    `killers`: for each mutant the cases that notice it, `-` for none, `?` for not tried.
    """
    names = required + optional
    cases = [
        Case(
            function="capital" if name.isupper() else "small",
            name=name,
            make=dict,
            outcome=Outcome(seconds=0.0),
            lines=frozenset({1}),
            required=name in required,
            size=ord(name),
        )
        for name in names
    ]
    words = killers.split()
    found = tuple(frozenset(names.index(c) for c in each if c in names) for each in words)
    mutants = tuple(
        Mutant(line=m, function="small", change=str(m), source="", lines=range(1, 2))
        for m in range(len(words))
    )
    unknown = frozenset(m for m, each in enumerate(words) if each == "?")
    return cases, Kills(mutants=mutants, killers=found, unknown=unknown)


CHOSEN = {
    "the first recorded call of each function": ("abAB", "", "- -", "aA"),
    "a recorded call that notices more": ("ab", "", "a b", "ab"),
    "no recorded call that notices nothing more": ("ab", "", "a a", "a"),
    "a derived call that notices more": ("a", "xy", "a x -", "ax"),
    "the one that notices most": ("a", "xy", "xy y", "ay"),
    "the smaller of equal ones": ("a", "yx", "yx", "ax"),
    "none that later ones make superfluous": ("a", "xyz", "xy xy xz xz y y z z", "ayz"),
    "nothing derived without need": ("a", "xyz", "ax ay", "a"),
}


@pytest.mark.parametrize(("required", "optional", "killers", "chosen"), CHOSEN.values(), ids=CHOSEN)
def test_there_is_chosen(required: str, optional: str, killers: str, chosen: str) -> None:
    cases, kills = some(required=required, optional=optional, killers=killers)
    assert "".join(each.name for each in choose(cases, kills)) == chosen


def test_another_recorded_call_stands_in_for_one_that_differs_from_itself() -> None:
    cases, kills = some(required="ab", optional="", killers="-")
    assert choose(cases, replace(kills, unstable=frozenset({0}))) == cases[1:]


def test_what_adds_lines_is_chosen() -> None:
    cases, kills = some(required="a", optional="x", killers="a")
    new = Case(
        function="small",
        name="b",
        make=dict,
        outcome=Outcome(),
        lines=frozenset({1, 2}),
        required=False,
    )
    assert choose([*cases, new], kills) == [cases[0], new]


def test_survivors_are_what_the_chosen_let_live() -> None:
    cases, kills = some(required="a", optional="x", killers="a x - ?")
    assert [each.mutant.change for each in survivors(cases, cases, kills)] == ["2"]
    left = survivors(cases[:1], cases, kills)
    assert [each.mutant.change for each in left] == ["1", "2"]
    assert all(each.reached for each in left)
    assert not any(each.reached for each in survivors([], cases, kills))
