"""The function's text, and the cells in which calls stand where copies stood."""

from __future__ import annotations

import ast
import copy as copying
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.checks.unify.copies import Copy
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle
from jupyter_promote.checks.unify.template import Hole
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion import body, formatting
from jupyter_promote.source import magics
from jupyter_promote.source.magics import CellCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The function: what it takes by position and by name, and what it gives back.

    `shown` names the value of its last statement where that is returned to be shown, else it is "".
    """

    name: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    shown: str
    awaits: bool

    @property
    def header(self) -> str:
        """The line that begins the definition."""
        named = ["*", *self.parameters] if self.parameters else []
        define = "async def" if self.awaits else "def"
        return f"{define} {self.name}({', '.join([*self.inputs, *named])}):"

    def given(self, outputs: Sequence[str]) -> str:
        """Return the names that a call binds, "" where it binds none."""
        return ", ".join([*outputs, self.shown] if outputs and self.shown else outputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One copy's call, in its own names."""

    inputs: tuple[str, ...]
    arguments: Mapping[str, str] = field(repr=False)
    outputs: tuple[str, ...]
    deleted: tuple[str, ...]


def function(signature: Signature, text: str, filled: Mapping[Hole, str]) -> str:
    """Return the definition; `text` holds the first copy alone, `filled` names its holes."""
    parsed = magics.parse(edited(text, filled))
    assert isinstance(parsed, CellCode), "an edit of ours does not parse"
    statements = parsed.tree.body
    keep = statements[:-1] if signature.shown else statements
    pieces = body.cut(parsed.text, parsed.tree, keep) if keep else []
    lines = [signature.header, "\n".join(p.indented(4) for p in pieces).strip("\n")]
    last = statements[-1]
    if signature.shown and isinstance(last, ast.Expr):
        head = f"{signature.shown} = (" if signature.outputs else "return ("
        lines.append(body.wrapped(parsed.text, parsed.tree, last, head, ")").indented(4))
    if signature.outputs:
        lines.append(f"    return {signature.given(signature.outputs)}")
    return formatting.shaped("\n".join(line for line in lines if line)).rstrip("\n")


def call(signature: Signature, one: Call) -> str:
    """Return the statements that stand where a copy stood."""
    given = [*one.inputs, *(f"{name}={text}" for name, text in one.arguments.items())]
    made = f"{'await ' if signature.awaits else ''}{signature.name}({', '.join(given)})"
    bound = signature.given(one.outputs) or (signature.shown if one.deleted else "")
    lines = [f"{bound} = {made}" if bound else made]
    lines += [f"del {', '.join(one.deleted)}"] if one.deleted else []
    lines += [signature.shown] if signature.shown and bound else []
    return formatting.shaped("\n".join(lines)).rstrip("\n")


def argument(lines: Sequence[str], hole: Hole, number: int) -> str:
    """Return the text of the expression that copy `number` has in a hole; `lines` are its cell's."""
    node = hole.nodes[number]
    if isinstance(hole.whole, ast.JoinedStr) and hole.whole is not hole.nodes[0] or hole.text:
        return _unparsed(node)  # inside an f-string, places are known to newer Pythons only
    text = body.segment(lines, node)
    bare = isinstance(node, ast.Tuple) and not text.startswith("(")
    return f"({text})" if bare else text


def replaced_in(program: Program, cell: int, made: Mapping[Copy, str]) -> str:
    """Return the new source of a cell; `made` is what stands where its copies stood."""
    one = program.at(cell)
    assert isinstance(one.code, CellCode)
    read = one.cell.source
    raw = str(program.notebook.content["cells"][cell]["source"])
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")  # as in the file: directives are kept
    same_lines = raw.count("\n") == read.count("\n")
    return _replaced(raw if same_lines else read, made, one.code.text)


def _replaced(source: str, copies: Mapping[Copy, str], text: str) -> str:
    """Return a cell in which calls stand for its copies; `text` is its code without magics."""
    lines, code = source.split("\n"), text.split("\n")
    for one in sorted(copies, key=lambda c: -c.first):
        imports = [body.segment(code, s) for s in one.imports]
        lines[one.first - 1 : one.last] = [*imports, *([copies[one]] if copies[one] else [])]
    return "\n".join(lines)


# editing the first copy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    node: ast.expr
    text: str


def _edits(filled: Mapping[Hole, str]) -> Iterator[_Edit]:
    """Yield the edits that put a parameter's name in the place of each hole."""
    done: set[int] = set()
    for hole, name in filled.items():
        whole = hole.whole
        if whole is hole.nodes[0]:
            yield _Edit(node=whole, text=name)
        elif id(whole) not in done:
            done.add(id(whole))
            inside = {id(h.nodes[0]): (h, n) for h, n in filled.items()}
            made = _with_names(whole, inside)
            yield _Edit(node=whole, text=_unparsed(made))


def _unparsed(node: ast.AST) -> str:
    try:
        return ast.unparse(node)
    except ValueError as error:
        what = "an f-string with backslashes differs"
        obstacle = Obstacle(code="not-alike", message=what, hint="format the value above it")
        raise Blocked(obstacle) from error


def _with_names(node: ast.AST, names: Mapping[int, tuple[Hole, str]]) -> ast.AST:
    """Return a copy of an f-string with names for the holes inside it."""
    if id(node) in names:
        hole, name = names[id(node)]
        value = ast.Name(id=name, ctx=ast.Load())
        return ast.FormattedValue(value=value, conversion=-1) if hole.text else value
    made = copying.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            setattr(made, name, _with_names(value, names))
        elif isinstance(value, list):
            setattr(
                made, name, [_with_names(v, names) if isinstance(v, ast.AST) else v for v in value]
            )
    return made


def edited(text: str, filled: Mapping[Hole, str]) -> str:
    """Return the text with a parameter in the place of each hole."""
    lines = [line.encode() for line in text.split("\n")]
    for edit in sorted(
        _edits(filled), key=lambda e: (e.node.lineno, e.node.col_offset), reverse=True
    ):
        first, last = edit.node.lineno - 1, body.end_line(edit.node) - 1
        rest = lines[last][edit.node.end_col_offset or 0 :]
        lines[first : last + 1] = [lines[first][: edit.node.col_offset] + edit.text.encode() + rest]
    return b"\n".join(lines).decode()
