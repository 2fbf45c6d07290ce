"""What the project's own tests say today: who fails, what they run, which faults they notice."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import inside, lines, suite
from jupyter_promote.promotion.project import Target
from jupyter_promote.proof import processes
from jupyter_promote.proof.scratch import larger_than, scratch_copy
from jupyter_promote.settings import Settings

JOBS = 2  # runs of pytest at once, when faults are tried
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

    `folder` is the notebook's: tests find a copy of it where they look for it.
    """

    to: Path
    target: Target
    python: str
    folder: Path
    faults: bool
    limits: Settings
    on_step: Callable[[str], None]
    cancelled: Callable[[], bool]


def tried(ask: Ask) -> Suite | Untested:
    """Return what the test file of a promoted module says as it stands on disk, run in a copy."""
    test, most = ask.target.test_path, ask.limits.copy_limit_mb
    if not (ask.to / test).is_file():
        return Untested(why=f"there is no {test}")
    if larger_than(ask.to, int(most * 1_000_000)):
        return Untested(why=f"the project holds more than {most:g} MB: not copied, tests not run")
    with _copies(ask, JOBS if ask.faults else 1) as (roots, out):
        ask.on_step("running the tests")
        package = ask.target.dotted.partition(".")[0]
        module = ask.target.module_path
        job = {"module": module, "test": test, "package": package, "out": str(out)}
        ran = _inside(ask, "suite", job, roots[0], out, ask.limits.test_seconds * 4 + 60)
        if isinstance(ran, str):
            return Untested(why=f"the tests could not be run: {ran}")
        if "missing" in ran:
            return Untested(why=ran["missing"])
        unreadable = ran["status"] == _UNREADABLE and ran["failed"]
        if ran["status"] not in _TESTS_RAN and not unreadable:
            return Untested(why=f"pytest ended with status {ran['status']}: {ran['said']}")
        faults = _faults(ask, ran, roots, out) if ask.faults else None
    return _suite(ask, ran, faults)


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


def _faults(ask: Ask, ran: Mapping[str, Any], roots: list[Path], out: Path) -> Faults:
    if not ran["passed"]:
        return Faults(why="no test passes")
    ask.on_step("trying small faults in the module")
    job = {
        "roots": [str(root) for root in roots],
        "module": ask.target.module_path,
        "test": ask.target.test_path,
        "package": ask.target.dotted.partition(".")[0],
        "out": str(out),
        "passed": ran["passed"],
        "lines": ran["lines"],
        "took": ran["took"],
        "usual": ran["seconds"],
        "seconds": ask.limits.mutant_seconds,
    }
    most = ask.limits.mutant_seconds * 2 + ran["seconds"] * 10 + 60
    found = _inside(ask, "suite_faults", job, roots[0], out, most)
    if isinstance(found, str) or "missing" in found:
        return Faults(why=found if isinstance(found, str) else found["missing"])
    return Faults(
        tried=found["mutants"],
        survivors=tuple(Survivor(**each) for each in found["survivors"]),
        unknown=found["unknown"],
        left_out=tuple(_name(test) for test in found["left_out"]),
    )


def _inside(
    ask: Ask, module: str, job: Mapping[str, Any], root: Path, out: Path, seconds: float
) -> dict[str, Any] | str:
    """Return what a job writes that is done by the notebook's interpreter, or why there is nothing."""
    result = out / suite.RESULT
    result.unlink(missing_ok=True)
    paths = [str(root / ask.target.root), str(out / "ours")]
    said = processes.run(
        [ask.python, "-c", inside.code(f"pinning.{module}", f"main({dict(job)!r})")],
        folder=root,
        environment={"PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(paths)},
        seconds=seconds,
        cancelled=ask.cancelled,
    )
    if not result.exists():
        return processes.last_line(said)
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return {**found, "said": processes.last_line(said)}


@contextmanager
def _copies(ask: Ask, number: int) -> Iterator[tuple[list[Path], Path]]:
    """Give copies of the project whose tests find a copy of the notebook's folder, and a folder."""
    with ExitStack() as stack:
        data = stack.enter_context(scratch_copy(ask.folder)).folder
        roots = [stack.enter_context(scratch_copy(ask.to)).folder for _ in range(number)]
        for root in roots:
            path = root / ask.target.test_path
            text = path.read_text(encoding="utf-8")
            path.write_text(_found(text, ask.target, data), encoding="utf-8")
        out = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jp-suite-"))).resolve()
        (out / "ours").mkdir()
        (out / "ours" / "jupyter_promote").symlink_to(inside.PACKAGE)
        yield roots, out


def _found(text: str, target: Target, data: Path) -> str:
    """Return a test file that looks for the notebook's folder in `data`."""
    way = f"Path(__file__).resolve().parents[1] / {json.dumps(target.folder)}"
    return text.replace(way, f"Path({json.dumps(str(data))})")
