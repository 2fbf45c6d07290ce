"""Small faults: a module's source with one operator, constant, argument or statement changed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SIGNS = "+ - * / // % ** & | ^ << >> and or < <= > >= == != is is_not in not_in"
_OPERATORS: list[type[ast.AST]] = [
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.And, ast.Or),
    *(ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq),
    *(ast.Is, ast.IsNot, ast.In, ast.NotIn),
]
_SIGN = {
    operator: sign.replace("_", " ")
    for operator, sign in zip(_OPERATORS, _SIGNS.split(), strict=True)
}
_COMMAND_LINE = ("main", "_parser", "build_parser", "parse_args")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """In `function`, at `line` of the module, `change`: this makes the module's text `source`.

    `function` is dotted within a class, and empty for the module's own statements. `lines` are
    those of which a call must execute one to notice the change, None where any call may.
    """

    line: int
    function: str
    change: str
    source: str
    lines: range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """In `owner`'s `field` (at `index`, where it is a list) `new` takes a value's place."""

    change: str
    owner: ast.AST
    field: str
    new: object
    index: int | None = None
    leave_out: bool = False

    def apply(self) -> object:
        """Make the change; return what undoes it."""
        old = getattr(self.owner, self.field)
        new = self.new
        if self.index is not None:
            rest = old[self.index + 1 :]
            new = [*old[: self.index], *([] if self.leave_out else [self.new]), *rest]
        setattr(self.owner, self.field, new)
        return old


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an edit is: the function around it, and the lines a call must execute to meet it."""

    function: str = ""
    lines: range | None = None
    default: bool = False


def of_source(source: str, functions: Collection[str] | None = None) -> list[Mutant]:
    """Return the small faults of a module, in the order of its lines, none twice.

    With `functions` only the faults within these functions and classes, and those of the module's
    own statements.

    Raises:
        SyntaxError: the source is no Python.
    """
    tree = ast.parse(source)
    parts = [ast.unparse(each) for each in tree.body]
    found: list[Mutant] = []
    for i, statement in enumerate(tree.body):
        seen = {parts[i]}
        for place, line, edit in _edits_of_statement(tree, "body", i, _Place()):
            if functions is not None and not _within(place.function, functions):
                continue
            text = _edited(tree, i, statement, edit)
            if text is not None and text not in seen:
                seen.add(text)
                whole = "\n".join([*parts[:i], text, *parts[i + 1 :]]) + "\n"
                found.append(_mutant(place, line, edit, whole))
    return sorted(found, key=lambda mutant: mutant.line)


def _mutant(place: _Place, line: int, edit: _Edit, source: str) -> Mutant:
    return Mutant(
        line=line, function=place.function, change=edit.change, source=source, lines=place.lines
    )


def _within(function: str, functions: Collection[str]) -> bool:
    parts = function.split(".")
    return not function or any(".".join(parts[: n + 1]) in functions for n in range(len(parts)))


def _edited(tree: ast.Module, index: int, statement: ast.stmt, edit: _Edit) -> str | None:
    """Return the top-level statement's text with the edit made, None where it has none."""
    old = edit.apply()
    try:
        return ast.unparse(ast.fix_missing_locations(tree.body[index]))
    except ValueError:  # quotes within an f-string, before Python 3.12
        return None
    finally:
        setattr(edit.owner, edit.field, old)
        tree.body[index] = statement


_Found = Iterator[tuple[_Place, int, _Edit]]


def _edits_of_block(owner: ast.AST, field: str, place: _Place) -> _Found:
    for i in range(len(getattr(owner, field))):
        yield from _edits_of_statement(owner, field, i, place)


def _edits_of_statement(owner: ast.AST, field: str, index: int, place: _Place) -> _Found:
    node = getattr(owner, field)[index]
    if _is_spared(node) or _is_docstring(owner, field, index, node):
        return
    if isinstance(node, _SCOPES):
        yield from _edits_of_scope(node, place)
        return
    here = _at(node, place)
    if _is_deletable(node):
        gone = _Edit(
            change="the statement is deleted", owner=owner, field=field, index=index, new=ast.Pass()
        )
        yield here, node.lineno, gone
    yield from _edits_within(node, here)


def _edits_of_scope(node: ast.AST, place: _Place) -> _Found:
    """The edits of a function or class: its decorators, defaults and body."""
    assert isinstance(node, _SCOPES)
    if isinstance(node, ast.ClassDef):
        inner = replace(place, function=f"{place.function}.{node.name}".lstrip("."))
        head: list[ast.AST] = [*node.decorator_list, *node.keywords]
    elif place.lines is not None:  # a function in a function belongs to the outer one
        inner = place
        head = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        body = range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
        inner = _Place(function=f"{place.function}.{node.name}".lstrip("."), lines=body)
        head = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    for each in head:
        default = isinstance(each, ast.expr) and each not in node.decorator_list
        yield from _edits_within(each, replace(inner, default=default))
    yield from _edits_of_block(node, "body", inner)


