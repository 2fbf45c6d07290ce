"""Parameters that nothing reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees

_ALL_NAMES = re.compile(r"\b(globals|locals|vars|exec|eval)\s*\(|%run\b|%store\b")


def check(subject: Subject) -> Iterator[Finding]:
    """A parameter is declared, and no cell reads it.

    Why it matters: a run with another value looks like another run, and is the same.
    Instead: read it where the value is meant, or take it out of the parameters cell.
    """
    program = subject.program
    if program.parameters is None:
        return
    cells = [cell for cell in program.notebook.cells if cell.is_code]
    others = "\n".join(cell.source for cell in cells if cell.index != program.parameters)
    if _ALL_NAMES.search(others):
        return
    own = program.at(program.parameters).statements
    read = {n.id for n in _names(own) if isinstance(n.ctx, ast.Load)}
    for name, line in {n.id: n.lineno for n in _names(own) if isinstance(n.ctx, ast.Store)}.items():
        # A word in a text counts: queries, templates and magics read names there.
        if name not in read and not re.search(rf"\b{re.escape(name)}\b", others):
            yield Finding(
                code="JP308",
                message=f"the parameter {name!r} is read nowhere",
                hint="read it where its value is meant, or take it out",
                cell=program.parameters,
                line=line,
            )


def _names(statements: tuple[ast.stmt, ...] | list[ast.stmt]) -> Iterator[ast.Name]:
    for statement in statements:
        for node in trees.walk(statement):
            if isinstance(node, ast.Name):
                yield node
