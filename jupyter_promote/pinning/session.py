"""From recorded calls to the tests that pin what a module does: runs beside the notebook's data.

The engine starts this in the interpreter of the notebook's kernel, in the notebook's folder, in a
sandbox. What it finds is one file of JSON, the recordings are files beside it.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import calls as recorded_calls
from jupyter_promote.pinning import (
    inside,
    lines,
    mutants,
    repeating,
    scalars,
    secrets,
    selection,
    trial,
    variants,
)
from jupyter_promote.pinning.calls import Call, Maker, Unmade
from jupyter_promote.pinning.pins import Pinner
from jupyter_promote.pinning.reduction import reduced, says_nothing
from jupyter_promote.pinning.selection import Case
from jupyter_promote.pinning.spoken import Test
from jupyter_promote.pinning.trial import Outcome
from jupyter_promote.testing.figures import remember_settings

VARYING, KILLING = 0.3, 0.5  # shares of the time: for derived inputs, for trying faults
ALL_STEPS = "from_start_to_end"
SLOWEST_REDUCED = 5.0  # seconds; of slower calls no smaller input is looked for
SLOW = 0.5  # seconds; slower calls are pinned as they were recorded, without variants
REPEATED = 2  # times that a call which varies is made again
LARGEST_FILE = 100_000  # bytes of a file that is stored with the recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do: pin `module`, importable from `src`, by the calls below `calls`.

    `out` gets the result; `seconds` is about how long it may take, `limit` when it is killed;
    `recording_kb` what all recordings together may take.
    """

    module: str
    src: str
    calls: str
    out: str
    seconds: float
    limit: float
    recording_kb: float


