"""What stands in the way of one function for several copies."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from jupyter_promote.source.characters import printable
from jupyter_promote.source.tags import shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why copies can't be replaced by calls of one function, and what to do about it.

    `code` is `not-alike` where the copies differ in what no parameter can express, else that of a
    refused promotion; `cell` is zero-based, `line` one-based.
    """

    code: str
    message: str
    cell: int | None = None
    line: int | None = None
    hint: str = ""

    @property
    def text(self) -> str:
        """The obstacle as a person reads it: where, and what."""
        place = "" if self.cell is None else f"cell {self.cell + 1}"
        place += f", line {self.line}" if place and self.line is not None else ""
        return f"{place}: {self.message}" if place else self.message


class Blocked(Exception):
    """Raised by a step that has met an obstacle, in a `statement` of the first copy if it is known."""

    def __init__(self, obstacle: Obstacle, statement: ast.stmt | None = None) -> None:
        super().__init__(obstacle.text)
        self.obstacle, self.statement = obstacle, statement


def said(node: ast.AST) -> str:
    """Return how code reads in a message, in backticks."""
    try:
        text = ast.unparse(node).split("\n")[0]
    except ValueError:  # an f-string that Pythons before 3.12 can't write on one line
        text = "f'...'"
    return f"`{shorten(printable(text), 60)}`"
