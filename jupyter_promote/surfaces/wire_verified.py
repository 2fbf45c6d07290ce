"""The answer to `verify`, as it goes over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from jupyter_promote.checks import survivor
from jupyter_promote.checks.finding import Fault
from jupyter_promote.surfaces.wire import VerdictWire, verdict
from jupyter_promote.surfaces.wire_findings import FindingWire, findings

if TYPE_CHECKING:
    from jupyter_promote.proof.suite import Suite, Untested
    from jupyter_promote.workflow import Verified


class SuiteWire(Struct, frozen=True, kw_only=True):
    """What the project's own tests say: `coverage` is [lines that they run, lines] by function.

    `lines` is that of the whole module. Of `mutants` small faults they notice all but the
    `survivors`; for `unknown` others no time was. `mutants` is null where none were tried.
    """

    passed: int
    skipped: int
    failed: list[str]
    lines: tuple[int, int]
    coverage: dict[str, tuple[int, int]]
    mutants: int | None
    unknown: int
    survivors: list[FindingWire]
    notes: list[str]


class VerifiedWire(VerdictWire, frozen=True, kw_only=True):
    """The answer to `verify`: what the proof found, what the tests say, and what a run has shown."""

    tests: SuiteWire
    findings: list[FindingWire] = []


def verified(found: Verified) -> VerifiedWire:
    """Return the answer to `verify`."""
    return VerifiedWire(
        **msgspec.structs.asdict(verdict(found.verdict)),
        tests=_suite(found.tests, found.target.module_path),
        findings=findings(found.findings, found.target.notebook),
    )


def _suite(found: Suite | Untested, path: str) -> SuiteWire:
    from jupyter_promote.proof.suite import Faults, Untested

    if isinstance(found, Untested):
        return SuiteWire(
            passed=0, skipped=0, failed=[], lines=(0, 0), coverage={}, mutants=None, unknown=0,
            survivors=[], notes=[found.why],
        )  # fmt: skip
    faults = found.faults or Faults()
    notes = [f"{name}: {why}" for name, why in found.failed.items() if why]
    notes += [f"no small faults were tried: {faults.why}"] if faults.why else []
    notes += [f"not tried on faults, as it fails in a forked process: {n}" for n in faults.left_out]
    return SuiteWire(
        passed=found.passed,
        skipped=found.skipped,
        failed=list(found.failed),
        lines=found.lines,
        coverage=dict(found.coverage),
        mutants=faults.tried if found.faults and not faults.why else None,
        unknown=faults.unknown,
        survivors=[
            one
            for each in faults.survivors
            for one in findings(
                survivor.check(
                    Fault(path=path, line=each.line, function=each.function, change=each.change)
                ),
                path,
            )
        ],
        notes=notes,
    )
