"""The tests: cells tagged `test` become pytest tests, with the setup they need taken by slice."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_promote.flow import awaiting, dataflow, effects, scopes
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.program import CodeCell
from jupyter_promote.pinning.spoken import Pinned
from jupyter_promote.promotion import (
    bare_checks,
    characterization,
    formatting,
    module,
    naming,
    prose,
    rewrite,
)
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.body import cut, wrapped
from jupyter_promote.promotion.plan import Function, Plan
from jupyter_promote.promotion.project import Target
from jupyter_promote.source.magics import CellCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """A test cell that does not become a test, and why."""

    cell: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One statement of the thin notebook that a test may need: a call, or a statement that stays."""

    cell: int
    statements: tuple[ast.stmt, ...] = field(repr=False)
    function: Function | None
    reads: frozenset[str]
    binds: frozenset[str]
    bound: frozenset[str]
    changes: frozenset[str]
    magic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """A test function: its name, the cell it comes from, and the steps that come first."""

    name: str
    cell: int
    summary: str
    steps: tuple[_Step, ...]


def render(
    plan: Plan,
    target: Target,
    pinned: Pinned | None = None,
    varying: Mapping[str, int] | None = None,
) -> tuple[list[Artifact], tuple[Staying, ...]]:
    """Return the test file, none where there is nothing to test, and the cells that stay.

    With `pinned`, tests of what the module does today follow those of the test cells; `varying`
    says which of them give other results from run to run.
    """
    found: list[_Test] = []
    staying: list[Staying] = []
    for one in plan.program.cells:
        if one.cell.roles.test is None or not one.statements:
            continue
        steps = _slice(plan, one)
        if isinstance(steps, str):
            staying.append(Staying(cell=one.index, reason=steps))
            continue
        name = _name(plan, one, {t.name for t in found})
        found.append(_Test(name=name, cell=one.index, summary=_summary(plan, one), steps=steps))
    if not found and not (pinned and pinned.tests):
        return [], tuple(staying)
    text = formatting.python(
        _text(plan, target, found, pinned, varying or {}),
        first_party=target.package.partition(".")[0],
    )
    origins = {t.name: (t.cell,) for t in found}
    return [Artifact(path=target.test_path, text=text, language="python", origins=origins)], tuple(
        staying
    )


def _slice(plan: Plan, test: CodeCell) -> tuple[_Step, ...] | str:
    """Return the steps above a test cell that it needs, in order, or why they can't be taken."""
    if test.magics:
        return "it holds a magic"
    reads = _wanted(plan, dataflow.unit(test.index, None, test.statements, lazy=False).reads)
    steps: list[_Step] = []
    for step in reversed([s for s in _steps(plan) if s.cell < test.index]):
        if not (step.binds | step.changes) & reads:
            continue
        if step.magic:
            return f"it needs cell {step.cell + 1}, which holds a magic"
        steps.append(step)
        reads = (reads - step.bound) | _wanted(plan, step.reads) | (step.changes & reads)
    bound = {n for s in steps for n in s.binds}
    lacking = sorted(n for n in reads if n in plan.program.binders and n not in bound)
    if lacking:
        return f"it needs {lacking[0]!r}, which nothing above it surely binds"
    return tuple(reversed(steps))


def _wanted(plan: Plan, names: Iterable[str]) -> frozenset[str]:
    """Return those of `names` that are variables of the notebook."""
    moved = {d.name for d in plan.definitions}
    return frozenset(
        n for n in names if n not in plan.known.imports and n not in moved and n not in BUILTINS
    )


def _steps(plan: Plan) -> list[_Step]:
    functions = {f.name: f for f in plan.functions}
    steps = []
    for unit in plan.units:
        if unit.group is not None:
            steps.append(_call_step(plan, functions[unit.group], unit))
            continue
        one = plan.program.at(unit.position)
        if one.cell.roles.test is not None:
            continue
        for statement in unit.statements:
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                single = dataflow.unit(unit.position, None, [statement], lazy=False)
                steps.append(_step(plan, single, None, bool(one.magics)))
    return steps


def _call_step(plan: Plan, function: Function, unit: dataflow.Unit) -> _Step:
    required = frozenset(function.inputs) | {
        p.name for p in function.parameters if p.default is None
    }
    step = _step(plan, unit, function, magic=False)
    binds = frozenset(function.outputs)
    return _Step(
        cell=step.cell,
        statements=step.statements,
        function=function,
        reads=required,
        binds=binds,
        bound=binds,
        changes=step.changes & frozenset(function.inputs),
        magic=False,
    )


def _step(plan: Plan, unit: dataflow.Unit, function: Function | None, magic: bool) -> _Step:
    return _Step(
        cell=unit.position,
        statements=unit.statements,
        function=function,
        reads=unit.reads | (unit.names.hints & set(plan.program.binders)),
        binds=unit.names.binds,
        bound=unit.certainly_binds,
        changes=effects.mutated(unit.statements, plan.around),
        magic=magic,
    )


def _name(plan: Plan, one: CodeCell, taken: set[str]) -> str:
    asked = one.cell.roles.test or _heading_above(plan, one.index)
    base = naming.identifier(asked, fallback=f"cell_{one.index + 1}")
    name = base if base.startswith("test_") else f"test_{base}"
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _heading_above(plan: Plan, index: int) -> str:
    above = (
        naming.heading(c.source)
        for c in reversed(plan.notebook.cells[:index])
        if c.kind == "markdown"
    )
    return next((text for text in above if text), "")


def _summary(plan: Plan, one: CodeCell) -> str:
    before = plan.notebook.cells[one.index - 1] if one.index else None
    text = before.source if before is not None and before.kind == "markdown" else ""
    words = [p for p in text.split("\n\n") if p.strip() and not p.lstrip().startswith("#")]
    found = prose.sentence(words[0]) if words else ""
    return found or f"What cell {one.index + 1} of {prose.plain(plan.notebook.path.name)} asserts."


