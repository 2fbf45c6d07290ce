"""What goes over the wire, written once: the CLI's JSON, the server's answers, the panel's types.

Positions of cells are zero-based places in the notebook's list of cells (markdown included).
Paths are relative to the target folder, with forward slashes. The front end's types are made from
these shapes: see `schema`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from jupyter_promote.promotion import module, prose
from jupyter_promote.promotion.plan import Function, Plan
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.surfaces.wire_findings import FindingWire, findings
from jupyter_promote.surfaces.wire_runs import RunningWire
from jupyter_promote.workflow import Promotion

if TYPE_CHECKING:
    from jupyter_promote.proof.verification import Verdict


class FunctionWire(Struct, frozen=True, kw_only=True):
    """A promoted group: the function, and where it comes from."""

    name: str
    cells: list[int]
    inputs: list[str]
    outputs: list[str]
    signature: str
    summary: str


class RefusalWire(Struct, frozen=True, kw_only=True):
    """A group that stays in the notebook, and why."""

    name: str
    cells: list[int]
    code: str
    message: str
    hint: str


class DroppedDisplayWire(Struct, frozen=True, kw_only=True):
    """A trailing expression that the thin notebook no longer shows, and why."""

    cell: int
    code: str
    reason: str


class FileWire(Struct, frozen=True, kw_only=True):
    """A file that would be written; `existing` is its text today, null where it is new."""

    path: str
    language: Literal["python", "json", "toml", "text"]
    text: str
    existing: str | None


class VerdictWire(Struct, frozen=True, kw_only=True):
    """What the proof found."""

    status: Literal["equivalent", "different", "not-verified", "not-run"]
    outputs: int
    variables: int
    figures: int
    files: int
    differences: list[str]
    notes: list[str]


class CoverageWire(Struct, frozen=True, kw_only=True):
    """Of the `lines` of a function, the tests execute `covered`; `tests` are their names."""

    function: str
    covered: int
    lines: int
    tests: list[str]


class TestsWire(Struct, frozen=True, kw_only=True):
    """The tests that pin what the functions do today: made by this run, kept from an earlier one.

    Of `mutants` small faults they notice all but the `survivors`, which are told in words.
    """

    status: Literal["made", "kept", "none"]
    functions: list[CoverageWire]
    mutants: int
    survivors: list[str]
    notes: list[str]


class ReportWire(Struct, frozen=True, kw_only=True):
    """The answer to `extract`: what is (or would be) written, what is refused, what was proved."""

    module: str | None
    tests: list[str]
    notebook: str | None
    functions: list[FunctionWire]
    moved: list[int]
    refused: list[RefusalWire]
    dropped_displays: list[DroppedDisplayWire]
    findings: list[FindingWire]
    verdict: VerdictWire
    characterization: TestsWire
    to: str
    files: list[FileWire]


class ErrorBody(Struct, frozen=True, kw_only=True):
    """A mistake a person can put right."""

    kind: str
    what: str
    where: str
    hint: str


class ErrorWire(Struct, frozen=True, kw_only=True):
    """The answer in place of any other when something is wrong."""

    error: ErrorBody


class PlanRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the panel asks: `content` is the notebook as it is on screen, saved or not.

    `path` and `to` are relative to the server's root; an empty `to` asks for the default, "." is
    the root itself.
    """

    path: str
    content: dict[str, Any]
    to: str = ""
    module: str = ""


class ExtractRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan to be carried out; with `run` it is proved before it is written."""

    path: str
    content: dict[str, Any]
    to: str = ""
    module: str = ""
    run: bool = True


class RunTestsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Run the generated tests in the file `test`, a path below the target folder `to`.

    `kernel` is the name of the notebook's kernel, whose Python runs them.
    """

    to: str
    test: str
    kernel: str = ""


class TestResultWire(Struct, frozen=True, kw_only=True):
    """What became of a test; where it ran several times, the worst."""

    test: str
    outcome: Literal["passed", "failed", "skipped"]


class TestRunWire(Struct, frozen=True, kw_only=True):
    """What the tests have printed from line number `first` on, and what became of each so far.

    `said` tells in words how it ended, "" until then; `passed` is whether all is well.
    """

    first: int
    lines: list[str]
    results: list[TestResultWire]
    passed: bool
    said: str


class JobWire(Struct, frozen=True, kw_only=True):
    """An extraction, a run of tests, or runs of a notebook, under way in the server.

    Ask for it, or listen to its events, until it has ended.
    """

    job: str
    state: Literal["running", "done", "failed", "cancelled"]
    step: str
    report: ReportWire | None = None
    tests: TestRunWire | None = None
    running: RunningWire | None = None
    error: ErrorBody | None = None


