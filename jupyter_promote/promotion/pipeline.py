"""`run(...)`: the promoted functions composed in the notebook's order, with a command line.

Written only where it certainly does what the notebook does: every input comes from another
promoted function or from a parameter, and no cell that stays changes what flows between them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from jupyter_promote.flow import effects
from jupyter_promote.flow.dataflow import Unit
from jupyter_promote.promotion import annotate, prose
from jupyter_promote.promotion.annotate import RETURNS, Seen
from jupyter_promote.promotion.parameters import Parameter
from jupyter_promote.promotion.plan import Function, Plan

PRESENTATION = (
    "set_option",
    "set_printoptions",
    "filterwarnings",
    "simplefilter",
    "set_theme",
    "set_style",
    "use",
)
NAMES = ("run", "main")
PARSED = {"str", "int", "float"}


def render(plan: Plan) -> str:
    """Return the text of `run` and `main`, "" where they would not do what the notebook does."""
    if not _composable(plan):
        return ""
    parameters = list(_parameters(plan))
    return "\n\n".join(
        [_run(plan, parameters), _main(plan, parameters), 'if __name__ == "__main__":\n    main()']
    )


def imports(plan: Plan) -> list[str]:
    """Return the imports that `run` and `main` need."""
    return [f"import {name}" for name in _brought(plan)]


def result_types(plan: Plan, seen: annotate.Types) -> dict[str, Sequence[Seen]]:
    """Return the types of what `run` gives, {} where they are not known.

    Nor where a variable changes its type on the way: a type checker would refuse the body.
    """
    latest: dict[str, Sequence[Seen]] = {}
    for function in plan.functions:
        found = seen.get(function.name, {})
        alone = len(function.outputs) == 1 and all(s.fate != "value" for s in function.shown)
        for name in function.outputs:
            new = found.get(RETURNS if alone else f"{RETURNS}.{name}", ())
            if not new or not _same_type([*latest.get(name, ()), *new]):
                return {}
            latest[name] = new
    returned = _returned(plan)
    if len(returned) == 1:
        return {RETURNS: latest[returned[0]]}
    kinds = ", ".join(latest[name][0].type for name in returned)
    return {RETURNS: [Seen(type=f"tuple[{kinds}]" if returned else "None", extent="")]}


def _same_type(found: Sequence[Seen]) -> bool:
    kinds = {s.type for s in found}
    return len(kinds) == 1 or all(k.startswith("pandas.") for k in kinds)


def _returned(plan: Plan) -> tuple[str, ...]:
    return next((f.outputs for f in reversed(plan.functions) if f.outputs), ())


def _brought(plan: Plan) -> list[str]:
    return ["argparse", *(["asyncio"] if any(f.awaits for f in plan.functions) else [])]


def _plainly_imported(plan: Plan, name: str) -> bool:
    return any(i.line == f"import {name}" for i in plan.known.imports.get(name, ()))


def _composable(plan: Plan) -> bool:
    functions = plan.functions
    taken = (
        {d.name for d in plan.definitions} | {f.name for f in functions} | set(plan.known.imports)
    )
    local = {n for f in functions for n in (*f.inputs, *f.outputs)}
    brought = set(_brought(plan))
    same = {n for n in brought if _plainly_imported(plan, n)}
    clash = bool((taken - same) & {*NAMES, *brought}) or bool(local & {f.name for f in functions})
    if len(functions) < 2 or clash or bool(local & {*NAMES, *brought}):
        return False
    ready: set[str] = set()
    for function in functions:
        if not set(function.inputs) <= ready or any(
            p.annotation is None for p in function.parameters
        ):
            return False
        ready |= set(function.outputs)
        ready -= set(function.deleted)
    return all(_harmless(plan, unit, ready) for unit in plan.units if unit.group is None)


def _harmless(plan: Plan, unit: Unit, flowing: set[str]) -> bool:
    """True for a cell that stays and changes nothing that the functions use."""
    if unit.position == plan.program.parameters:
        return all(isinstance(s, ast.Assign | ast.AnnAssign) for s in unit.statements)
    if plan.program.at(unit.position).magics:
        return all(m.kept for m in plan.program.at(unit.position).magics)
    statements = [s for s in unit.statements if not _presents(s)]
    used = flowing | {p.name for f in plan.functions for p in f.parameters}
    if unit.names.binds & used or effects.mutated(statements, plan.around) & used:
        return False
    drawn = any(
        "random" in plan.around.origin(effects.called(c)) for c in effects.calls(statements)
    )
    return not drawn and not effects.changes_world(statements, plan.around)


def _presents(statement: ast.stmt) -> bool:
    """True for a statement that only sets how things are shown."""
    match statement:
        case ast.Expr(value=ast.Call() as call):
            return effects.called(call).rpartition(".")[2] in PRESENTATION
        case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr="rcParams"))]):
            return True
    return False


def _parameters(plan: Plan) -> Iterator[Parameter]:
    found = {p.name: p for f in plan.functions for p in f.parameters}
    ordered = sorted(found.values(), key=lambda p: p.default is not None)
    yield from ordered


def _run(plan: Plan, parameters: list[Parameter]) -> str:
    given = ", ".join(p.declared for p in parameters)
    title = prose.plain(plan.notebook.path.name)
    define = "async def" if any(f.awaits for f in plan.functions) else "def"
    lines = [f"{define} run({'*, ' + given if given else ''}):"]
    lines.append(prose.docstring([f"Do all steps of {title}, in its order."], indent=4))
    returned = _returned(plan)
    for function in plan.functions:
        lines.append(f"    {_call(function)}")
    if returned:
        lines.append(f"    return {', '.join(returned)}")
    return "\n".join(lines)


def _call(function: Function) -> str:
    given = [*function.inputs, *(f"{p.name}={p.name}" for p in function.parameters)]
    waits = "await " if function.awaits else ""
    call = f"{waits}{function.name}({', '.join(given)})"
    bound = list(function.outputs)
    if any(s.fate == "value" for s in function.shown) and bound:
        bound.append("_")
    return f"{', '.join(bound)} = {call}" if bound else call


def _main(plan: Plan, parameters: list[Parameter]) -> str:
    lines = [
        "def main(argv: list[str] | None = None) -> None:",
        '    """Run the steps from the command line."""',
    ]
    lines.append("    parser = argparse.ArgumentParser(description=run.__doc__)")
    for one in parameters:
        lines.append(f"    parser.add_argument({_argument(one)})")
    call = "run(**vars(parser.parse_args(argv)))" if parameters else "run()"
    if not parameters:
        lines.append("    parser.parse_args(argv)")
    waits = any(f.awaits for f in plan.functions)
    return "\n".join([*lines, f"    asyncio.run({call})" if waits else f"    {call}"])


def _argument(one: Parameter) -> str:
    words = [f'"--{one.name.replace("_", "-")}"']
    if one.annotation == "bool":
        words.append("action=argparse.BooleanOptionalAction")
    elif one.annotation in PARSED - {"str"}:
        words.append(f"type={one.annotation}")
    if one.default is None:
        words.append("required=True")
    else:
        words.append(f"default={one.default}")
    shown = prose.plain(one.help).replace("%", "%%")
    default = "" if one.default is None else "(default: %(default)s)"
    text = " ".join(w for w in (shown, default) if w)
    return ", ".join([*words, f"help={text!r}"] if text else words)