def _text(
    plan: Plan,
    target: Target,
    found: Sequence[_Test],
    pinned: Pinned | None,
    varying: Mapping[str, int],
) -> str:
    needs_folder = any(t.steps for t in found)
    imports = _imports(plan, target, found, needs_folder)
    folder = _FOLDER.format(folder=target.folder) if needs_folder else ""
    more: list[str] = []
    if pinned and pinned.tests:
        imports += characterization.imports(
            pinned, package=target.package, module=target.module, varying=varying
        )
        folder = folder.replace("(autouse=True)", "")
        known = "" if needs_folder else target.folder
        more = characterization.blocks(pinned, folder=known, varying=varying)
    tests = [_test(plan, target, t) for t in found]
    if more and needs_folder:
        mark = '@pytest.mark.usefixtures("in_notebook_folder")\n'
        tests = [mark + text if t.steps else text for t, text in zip(found, tests, strict=True)]
    said = _about(plan, target, bool(found), bool(more))
    head = prose.docstring(said, indent=0)
    parts = [head, "\n".join(dict.fromkeys(imports)), folder, *more[:1], *tests, *more[1:]]
    return "\n\n".join(part for part in parts if part)


def _about(plan: Plan, target: Target, migrated: bool, pinned: bool) -> list[str]:
    """Return what the file's docstring says."""
    first = f"Tests of {target.dotted}, from the test cells of {plan.notebook.path.name}."
    if not pinned:
        return [first]
    what = f"Tests of {target.dotted}: what it does today, right or wrong."
    return [what, "", "Those of the notebook's test cells come first."] if migrated else [what]


_FOLDER = '''NOTEBOOK_FOLDER = Path(__file__).resolve().parents[1] / {folder!r}


@pytest.fixture(autouse=True)
def in_notebook_folder(monkeypatch):
    """Relative paths in the code mean the folder of the original notebook."""
    monkeypatch.chdir(NOTEBOOK_FOLDER)
'''


def _imports(plan: Plan, target: Target, found: Sequence[_Test], needs_folder: bool) -> list[str]:
    names: set[str] = set()
    called: set[str] = set()
    for test in found:
        nodes: list[ast.stmt] = list(plan.program.at(test.cell).statements)
        nodes += [s for step in test.steps if step.function is None for s in step.statements]
        names |= {n.id for top in nodes for n in ast.walk(top) if isinstance(n, ast.Name)}
        called |= {step.function.name for step in test.steps if step.function is not None}
    lines = [i.line for n in sorted(names) for i in plan.known.imports.get(n, ())]
    own = {d.name for d in plan.definitions} & names
    lines += [f"from {target.dotted} import {n}" for n in sorted(own)]
    for function in (f for f in plan.functions if f.name in called):
        lines.append(rewrite.call_of(plan, target, function)[0])
    if any(_awaits(plan, test) for test in found):
        lines.append("import asyncio")
    if needs_folder:
        lines += ["from pathlib import Path", "import pytest"]
    return list(dict.fromkeys(lines))


def _test(plan: Plan, target: Target, test: _Test) -> str:
    head = [f"def {test.name}():", prose.docstring([test.summary], indent=4)]
    waits = _awaits(plan, test)
    lines = ["\n    async def steps():"] if waits else []
    by = 8 if waits else 4
    for step in test.steps:
        lines.append(_indented(_step_text(plan, target, step), by))
    code = plan.program.at(test.cell).code
    assert isinstance(code, CellCode)
    body = [
        s
        for s in code.tree.body
        if not isinstance(s, ast.Import | ast.ImportFrom) or not _hoisted(plan, s)
    ]
    check = _bare_check(body)
    pieces = cut(code.text, code.tree, body[:-1] if check else body)
    lines += ["", *(piece.indented(by) for piece in pieces)]
    if check:
        last = body[-1]
        assert isinstance(last, ast.Expr)
        lines.append(wrapped(code.text, code.tree, last, *check).indented(by))
    return "\n".join([*head, *lines, *(["\n    asyncio.run(steps())"] if waits else [])])


def _bare_check(body: Sequence[ast.stmt]) -> tuple[str, str] | None:
    """Return how the expression that ends a test is asserted, None where something is already."""
    if not body or not isinstance(body[-1], ast.Expr):
        return None
    asserted = any(isinstance(n, ast.Assert) for s in body for n in ast.walk(s))
    return None if asserted else bare_checks.assertion(body[-1].value)


def _awaits(plan: Plan, test: _Test) -> bool:
    """True where the test or a step before it awaits: then all of it runs in one event loop."""
    functions = (step.function for step in test.steps)
    steps = (s for step in test.steps if step.function is None for s in step.statements)
    own = awaiting.awaits([*plan.program.at(test.cell).statements, *steps])
    return own or any(f is not None and f.awaits for f in functions)


def _hoisted(plan: Plan, statement: ast.stmt) -> bool:
    return all(n in plan.known.imports for n in scopes.bound_names([statement]))


def _step_text(plan: Plan, target: Target, step: _Step) -> str:
    if step.function is None:
        code = plan.program.at(step.cell).code
        assert isinstance(code, CellCode)
        return "\n".join(p.text for p in module.cut_out(plan, step.cell, list(step.statements)))
    _, callee = rewrite.call_of(plan, target, step.function)
    return rewrite.call_text(plan, step.function, callee, defaults=True)


def _indented(text: str, by: int) -> str:
    return "\n".join(f"{' ' * by}{line}" if line.strip() else line for line in text.split("\n"))
