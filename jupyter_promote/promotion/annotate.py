"""Write what a run has shown into the module: types in signatures, types and sizes in docstrings."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_promote.promotion import formatting, prose
from jupyter_promote.promotion.artifact import Artifact

MOST_TYPES = 2  # of one argument; where there were more, it stays unannotated
RETURNS = "return"
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_BUILTINS = frozenset(
    "bool int float complex str bytes None list set frozenset tuple dict object range".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A type that a value had, dotted from its package (`pandas.DataFrame`), and its size in words."""

    type: str
    extent: str


Types = Mapping[str, Mapping[str, Sequence[Seen]]]


def apply(
    code: Artifact, functions: Collection[str], seen: Types, *, first_party: str, dotted: str
) -> Artifact:
    """Return the module with the types that were seen; `functions` are those that we wrote.

    What was seen with different types, or with types that have no public name, stays as it is.
    `dotted` is the module's own name.
    """
    tree = ast.parse(code.text)
    names = _Names(tree, dotted)
    lines = code.text.split("\n")
    edits: list[_Edit] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in functions:
            edits += _function(node, seen.get(node.name, {}), names, lines)
        elif isinstance(node, ast.ClassDef):
            edits += _record(node, functions, seen, names, dotted)
    if not edits:
        return code
    text = _with_imports("\n".join(_applied(lines, edits)), names)
    return replace(code, text=formatting.python(text, first_party=first_party))


