"""The parameters that the parameters cell declares: name, type, default and meaning."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_promote.flow.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A name of the parameters cell that a function takes by keyword.

    `default` is source, None where a value must be given; `help` is the comment on its line.
    """

    name: str
    annotation: str | None
    default: str | None
    help: str = ""

    @property
    def declared(self) -> str:
        """The parameter as it stands in a signature."""
        note = f": {self.annotation}" if self.annotation else ""
        equals = " = " if note else "="
        return f"{self.name}{note}" + ("" if self.default is None else f"{equals}{self.default}")


def of_program(code: Program) -> dict[str, Parameter]:
    """Return the parameters that the parameters cell declares and nothing else binds, by name."""
    if code.parameters is None:
        return {}
    found: dict[str, Parameter] = {}
    cell = code.at(code.parameters)
    lines = cell.cell.source.split("\n")
    for statement in cell.statements:
        note = _comment(lines, statement)
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = _parameter(name, value, None, note)
            case ast.AnnAssign(
                target=ast.Name(id=name), value=ast.expr() as value, annotation=kind
            ):
                found[name] = _parameter(name, value, ast.unparse(kind), note)
    once = {n for n in found if len(code.binders.get(n, ())) == 1}
    return {n: p for n, p in found.items() if n in once}


def _comment(lines: Sequence[str], statement: ast.stmt) -> str:
    """Return the comment behind a statement, without its sign."""
    rest = lines[(statement.end_lineno or 1) - 1].encode()[statement.end_col_offset or 0 :].decode()
    return rest.partition("#")[2].strip()


def _parameter(name: str, value: ast.expr, annotation: str | None, note: str) -> Parameter:
    inner = (
        value.operand
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub)
        else value
    )
    if not isinstance(inner, ast.Constant) or inner.value is Ellipsis:
        return Parameter(name=name, annotation=annotation, default=None, help=note)
    kind = type(inner.value).__name__ if inner.value is not None else None
    return Parameter(
        name=name, annotation=annotation or kind, default=ast.unparse(value), help=note
    )
