"""What the project's own tests say today: who fails, what they run, which faults they notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import lines
from jupyter_promote.promotion.project import Target
from jupyter_promote.proof import jobs
from jupyter_promote.proof.characterization import Missing, Project, tested
from jupyter_promote.proof.jobs import Place
from jupyter_promote.sandbox.sandboxes import sandbox
from jupyter_promote.settings import Settings, root_of

JOBS = 2  # processes that share the faults
_TESTS_RAN = (0, 1, 5)  # pytest's exit statuses: all passed, some failed, there were none
_UNREADABLE = 2  # some could not be collected


@dataclass(frozen=True, slots=True, kw_only=True)
class Untested:
    """There is nothing to say of tests; says why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """No test notices the `change` at `line` of the module, in `function` ('' for none)."""

    line: int
    function: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Of `tried` small faults the tests let `survivors` pass; for `unknown` others no time was.

    `why` says why none was tried, '' where they were. `left_out` are tests that don't count: they
    fail where the module's text is laid out differently, or in a forked process.
    """

    tried: int = 0
    survivors: tuple[Survivor, ...] = ()
    unknown: int = 0
    left_out: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A run of the tests: how many `passed` or were `skipped`, and why those that `failed` did.

    `coverage` is (lines that tests run, lines) by function, `lines` that of the whole module; `ran`
    are the lines that each test runs. `faults` is None where none were asked for.
    """

    passed: int
    skipped: int
    failed: Mapping[str, str]
    lines: tuple[int, int]
    coverage: Mapping[str, tuple[int, int]]
    ran: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    faults: Faults | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Run the tests of `target` below `to` with the interpreter `python`; with `faults` try those.

    `folder` is the notebook's.
    """

    to: Path
    target: Target
    python: str
    folder: Path
    faults: bool
    limits: Settings
    on_step: Callable[[str], None]
    cancelled: Callable[[], bool]

    @property
    def project(self) -> Project:
        """The project as it stands on disk."""
        return Project(
            to=self.to.resolve(),
            source=self.target.root,
            package=self.target.dotted.partition(".")[0],
            module=self.target.module_path,
            test=self.target.test_path,
            files={},
        )

    @property
    def place(self) -> Place:
        """Where its tests run."""
        root = root_of(self.folder)
        return Place(folder=self.folder, root=root, python=self.python, cancelled=self.cancelled)


def tried(ask: Ask) -> Suite | Untested:
    """Return what the test file of a promoted module says as it stands on disk, run in a sandbox."""
    test = ask.target.test_path
    if not (ask.to / test).is_file():
        return Untested(why=f"there is no {test}")
    ask.on_step("running the tests")
    ran = tested(ask.project, ask.place, seconds=ask.limits.test_seconds)
    if isinstance(ran, Missing):
        return Untested(why=ran.why)
    unreadable = ran["status"] == _UNREADABLE and ran["failed"]
    if ran["status"] not in _TESTS_RAN and not unreadable:
        return Untested(why=f"pytest ended with status {ran['status']}: {ran['said']}")
    return _suite(ask, ran, _faults(ask, ran) if ask.faults else None)


def _suite(ask: Ask, ran: Mapping[str, Any], faults: Faults | None) -> Suite:
    source = (ask.to / ask.target.module_path).read_text(encoding="utf-8")
    run = frozenset(line for found in ran["lines"].values() for line in found)
    whole = lines.of_module(source)
    return Suite(
        passed=len(ran["passed"]),
        skipped=len(ran["skipped"]),
        failed={_name(test): why for test, why in ran["failed"].items()},
        lines=(len(whole & run), len(whole)),
        coverage={
            name: (len(own & run), len(own)) for name, own in lines.of_functions(source).items()
        },
        ran={_name(test): tuple(found) for test, found in ran["lines"].items()},
        faults=faults,
    )


def _name(test: str) -> str:
    """Return a test's name without its file's, the file's where that can't be read."""
    return test.partition("::")[2] or test


def _faults(ask: Ask, ran: Mapping[str, Any]) -> Faults:
    if not ran["passed"]:
        return Faults(why="no test passes")
    ask.on_step("trying small faults in the module")
    with ThreadPoolExecutor(JOBS) as pool:
        parts = [*pool.map(lambda part: _part(ask, ran, part), range(JOBS))]
    for found in parts:
        if isinstance(found, str) or "missing" in found:
            return Faults(why=found if isinstance(found, str) else found["missing"])
    told = [found for found in parts if not isinstance(found, str)]
    survivors = [Survivor(**each) for found in told for each in found["survivors"]]
    return Faults(
        tried=sum(found["mutants"] for found in told),
        survivors=tuple(sorted(survivors, key=lambda s: (s.line, s.function, s.change))),
        unknown=sum(found["unknown"] for found in told),
        left_out=tuple(sorted({_name(test) for found in told for test in found["left_out"]})),
    )


def _part(ask: Ask, ran: Mapping[str, Any], part: int) -> dict[str, Any] | str:
    """Return what one of the processes says that share the faults among them."""
    project, place = ask.project, ask.place
    job = {
        "root": str(project.to),
        "part": part,
        "parts": JOBS,
        "module": project.module,
        "test": project.test,
        "package": project.package,
        "passed": ran["passed"],
        "lines": ran["lines"],
        "took": ran["took"],
        "usual": ran["seconds"],
        "seconds": ask.limits.mutant_seconds,
    }
    with sandbox(place.folder, expected=[place.root, project.to], network=False) as box:
        return jobs.done(
            box,
            place,
            "pinning.suite_faults",
            job,
            folder=project.to,
            seconds=ask.limits.mutant_seconds * 2 + ran["seconds"] * 10 + 60,
            paths=[project.to / project.source],
        )
