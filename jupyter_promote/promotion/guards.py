"""`if __name__ == "__main__":` is always true in a notebook and never in a module: it is taken off."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from jupyter_promote.flow import program
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.promotion.body import end_line, lines_inside_strings
from jupyter_promote.source import magics
from jupyter_promote.source.magics import CellCode


def unwrap(code: Program, cells: Collection[int]) -> Program:
    """Return the program in which the guarded bodies of `cells` stand without their `if`."""
    changed = {c.index: made for c in code.cells if c.index in cells and (made := _unwrapped(c))}
    return program.with_sources(code, changed) if changed else code


def _unwrapped(one: CodeCell) -> CodeCell | None:
    if not isinstance(one.code, CellCode) or one.magics:
        return None
    guards = [s for s in one.code.tree.body if isinstance(s, ast.If) and _is_guard(s)]
    if not guards:
        return None
    lines: list[str | None] = list(one.code.text.split("\n"))
    frozen = lines_inside_strings(one.code.tree)
    for guard in guards:
        first = guard.body[0]
        if first.lineno == guard.lineno:
            return None  # all on one line: left to the person
        for row in range(guard.lineno - 1, first.lineno - 1):
            lines[row] = None
        for row in range(first.lineno - 1, end_line(guard)):
            line = lines[row]
            if line is not None and row + 1 not in frozen and not line[: first.col_offset].strip():
                lines[row] = line[first.col_offset :]
    parsed = magics.parse("\n".join(line for line in lines if line is not None))
    return replace(one, code=parsed) if isinstance(parsed, CellCode) else None


def _is_guard(node: ast.If) -> bool:
    match node.test:
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="__main__")],
        ):
            return not node.orelse
    return False