def _at(node: ast.stmt, place: _Place) -> _Place:
    """Return the place narrowed to a statement's lines; of a compound one, to its head."""
    if place.lines is None:
        return place
    last = node.end_lineno or node.lineno
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if isinstance(body, list):
        first = body[0].lineno if isinstance(body[0], ast.stmt) else body[0].pattern.lineno
        last = max(node.lineno, first - 1)
    return replace(place, lines=range(node.lineno, last + 1))


def _edits_within(node: ast.AST, place: _Place) -> _Found:
    """The edits of a node and all below it."""
    line = getattr(node, "lineno", 0)
    for edit in _edits_of_node(node, default=place.default):
        yield place, line, edit
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment"):
            continue
        if isinstance(value, ast.AST):
            yield from _edits_within(value, place)
        elif isinstance(value, list):
            yield from _edits_of_list(node, field, value, place)


def _edits_of_list(node: ast.AST, field: str, values: list[object], place: _Place) -> _Found:
    if values and isinstance(values[0], ast.stmt):
        yield from _edits_of_block(node, field, place)
        return
    for each in values:
        if isinstance(each, ast.AST):
            yield from _edits_within(each, place)


def _is_deletable(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is not None
    return isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr))


def _is_docstring(owner: ast.AST, field: str, index: int, node: ast.stmt) -> bool:
    if index or field != "body" or not isinstance(owner, (ast.Module, *_SCOPES)):
        return False
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_spared(node: ast.stmt) -> bool:
    """Whether a statement is no behaviour of the module's functions."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal():
            return True
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name in _COMMAND_LINE
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.AugAssign(target=ast.Name(id="__all__")):
            return True
        case ast.AnnAssign(target=ast.Name(id="__all__")):
            return True
        case ast.If(test=test):
            text = ast.unparse(test)
            return "__main__" in text or "TYPE_CHECKING" in text
    return False


def _edits_of_node(node: ast.AST, *, default: bool) -> Iterator[_Edit]:
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _ARITHMETIC:
            yield _sign(node, "op", op, _ARITHMETIC[type(op)]())
        case ast.BoolOp(op=op):
            yield _sign(node, "op", op, ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.Compare(ops=ops):
            for i, old in enumerate(ops):
                for other in _COMPARISON.get(type(old), ()):
                    yield _sign(node, "ops", old, other(), i)
        case ast.Constant(value=value):
            yield from _edits_of_constant(node, value, default=default)
        case ast.Call(keywords=keywords):
            for i, keyword in enumerate(keywords):
                yield _left_out(node, i, keyword)
        case ast.If(test=test) | ast.IfExp(test=test):
            change = "the condition is negated"
            yield _Edit(change=change, owner=node, field="test", new=_negated(test))
        case ast.comprehension(ifs=ifs):
            for i, test in enumerate(ifs):
                change = "the comprehension's condition is negated"
                new = _negated(test)
                yield _Edit(change=change, owner=node, field="ifs", index=i, new=new)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            change = "None is returned"
            yield _Edit(change=change, owner=node, field="value", new=ast.Constant(value=None))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _sign(
    owner: ast.AST, field: str, old: ast.AST, new: ast.AST, index: int | None = None
) -> _Edit:
    change = f"`{_SIGN[type(old)]}` becomes `{_SIGN[type(new)]}`"
    return _Edit(change=change, owner=owner, field=field, index=index, new=new)


def _left_out(call: ast.Call, index: int, keyword: ast.keyword) -> _Edit:
    what = f"argument `{keyword.arg}` is" if keyword.arg else "arguments given by `**` are"
    return _Edit(
        change=f"the call's {what} left out",
        owner=call,
        field="keywords",
        index=index,
        new=None,
        leave_out=True,
    )


def _edits_of_constant(node: ast.AST, value: object, *, default: bool) -> Iterator[_Edit]:
    for kind, new in _other_constants(value):
        what = "the default " if default else kind
        change = f"{what}{_shown(value)} becomes {_shown(new)}"
        yield _Edit(change=change, owner=node, field="value", new=new)


def _other_constants(value: object) -> Iterator[tuple[str, object]]:
    match value:
        case bool():
            yield "", not value
        case int() | float():
            yield "the number ", value + 1
            yield "the number ", -value if value else 2
        case str() if value:
            yield "the string ", f"{value}_x"
        case bytes() if value:
            yield "the string ", value + b"_x"
        case None:
            yield "", 0


def _shown(value: object, most: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 2]}…{text[-1]}"
