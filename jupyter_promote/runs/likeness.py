"""Whether two executions of a notebook have shown the same, apart from what no two have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

_NOISE = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"0x[0-9a-fA-F]{6,}"), "0x"),
    (re.compile(r"ipykernel_\d+/\d+"), "ipykernel"),
    (re.compile(r"(?m)^(CPU times|Wall time|CPU time):.*$"), r"\1"),
    (re.compile(r"\b\d+(\.\d+)?\s*(ns|[uµμ]s|ms|s|min)\b"), "time"),
    (re.compile(r"\b\d\d:\d\d:\d\d(\.\d+)?\b"), "clock"),
)
Place = tuple[int, str]


def differences(first: NotebookNode, second: NotebookNode) -> set[Place]:
    """Return in which cells, and in what, two executed notebooks differ."""
    if len(first.cells) != len(second.cells):
        return {(-1, "cells")}
    return {
        (index, what)
        for index, (one, other) in enumerate(zip(first.cells, second.cells, strict=True))
        for what in _unlike(_essence(one), _essence(other))
    }


def _unlike(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return [what for what in one.keys() | other.keys() if one.get(what) != other.get(what)]


def _essence(cell: NotebookNode) -> dict[str, object]:
    found: dict[str, Any] = {
        "source": cell.source,
        "count": cell.get("execution_count"),
        "status": cell.metadata.get("papermill", {}).get("status"),
    }
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":  # how it was cut into pieces means nothing
            found[output["name"]] = found.get(output["name"], "") + "".join(output["text"])
        else:
            plain = {key: value for key, value in output.items() if key != "traceback"}
            found.setdefault(output["output_type"], []).append(plain)
    return {what: _plain(value) for what, value in found.items()}


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    for pattern, instead in _NOISE:
        text = pattern.sub(instead, text)
    return text


def told(found: set[Place]) -> str:
    """Return in words where executions differ."""
    index, what = min(found)
    if index < 0:
        return "the notebooks have not the same cells"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"the {what} of cell {index + 1} of the output{more}"
