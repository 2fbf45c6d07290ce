"""Functions that give something else each time, and the calls that draw without a seed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees

_NUMPY, _PLAIN, _TORCH = "numpy.random.", "random.", "torch."
_NO_DRAW = frozenset(
    "seed get_state set_state getstate setstate Generator BitGenerator SystemRandom".split()
)
_MAKERS = frozenset(
    "default_rng RandomState SeedSequence PCG64 PCG64DXSM MT19937 Philox SFC64 Random".split()
)
_TORCH_DRAWS = re.compile(r"(rand|randn|randint|randperm|normal|bernoulli|multinomial)(_like)?$")
# What takes `random_state`, draws without it, and gives something else then.
_SKLEARN = re.compile(
    r"(train_test_split|resample|shuffle|make_(?!pipeline|union|column|scorer)\w+|permutation_importance|(Mini\w+)?KMeans|TSNE|MDS"
    r"|\w*Forest\w*|ExtraTree\w*|DecisionTree\w*|\w*GradientBoosting\w*|Bagging\w*|AdaBoost\w*"
    r"|SGD\w+|MLP\w+|Perceptron|RANSACRegressor|LinearSV[CR]|\w*GaussianMixture|NMF|FastICA"
    r"|TruncatedSVD|LatentDirichletAllocation|Spectral\w+|\w*ShuffleSplit|Randomized\w+CV"
    r"|HalvingRandomSearchCV|\w+RandomProjection|RBFSampler|Nystroem|Dummy\w+)$"
)
_MAY_SHUFFLE = re.compile(r"(Stratified|StratifiedGroup)?KFold$")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SEEDS = ("random_state", "seed")
_IN_NUMPY = "draw from a generator with a seed, e.g. np.random.default_rng(0)"
_WITH_SEED = "give it a seed, e.g. 0"
_WITH_STATE = "give it random_state=0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The `call` at `line` of the module draws random numbers without a seed; `cure` seeds it."""

    line: int
    call: str
    cure: str


def check(subject: Subject) -> Iterator[Finding]:
    """Random numbers are drawn without a seed.

    Why it matters: nobody can reproduce a result, and tests can only compare what repeats.
    Instead: give the generator, the estimator or the split a seed.
    """
    if subject.module:  # it is being promoted: a run has shown what varies
        yield from _varying(subject)
        return
    cells = subject.program.cells
    tree = ast.Module(body=[s for c in cells for s in c.statements], type_ignores=[])
    names = _imported(tree)
    calls = [(c.index, n) for c in cells for s in c.statements for n in trees.walk(s)]
    drawn = _drawn(((cell, n) for cell, n in calls if isinstance(n, ast.Call)), names)
    if drawn:
        cell, draw = drawn[0]
        others = len(drawn) - 1
        more = f", as do {others} other calls" if others > 1 else ""
        more = ", as does another call" if others == 1 else more
        yield Finding(
            code="JP305",
            message=f"{_short(draw.call)!r} draws random numbers without a seed{more}",
            hint=draw.cure,
            cell=cell,
            line=draw.line,
        )


def _varying(subject: Subject) -> Iterator[Finding]:
    """Yield the draws that make functions of a promoted module give something else each time."""
    if not subject.varying:
        return
    tree = ast.parse(subject.module)
    seeded = _seeded_by(subject)
    draws: dict[int, tuple[str, Draw]] = {}
    unexplained = []
    for name in subject.varying:
        for draw in draws_of(tree, name, seeded):
            draws.setdefault(draw.line, (name, draw))
        if not draws_of(tree, name):
            unexplained.append(name)
    places = {draw.call: _places(subject, draw.call) for _, draw in draws.values()}
    for _, (name, draw) in sorted(draws.items()):
        cell, line = next(places[draw.call], (None, None))
        yield Finding(
            code="JP305",
            message=f"unseeded randomness: {_short(draw.call)!r} ({subject.module_path}, line"
            f" {draw.line}) makes {name}() give something else from run to run",
            hint=f"{draw.cure}; until then nobody can reproduce what it gave",
            cell=cell,
            line=line,
        )
    for name in () if draws else unexplained:
        yield Finding(
            code="JP305",
            message=f"{name}() gives something else from run to run, and no random draw was found"
            " in it",
            hint="pass in what changes, such as the time; its tests compare only what repeats",
        )


