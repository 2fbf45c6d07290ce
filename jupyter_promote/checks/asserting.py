"""Which tests of a file can fail by an assertion, and why the others can't."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ASSERTS = re.compile(r"_?(assert|fail(?!ed|ure)|raises|warns|deprecated_call)", re.IGNORECASE)
# What may assert where it is no function of the project itself: a checker of a testing library.
_CHECKS = re.compile(r"_?(check|verify|expect|validate|ensure|should|compare|approve)", re.I)
_HELPERS = re.compile(r"\.|(tests?|testing|conftest|helpers?|(test_)?utils?|common)(\.|$)")
_CATCH_ALL = ("AssertionError", "Exception", "BaseException")


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test of a file: `why` it can't fail, "" where it can."""

    name: str
    node: Function = field(repr=False)
    why: str


def parsed(text: str) -> ast.Module | None:
    """Return the tree of a file, None where it is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_test_file(name: str) -> bool:
    """True where pytest takes a file of this name for tests."""
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def tests_of(tree: ast.Module, own: Collection[str] = ()) -> Iterator[Test]:
    """Yield the tests of a file, which belongs to a project with the top-level packages `own`."""
    functions = {n.name: n for n in tree.body if isinstance(n, _FUNCTIONS)}
    here = _Here(imports=_imports(tree), own=frozenset(own)).with_functions(functions)
    yield from _tests(functions, here, "")
    for group in (n for n in tree.body if isinstance(n, ast.ClassDef) and _holds_tests(n)):
        methods = {n.name: n for n in group.body if isinstance(n, _FUNCTIONS)}
        known = all(last(b) in ("object", "TestCase") for b in group.bases)
        inside = replace(here, known=known).with_methods(methods)
        yield from _tests(methods, inside, f"{group.name}.")


def _tests(functions: Mapping[str, Function], here: _Here, prefix: str) -> Iterator[Test]:
    for name, node in functions.items():
        if name.startswith("test") and not is_fixture(node):
            yield Test(name=prefix + name, node=node, why=here.why(node))


def is_fixture(node: Function) -> bool:
    """True for a function that pytest calls to make what tests ask for."""
    return any(last(d).endswith("fixture") for d in node.decorator_list)


def asserts(statements: Iterable[ast.stmt], imports: Mapping[str, str] | None = None) -> bool:
    """True where statements of a notebook's cell hold an assertion that can fail."""
    here = _Here(imports=imports or {}, own=frozenset())
    return here.can_fail(statements)


def _holds_tests(node: ast.ClassDef) -> bool:
    return node.name.startswith("Test") or any(last(b).endswith("TestCase") for b in node.bases)


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return the modules that imported names come from; what is relative begins with a dot."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name.partition(".")[0]: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {a.asname or a.name: module for a in node.names}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """What a test may call: functions of its file, methods of its class, and imported names.

    Their values say whether they may assert. The methods are all that there are where `known`.
    """

    imports: Mapping[str, str]
    own: frozenset[str]
    functions: Mapping[str, bool] = field(default_factory=dict)
    methods: Mapping[str, bool] = field(default_factory=dict)
    known: bool = True

    def with_functions(self, found: Mapping[str, Function]) -> _Here:
        """Return the same with the functions of the file: one asserts if one that it calls does."""
        here = replace(self, functions=dict.fromkeys(found, False))
        for _ in found:
            judged = {n: here.functions[n] or here.can_fail(f.body) for n, f in found.items()}
            if judged == here.functions:
                break
            here = replace(here, functions=judged)
        return here

    def with_methods(self, found: Mapping[str, Function]) -> _Here:
        """Return the same with the methods of a class."""
        here = replace(self, methods=dict.fromkeys(found, False))
        for _ in found:
            judged = {n: here.methods[n] or here.can_fail(f.body) for n, f in found.items()}
            if judged == here.methods:
                break
            here = replace(here, methods=judged)
        return here

    def why(self, test: Function) -> str:
        """Return why a test can't fail, "" where it can."""
        if any(_asserting_name(last(d)) or _CHECKS.match(last(d)) for d in test.decorator_list):
            return ""
        if self.can_fail(test.body, _constants(test), test):
            return ""
        nodes = [n for s in test.body for n in ast.walk(s)]
        if not any(isinstance(n, ast.Call) for n in nodes):
            return "it does nothing"
        if any(isinstance(n, ast.Assert) or _asserting_call(n) for n in nodes):
            if any(isinstance(n, ast.Try) for n in nodes) or _suppresses(nodes):
                return "what it asserts is caught, or always true"
            return "what it asserts is always true, or never reached"
        if any(isinstance(s, ast.Expr) and isinstance(s.value, ast.Compare) for s in test.body):
            return "it compares without `assert`"
        return "it asserts nothing"

    def can_fail(
        self,
        body: Iterable[ast.stmt],
        constants: frozenset[str] = frozenset(),
        test: Function | None = None,
    ) -> bool:
        """True where an assertion of the statements can fail."""
        return any(self._fails(s, constants, test) for s in _reached(body))

    def _fails(self, node: ast.stmt, constants: frozenset[str], test: Function | None) -> bool:
        match node:
            case ast.Assert(test=condition):
                return not _always(condition, constants)
            case ast.Raise():
                return True
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                used = test is None or _mentions(test, node.name)
                return used and self.can_fail(node.body, constants, test)
            case ast.ClassDef():
                return False
            case ast.If(test=condition, body=body, orelse=other):
                taken = [] if _never(condition) else body
                return self.can_fail([*taken, *other], constants, test)
            case ast.Try():
                inside = [] if _swallows(node) else node.body
                handled = [s for h in node.handlers for s in h.body]
                rest = [*inside, *node.orelse, *node.finalbody]
                return any(self.can_fail(p, constants, test) for p in (rest, handled))
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                if any(self._calls(i.context_expr, constants) for i in items):
                    return True
                return not _suppresses(i.context_expr for i in items) and self.can_fail(
                    body, constants, test
                )
            case ast.For(iter=ast.List(elts=[]) | ast.Tuple(elts=[])):
                return False
        inner = [s for s in ast.iter_child_nodes(node) if isinstance(s, ast.stmt)]
        cases = [s for c in getattr(node, "cases", []) for s in c.body]
        plain = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
        return any(self._calls(n, constants) for n in plain) or self.can_fail(
            [*inner, *cases], constants, test
        )

    def _calls(self, node: ast.expr, constants: frozenset[str]) -> bool:
        """True where an expression calls something that may assert."""
        return any(
            isinstance(n, ast.Call) and self._may_assert(n, constants) for n in ast.walk(node)
        )

    def _may_assert(self, call: ast.Call, constants: frozenset[str]) -> bool:
        match call.func:
            case ast.Name(id=name):
                if name in self.functions:
                    return self.functions[name]
                module = self.imports.get(name, "")
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if self.methods:
                if name in self.methods:
                    return self.methods[name]
                return _asserting_call(call) or not self.known
            case ast.Attribute(attr=name):
                module = self.imports.get(_root(call.func), "")
            case _:
                return False
        if _asserting_name(name):
            return not _compares_nothing(call, constants)
        if module.split(".")[0] in self.own:
            return False
        return bool(_CHECKS.match(name) or _HELPERS.match(module))


