"""The schema that the front end's types are made from."""

from __future__ import annotations

import inspect
import json

import pytest

from jupyter_promote.surfaces import schema, wire

INDENTED = """What is said.

    A second paragraph.
      - deeper
    """


@pytest.mark.parametrize("taken", [INDENTED, inspect.cleandoc(INDENTED)], ids=["raw", "dedented"])
def test_descriptions_are_laid_out_alike_however_the_library_takes_them(taken: str) -> None:
    components = {"Said": {"type": "object", "description": taken}, "Silent": {"type": "object"}}

    assert schema.laid_out(components) == {
        "Said": {
            "type": "object",
            "description": "What is said.\n\nA second paragraph.\n  - deeper",
        },
        "Silent": {"type": "object"},
    }


def test_the_schema_describes_shapes_with_their_docstrings() -> None:
    described = json.loads(schema.text())["definitions"]["ReportWire"]["description"]

    assert described == inspect.getdoc(wire.ReportWire)
