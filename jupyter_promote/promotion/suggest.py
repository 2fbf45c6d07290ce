"""Proposed tags for an untagged notebook: from headings and from what the cells hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.promotion import naming
from jupyter_promote.source.magics import BadCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A tag for the cell at a zero-based position, and why."""

    cell: int
    tag: str
    reason: str


def propose(program: Program) -> tuple[Proposal, ...]:
    """Return proposals for the code cells that have no tag of ours, in document order."""
    taken = set(program.binders)
    found: list[Proposal] = []
    heading, name = "", ""
    parameters = program.parameters is not None
    for cell in program.notebook.cells:
        if cell.kind == "markdown":
            text = naming.heading(cell.source)
            if text and text != heading:
                heading, name = text, ""
            continue
        if not cell.is_code:
            continue
        one = program.at(cell.index)
        if _tagged(one) or isinstance(one.code, BadCode):
            continue
        if (
            not parameters
            and not any(p.tag.startswith("promote:") for p in found)
            and _only_literals(one)
        ):
            parameters = True
            found.append(
                Proposal(cell=cell.index, tag="parameters", reason="it only sets names to literals")
            )
            continue
        kind = _kind(one)
        if kind == "setup":
            continue
        if kind == "definitions":
            found.append(
                Proposal(
                    cell=cell.index,
                    tag="promote",
                    reason="it only defines functions, classes or constants",
                )
            )
            continue
        if kind == "asserts":
            found.append(Proposal(cell=cell.index, tag="test", reason="it only asserts"))
            continue
        if not name:
            base = naming.identifier(heading or f"step {cell.index + 1}", fallback="step")
            name = naming.free(base, taken)
            taken.add(name)
        reason = (
            f"it belongs to the section {heading!r}"
            if heading
            else "it stands above the first heading"
        )
        found.append(Proposal(cell=cell.index, tag=f"promote:{name}", reason=reason))
    return tuple(found)


def _tagged(one: CodeCell) -> bool:
    roles = one.cell.roles
    return roles.promoted or roles.parameters or roles.skip or roles.test is not None


def _kind(one: CodeCell) -> str:
    body = one.statements
    if one.magics and not all(m.kept for m in one.magics):
        return "setup"
    if all(isinstance(s, ast.Import | ast.ImportFrom | ast.Pass) for s in body):
        return "setup"
    if all(_defines(s) for s in body):
        return "definitions"
    if body and all(isinstance(s, ast.Assert | ast.Import | ast.ImportFrom) for s in body):
        return "asserts"
    return "code"


def _defines(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        return all(
            isinstance(t, ast.Name) and t.id.isupper() for t in statement.targets
        ) and _literal(statement.value)
    return isinstance(
        statement,
        ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    )


def _only_literals(one: CodeCell) -> bool:
    names = list(_assigned(one))
    return bool(names) and len(names) == len(one.statements) and not all(n.isupper() for n in names)


def _assigned(one: CodeCell) -> Iterator[str]:
    for statement in one.statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _literal(value):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if _literal(
                value
            ):
                yield name


def _literal(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    if isinstance(inner, ast.Tuple | ast.List):
        return all(_literal(e) for e in inner.elts)
    return isinstance(inner, ast.Constant)
