"""What goes over the wire, written once: the CLI's JSON, the server's answers, the panel's types.

Positions of cells are zero-based places in the notebook's list of cells (markdown included).
Paths are relative to the target folder, with forward slashes. `python -m` of this module prints
the JSON Schema from which the front end's types are made.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct


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


class FindingWire(Struct, frozen=True, kw_only=True):
    """What a check says about a cell; `line` is one-based within the cell."""

    code: str
    message: str
    path: str
    cell: int | None
    line: int | None
    hint: str


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


class JobWire(Struct, frozen=True, kw_only=True):
    """An extraction under way in the server: poll it until it has ended."""

    job: str
    state: Literal["running", "done", "failed", "cancelled"]
    step: str
    report: ReportWire | None = None
    error: ErrorBody | None = None


def schema() -> bytes:
    """Return the JSON Schema of everything that the panel sends or gets."""
    shapes = [PlanRequest, ExtractRequest, ReportWire, JobWire, ErrorWire]
    _, components = msgspec.json.schema_components(shapes, ref_template="#/definitions/{name}")
    return msgspec.json.format(msgspec.json.encode({"definitions": components}, order="sorted"))


if __name__ == "__main__":
    print(schema().decode())