def _reached(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements up to one that surely leaves."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break):
            return


def last(node: ast.expr) -> str:
    """Return the last name of what is called or mentioned, "" for anything else."""
    match node:
        case ast.Call(func=func):
            return last(func)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _asserting_name(name: str) -> bool:
    return bool(_ASSERTS.match(name))


def _asserting_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _asserting_name(last(node.func))


def _suppresses(nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(n, ast.Call)
        and last(n.func) == "suppress"
        and any(last(a) in _CATCH_ALL for a in n.args)
        for n in nodes
    )


def _swallows(node: ast.Try) -> bool:
    """True where a failed assertion in a `try` is caught."""
    return any(
        h.type is None
        or any(
            last(t) in _CATCH_ALL
            for t in (h.type.elts if isinstance(h.type, ast.Tuple) else [h.type])
        )
        for h in node.handlers
    )


def _mentions(test: Function, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(test))


def _constants(test: Function) -> frozenset[str]:
    """Return the names that a test binds to constants and to nothing else."""
    fixed: set[str] = set()
    other = {a.arg for a in ast.walk(test.args) if isinstance(a, ast.arg)}
    for node in (n for s in test.body for n in ast.walk(s)):
        if isinstance(node, ast.Assign) and _is_fixed(node.value, frozenset(fixed)):
            bound = {n.id for t in node.targets for n in _names(t)}
            plain = {t.id for t in node.targets if isinstance(t, ast.Name)}
            other |= (bound & fixed) | (bound - plain)
            fixed |= plain
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For | ast.With):
            other |= {n.id for n in _names(node) if isinstance(n.ctx, ast.Store)}
        elif isinstance(node, ast.Call):  # what is given to a call may be changed by it
            other |= {n.id for n in _names(node)}
        elif isinstance(node, ast.NamedExpr | ast.comprehension):
            other |= {n.id for n in _names(node.target)}
    return frozenset(fixed - other)


def _names(node: ast.AST) -> list[ast.Name]:
    return [n for n in ast.walk(node) if isinstance(n, ast.Name)]


def _is_fixed(node: ast.expr, constants: frozenset[str]) -> bool:
    """True for an expression of constants only."""
    return not any(
        isinstance(n, ast.Call | ast.Attribute | ast.Await | ast.Lambda | ast.NamedExpr)
        or (isinstance(n, ast.Name) and n.id not in constants)
        for n in ast.walk(node)
    )


def _never(condition: ast.expr) -> bool:
    return isinstance(condition, ast.Constant) and not condition.value


def _always(condition: ast.expr, constants: frozenset[str]) -> bool:
    """True for a condition that holds whatever the code under test does."""
    match condition:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=[_, *_]) | ast.List(elts=[_, *_]) | ast.JoinedStr() | ast.Lambda():
            return True
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant(value=value)):
            return not value
        case ast.BoolOp(op=ast.Or(), values=parts):
            return any(_always(p, constants) for p in parts)
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_always(p, constants) for p in parts)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()]):
            same = ast.dump(left) == ast.dump(condition.comparators[0])
            calls = any(isinstance(n, ast.Call) for n in ast.walk(condition))
            if same and not calls:
                return True
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id="object")]):
            return True
    match condition:
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len")),
            ops=[ast.GtE()],
            comparators=[ast.Constant(value=0)],
        ):
            return True
    return _is_fixed(condition, constants)


def _compares_nothing(call: ast.Call, constants: frozenset[str]) -> bool:
    """True for an asserting call whose arguments are constants, or one and the same."""
    name = last(call.func).lower()
    if not call.args or any(isinstance(a, ast.Starred) for a in call.args):
        return False
    if not name.lstrip("_").startswith("assert"):
        return False
    if all(_is_fixed(a, constants) for a in call.args) and not call.keywords:
        return True
    if len(call.args) < 2 or any(
        isinstance(n, ast.Call) for a in call.args[:2] for n in ast.walk(a)
    ):
        return False
    return "not" not in name and ast.dump(call.args[0]) == ast.dump(call.args[1])