def same_behaviour(one: str, other: str) -> bool:
    """True where two modules differ in annotations of arguments, docstrings and type imports only."""
    return ast.dump(_Bare().visit(ast.parse(one))) == ast.dump(_Bare().visit(ast.parse(other)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """Text to put in place of the characters from `start` to `end`: (line from 1, column in characters)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class _Names:
    """How the module names the types of others; `wanted` are imports for type checkers only."""

    def __init__(self, tree: ast.Module, dotted: str) -> None:
        self.dotted = dotted
        self.modules: dict[str, str] = {}
        self.members: dict[str, str] = {}
        self.taken: set[str] = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        self.taken |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
        self.wanted: dict[str, str] = {}
        self.any = False
        for node in tree.body:
            self._learn(node)

    def _learn(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    self.modules[alias.name] = alias.asname or alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                self.members[f"{node.module}.{alias.name}"] = alias.asname or alias.name
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            self.members[f"{self.dotted}.{node.name}"] = node.name
            self.taken.add(node.name)

    def annotation(self, kinds: Sequence[str]) -> str:
        """Return the annotation for values of these types, '' where there is none."""
        found = sorted(set(kinds), key=lambda k: k == "None")
        if not found or len(found) > MOST_TYPES or not all(found):
            return ""
        quoted = False
        texts = []
        for kind in found:
            said = self._said(kind)
            if said is None:
                return ""
            texts.append(said[0])
            quoted |= said[1]
        text = " | ".join(texts)
        return f'"{text}"' if quoted else text

    def _said(self, kind: str) -> tuple[str, bool] | None:
        quoted = False
        text = kind
        for name in sorted(set(_DOTTED.findall(kind)), key=len, reverse=True):
            if name in _BUILTINS:
                continue
            if name == "Any":
                self.any = True
                continue
            short = self._short(name)
            if short is None:
                return None
            quoted |= short[1]
            text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", short[0], text)
        return text, quoted

    def _short(self, name: str) -> tuple[str, bool] | None:
        """Return (how the module names a type, whether only type checkers know it)."""
        if name in self.members:
            return self.members[name], False
        module, _, member = name.rpartition(".")
        if not module:
            return None
        for end in range(module.count(".") + 1, 0, -1):
            prefix = ".".join(module.split(".")[:end])
            if prefix in self.modules and (prefix == module or self.modules[prefix] == prefix):
                return self.modules[prefix] + name[len(prefix) :], False
        if member in self.taken and self.wanted.get(name) is None:
            return None
        self.wanted[name] = f"from {module} import {member}"
        return member, True


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    seen: Mapping[str, Sequence[Seen]],
    names: _Names,
    lines: Sequence[str],
) -> list[_Edit]:
    edits = []
    inputs: dict[str, tuple[str, str]] = {}
    stored = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    for argument in (*node.args.posonlyargs, *node.args.args):
        found = seen.get(argument.arg, ())
        text = names.annotation([s.type for s in found])
        inputs[argument.arg] = (text, _extent(found))
        # A name that is bound again may get another type, which a type checker would refuse;
        # of pandas it knows nothing.
        steady = argument.arg not in stored or all(s.type.startswith("pandas.") for s in found)
        if text and argument.annotation is None and steady:
            place = _after(argument, lines)
            edits.append(_Edit(start=place, end=place, text=f": {text}"))
    returned = seen.get(RETURNS, ())
    text = names.annotation([s.type for s in returned])
    if text and node.returns is None:
        edits += _return(node, lines, text)
    return edits + _docstring(node, inputs, (text, _extent(returned)))


def _record(
    node: ast.ClassDef, functions: Collection[str], seen: Types, names: _Names, dotted: str
) -> list[_Edit]:
    """Return the edits that write the types of a record's fields."""
    kind = f"{dotted}.{node.name}"
    maker = next(
        (f for f in functions if any(s.type == kind for s in seen.get(f, {}).get(RETURNS, ()))), ""
    )
    edits = []
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and maker:
            found = seen[maker].get(f"{RETURNS}.{field.target.id}", ())
            text = names.annotation([s.type for s in found])
            if text and ast.unparse(field.annotation) == "Any":
                note = field.annotation
                start, end = (note.lineno, note.col_offset), (note.lineno, note.col_offset + 3)
                edits.append(_Edit(start=start, end=end, text=text))
    return edits


def _after(argument: ast.arg, lines: Sequence[str]) -> tuple[int, int]:
    before = lines[argument.lineno - 1].encode()[: argument.col_offset].decode()
    return argument.lineno, len(before) + len(argument.arg)


def _return(
    node: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[str], text: str
) -> list[_Edit]:
    """Return the edit that writes the type of the result where the head of the function ends."""
    for number in range(node.body[0].lineno - 1, node.lineno - 1, -1):
        line = lines[number - 1].rstrip()
        if line.endswith("):"):
            place = (number, len(line) - 1)
            return [_Edit(start=place, end=place, text=f" -> {text}")]
    return []


def _docstring(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    inputs: Mapping[str, tuple[str, str]],
    returned: tuple[str, str],
) -> list[_Edit]:
    """Return the edit that tells sizes in the docstring, in numpydoc's sections."""
    match node.body[0]:
        case ast.Expr(value=ast.Constant(value=str(text))) as old:
            pass
        case _:
            return []
    lines = inspect.cleandoc(text).split("\n")
    told = [
        line
        for name, (kind, extent) in inputs.items()
        if kind or extent
        for line in _entry(name, kind, extent)
    ]
    head = ["Parameters", "----------"]
    if any(extent for _, extent in inputs.values()):
        at = next((i + 2 for i in range(len(lines) - 1) if lines[i : i + 2] == head), None)
        if at is None:
            lines += ["", *head, *told]
        else:
            lines[at:at] = told
    kind, extent = returned
    if extent and kind:
        lines += ["", "Returns", "-------", _plain(kind), f"    {extent}."]
    if lines == inspect.cleandoc(text).split("\n"):
        return []
    new = prose.docstring(lines, indent=4).lstrip()
    start = (old.lineno, old.col_offset)
    return [_Edit(start=start, end=(old.end_lineno or old.lineno, 10**9), text=new)]


def _entry(name: str, kind: str, extent: str) -> list[str]:
    return [f"{name} : {_plain(kind)}" if kind else name, *([f"    {extent}."] if extent else [])]


def _plain(annotation: str) -> str:
    return annotation.strip('"')


def _extent(found: Sequence[Seen]) -> str:
    extents = {s.extent for s in found if s.extent}
    return extents.pop() if len(extents) == 1 else ""


def _applied(lines: Sequence[str], edits: Sequence[_Edit]) -> list[str]:
    """Return the lines after the edits, the last ones first."""
    changed = list(lines)
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        (first, begin), (last, end) = edit.start, edit.end
        text = changed[first - 1][:begin] + edit.text + changed[last - 1][end:]
        changed[first - 1 : last] = text.split("\n")
    return changed


def _with_imports(text: str, names: _Names) -> str:
    """Return the module with the imports that its annotations need; others' for type checkers only."""
    lines = ["from typing import Any"] if names.any and "typing.Any" not in names.members else []
    lines += ["from typing import TYPE_CHECKING"] if names.wanted else []
    block = [f"    {line}" for line in sorted(set(names.wanted.values()))]
    if not lines and not block:
        return text
    tree = ast.parse(text)
    last = max(
        (n.end_lineno or 0 for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)),
        default=tree.body[0].end_lineno or 0,
    )
    rows = text.split("\n")
    extra = [*lines, *(["", "if TYPE_CHECKING:", *block] if block else [])]
    return "\n".join([*rows[:last], *extra, *rows[last:]])


class _Bare(ast.NodeTransformer):
    """Takes away what does not change what code does."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            argument.annotation = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(node)
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        kept = not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING")
        return self.generic_visit(node) if kept else None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "typing" else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(value=None)
        return node
