"""The module: imports, constants, definitions and functions, as a person would write them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from jupyter_promote.flow import trees
from jupyter_promote.flow.strings import names_read
from jupyter_promote.promotion import formatting, naming, pipeline, prose
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.body import Piece, cut, wrapped
from jupyter_promote.promotion.definitions import Definition, Import
from jupyter_promote.promotion.displays import Part, Shown
from jupyter_promote.promotion.plan import Function, Plan
from jupyter_promote.promotion.project import Target
from jupyter_promote.source.magics import CellCode

EFFECT_MODULES = ("mpl_toolkits", "sklearn.experimental")


def render(plan: Plan, target: Target) -> Artifact:
    """Return the module's file."""
    constants = [d for d in plan.definitions if isinstance(d.node, ast.Assign | ast.AnnAssign)]
    others = [d for d in plan.definitions if d not in constants]
    blocks = [(d.cell, d.node.lineno, _definition(plan, d)) for d in others]
    blocks += [(f.group.cells[-1], 10**9, _function(plan, f)) for f in plan.functions]
    blocks += [
        (f.group.cells[-1], 10**8, _result(plan, f)) for f in plan.functions if result_name(plan, f)
    ]
    steps = pipeline.render(plan)
    text = "\n\n".join(
        [
            _head(plan, target),
            "\n".join([*_imports(plan), *(pipeline.imports(plan) if steps else [])]),
            _all(plan, pipeline.NAMES if steps else ()),
            "\n".join(_definition(plan, d) for d in constants),
            *(text for _, _, text in sorted(blocks)),
            steps,
        ]
    )
    origins = {d.name: (d.cell,) for d in plan.definitions} | {
        f.name: f.group.cells for f in plan.functions
    }
    formatted = formatting.python(text, first_party=target.package.partition(".")[0])
    return Artifact(path=target.module_path, text=formatted, language="python", origins=origins)


def signature(function: Function) -> str:
    """Return the function's signature as it stands in the module, e.g. `clean(df, *, rate=0.5)`."""
    return f"{function.name}({', '.join(_arguments(function))})"


def used_imports(plan: Plan) -> dict[str, tuple[Import, ...]]:
    """Return the imports that the module's own code uses, by name."""
    return {n: plan.known.imports[n] for n in sorted(_loaded(plan)) if n in plan.known.imports}


def pyplot_name(plan: Plan) -> str:
    """Return the name under which the module knows matplotlib.pyplot."""
    known = (n for n, found in plan.known.imports.items() if found[0].origin == "matplotlib.pyplot")
    return next(known, naming.free("plt", set(plan.program.binders)))


def returned(function: Function) -> list[str]:
    """Return the names that the function returns, without the value that is only shown."""
    return list(function.outputs)


def value_of(function: Function) -> ast.expr | None:
    """Return the trailing expression whose value the function returns to be shown."""
    return next((s.node for s in function.shown if s.fate == "value"), None)


def shown_name(plan: Plan, function: Function) -> str:
    """Return a name, free in module and notebook, for a value that is only shown."""
    taken = {*function.inputs, *function.outputs, *function.reads, *plan.program.binders}
    return naming.free("shown", taken, suffix="value")


def _head(plan: Plan, target: Target) -> str:
    title = next(
        (naming.heading(c.source) for c in plan.notebook.cells if c.kind == "markdown"), ""
    )
    first = prose.sentence(title) or f"Steps of {prose.plain(plan.notebook.path.name)}."
    text = prose.docstring(
        [first, "", f"Promoted from {prose.plain(plan.notebook.path.name)}."], indent=0
    )
    lazy = any(i in plan.program.lazy for g in plan.groups for i in g.cells)
    return text + ("\n\nfrom __future__ import annotations" if lazy else "")


