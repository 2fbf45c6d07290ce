"""What the REST API answers, worked out in a worker: from the bytes of a request to those of the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from jupyter_promote import workflow
from jupyter_promote.errors import BadPath, PromoteError
from jupyter_promote.source import files
from jupyter_promote.surfaces import flagging, launching, places, wire
from jupyter_promote.surfaces.flagging import Memory
from jupyter_promote.surfaces.wire import (
    ExtractRequest,
    PlanRequest,
    ReportWire,
    RunTestsRequest,
)
from jupyter_promote.surfaces.wire_flags import (
    FindingsRequest,
    FindingsWire,
    UnifyRequest,
)
from jupyter_promote.surfaces.wire_form import FormRequest, FormWire
from jupyter_promote.surfaces.wire_runs import ResultsRequest, RunWire, StartRequest
from jupyter_promote.surfaces.wire_unified import UnifiedWire
from jupyter_promote.writing import records

Asked = TypeVar("Asked", bound=msgspec.Struct)


class BadRequest(PromoteError):
    """The body of the request is not what was agreed on."""

    kind = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request as it came in: its `body`, and the real folder `root` that the server serves.

    `tell` hears on the way what is being done (`step`) and what came of it (`verdict`); `cancelled`
    says whether the answer is still wanted.
    """

    body: bytes = field(repr=False)
    root: Path
    memory: Memory = field(repr=False)
    tell: Callable[[str, str], None] = lambda word, text: None
    cancelled: Callable[[], bool] = lambda: False

    def asked(self, shape: type[Asked]) -> Asked:
        """Return the body, decoded.

        Raises:
            BadRequest: it is not JSON, or not of this shape.
        """
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (ValueError, RecursionError) as error:
            hint = "reload the page; if it stays, the front end and the server differ in version"
            raise BadRequest(f"the request can't be read: {error}", hint=hint) from None


class Extractable(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion that can be asked for; `run` says whether it executes the notebook."""

    run: bool


class Startable(msgspec.Struct, frozen=True, kw_only=True):
    """A run that can be started, of the notebook whose real path below the root is `notebook`."""

    notebook: str
    asked: StartRequest


class ResultsOf(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of the notebook whose real path below the root is `notebook`."""

    notebook: str
    runs: list[RunWire]


class Testable(msgspec.Struct, frozen=True, kw_only=True):
    """The file `test` of generated tests below the real path `folder` below the root."""

    folder: str
    test: str
    kernel: str


def findings(question: Question) -> FindingsWire:
    """Return what the checks say about the notebook on screen."""
    return flagging.found(question.asked(FindingsRequest), question.root, question.memory)


def unify(question: Question) -> UnifiedWire:
    """Return what one function for copies would do to the notebook on screen."""
    return flagging.unified(question.asked(UnifyRequest), question.root)


def plan(question: Question) -> ReportWire:
    """Return the plan for the notebook on screen."""
    request = _request(question.asked(PlanRequest), question.root)
    return _plan(request, question.root)


def extractable(question: Question) -> Extractable:
    """Return what a promotion would need, if its paths may be used."""
    asked = question.asked(ExtractRequest)
    _request(asked, question.root)
    return Extractable(run=asked.run)


def extract(question: Question) -> ReportWire:
    """Promote the notebook on screen, and return what was written."""
    asked = question.asked(ExtractRequest)
    request = _request(asked, question.root)
    _plan(request, question.root)  # refuses links that lead out before anything is written
    on_step = partial(question.tell, "step")
    done = workflow.extract(request, run=asked.run, on_step=on_step, cancelled=question.cancelled)
    report = _report(done, request.to, question.root)
    question.tell("verdict", report.verdict.status)
    return report


def form(question: Question) -> FormWire:
    """Return the form of the notebook on screen, and what is wrong in it."""
    return launching.form(question.asked(FormRequest), question.root)


def results(question: Question) -> ResultsOf:
    """Return the runs of a notebook; of jobs only the server knows."""
    asked = question.asked(ResultsRequest)
    path = places.inside(question.root, asked.path)
    runs = launching.results(path, question.root)
    return ResultsOf(notebook=path.relative_to(question.root).as_posix(), runs=runs)


def startable(question: Question) -> Startable:
    """Return a run or sweep that can be started."""
    asked = question.asked(StartRequest)
    path = launching.startable(asked, question.root)
    return Startable(notebook=path.relative_to(question.root).as_posix(), asked=asked)


def testable(question: Question) -> Testable:
    """Return the generated tests that are asked for.

    Raises:
        BadPath: a path leads out of the root, or no promotion has generated such a file.
    """
    asked = question.asked(RunTestsRequest)
    folder = places.inside(question.root, asked.to)
    places.refuse_links(question.root, folder)
    test = places.inside(folder, asked.test)
    is_ours = any(asked.test in place.record.generated for place in records.at(folder))
    if not is_ours or not test.name.startswith("test_") or not test.is_file():
        hint = "press Write first, then run the tests that it wrote"
        raise BadPath(f"{asked.test!r} is no test file of a promotion", hint=hint)
    below = folder.relative_to(question.root).as_posix()
    return Testable(folder=below, test=asked.test, kernel=asked.kernel)


ANSWERS: dict[str, Callable[[Question], msgspec.Struct]] = {
    one.__name__: one
    for one in (findings, unify, plan, extractable, extract, form, results, startable, testable)
}


def _request(asked: PlanRequest | ExtractRequest, root: Path) -> workflow.Request:
    """Return `asked` with its paths looked up on the disk.

    Raises:
        BadPath: a path leads out of the server's root.
    """
    notebook = places.inside(root, asked.path)
    to = places.inside(root, asked.to) if asked.to else places.project_of(root, notebook)
    places.refuse_links(root, to)
    module = asked.module or None
    return workflow.Request(
        notebook=notebook, to=to, module=module, content=asked.content, within=root
    )


def _plan(request: workflow.Request, root: Path) -> ReportWire:
    return _report(workflow.draw_up(request), request.to, root)


def _report(promotion: workflow.Promotion, to: Path, root: Path) -> ReportWire:
    """Return the report with the target folder as the file browser knows it.

    Raises:
        BadPath: a link below the target leads out of the root; its text is not shown.
    """
    report = wire.report(promotion)
    for file in report.files:
        files.refuse_leaving(to / file.path, root)
    return msgspec.structs.replace(report, to=to.relative_to(root).as_posix())