def _seeded_by(subject: Subject) -> set[str]:
    """Return the shared states that the notebook itself seeds, before it calls its functions."""
    statements = [s for c in subject.program.cells for s in c.statements]
    calls = [n for s in statements for n in ast.walk(s) if isinstance(n, ast.Call)]
    names = _imported(ast.Module(body=statements, type_ignores=[]))
    return _seeded(_dotted(call.func, names) for call in calls)


def draws_of(tree: ast.Module, function: str, seeded: Iterable[str] = ()) -> list[Draw]:
    """Return the draws without a seed in a function and in those of the module that it calls.

    The shared states `seeded` have a seed already.
    """
    functions = {n.name: n for n in tree.body if isinstance(n, _FUNCTIONS)}
    names = _imported(tree)
    found: dict[int, Draw] = {}
    waiting, seen = [function.partition(".")[0]], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        nodes = list(ast.walk(functions[name]))
        waiting += [n.id for n in nodes if isinstance(n, ast.Name)]
        calls = ((0, n) for n in nodes if isinstance(n, ast.Call))
        found |= {draw.line: draw for _, draw in _drawn(calls, names, seeded)}
    return [found[line] for line in sorted(found)]


def _drawn(
    calls: Iterable[tuple[int, ast.Call]], names: Mapping[str, str], known: Iterable[str] = ()
) -> list[tuple[int, Draw]]:
    """Return the calls that draw without a seed, where nothing among them seeds, with their cells."""
    dotted = [(cell, call, _dotted(call.func, names)) for cell, call in calls]
    seeded = {*known, *_seeded(name for _, _, name in dotted)}
    return [
        (cell, Draw(line=call.lineno, call=ast.unparse(call), cure=cure))
        for cell, call, name in dotted
        if (cure := _cure(call, name, seeded))
    ]


def _seeded(called: Iterable[str]) -> set[str]:
    """Return the shared states that some calls seed."""
    makers = {f"{_NUMPY}seed": _NUMPY, f"{_PLAIN}seed": _PLAIN, f"{_TORCH}manual_seed": _TORCH}
    return {makers[name] for name in called if name in makers}


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return the dotted names for which the names of imports stand."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def _dotted(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return the dotted name of what is called; `.name` for a method of any value."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, names)
        known = before and not before.startswith(".")
        return f"{before}.{node.attr}" if known else f".{node.attr}"
    return ""


def _cure(call: ast.Call, called: str, seeded: set[str]) -> str:
    """Return what seeds a call, '' where it draws nothing or has a seed."""
    last = called.rpartition(".")[2]
    given = {k.arg: k.value for k in call.keywords}
    if None in given or any(_is_given(given.get(seed)) for seed in _SEEDS):
        return ""
    if called.startswith((_NUMPY, _PLAIN)):
        if last in _MAKERS:
            first = call.args[0] if call.args else None
            return "" if _is_given(first) else _WITH_SEED
        prefix = _NUMPY if called.startswith(_NUMPY) else _PLAIN
        draws = called == prefix + last and last not in _NO_DRAW and prefix not in seeded
        cure = _IN_NUMPY if prefix == _NUMPY else "draw from random.Random(0)"
        return cure if draws else ""
    if called.startswith(_TORCH):
        draws = bool(_TORCH_DRAWS.match(called.removeprefix(_TORCH))) and _TORCH not in seeded
        return "call torch.manual_seed(0) before" if draws else ""
    if called.startswith("sklearn.") and _NUMPY not in seeded:
        shuffles = _MAY_SHUFFLE.match(last) and _is_given(given.get("shuffle"))
        return _WITH_STATE if _SKLEARN.match(last) or shuffles else ""
    sampled = called == ".sample" and bool({"n", "frac"} & given.keys() or len(call.args) == 1)
    return _WITH_STATE if sampled and _NUMPY not in seeded else ""


def _is_given(value: ast.expr | None) -> bool:
    return value is not None and not (
        isinstance(value, ast.Constant) and (value.value is None or value.value is False)
    )


def _places(subject: Subject, call: str) -> Iterator[tuple[int, int]]:
    """Yield the cell and line of each place where the notebook makes a call."""
    for one in subject.program.cells:
        for statement in one.statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and ast.unparse(node) == call:
                    yield one.index, node.lineno


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
