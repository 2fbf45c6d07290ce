"""What the search needs to know of a file: computed from that file alone, so it can be kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from jupyter_promote.checks.clones import statements

NO_CELL = -1  # in a module
_TOP = re.compile(r"(?m)^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(?![ \t#)\]}]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShapes:
    """`path` holds statements, in order: their cells, lines, and tokens with and without names.

    `functions` are the functions and classes of a module's top level, with first and last line.
    """

    path: str
    cells: tuple[int, ...]
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    exact: tuple[str, ...]
    shapes: tuple[str, ...]
    functions: tuple[tuple[str, int, int], ...] = ()


def of_notebook(path: str, cells: Iterable[tuple[int, str]]) -> FileShapes:
    """Return what a notebook holds, given the position and source of each code cell."""
    found = [(i, s) for i, source in cells for s in statements.of_source(source)]
    return FileShapes(
        path=path,
        cells=tuple(i for i, _ in found),
        firsts=tuple(s.first for _, s in found),
        lasts=tuple(s.last for _, s in found),
        exact=tuple(s.exact for _, s in found),
        shapes=tuple(s.shape for _, s in found),
    )


def of_module(path: str, source: str) -> FileShapes:
    """Return what a module holds."""
    found = list(statements.of_source(source))
    return FileShapes(
        path=path,
        cells=(NO_CELL,) * len(found),
        firsts=tuple(s.first for s in found),
        lasts=tuple(s.last for s in found),
        exact=tuple(s.exact for s in found),
        shapes=tuple(s.shape for s in found),
        functions=tuple(_functions(source)),
    )


def _functions(source: str) -> Iterable[tuple[str, int, int]]:
    open_name, first = "", 0
    for found in _TOP.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        if open_name:
            yield open_name, first, line - 1
        open_name, first = found[1] or "", line
    if open_name:
        yield open_name, first, source.count("\n") + 1


def to_json(shapes: FileShapes) -> str:
    """Return the shapes as JSON, without the path: copies of a file have the same."""
    return json.dumps(
        [
            shapes.cells,
            shapes.firsts,
            shapes.lasts,
            shapes.exact,
            shapes.shapes,
            shapes.functions,
        ],
        separators=(",", ":"),
    )


def from_json(path: str, text: str | bytes) -> FileShapes:
    """Return the shapes that `to_json` wrote."""
    cells, firsts, lasts, exact, shapes, functions = json.loads(text)
    return FileShapes(
        path=path,
        cells=tuple(cells),
        firsts=tuple(firsts),
        lasts=tuple(lasts),
        exact=tuple(exact),
        shapes=tuple(shapes),
        functions=tuple((str(n), int(a), int(b)) for n, a, b in functions),
    )
