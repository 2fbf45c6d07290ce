"""What a run found: the values that its notebook names, read from the kernel as JSON."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_promote.runs.inside.record import MIME

TAG = "results"
LONGEST = 10_000  # characters of one value

# An expression, so that nothing is left behind in the notebook's names.
_CODE = """
(lambda json, plain, names: json.dumps({{
    name: value for name, value in ((n, plain(plain, names[n], 0)) for n in {names!r} if n in names)
    if value is not None and len(json.dumps(value)) <= {longest}
}}))(
    __import__("json"),
    lambda plain, value, depth: (
        value if isinstance(value, (bool, int, str)) and type(value).__module__ == "builtins"
        else (value if value == value and abs(value) != float("inf") else str(value)) if type(value) is float
        else plain(plain, value.item(), depth + 1)
        if hasattr(value, "item") and getattr(value, "size", 1) == 1 and depth < 2
        else {{str(k): plain(plain, v, depth + 1) for k, v in value.items()}}
        if type(value) is dict and depth < 2
        else [plain(plain, v, depth + 1) for v in value]
        if type(value) in (list, tuple) and depth < 2 and len(value) <= 1000
        else value.isoformat() if hasattr(value, "isoformat")
        else None
    ),
    globals(),
)
"""


def names(cells: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the simple names that the cells tagged `results` bind, in order."""
    found: dict[str, None] = {}
    for cell in cells:
        tags = cell.get("metadata", {}).get("tags", [])
        if cell.get("cell_type") == "code" and isinstance(tags, list) and TAG in tags:
            source = cell.get("source", "")
            text = source if isinstance(source, str) else "".join(source)
            found.update(dict.fromkeys(_bound(text)))
    return tuple(found)


def _bound(source: str) -> Iterator[str]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in body:
        match statement:
            case ast.Assign(targets=targets):
                yield from (name for target in targets for name in _targets(target))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (name for part in parts for name in _targets(part))


def code(wanted: object) -> str:
    """Return an expression whose value is the JSON of those names that hold plain values."""
    return _CODE.format(names=tuple(wanted), longest=LONGEST).strip()  # type: ignore[arg-type]


def shown(reply: Mapping[str, Any]) -> str:
    """Return the repr in the reply to a user expression `it`."""
    found = reply.get("user_expressions", {}).get("it", {})
    return str(found.get("data", {}).get("text/plain", ""))


def parse(text: str) -> dict[str, object]:
    """Return the values in the repr of the JSON that `code` gives; none if it is not one."""
    try:
        found = json.loads(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def recorded(cells: list[Mapping[str, Any]]) -> dict[str, object]:
    """Return what `jupyter_promote.record` left in the outputs of executed cells."""
    found: dict[str, object] = {}
    for cell in cells:
        for output in cell.get("outputs", []):
            values = output.get("data", {}).get(MIME)
            if isinstance(values, dict):
                found.update(values)
    return found
