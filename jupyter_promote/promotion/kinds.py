"""What an untagged cell is on its own: setup, parameters, definitions, a test, a look, or code."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_promote.flow import dataflow, drawing, effects, looks
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.flow.strings import dotted
from jupyter_promote.promotion import definitions, grouping, leaving, versions
from jupyter_promote.source.magics import BadCode

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Imports = ast.Import | ast.ImportFrom
OPTIONS = tuple(
    "set_ use rc filterwarnings simplefilter basicConfig seed reset_option register mpl_".split()
)
NO_LOOKS = ("summary", "conf_int", "predict", "score")  # results, however they are shown
FRAME_PLOTS = frozenset("plot hist boxplot bar barh line scatter area pie box kde density".split())
LOADERS = ("read_", "load", "fetch_", "genfromtxt", "open_", "get_dataset", "get_rdataset")
SHORT_LOOK = 4  # statements; what is longer is a figure that somebody worked on


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`word` is tagged, setup, unfit, literals, constants, definitions, test, look, plot or code."""

    cell: CodeCell
    word: str
    unit: Unit
    why: str = ""

    @property
    def index(self) -> int:
        """The cell's zero-based position in the notebook."""
        return self.cell.index

    @property
    def lines(self) -> int:
        """How many lines of the cell are not blank."""
        return sum(1 for line in self.cell.cell.source.split("\n") if line.strip())


def surroundings(code: Program) -> Surroundings:
    """Return what is known around the notebook's cells before anything is tagged."""
    known = definitions.find(code, frozenset(code.by_index))
    bound = ((n, b[-1].node) for n, b in code.binders.items())
    return Surroundings(
        modules=known.origins(),
        functions={n: node for n, node in bound if isinstance(node, Definition)},
    )


def of_notebook(code: Program) -> list[Kind]:
    """Return the kinds of the notebook's code cells that hold something, in document order."""
    around = surroundings(code)
    found = []
    cells = [c for c in code.cells if c.cell.source.strip()]
    for one in cells:
        unit = dataflow.unit(one.index, None, one.statements, lazy=one.index in code.lazy)
        word, why = _word(code, one, unit, around)
        if word == "look" and one is cells[-1]:
            word, why = "code", ""  # what the notebook ends with is its result
        found.append(Kind(cell=one, word=word, unit=unit, why=why))
    return found


def _word(code: Program, one: CodeCell, unit: Unit, around: Surroundings) -> tuple[str, str]:
    roles = one.cell.roles
    if roles.promoted or roles.parameters or roles.skip or roles.test is not None:
        return "tagged", ""
    if isinstance(one.code, BadCode):
        bad = versions.explained(one.code, one.cell.source)
        return "unfit", f"line {bad.line}: {bad.message}"
    body = [s for s in one.statements if not _is_text(s)]
    if roles.results or not body or all(_sets_up(s, around) for s in body):
        return "setup", ""
    flaw = grouping.unfit(code, grouping.Group(name="it", cells=(one.index,), written=True))
    if flaw:
        return "unfit", flaw.message.partition(", ")[2]
    for word, test in (("literals", _literal_name), ("constants", _constant_name)):
        if all(test(s) for s in body):
            return word, ""
    if all(isinstance(s, Imports | Definition) or _constant_name(s) for s in body):
        return "definitions", ""
    if _only_asserts(code, one, body, around):
        return "test", ""
    gone: frozenset[int] = frozenset()
    if _only_looks(body, around) and leaving.unobserved(code, one, around, gone):
        return "look", ""
    if _only_draws(code, one, body, unit, around):
        return "plot", ""
    return "code", ""


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _sets_up(statement: ast.stmt, around: Surroundings) -> bool:
    """True for imports, magics and options: they stay where they are."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.Expr(value=ast.Call(func=func)):
            last = dotted(func).rpartition(".")[2]
            return bool(around.origin(dotted(func))) and last.startswith(OPTIONS)
        case ast.Assign(targets=[ast.Subscript(value=inner) | ast.Attribute(value=inner)]):
            return bool(around.origin(dotted(inner)))
    return False


def _assigned(statement: ast.stmt) -> str:
    """Return the name that a statement binds to a simple literal, "" for any other statement."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if literal(value):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if literal(value):
            return name
    return ""


def _literal_name(statement: ast.stmt) -> bool:
    name = _assigned(statement)
    return bool(name) and not name.isupper()


def _constant_name(statement: ast.stmt) -> bool:
    return _assigned(statement).isupper()


def literals_among(one: CodeCell) -> list[str]:
    """Return the names that a cell sets to simple literals beside what else it does."""
    return [n for n in map(_assigned, one.statements) if n]


