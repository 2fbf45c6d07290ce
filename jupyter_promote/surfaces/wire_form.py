"""What the panel asks and gets to show the parameters of a notebook as a form."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from jupyter_promote.surfaces.wire import ErrorBody


class FormRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The notebook on screen, and what was typed into its form so far.

    `fields` are the texts of those parameters that do not keep their defaults; in a `sweep` each
    may list several values.
    """

    path: str
    content: dict[str, Any]
    fields: dict[str, str]
    sweep: bool = False


class ParameterWire(Struct, frozen=True, kw_only=True):
    """A parameter: `text` is its default as one would type it, `default` as it stands in the cell.

    `choices` are the texts of all its values, where these are few.
    """

    name: str
    type: str
    kind: Literal["flag", "choice", "number", "text"]
    default: str
    text: str
    choices: list[str]
    help: str


class FormWire(Struct, frozen=True, kw_only=True):
    """The form of a notebook, whose parameters cell is `cell`; null where it has none.

    `problems` are about single fields, by name, `problem` about all together; without any, `runs`
    would be executed.
    """

    cell: int | None
    parameters: list[ParameterWire]
    problems: dict[str, ErrorBody]
    problem: ErrorBody | None
    runs: int
