"""Branches that no test takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from jupyter_promote.checks.finding import Finding, Project, PythonFile
from jupyter_promote.pinning import lines

HINT = "a test with a value that leads there would tell what it does"


def check(subject: Project) -> Iterator[Finding]:
    """A promoted function, or a branch of it, was not run by its tests when they last ran.

    Why it matters: nobody knows what the code there does, and no change of it is noticed.
    Instead: add a test that leads there; `jupyter promote verify` runs the tests again.
    """
    for module in subject.modules:
        ran = subject.ran.get(module.path)
        if ran is not None:
            yield from _of_module(module, ran)


def _of_module(module: PythonFile, ran: frozenset[int]) -> Iterator[Finding]:
    code = lines.of_tree(module.tree)
    for name, node in lines.functions(module.tree).items():
        inside = {n for n in code if node.lineno < n <= (node.end_lineno or node.lineno)}
        if inside and not inside & ran:
            yield _finding(module, node.lineno, f"no test runs {name}()")
            continue
        for owner, words, block in _untaken(node.body, code, ran):
            message = f"no test takes a branch of {name}(): {words} in line {owner}"
            yield _finding(module, block, message)


def _finding(module: PythonFile, line: int, message: str) -> Finding:
    return Finding(code="JP204", message=message, hint=HINT, path=module.path, line=line)


def _untaken(
    body: Sequence[ast.stmt], code: frozenset[int], ran: frozenset[int]
) -> Iterator[tuple[int, str, int]]:
    """Yield the outermost blocks that never ran: line and words of what they belong to, and line."""
    for node in body:
        for words, block in _blocks(node):
            first, last = block[0].lineno, block[-1].end_lineno or block[-1].lineno
            own = {n for n in code if first <= n <= last}
            if own and not own & ran:
                yield node.lineno, words, min(own)
            else:
                yield from _untaken(block, code, ran)


def _blocks(node: ast.stmt) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the blocks of a statement that may be passed over, with the word they begin with."""
    match node:
        case ast.If(body=body, orelse=other):
            yield "`if`", body
            yield from [("`else`", other)] if other else []
        case ast.For(body=body, orelse=other) | ast.AsyncFor(body=body, orelse=other):
            yield "`for`", body
            yield from [("`else`", other)] if other else []
        case ast.While(body=body, orelse=other):
            yield "`while`", body
            yield from [("`else`", other)] if other else []
        case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=last):
            yield "`try`", body
            yield from (("`except`", h.body) for h in handlers)
            yield from ((w, b) for w, b in (("`else`", other), ("`finally`", last)) if b)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield "`with`", body
        case ast.Match(cases=cases):
            yield from (("`case`", c.body) for c in cases)
