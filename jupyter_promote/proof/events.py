"""What a run showed, in order: one stream of printed lines, displays and errors."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode

from jupyter_promote.proof import normal
from jupyter_promote.proof.normal import Reading

Kind = Literal["text", "display", "error"]


# Metadata of a cell that leaves on purpose: it runs, but what it shows is not compared.
LEAVES = "jupyter_promote:leaves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a person saw: `text` as it was, `image` and `rest` as digests."""

    kind: Kind
    text: str
    image: str = ""
    rest: str = ""


def of_notebook(notebook: NotebookNode, reading: Reading) -> tuple[Event, ...]:
    """Return what the executed notebook shows; warnings on stderr are left out.

    The number of pieces in which stdout arrives is chance: they are joined before lines are cut.
    """
    return tuple(event for some in by_cell(notebook, reading) for event in some)


def by_cell(notebook: NotebookNode, reading: Reading) -> list[tuple[Event, ...]]:
    """Return what each cell of the executed notebook shows."""
    return [
        (
            tuple(_of_cell(cell, reading))
            if cell.cell_type == "code" and not cell.metadata.get(LEAVES)
            else ()
        )
        for cell in notebook.cells
    ]


def _of_cell(cell: NotebookNode, reading: Reading) -> Iterator[Event]:
    printed = ""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            printed += _joined(output.text) if output.name == "stdout" else ""
            continue
        yield from _lines(printed, reading)
        printed = ""
        if output.output_type == "error":
            yield Event(kind="error", text=normal.text(f"{output.ename}: {output.evalue}", reading))
        else:
            yield _display(output.data, reading)
    yield from _lines(printed, reading)


def _lines(printed: str, reading: Reading) -> Iterator[Event]:
    for line in normal.text(printed, reading).splitlines():
        yield Event(kind="text", text=line)


def _display(data: Mapping[str, object], reading: Reading) -> Event:
    image, rest = "", ""
    for kind, value in sorted(data.items()):
        if kind == "text/plain":
            continue
        if kind.startswith("image/") and kind != "image/svg+xml":
            image += normal.pixels(_decoded(_joined(value)))
        else:
            rest += f"{kind} {normal.digest(normal.markup(_joined(value), reading))} "
    plain = normal.text(_joined(data.get("text/plain", "")), reading)
    return Event(kind="display", text=plain, image=image, rest=rest)


def _joined(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "".join(value)
    return json.dumps(value, sort_keys=True)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text.encode()
