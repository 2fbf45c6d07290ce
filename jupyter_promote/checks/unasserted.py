"""Functions of a notebook whose results nothing checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_promote.checks import asserting
from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees
from jupyter_promote.flow.program import CodeCell


def check(subject: Subject) -> Iterator[Finding]:
    """A notebook that is tested, or tagged for promotion, has a function that no `assert` is about.

    Why it matters: nobody notices when a change breaks it, though the notebook looks tested.
    Instead: assert on what it gives, in a cell tagged `test`, or promote it, which writes tests.
    """
    program = subject.program
    checked = [c for c in program.cells if _asserts(c)]
    tagged = any(c.cell.roles.promoted or c.cell.roles.test is not None for c in program.cells)
    everywhere = subject.options.get("JP205", {}).get("everywhere") is True
    about = _about(subject, checked)
    if not (tagged or everywhere or any(_tests(c) for c in checked) or about & _functions(subject)):
        return  # nothing, or only asserts on data
    promoted = {name for p in subject.promotions for name in p.record.origins}
    for name, binders in program.binders.items():
        node = binders[-1].node
        if name in about or name in promoted or name.startswith(("_", "test")):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _gives(node):
            yield Finding(
                code="JP205",
                message=f"no assert is about what {name}() gives",
                hint="assert on it in a cell tagged test, or promote it, which writes tests",
                cell=binders[-1].cell,
                line=node.lineno,
            )


def _asserts(one: CodeCell) -> bool:
    """True for a cell that asserts at cell level, or defines a test."""
    plain = [s for s in one.statements if not isinstance(s, ast.FunctionDef | ast.ClassDef)]
    return _tests(one) or one.cell.roles.test is not None or asserting.asserts(plain)


def _tests(one: CodeCell) -> bool:
    return any(getattr(s, "name", "").lower().startswith("test") for s in one.statements)


def _functions(subject: Subject) -> set[str]:
    binders = subject.program.binders.items()
    return {n for n, b in binders if isinstance(b[-1].node, ast.FunctionDef | ast.AsyncFunctionDef)}


def _about(subject: Subject, checked: list[CodeCell]) -> set[str]:
    """Return the names that assertions are about: what they read, and what that was made from."""
    program = subject.program
    waiting = [name for one in checked for s in one.statements for name in _read(s)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [n for b in program.binders.get(name, ()) for n in _read(b.node)]
    return seen


def _read(node: ast.AST) -> Iterator[str]:
    return (n.id for n in trees.walk(node) if isinstance(n, ast.Name))


def _gives(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True for a function that returns something of its own."""
    inner = {n for d in ast.walk(node) if d is not node and _is_function(d) for n in ast.walk(d)}
    return any(
        isinstance(n, ast.Return | ast.Yield) and n.value is not None and n not in inner
        for n in ast.walk(node)
    )


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
