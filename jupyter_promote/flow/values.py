"""Which expressions certainly have a value, and which certainly have none: a cell shows no None."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jupyter_promote.flow import frames, known
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.flow.strings import dotted

MAX_DEPTH = 4
Literal = (
    ast.List | ast.Tuple | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
) | ast.GeneratorExp


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What can be told of values from the notebook's code and what is known around it."""

    code: Program
    around: Surroundings

    def never_none(self, node: ast.expr, depth: int = 0) -> bool:
        """True for an expression whose value is certainly not None."""
        match node:
            case ast.Constant(value=value):
                return value is not None
            case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.JoinedStr() | ast.Lambda():
                return True
            case ast.BoolOp(values=parts):
                return all(self.never_none(p, depth) for p in parts)
            case ast.IfExp(body=body, orelse=orelse):
                return self.never_none(body, depth) and self.never_none(orelse, depth)
            case ast.Attribute(attr=name):
                return name in known.LOOKING_ATTRIBUTES
            case ast.Subscript():
                return self._part_is_value(node, depth)
            case ast.Call():
                return self._call_is_value(node, depth)
            case ast.Name(id=name) if depth < MAX_DEPTH:
                return self._all_bound(name, lambda v: self.never_none(v, depth + 1))
        return isinstance(node, Literal)

    def always_none(self, node: ast.expr) -> bool:
        """True for an expression whose value is certainly None."""
        if not isinstance(node, ast.Call):
            return isinstance(node, ast.Constant) and node.value is None
        callee = dotted(node.func)
        origin = self.around.origin(callee)
        if origin:
            return origin in known.RETURNING_NONE
        if not isinstance(node.func, ast.Attribute):
            return False
        owner, method = node.func.value, node.func.attr
        if _in_place(node) is not False:
            return _in_place(node) is True and method in known.IN_PLACE_METHODS
        if method in known.CHANGING_METHODS:
            container = self._is(owner, _is_container)
            return container or method in ("insert", "update") and self._is_frame(owner)
        written = bool(node.args) or any(k.arg == "path_or_buf" for k in node.keywords)
        return method in known.FRAME_WRITERS and written and self._is_frame(owner)

    def _part_is_value(self, node: ast.Subscript, depth: int) -> bool:
        """True for several elements of a value, which are never None themselves."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        several = any(isinstance(p, ast.List | ast.Slice | ast.Compare) for p in parts)
        owner = node.value
        if isinstance(owner, ast.Attribute) and owner.attr in ("loc", "iloc"):
            owner = owner.value
        return several and (self.never_none(owner, depth) or self._is_frame(owner))

    def _call_is_value(self, node: ast.Call, depth: int) -> bool:
        callee = dotted(node.func)
        origin = self.around.origin(callee)
        if origin:
            return _function_is_value(origin)
        if isinstance(node.func, ast.Name):
            own = callee in self.code.binders or callee in self.around.functions
            return callee in known.VALUED_BUILTINS and not own
        if not isinstance(node.func, ast.Attribute) or _in_place(node) is not False:
            return False
        owner, method = node.func.value, node.func.attr
        if method in known.VALUED_METHODS:
            return True
        if method in ("agg", "aggregate"):  # of a column, a function may give None
            by = node.args[0] if node.args else None
            return isinstance(by, ast.List | ast.Dict | ast.Constant | None)
        if method in known.VALUED_FRAME_METHODS and self._is_frame(owner):
            return True
        if method in known.ESTIMATOR_METHODS:
            return self._is(owner, lambda v: self._origin(v).startswith("sklearn."), depth)
        text = isinstance(owner, ast.JoinedStr) or (
            isinstance(owner, ast.Constant) and isinstance(owner.value, str)
        )
        return method == "summary" and self._is(owner, self._is_result, depth) or text

    def _is_result(self, node: ast.expr) -> bool:
        """True for what statsmodels has fitted: its summary is a table, that of others is printed."""
        inner: ast.expr = node
        while isinstance(inner, ast.Call | ast.Attribute):
            if isinstance(inner, ast.Call) and self._origin(inner).startswith("statsmodels."):
                return True
            inner = inner.func if isinstance(inner, ast.Call) else inner.value
        return isinstance(inner, ast.Name) and self._is(inner, self._is_made_by_statsmodels)

    def _is_made_by_statsmodels(self, node: ast.expr) -> bool:
        return self._origin(node).startswith("statsmodels.")

    def _origin(self, node: ast.expr) -> str:
        return self.around.origin(dotted(node.func)) if isinstance(node, ast.Call) else ""

    def _is_frame(self, node: ast.expr) -> bool:
        return frames.is_frame(node, self.code, self.around)

    def _is(self, node: ast.expr, test: Callable[[ast.expr], bool], depth: int = 0) -> bool:
        """True where the test holds of the expression, or of all that its name is bound to."""
        if isinstance(node, ast.Name) and depth < MAX_DEPTH:
            return self._all_bound(node.id, lambda v: self._is(v, test, depth + 1))
        return test(node)

    def _all_bound(self, name: str, test: Callable[[ast.expr], bool]) -> bool:
        values = [_assigned(binder.node, name) for binder in self.code.binders.get(name, ())]
        return bool(values) and all(v is not None and test(v) for v in values)


def _assigned(node: ast.stmt, name: str) -> ast.expr | None:
    match node:
        case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
            return value
        case ast.AnnAssign(target=ast.Name(id=found), value=value) if found == name:
            return value
    return None


def _in_place(node: ast.Call) -> bool | None:
    """Return what the argument `inplace` is, False where there is none, None if it can't be told."""
    given: Sequence[ast.expr] = [k.value for k in node.keywords if k.arg in ("inplace", None)]
    if not given:
        return False
    value = given[0].value if isinstance(given[0], ast.Constant) else None
    return value if isinstance(value, bool) else None


def _is_container(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in known.CONTAINERS
    return isinstance(node, Literal) and not isinstance(node, ast.Tuple | ast.GeneratorExp)


def _function_is_value(origin: str) -> bool:
    """True for a function or class of a library that never returns None."""
    if origin in known.RETURNING_NONE | known.MAYBE_NONE:
        return False
    if origin.startswith(("numpy.testing.", "pandas.testing.", "pandas.plotting.")):
        return False
    last = origin.rpartition(".")[2]
    if last == "at" or last.startswith(
        ("set_", "reset_", "show_", "save", "describe_", "register_", "option_")
    ):
        return False
    return origin.startswith(known.VALUED_MODULES) or origin in known.VALUED_FUNCTIONS