def literal(node: ast.expr) -> bool:
    """True for numbers, texts, truth values and None, and for lists, tuples and dicts of them."""
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return literal(inner)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(literal(p) for p in parts)
        case ast.Dict(keys=keys, values=values):
            return all(k is not None and literal(k) for k in keys) and all(map(literal, values))
        case ast.Constant(value=value):
            return value is not Ellipsis
    return False


def _only_asserts(code: Program, one: CodeCell, body: list[ast.stmt], around: Surroundings) -> bool:
    """True for asserts, with examples of their own above them that nobody else reads."""
    asserts = [s for s in body if isinstance(s, ast.Assert)]
    others = [s for s in body if not isinstance(s, ast.Assert | Imports)]
    if not asserts or not isinstance(body[-1], ast.Assert):
        return False
    if not others:
        return True
    plain = len(others) <= 3 and all(isinstance(s, ast.Assign) for s in others)
    called = {dotted(c.func) for c in effects.calls(body)}
    tests_own = bool(called & around.functions.keys())
    return plain and tests_own and leaving.unobserved(code, one, around, frozenset())


def _only_looks(body: list[ast.stmt], around: Surroundings) -> bool:
    if len(body) > (2 if drawing.may_draw(body, around) else SHORT_LOOK):
        return False
    return all(isinstance(s, ast.Expr) and _looks(s.value, around) for s in body)


def _looks(node: ast.expr, around: Surroundings) -> bool:
    if not isinstance(node, ast.Call):
        shown = node.elts if isinstance(node, ast.Tuple) else [node]
        inner = [c for p in shown for c in effects.calls([p])]
        return looks.is_look(node, around) and not any(_is_result(c) for c in inner)
    callee = dotted(node.func)
    last = callee.rpartition(".")[2]
    if callee == "display":
        return bool(node.args) and all(_looks(a, around) for a in node.args)
    if around.origin(callee).partition(".")[0] in ("matplotlib", "seaborn"):
        return True
    if last == "info" and isinstance(node.func, ast.Attribute):
        return looks.is_look(node.func.value, around)
    if isinstance(node.func, ast.Attribute) and _draws_frame(node.func):
        return True
    return looks.is_look(node, around) and not any(_is_result(c) for c in effects.calls([node]))


def _draws_frame(func: ast.Attribute) -> bool:
    if func.attr in ("plot", "hist", "boxplot"):
        return True
    return isinstance(func.value, ast.Attribute) and func.value.attr == "plot"


def _is_result(call: ast.Call) -> bool:
    return dotted(call.func).rpartition(".")[2] in NO_LOOKS


def _only_draws(
    code: Program, one: CodeCell, body: list[ast.stmt], unit: Unit, around: Surroundings
) -> bool:
    """True for a cell that draws, and binds nothing that another cell reads with its value."""
    if not drawing.may_draw(body, around) or not any(
        _drawing(c, around) for c in effects.calls(body)
    ):
        return False
    return not any(read_below(code, n, one.index) for n in unit.names.binds)


def _drawing(call: ast.Call, around: Surroundings) -> bool:
    callee = dotted(call.func)
    known = around.origin(callee).partition(".")[0] in ("matplotlib", "seaborn")
    return known or isinstance(call.func, ast.Attribute) and _draws_frame(call.func)


def read_below(code: Program, name: str, index: int) -> bool:
    """True where a cell below reads `name` before some cell binds it again."""
    for below in (i for i in code.mentions.get(name, ()) if i > index):
        one = code.at(below)
        names = dataflow.unit(below, None, one.statements, lazy=False).names
        if name in names.reads:
            return True
        if name in names.bound:
            return False
    return False


def loads(call: ast.Call) -> bool:
    """True for a call that reads data from somewhere."""
    last = dotted(call.func).rpartition(".")[2]
    return last.startswith(LOADERS) and last != "loads" or dotted(call.func) == "open"


def is_loading(kind: Kind) -> bool:
    """True for a cell that binds what it has loaded."""
    bound = (s.value for s in kind.cell.statements if isinstance(s, ast.Assign))
    return any(loads(c) for value in bound for c in effects.calls([value]))


def interface(code: Program, kinds: Sequence[Kind]) -> frozenset[tuple[str, str]]:
    """Return the variables that the cells take and give, as ("in", name) and ("out", name)."""
    read: set[str] = set()
    bound: set[str] = set()
    for kind in kinds:
        read |= kind.unit.names.reads.keys() - bound
        bound |= kind.unit.names.binds
    variables = {n for n in read | bound if _is_variable(code, n)}
    given = {n for n in bound & variables if read_below(code, n, kinds[-1].index)}
    return frozenset({("in", n) for n in read & variables} | {("out", n) for n in given})


def _is_variable(code: Program, name: str) -> bool:
    places = code.binders.get(name, ())
    return any(not isinstance(b.node, Imports | Definition) for b in places)
