"""Prints, with `python -m`, the JSON Schema of everything that the front end sends or gets.

Its types are made from that: see labextension/scripts/wire.mjs.
"""

from __future__ import annotations

import inspect
from typing import Any

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
    """Return the schema, the same for every version of msgspec."""
    _, components = msgspec.json.schema_components(SHAPES, ref_template="#/definitions/{name}")
    definitions = msgspec.json.encode({"definitions": laid_out(components)}, order="sorted")
    return msgspec.json.format(definitions).decode()


def laid_out(components: dict[str, Any]) -> dict[str, Any]:
    """Return `components` with descriptions as `inspect.getdoc` gives them.

    msgspec takes them as they are indented in the source up to 0.22, dedented from 0.23 on.
    """
    return {
        name: (
            {**shape, "description": inspect.cleandoc(shape["description"])}
            if "description" in shape
            else shape
        )
        for name, shape in components.items()
    }


if __name__ == "__main__":
    print(text())