def report(promotion: Promotion) -> ReportWire:
    """Return the answer to `extract`, with the files that are (or would be) written."""
    made = promotion.draft
    plan, written = made.plan, bool(made.artifacts)
    return ReportWire(
        module=made.target.module_path if written else None,
        tests=[a.path for a in made.artifacts if a.path == made.target.test_path],
        notebook=made.target.notebook if written else None,
        functions=[_function(plan, f) for f in plan.functions],
        moved=list(plan.moved),
        refused=[
            RefusalWire(
                name=r.name, cells=list(r.cells), code=r.code, message=r.message, hint=r.hint
            )
            for r in plan.refused
        ],
        dropped_displays=[
            DroppedDisplayWire(cell=s.cell, code=ast.unparse(s.node), reason=s.reason)
            for f in plan.functions
            for s in f.shown
            if s.fate == "dropped"
        ],
        findings=findings(promotion.findings, plan.notebook.path.name)
        + _notes(plan.notebook)
        + _staying(promotion),
        verdict=verdict(promotion.verdict),
        characterization=_tests(promotion),
        to=str(promotion.to),
        files=[
            FileWire(
                path=a.path,
                language=_language(a.language),
                text=a.text,
                existing=promotion.existing.get(a.path),
            )
            for a in made.artifacts
        ],
    )


def verdict(found: Verdict | None) -> VerdictWire:
    """Return what the proof found, `not-run` where nothing was executed."""
    counts = {"outputs": 0, "variables": 0, "figures": 0, "files": 0}
    if found is None:  # the proof is slow to import
        return VerdictWire(status="not-run", **counts, differences=[], notes=[])
    from jupyter_promote.proof.verification import Different, Equivalent, NotVerified

    match found:
        case Equivalent():
            counts = {name: getattr(found, name) for name in counts}
            notes = [
                *(f"not compared: {n}" for n in found.not_compared),
                *(f"differs from run to run: {u}" for u in found.unstable),
            ]
            notes = [f"also with {found.also}", *notes] if found.also else notes
            return VerdictWire(status="equivalent", **counts, differences=[], notes=notes)
        case Different():
            return VerdictWire(
                status="different", **counts, differences=list(found.differences), notes=[]
            )
        case NotVerified():
            place = "" if found.cell is None else f"cell {found.cell + 1}: "
            notes = [f"{place}{found.error}", found.hint]
            return VerdictWire(
                status="not-verified", **counts, differences=[], notes=[n for n in notes if n]
            )


def _tests(promotion: Promotion) -> TestsWire:
    found, why = promotion.pinned, promotion.untested
    notes = [why] if why else []
    if found is None:
        kept = bool(promotion.draft.pinned) and not why
        return TestsWire(
            status="kept" if kept else "none", functions=[], mutants=0, survivors=[], notes=notes
        )
    from jupyter_promote.promotion import characterization

    by_function: dict[str, list[str]] = {}
    for name, test in characterization.names(found).items():
        by_function.setdefault(test.function, []).append(name)
    notes += [f"{name}(): {said}" for name, said in found.unused.items()]
    notes += [f"masked: {what}" for what in found.masked]
    return TestsWire(
        status="made",
        functions=[
            CoverageWire(function=name, covered=part, lines=whole, tests=by_function.get(name, []))
            for name, (part, whole) in found.coverage.items()
        ],
        mutants=found.mutants,
        survivors=[f"line {s['line']}, {s['function']}: {s['change']}" for s in found.survivors],
        notes=notes,
    )


def _function(plan: Plan, function: Function) -> FunctionWire:
    return FunctionWire(
        name=function.name,
        cells=list(function.group.cells),
        inputs=[*function.inputs, *(p.name for p in function.parameters)],
        outputs=list(function.outputs),
        signature=module.signature(function),
        summary=prose.about(plan, function)[0],
    )


def _notes(notebook: Notebook) -> list[FindingWire]:
    """Return what was odd about the file as findings."""
    return [
        FindingWire(
            code=n.kind, message=n.message, path=notebook.path.name, cell=n.cell, line=None, hint=""
        )
        for n in notebook.notes
    ]


def _staying(promotion: Promotion) -> list[FindingWire]:
    """Return the test cells that did not become tests as findings."""
    path = promotion.draft.plan.notebook.path.name
    return [
        FindingWire(
            code="test",
            message=f"stays a cell: {s.reason}",
            path=path,
            cell=s.cell,
            line=None,
            hint="",
        )
        for s in promotion.draft.staying
    ]


def _language(language: str) -> Literal["python", "json", "toml", "text"]:
    known: dict[str, Literal["python", "json", "toml"]] = {
        "python": "python",
        "json": "json",
        "toml": "toml",
    }
    return known.get(language, "text")
