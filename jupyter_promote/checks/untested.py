"""Functions and classes without a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_promote.checks import reaching
from jupyter_promote.checks.finding import Finding, Project, PythonFile, Related
from jupyter_promote.checks.reaching import Definition, Reached


def check(subject: Project) -> Iterator[Finding]:
    """No test reaches a promoted function or class, or one that a notebook imports from a module.

    Why it matters: nobody notices when a change breaks it.
    Instead: promote with a run, which writes tests, or tag a cell `test` that asserts on its result.
    """
    names = reaching.names_of(subject.modules)
    imported = {names.resolve(dotted): places for dotted, places in subject.imported.items()}
    reached = reaching.of_tests(subject.modules, subject.tests)
    for module in subject.modules:
        cells = subject.promoted.get(module.path)
        for name, node in names.files[module.name].definitions.items():
            dotted = f"{module.name}.{name}"
            if (cells is None and dotted not in imported) or not _does_something(node):
                continue
            tests = reached.get(dotted, Reached())
            if not tests.tests:
                places = (cells or {}).get(name, imported.get(dotted, ()))
                yield _finding(module, node, tests, places)


def _finding(
    module: PythonFile, node: Definition, tests: Reached, places: tuple[Related, ...]
) -> Finding:
    called = node.name if isinstance(node, ast.ClassDef) else f"{node.name}()"
    hint = "promote with a run, which writes tests, or add one that asserts on its result"
    if tests.toothless:
        message = f"only tests that can't fail reach {called}, such as {tests.toothless[0]}()"
        hint = "let them assert on its result"
    elif tests.through:
        message = f"no test of {called}: {tests.through[0]}() only runs it with all the others"
    else:
        message = f"no test reaches {called}"
    return Finding(
        code="JP201", message=message, hint=hint, path=module.path, line=node.lineno, related=places
    )


def _does_something(node: Definition) -> bool:
    """True for what has code that could go wrong: no class of bare fields, no empty function."""
    if isinstance(node, ast.ClassDef):
        functions = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
        return any(_does_something(n) for n in functions)
    body = [s for s in node.body if not _says_nothing(s)]
    return bool(body) and not (len(body) == 1 and isinstance(body[0], ast.Raise))


def _says_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )
