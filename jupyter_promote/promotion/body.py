"""Cutting statements out of a cell's text: comments kept, multi-line strings untouched."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Consecutive lines of a cell. `frozen` are places in `lines` that begin inside a string."""

    lines: tuple[str, ...]
    frozen: frozenset[int]

    def indented(self, by: int) -> str:
        """Return the text, indented; lines that begin inside a string stay as they are."""
        pad = " " * by
        return "\n".join(
            line if i in self.frozen or not line.strip() else pad + line
            for i, line in enumerate(self.lines)
        )

    @property
    def text(self) -> str:
        """The lines as they stand."""
        return "\n".join(self.lines)


def cut(text: str, tree: ast.Module, keep: Sequence[ast.stmt]) -> list[Piece]:
    """Return the kept statements of a cell as pieces, with the comments that belong to them."""
    lines = text.split("\n")
    frozen = lines_inside_strings(tree)
    kept = {id(s) for s in keep}
    pieces: list[Piece] = []
    above = 0
    for row in _rows(tree.body):
        first, last = start_line(row[0]) - 1, max(end_line(s) for s in row)
        mine = [s for s in row if id(s) in kept]
        comments = _comments(lines[above:first], belongs=bool(mine))
        if mine:
            pieces.append(_piece(lines, frozen, comments, row, mine))
        elif comments:
            pieces.append(Piece(lines=tuple(comments), frozen=frozenset()))
        above = last
    tail = _comments(lines[above:], belongs=True)
    if tail and tree.body and id(tree.body[-1]) in kept or not tree.body and tail:
        pieces.append(Piece(lines=tuple(tail), frozen=frozenset()))
    return pieces


def wrapped(text: str, tree: ast.Module, statement: ast.Expr, head: str, tail: str) -> Piece:
    """Return an expression statement between `head` and `tail`, with its comments."""
    lines = text.split("\n")
    above = max((end_line(s) for s in tree.body if end_line(s) < statement.lineno), default=0)
    comments = _comments(lines[above : statement.lineno - 1], belongs=True)
    if _is_bare_tuple(statement.value):
        head, tail = f"{head}(", f"){tail}"
    block = segment(lines, statement.value).split("\n")
    rest = (
        lines[end_line(statement) - 1]
        .encode()[statement.end_col_offset or 0 :]
        .decode()
        .strip(" ;")
    )
    last = f"{block.pop()}{tail}{f'  {rest}' if rest.startswith('#') else ''}"
    block = [*block, last]
    block[0] = head + block[0]
    first = len(comments) - statement.lineno
    frozen = {
        first + n for n in lines_inside_strings(tree) if statement.lineno < n <= end_line(statement)
    }
    return Piece(lines=(*comments, *block), frozen=frozenset(frozen))


def _is_bare_tuple(node: ast.expr) -> bool:
    """True for `a, b` without parentheses."""
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    first = node.elts[0]
    return (first.lineno, first.col_offset) == (node.lineno, node.col_offset)


def _rows(body: Sequence[ast.stmt]) -> list[list[ast.stmt]]:
    """Return the statements, those that share a line (`a; b`) together."""
    rows: list[list[ast.stmt]] = []
    for statement in body:
        if rows and start_line(statement) <= end_line(rows[-1][-1]):
            rows[-1].append(statement)
        else:
            rows.append([statement])
    return rows


def _piece(
    lines: list[str],
    frozen: frozenset[int],
    comments: list[str],
    row: list[ast.stmt],
    mine: list[ast.stmt],
) -> Piece:
    if len(row) == 1:
        first, last = start_line(row[0]) - 1, end_line(row[0])
        block = lines[first:last]
        inside = {len(comments) + n - 1 - first for n in frozen if first < n - 1 < last}
        return Piece(lines=(*comments, *block), frozen=frozenset(inside))
    found: list[str] = []
    inside = set()
    for statement in mine:
        block = segment(lines, statement).split("\n")
        first = len(comments) + len(found)
        start = start_line(statement)
        inside |= {first + n - start for n in frozen if start < n <= end_line(statement)}
        found += block
    return Piece(lines=(*comments, *found), frozen=frozenset(inside))


def segment(lines: Sequence[str], node: ast.stmt | ast.expr) -> str:
    """Return the text of a node; columns count bytes of UTF-8."""
    first, last = node.lineno - 1, end_line(node) - 1
    end = node.end_col_offset or 0
    if first == last:
        return lines[first].encode()[node.col_offset : end].decode()
    head = lines[first].encode()[node.col_offset :].decode()
    return "\n".join([head, *lines[first + 1 : last], lines[last].encode()[:end].decode()])


def start_line(node: ast.stmt) -> int:
    """Return the first line (one-based) of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def end_line(node: ast.stmt | ast.expr) -> int:
    """Return the last line (one-based) of a node."""
    return node.end_lineno or node.lineno


def _comments(between: Sequence[str], *, belongs: bool) -> list[str]:
    """Return what stands between two statements: all of it, or without the block that leads in."""
    rows = list(between)
    if not belongs:
        while rows and rows[-1].strip():
            rows.pop()
    while rows and not rows[0].strip():
        rows.pop(0)
    if not belongs:
        while rows and not rows[-1].strip():
            rows.pop()
    return (
        rows
        if any(r.strip() for r in rows)
        else ([""] if belongs and len(between) and any(not r.strip() for r in between) else [])
    )


def lines_inside_strings(tree: ast.AST) -> frozenset[int]:
    """Return the one-based lines that begin inside a string literal."""
    found: set[int] = set()
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        if is_text or isinstance(node, ast.JoinedStr):
            first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
            found |= set(range(first + 1, last + 1))
    return frozenset(found)
