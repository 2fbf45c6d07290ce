"""From recorded calls to the tests that pin what a module does: runs beside the notebook's data.

The engine starts this in the interpreter of the notebook's kernel, in a scratch copy of the
notebook's folder. What it finds is one file of JSON, the recordings are files beside it.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import sys
import time
import types
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import calls as recorded_calls
from jupyter_promote.pinning import mutants, secrets, selection, trial, variants
from jupyter_promote.pinning.calls import Call, Maker, Unmade
from jupyter_promote.pinning.pins import Pinner, Test
from jupyter_promote.pinning.reduction import reduced
from jupyter_promote.pinning.selection import Case
from jupyter_promote.pinning.trial import Outcome

RESULT = "result.json"
SLOW = 0.5  # seconds; slower calls are pinned as they were recorded, without variants
LARGEST_FILE = 100_000  # bytes of a file that is stored with the recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do: pin `module`, importable from `src`, by the calls below `calls`.

    `out` gets the result; `seconds` is about how long it may take; `recording_kb` what all
    recordings together may take.
    """

    module: str
    src: str
    calls: str
    out: str
    seconds: float
    recording_kb: float


def main(job: Mapping[str, Any]) -> None:
    """Do a job in the working directory, and write what it gave."""
    _Session(Job(**job)).work()