def _imports(plan: Plan) -> Iterator[str]:
    names, plain = _loaded(plan), _loaded(plan, strings=False)
    for name, found in used_imports(plan).items():
        only_in_text = "" if name in plain else "  # noqa: F401"
        yield from dict.fromkeys(i.line + only_in_text for i in found)
    if "display" in names and "display" not in plan.program.binders:
        yield "from IPython.display import display"
    if any(result_name(plan, f) for f in plan.functions):
        yield "from typing import Any, NamedTuple"
    inside = [s for f in plan.functions for s in f.shown if s.fate == "inside"]
    for callee in {shower(plan, s) for s in inside}:
        name = _sys(plan)
        as_name = "" if name == "sys" else f" as {name}"
        yield (
            f"import sys{as_name}" if callee != "display" else "from IPython.display import display"
        )
    if any(f.flushes for f in plan.functions):
        alias = pyplot_name(plan)
        yield f"import matplotlib.pyplot as {alias}"
    used = used_imports(plan)
    for found in plan.known.imports.values():
        for one in found:
            grouped = any(one.cell in g.cells for g in plan.groups)
            if grouped and one.name not in used and one.module.startswith(EFFECT_MODULES):
                yield f"{one.line}  # noqa: F401"


def _loaded(plan: Plan, *, strings: bool = True) -> set[str]:
    """Return the names that the module's code reads, those in `strings` included."""
    nodes: list[ast.AST] = [d.node for d in plan.definitions]
    for function in plan.functions:
        nodes += [s for p in function.parts for s in p.statements]
        nodes += [s.node for s in function.shown if s.fate in ("value", "inside") or not s.look]
    names = set()
    for node in (n for top in nodes for n in trees.walk(top)):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif strings and isinstance(node, ast.Call):
            found = names_read(node)
            names |= found.certain | found.possible
    return names | _named_in_annotations(nodes)


