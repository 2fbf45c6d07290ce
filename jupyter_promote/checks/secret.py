"""Passwords, keys and tokens in cells."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees
from jupyter_promote.flow.program import CodeCell
from jupyter_promote.sensitive import forms, texts, values

_ENV = re.compile(r"^\s*[%!]{1,2}\s*(?:env|set_env|export)\s+(?P<name>\w+)[\s=]+(?P<value>\S+)")
_NO_CODE = re.compile(r"^\s*[%!#]")  # magics, the shell, and code that was made a comment


def check(subject: Subject) -> Iterator[Finding]:
    """A cell holds a password, a key or a token.

    Why it matters: whoever gets the notebook gets it too, and history keeps it for good.
    Instead: read it from the environment or a secrets store, and replace the one that was shown.
    """
    for one in subject.program.cells:
        told: set[int] = set()
        for line, what in (*_known(one.cell.source), *_named(one)):
            if line not in told:
                told.add(line)
                yield Finding(
                    code="JP404",
                    message=f"holds what looks like {what}",
                    hint="read it from the environment, and replace the one that was shown here",
                    cell=one.index,
                    line=line,
                )


def _known(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text that hold what is known by its form."""
    ends = [found.start() for found in re.finditer("\n", source)]
    for one in forms.find(source):
        if not values.is_stand_in(source[one.start : one.end]):
            yield bisect_left(ends, one.start) + 1, one.what


def _named(one: CodeCell) -> Iterator[tuple[int, str]]:
    """Yield the lines that give a text to a name, key or argument that says it is secret."""
    for number, line in enumerate(one.cell.source.split("\n"), 1):
        found = _ENV.match(line)
        if found and values.written(found["name"], found["value"]):
            yield number, f"the value of {found['name']!r}"
        elif _NO_CODE.match(line):
            yield from ((number, inside.what) for inside in texts.named(line))
    for node in (n for s in one.statements for n in trees.walk(s)):
        for name, value in _given(node):
            if values.written(name, _text(value)):
                yield value.lineno, f"the value of {name!r}"
        if isinstance(node, ast.Constant):
            yield from ((node.lineno, inside.what) for inside in texts.named(_text(node)))


def _text(value: ast.expr) -> str:
    """Return the text that a literal is, '' for what is none."""
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(raw)):
            return raw.decode("utf-8", "replace")
    return ""


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                match target:
                    case ast.Name(id=name) | ast.Attribute(attr=name):
                        yield name, value
                    case ast.Subscript(slice=ast.Constant(value=str(name))):
                        yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield name, value
        case ast.keyword(arg="auth", value=ast.Tuple(elts=[_, password])):
            yield "password", password
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Dict(keys=keys, values=given):
            for key, value in zip(keys, given, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            yield from _defaults(arguments)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    with_defaults = positional[len(positional) - len(arguments.defaults) :]
    for one, value in zip(with_defaults, arguments.defaults, strict=True):
        yield one.arg, value
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, default