@dataclass(slots=True)
class _Session:
    job: Job
    folder: Path = field(default_factory=Path.cwd)
    started: float = field(default_factory=time.monotonic)
    unused: dict[str, str] = field(default_factory=dict)
    masked: set[str] = field(default_factory=set)
    values: dict[str, tuple[Call, Mapping[str, Any]]] = field(default_factory=dict)

    def work(self) -> None:
        """Find the tests, and write them."""
        sys.path[:0] = [self.job.src, str(self.folder)]
        module = importlib.import_module(self.job.module)
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        found = recorded_calls.read(Path(self.job.calls), self.job.module)
        maker = Maker(found, module, self.folder)
        tree = ast.parse(source)
        functions = _functions(tree)
        cases = [*self.recorded(maker, module), *self.whole(maker, module)]
        cases += self.varied(cases, maker, module, functions)
        faults = mutants.of_source(source)
        kills = selection.killed(
            faults, cases, self.job.module, folder=self.folder,
            budget_seconds=max(5.0, self.left()),
        )  # fmt: skip
        chosen = selection.choose(cases, kills)
        tests, pinner = self.pinned(chosen, maker)
        self.write(tests, pinner, chosen, found, module, tree, kills)

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.started + self.job.seconds - time.monotonic()

    def recorded(self, maker: Maker, module: types.ModuleType) -> list[Case]:
        """Return a case for each recorded call that can be made again, small where that is enough."""
        found = []
        seen: dict[str, int] = {}
        for call, why in [*recorded_calls.testable([*maker.calls.values()], maker)]:
            seen[call.function] = seen.get(call.function, 0) + 1
            if not why:
                hidden, what = secrets.mask_arguments(call.values)
                self.masked |= set(what)
                spread, _ = secrets.mask_arguments(call.spread)
                call = replace(call, values=hidden, spread=spread)
                maker.calls[call.number] = call
                case = self.replayed(call, maker, module, seen[call.function])
                if isinstance(case, Case):
                    found.append(case)
                    continue
                why = case
            self.unused.setdefault(call.function, why)
        for case in found:
            self.unused.pop(case.function, None)
        return found

    def replayed(
        self, call: Call, maker: Maker, module: types.ModuleType, count: int
    ) -> Case | str:
        """Return the case of one recorded call, or why it does not do again what it did."""
        outcome, lines = self.tried(call, call.values, maker, module)
        if isinstance(outcome, str):
            return outcome
        if bool(outcome.raised) != bool(call.raised):
            kind = outcome.raised.type if outcome.raised else "nothing"
            return f"made again on its own it raises {kind}"

        def fits(values: Mapping[str, Any]) -> bool:
            smaller, covered = self.tried(call, values, maker, module)
            return (
                isinstance(smaller, Outcome)
                and bool(smaller.raised) == bool(outcome.raised)
                and covered >= lines
            )

        values = call.values
        if outcome.seconds < 5:
            values = reduced(call.values, call.spread, fits)
        if values is not call.values:
            smaller, lines = self.tried(call, values, maker, module)
            assert isinstance(smaller, Outcome)
            outcome = smaller
            maker.calls[call.number] = replace(call, values=values)
        fact = "as_in_the_notebook" if count == 1 else f"as_in_call_{count}_of_the_notebook"
        return self.case(
            maker.calls[call.number], fact, values, outcome, lines, maker, required=True
        )

    def whole(self, maker: Maker, module: types.ModuleType) -> list[Case]:
        """Return cases for the functions that do all steps, where the module has them."""
        found = []
        for number, (name, arguments) in enumerate((("run", {}), ("main", {"argv": []}))):
            if not callable(getattr(module, name, None)):
                continue
            call = Call(
                number=10**6 + number, function=name, values=arguments, spread={}, made={},
                order=tuple(arguments), lacking="", raised="", types={}, returns={},
            )  # fmt: skip
            outcome, lines = self.tried(call, arguments, maker, module)
            if isinstance(outcome, str):
                self.unused[name] = outcome
            elif outcome.raised:
                self.unused[name] = f"on its own it raises {outcome.raised.type}"
            else:
                maker.calls[call.number] = call
                fact = "does_all_steps"
                found.append(self.case(call, fact, arguments, outcome, lines, maker, required=True))
        return found

    def varied(
        self,
        cases: Iterable[Case],
        maker: Maker,
        module: types.ModuleType,
        functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef],
    ) -> list[Case]:
        """Return cases derived from the first recorded call of each function."""
        bases: dict[str, Case] = {}
        for case in cases:
            if case.function not in ("run", "main") and case.outcome.seconds < SLOW:
                bases.setdefault(case.function, case)
        share = self.job.seconds * 0.3 / max(1, len(bases))
        found = []
        for name, base in bases.items():
            call, values = self.values[f"{name}/{base.name}"]
            end = time.monotonic() + share
            for variant in variants.of_call(values, functions.get(name)):  # type: ignore[arg-type]
                if time.monotonic() > end:
                    break
                varied = replace(
                    call, order=tuple(dict.fromkeys([*call.order, *variant.arguments]))
                )
                outcome, lines = self.tried(varied, variant.arguments, maker, module)
                if isinstance(outcome, Outcome):
                    found.append(
                        self.case(
                            varied, variant.fact, variant.arguments, outcome, lines, maker,
                            required=False,
                        )  # fmt: skip
                    )
        return found

    def case(
        self,
        call: Call,
        fact: str,
        values: Mapping[str, Any],
        outcome: Outcome,
        lines: frozenset[int],
        maker: Maker,
        *,
        required: bool,
    ) -> Case:
        """Return a case that makes its arguments anew each time."""
        self.values[f"{call.function}/{fact}"] = (call, values)
        return Case(
            function=call.function,
            name=fact,
            make=lambda: maker.fresh(call, values),
            outcome=outcome,
            lines=lines,
            required=required,
        )

    def tried(
        self, call: Call, values: Mapping[str, Any], maker: Maker, module: types.ModuleType
    ) -> tuple[Outcome | str, frozenset[int]]:
        """Return what a call does with `values` and the lines it runs, or why it can't be tried."""
        try:
            arguments = maker.fresh(call, values)
        except Unmade as error:
            return str(error), frozenset()
        function = maker.function(call.function)
        outcome, lines = selection.covered(
            str(module.__file__), lambda: trial.run(function, arguments, folder=self.folder)
        )
        return (outcome.reached, lines) if outcome.reached else (outcome, lines)

    def pinned(self, chosen: Iterable[Case], maker: Maker) -> tuple[list[Test], Pinner]:
        """Return the tests of the chosen cases, as long as their recordings are not too large."""
        pinner = Pinner(
            folder=Path(self.job.out, "recordings"), module=self.job.module, maker=maker
        )
        found = []
        for case in sorted(chosen, key=lambda c: not c.required):
            call, values = self.values[f"{case.function}/{case.name}"]
            if not case.required and _size(pinner.folder) > self.job.recording_kb * 1000:
                continue
            test = pinner.test(call, case.name, values, case.outcome)
            if test is not None:
                found.append(test)
            elif case.required:
                self.unused.setdefault(case.function, "what it takes or gives can't be stored")
        return found, pinner

    def write(
        self,
        tests: list[Test],
        pinner: Pinner,
        chosen: Iterable[Case],
        found: Iterable[Call],
        module: types.ModuleType,
        tree: ast.Module,
        kills: Any,
    ) -> None:
        """Write the result, and the small files that the tests read."""
        covered = frozenset[int]().union(*(case.lines for case in chosen))
        used = _used_fixtures(tests, pinner)
        content = {
            "tests": [asdict(test) for test in tests],
            "fixtures": [asdict(fixture) for fixture in used],
            "types": _types(found),
            "coverage": {
                name: [len(lines & covered), len(lines)]
                for name, lines in _lines(module, tree).items()
            },
            "survivors": [
                {"line": s.line, "function": s.function, "change": s.change}
                for s in kills.survivors
            ],
            "mutants": kills.tried,
            "unused": self.unused,
            "masked": sorted(self.masked | pinner.masked),
            "files": self.files(tests),
        }
        Path(self.job.out, RESULT).write_text(json.dumps(content), encoding="utf-8")

    def files(self, tests: Iterable[Test]) -> dict[str, bool]:
        """Store the small files that tests read; say of each whether it is stored."""
        stored = {}
        for name in sorted({name for test in tests for name in test.files}):
            content = b""
            with contextlib.suppress(OSError):
                content = Path(self.folder, name).read_bytes()
            small = len(content) <= LARGEST_FILE
            stored[name] = small and not secrets.in_text(content.decode("utf-8", "replace"))
            if stored[name]:
                target = Path(self.job.out, "recordings", "files", name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        return stored


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions and methods of a module, by dotted name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[f"{node.name}.{inner.name}"] = inner
    return found


def _lines(module: types.ModuleType, tree: ast.Module) -> dict[str, frozenset[int]]:
    """Return the lines of each function that can be run."""
    code = compile(tree, str(module.__file__), "exec")
    spans = {n: (f.lineno, f.end_lineno or f.lineno) for n, f in _functions(tree).items()}
    lines = frozenset(_run_lines(code, inner=False))
    return {
        name: frozenset(n for n in lines if first < n <= last)
        for name, (first, last) in spans.items()
    }


def _run_lines(code: types.CodeType, *, inner: bool = True) -> Iterable[int]:
    if inner:
        yield from (line for _, _, line in code.co_lines() if line and line != code.co_firstlineno)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _run_lines(constant)


def _used_fixtures(tests: Iterable[Test], pinner: Pinner) -> list[Any]:
    """Return the fixtures that tests need, those that need others last."""
    by_name = {fixture.name: fixture for fixture in pinner.fixtures.values()}
    found: dict[str, Any] = {}

    def add(name: str) -> None:
        for other in by_name[name].call.fixtures:
            add(other)
        found.setdefault(name, by_name[name])

    for test in tests:
        for name in test.call.fixtures:
            add(name)
    return [*found.values()]


def _types(found: Iterable[Call]) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Return of which types the arguments and results of each function were, in every call."""
    seen: dict[str, dict[str, list[dict[str, str]]]] = {}
    for call in found:
        of = seen.setdefault(call.function, {})
        for name, kind in {**call.types, **call.returns}.items():
            if kind not in of.setdefault(name, []):
                of[name].append(dict(kind))
    return seen


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