def _named_in_annotations(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names in annotations that are written as strings."""
    found: set[str] = set()
    for inner in (n for top in nodes for n in trees.walk(top)):
        for note in (getattr(inner, "annotation", None), getattr(inner, "returns", None)):
            if isinstance(note, ast.Constant) and isinstance(note.value, str):
                found |= set(re.findall(r"[A-Za-z_]\w*", note.value))
    return found


def _all(plan: Plan, more: Sequence[str]) -> str:
    names = [d.name for d in plan.definitions if not d.name.startswith("_")] + [
        f.name for f in plan.functions
    ]
    names += [n for f in plan.functions if (n := result_name(plan, f))] + list(more)
    return f"__all__ = {sorted(names)!r}" if names else ""


def _definition(plan: Plan, definition: Definition) -> str:
    return "\n".join(p.text for p in cut_out(plan, definition.cell, [definition.node])).strip("\n")


def cut_out(plan: Plan, cell: int, keep: Sequence[ast.stmt]) -> list[Piece]:
    """Return the pieces of a cell that hold the statements `keep`."""
    code = plan.program.at(cell).code
    assert isinstance(code, CellCode)
    if not keep:
        return []
    pieces = cut(code.text, code.tree, keep)
    return (
        [p for p in pieces if _holds_code(p)]
        if len(keep) < len(code.tree.body) and _only_definitions(keep)
        else pieces
    )


def _only_definitions(keep: Sequence[ast.stmt]) -> bool:
    return len(keep) == 1


def _holds_code(piece: Piece) -> bool:
    return not all(_is_comment(line) for line in piece.lines)


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _arguments(function: Function) -> list[str]:
    found = list(function.inputs)
    if function.parameters:
        found.append("*")
    found += [p.declared for p in function.parameters]
    return found


def _function(plan: Plan, function: Function) -> str:
    define = "async def" if function.awaits else "def"
    lines = [f"{define} {function.name}({', '.join(_arguments(function))}):"]
    lines.append(prose.docstring(prose.about(plan, function), indent=4))
    body = list(_body(plan, function))
    while body and not body[0].strip("\n"):
        body.pop(0)
    if body:
        body[0] = body[0].lstrip("\n")
    lines += body or (["    pass"] if not lines[1].strip() else [])
    return "\n".join(lines)


def _body(plan: Plan, function: Function) -> Iterator[str]:
    for part in function.parts:
        keep: list[ast.stmt] = list(part.statements)
        shown = next((s for s in function.shown if s.cell == part.cell), None)
        if (
            part.trailing is not None
            and shown
            and shown.fate in ("dropped", "statement")
            and not shown.look
        ):
            keep.append(part.trailing)
        pieces = cut_out(plan, part.cell, keep)
        if part is function.parts[-1] and _is_returned(part, function):
            pieces = _comment_above(pieces)
        for piece in pieces:
            yield piece.indented(4)
        if part.trailing is not None and shown and shown.fate == "inside":
            yield _wrapped(plan, part, f"{shower(plan, shown)}(", ")").indented(4)
        if part.cell in function.flushes:
            yield f"    {pyplot_name(plan)}.show()"
        yield ""
    outputs = returned(function)
    if value_of(function) is not None:
        name = shown_name(plan, function)
        head = f"{name} = (" if outputs else "return ("
        yield _wrapped(plan, function.parts[-1], head, ")").indented(4)
        outputs = [*outputs, name] if outputs else []
    if outputs:
        listed = outputs[0] if len(outputs) == 1 else ", ".join(outputs)
        record = result_name(plan, function)
        yield f"    return {record}({listed})" if record else f"    return {listed}"


def _is_returned(part: Part, function: Function) -> bool:
    """True where the value that the last statement binds is returned: ruff will join the two."""
    match part.statements[-1:]:
        case (ast.Assign(targets=[ast.Name(id=name)]),):
            return returned(function) == [name]
        case (ast.With() | ast.AsyncWith(),):
            return len(returned(function)) == 1
    return False


def _comment_above(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with a comment that ends them right above the last statement."""
    if len(pieces) < 2 or _holds_code(pieces[-1]):
        return list(pieces)
    last, tail = pieces[-2:]
    own = next(i for i, line in enumerate(last.lines) if not _is_comment(line))
    lines = (*last.lines[:own], *tail.lines, *last.lines[own:])
    frozen = frozenset(i + len(tail.lines) for i in last.frozen)  # comments hold no strings
    return [*pieces[:-2], Piece(lines=lines, frozen=frozen)]


def result_name(plan: Plan, function: Function) -> str:
    """Return the name of the record that a function with many outputs returns, else ""."""
    outputs = returned(function)
    if len(outputs) <= 3 or value_of(function) is not None:
        return ""
    if any(n.startswith("_") or n in ("count", "index") for n in outputs):
        return ""
    taken = {*plan.program.binders, *(f.name for f in plan.functions), "Any", "NamedTuple"}
    words = "".join(word.capitalize() for word in function.name.split("_"))
    return naming.free(f"{words}Result", taken, suffix="record")


def _result(plan: Plan, function: Function) -> str:
    """Return the record of a function's outputs: a tuple whose parts have names."""
    fields = "\n".join(f"    {name}: Any" for name in returned(function))
    doc = f'    """What `{function.name}` returns."""'
    return f"class {result_name(plan, function)}(NamedTuple):\n{doc}\n\n{fields}"


def shower(plan: Plan, shown: Shown) -> str:
    """Return the callee that shows a value as the end of a cell does.

    `display` where the value is never None; else `sys.displayhook`, which shows nothing for None.
    """
    if shown.certain and "display" not in plan.program.binders:
        return "display"
    return f"{_sys(plan)}.displayhook"


def _sys(plan: Plan) -> str:
    own = plan.program.binders.keys() - plan.known.imports.keys()
    return naming.free("sys", own, suffix="module")


def _wrapped(plan: Plan, part: Part, head: str, tail: str) -> Piece:
    code = plan.program.at(part.cell).code
    assert isinstance(code, CellCode) and part.trailing is not None
    return wrapped(code.text, code.tree, part.trailing, head, tail)


def documented(text: str) -> str:
    """Return the first line of a function's docstring."""
    return re.sub(r"\s+", " ", text.strip().split("\n", 1)[0])