def main(job: Mapping[str, Any]) -> None:
    """Do a job in the working directory, and write what it gave."""
    inside.tell(job, _Session(Job(**job)).work())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What a call did, and the lines of the module that it ran."""

    outcome: Outcome
    lines: frozenset[int]


class _Session:
    """One job, from the calls to the file with the result."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.folder = Path.cwd()
        self.started = time.monotonic()
        sys.path[:0] = [job.src, str(self.folder)]
        self.module = importlib.import_module(job.module)
        remember_settings()
        self.path = Path(str(self.module.__file__))
        self.tree = ast.parse(self.path.read_text(encoding="utf-8"))
        found = recorded_calls.read(Path(job.calls), job.module)
        self.maker = Maker(found, self.module, self.folder)
        self.unused: dict[str, str] = {}
        self.masked: set[str] = set()
        self.all_lines: frozenset[int] = frozenset()
        self.values: dict[str, tuple[Call, Mapping[str, Any]]] = {}

    def work(self) -> dict[str, Any]:
        """Find the tests, and return them with what they are made from."""
        types_seen = _types(self.maker.calls.values())
        cases = self.recorded()
        cases += self.varied(cases)
        cases += self.whole()
        source = self.path.read_text(encoding="utf-8")
        faults = mutants.of_source(source)
        kills = selection.killed(
            faults, cases, self.job.module, folder=self.folder,
            budget_seconds=self.job.seconds * KILLING, most_seconds=self.left() * KILLING,
        )  # fmt: skip
        chosen = selection.choose(cases, kills)
        varying = [cases[i] for i in sorted(kills.unstable) if cases[i].required]
        tests, pinner = self.pinned(chosen, varying)
        return {
            "tests": [asdict(test) for test in tests],
            "fixtures": [asdict(fixture) for fixture in _used_fixtures(tests, pinner)],
            "types": types_seen,
            "coverage": _coverage(source, self.covered([*chosen, *varying])),
            "survivors": [
                {"line": s.mutant.line, "function": s.mutant.function, "change": s.mutant.change}
                for s in selection.survivors(chosen, cases, kills)
            ],
            "mutants": len(faults) - len(kills.unknown),
            "unused": self.unused,
            "masked": sorted(self.masked | pinner.masked),
            "files": self.files(tests),
        }

    def left(self) -> float:
        """Return how many seconds are left; the last fifth is for writing the tests."""
        return max(0.0, self.started + self.job.limit * 0.8 - time.monotonic())

    def recorded(self) -> list[Case]:
        """Return a case for each recorded call that can be made again, small where that is enough."""
        found = []
        seen: dict[str, int] = {}
        for call, why in [*recorded_calls.testable([*self.maker.calls.values()], self.maker)]:
            seen[call.function] = seen.get(call.function, 0) + 1
            case: Case | str = why
            if not why and not self.left():
                case = "there was no time left to make it again"
            elif not why:
                hidden, what = secrets.mask_arguments(call.values)
                self.masked |= set(what)
                spread, _ = secrets.mask_arguments(call.spread)
                masked = replace(call, values=hidden, spread=spread)
                self.maker.calls[call.number] = masked
                case = self.replayed(masked, seen[call.function])
            if isinstance(case, Case):
                found.append(case)
            else:
                self.unused.setdefault(call.function, case)
        for one in found:
            self.unused.pop(one.function, None)
        return found

    def replayed(self, call: Call, count: int) -> Case | str:
        """Return the case of one recorded call, or why it does not do again what it did."""
        first = self.tried(call, call.values)
        if isinstance(first, str):
            return first
        raised, lines = first.outcome.raised, first.lines
        whole = first.outcome
        if bool(raised) != bool(call.raised):
            return f"made again on its own it raises {raised.type if raised else 'nothing'}"

        def fits(values: Mapping[str, Any]) -> bool:
            again = self.tried(call, values) if self.left() else "no time"
            return (
                isinstance(again, _Tried)
                and bool(again.outcome.raised) == bool(raised)
                and says_nothing(again.outcome.result) <= says_nothing(whole.result)
                and ("nan" in again.outcome.printed) <= ("nan" in whole.printed)
                and again.lines >= lines
            )

        if first.outcome.seconds < SLOWEST_REDUCED:
            smaller = reduced(call.values, call.spread, fits)
            if smaller is not call.values:
                call = replace(call, values=smaller)
                self.maker.calls[call.number] = call
                first = self.tried(call, call.values)
        if isinstance(first, str):
            return first
        fact = self.fact(call, count)
        first = self.repeated(call, call.values, first)
        return self.case(call, fact, call.values, first, required=True)

    def fact(self, call: Call, count: int) -> str:
        """Return the name of what a test says: in which call of the notebook it was so."""
        if call.number not in self.maker.shortened:
            return "as_in_the_notebook" if count == 1 else f"as_in_call_{count}_of_the_notebook"
        sources = dict.fromkeys(
            self.maker.calls[made.call].function.replace(".", "_") for made in call.made.values()
        )
        gives = f"with_what_{'_and_'.join(sources)}_{'give' if len(sources) > 1 else 'gives'}"
        return gives if count == 1 else f"{gives}_in_call_{count}"

    def whole(self) -> list[Case]:
        """Return cases for the functions that do all steps, where the module has them."""
        found: list[Case] = []
        other = self.near_defaults("run")
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("run", ALL_STEPS, {}),
            ("main", ALL_STEPS, {"argv": []}),
            *([("run", f"{ALL_STEPS}_with_other_values", other)] if other else []),
        ]
        for number, (name, fact, arguments) in enumerate(steps, 10**6):
            if not callable(getattr(self.module, name, None)) or not self.left():
                continue
            call = Call(
                number=number, function=name, values=arguments, spread={}, made={},
                order=tuple(arguments), lacking="", raised="", types={}, returns={},
            )  # fmt: skip
            tried = self.tried(call, arguments)
            if isinstance(tried, _Tried) and (fact != ALL_STEPS or not tried.outcome.raised):
                self.maker.calls[number] = call
                self.all_lines |= tried.lines
                own = tried.lines & _span(lines.functions(self.tree).get(name))
                # Faults elsewhere are noticed more quickly by the tests of their functions.
                tried = self.repeated(call, arguments, replace(tried, lines=own))
                found.append(self.case(call, fact, arguments, tried, required=fact == ALL_STEPS))
            elif fact == ALL_STEPS:
                raised = isinstance(tried, _Tried) and tried.outcome.raised
                self.unused[name] = f"on its own it raises {raised.type}" if raised else str(tried)
        return found

    def near_defaults(self, name: str) -> dict[str, Any]:
        """Return other values for the numbers that the parameters of a function default to."""
        function = getattr(self.module, name, None)
        parameters = inspect.signature(function).parameters if callable(function) else {}
        near = {each: scalars.near(p.default) for each, p in parameters.items()}
        return {each: value for each, value in near.items() if value is not None}

    def varied(self, cases: Iterable[Case]) -> list[Case]:
        """Return cases derived from the first recorded call of each function."""
        bases: dict[str, Case] = {}
        for case in cases:
            if case.outcome.seconds < SLOW:
                bases.setdefault(case.function, case)
        share = self.job.seconds * VARYING / max(1, len(bases))
        functions = lines.functions(self.tree)
        found = []
        for name, base in bases.items():
            call, values = self.values[f"{name}/{base.name}"]
            end = time.process_time() + share
            for variant in variants.of_call(values, functions.get(name)):
                if time.process_time() > end or not self.left():
                    break
                order = tuple(dict.fromkeys([*call.order, *variant.arguments]))
                varied = replace(call, order=order)
                tried = self.tried(varied, variant.arguments)
                if isinstance(tried, _Tried):
                    found.append(
                        self.case(varied, variant.fact, variant.arguments, tried, required=False)
                    )
        return found

    def case(
        self, call: Call, fact: str, values: Mapping[str, Any], tried: _Tried, *, required: bool
    ) -> Case:
        """Return a case that makes its arguments anew each time."""
        self.values[f"{call.function}/{fact}"] = (call, values)
        return Case(
            function=call.function,
            name=fact,
            make=lambda: self.maker.fresh(call, values),
            outcome=tried.outcome,
            lines=tried.lines,
            required=required,
        )

    def repeated(self, call: Call, values: Mapping[str, Any], first: _Tried) -> _Tried:
        """Return what a call did, of its figures only what is the same whenever it is made."""
        if not first.outcome.figures or first.outcome.seconds > SLOWEST_REDUCED:
            return first
        figures: Any = first.outcome.figures
        for _ in range(REPEATED):
            again = self.tried(call, values)
            found = repeating.common(
                figures, again.outcome.figures if isinstance(again, _Tried) else []
            )
            if found is figures:
                break
            figures = found
        kept = figures if isinstance(figures, list) else []
        return replace(first, outcome=replace(first.outcome, figures=kept))

    def tried(self, call: Call, values: Mapping[str, Any]) -> _Tried | str:
        """Return what a call does with `values`, or why it can't be tried."""
        try:
            arguments = self.maker.fresh(call, values)
        except Unmade as error:
            return str(error)
        function = self.maker.function(call.function)
        outcome, lines = selection.covered(
            str(self.path), lambda: trial.run(function, arguments, folder=self.folder)
        )
        return outcome.reached or _Tried(outcome=outcome, lines=lines)

    def covered(self, cases: Iterable[Case]) -> frozenset[int]:
        """Return the lines that the cases run; a test of all steps runs those of others, too."""
        found = frozenset[int]().union(*(case.lines for case in cases))
        return found | (self.all_lines if any(c.name == ALL_STEPS for c in cases) else frozenset())

    def pinned(self, chosen: Iterable[Case], varying: Iterable[Case]) -> tuple[list[Test], Pinner]:
        """Return the tests of the cases, as long as their recordings are not too large."""
        pinner = Pinner(
            folder=Path(self.job.out, "recordings"),
            module=self.job.module,
            maker=self.maker,
            returned={n: secrets.returned(f) for n, f in lines.functions(self.tree).items()},
        )
        found = []
        steady = sorted(chosen, key=lambda c: not c.required)
        for case, varies in [*((c, 0) for c in steady), *((c, 1) for c in varying)]:
            call, values = self.values[f"{case.function}/{case.name}"]
            if not case.required and _size(pinner.folder) > self.job.recording_kb * 1000:
                continue
            test = pinner.test(call, case.name, values, case.outcome, varies=varies)
            if test is not None:
                found.append(test)
            elif case.required:
                self.unused.setdefault(case.function, "what it takes or gives can't be stored")
        return found, pinner

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


def _coverage(source: str, covered: frozenset[int]) -> dict[str, tuple[int, int]]:
    """Return (lines that are covered, lines) of each function."""
    return {
        name: (len(own & covered), len(own)) for name, own in lines.of_functions(source).items()
    }


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef | None) -> frozenset[int]:
    return frozenset(range(node.lineno, (node.end_lineno or node.lineno) + 1) if node else ())


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
