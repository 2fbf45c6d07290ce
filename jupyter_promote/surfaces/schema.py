"""Prints, with `python -m`, the JSON Schema of everything that the front end sends or gets.

Its types are made from that: see labextension/scripts/wire.mjs.
"""

from __future__ import annotations

import inspect

import msgspec

from jupyter_promote.surfaces import wire, wire_flags, wire_form, wire_runs, wire_unified

SHAPES = (
    wire.PlanRequest,
    wire.ExtractRequest,
    wire.RunTestsRequest,
    wire.ReportWire,
    wire.JobWire,
    wire.ErrorWire,
    wire_flags.FindingsRequest,
    wire_flags.FindingsWire,
    wire_flags.UnifyRequest,
    wire_unified.UnifiedWire,
    wire_form.FormRequest,
    wire_form.FormWire,
    wire_runs.StartRequest,
    wire_runs.ResultsRequest,
    wire_runs.ResultsWire,
)


def text() -> str:
    """Return the schema; descriptions are laid out alike, whichever msgspec took the docstrings."""
    _, components = msgspec.json.schema_components(SHAPES, ref_template="#/definitions/{name}")
    for shape in components.values():
        if "description" in shape:
            shape["description"] = inspect.cleandoc(shape["description"])
    definitions = msgspec.json.encode({"definitions": components}, order="sorted")
    return msgspec.json.format(definitions).decode()


if __name__ == "__main__":
    print(text())
