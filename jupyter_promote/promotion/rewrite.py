"""The thin notebook: promoted groups replaced by import and call, all else as it was."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from jupyter_promote.promotion import definitions, formatting, module
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.body import end_line, segment, start_line
from jupyter_promote.promotion.plan import Function, Plan
from jupyter_promote.promotion.project import Target
from jupyter_promote.source.magics import CellCode

RawCell = dict[str, Any]
PROMOTE_TAGS = ("promote", "imports", "functions", "block")  # ours and Kale's


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Names that the thin notebook needs: `moved` from the module, `imports` by their own line."""

    moved: Mapping[int, tuple[str, ...]]
    imports: Mapping[int, tuple[str, ...]]


def render(plan: Plan, target: Target) -> Artifact:
    """Return the thin notebook as a file, outputs cleared."""
    content = json.loads(json.dumps(plan.notebook.content))
    for cell in plan.notebook.cells:
        if cell.roles.parameters and "parameters" not in cell.tags:  # papermill looks for this one
            content["cells"][cell.index]["metadata"]["tags"] = [*cell.tags, "parameters"]
    cells = list(_cells(plan, target, content["cells"]))
    content["cells"] = _with_path(cells, target, minor=content.get("nbformat_minor", 0))
    for cell in content["cells"]:
        cell["source"] = _by_line(cell["source"])
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return Artifact(path=target.notebook, text=text, language="json")


def _by_line(source: str) -> list[str]:
    """Return a cell's source as files hold it, line by line, so that differences can be read."""
    lines = source.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def call_of(plan: Plan, target: Target, function: Function) -> tuple[str, str]:
    """Return (the import line, the callee) for a function in the thin notebook."""
    if function.name not in plan.program.binders:
        return f"from {target.home(function.name)} import {function.name}", function.name
    taken = set(plan.program.binders)
    alias = target.module if target.module not in taken else f"{target.module}_module"
    while alias in taken:
        alias += "_"
    renamed = f" as {alias}" if alias != target.module else ""
    line = (
        f"from {target.package} import {target.module}{renamed}"
        if target.package
        else f"import {target.module}{renamed}"
    )
    return line, f"{alias}.{function.name}"


def call_text(plan: Plan, function: Function, callee: str, *, defaults: bool = False) -> str:
    """Return the statement that calls the function and binds what it returns.

    With `defaults`, parameters that have a default are left to it.
    """
    passed = [p for p in function.parameters if not (defaults and p.default is not None)]
    given = [*function.inputs, *(f"{p.name}={p.name}" for p in passed)]
    waits = "await " if function.awaits else ""
    call = f"{waits}{callee}({', '.join(given)})"
    outputs = list(function.outputs)
    if module.value_of(function) is not None:
        bound = outputs or function.deleted
        outputs = [*outputs, module.shown_name(plan, function)] if bound else []
    return f"{', '.join(outputs)} = {call}" if outputs else call


def _cells(plan: Plan, target: Target, raw: list[RawCell]) -> Iterator[RawCell]:
    by_position = {f.position: f for f in plan.functions}
    grouped = {i for g in plan.groups for i in g.cells}
    needed = _needed(plan)
    for index, cell in enumerate(raw):
        if cell["cell_type"] != "code":
            yield cell
            continue
        header = _header(plan, target, needed, index, grouped)
        if index in plan.removed:
            continue
        if index in by_position:
            yield from _call_cells(plan, target, by_position[index], cell, header)
        elif index in grouped:
            if header:
                yield _cell(cell, "\n".join(header))
        else:
            yield _kept(plan, target, cell, index)


def _call_cells(
    plan: Plan, target: Target, function: Function, cell: RawCell, header: list[str]
) -> Iterator[RawCell]:
    line, callee = call_of(plan, target, function)
    own = [m.text for p in function.parts for m in plan.program.at(p.cell).magics if m.kept]
    imports = _merged([line, *header])
    call = formatting.cell(call_text(plan, function, callee))
    text = [*own, *([""] if own else []), *imports, "", call]
    after = [s for s in function.shown if s.fate == "after"]
    last = function.parts[-1].cell
    if len(after) == 1 and after[0].cell == last and not function.deleted:
        text.append(_source(plan, after.pop().cell, function))
    if function.deleted:
        text.append(f"del {', '.join(function.deleted)}")
    if module.value_of(function) is not None and (function.outputs or function.deleted):
        text.append(module.shown_name(plan, function))
    yield _cell(cell, "\n".join(text).strip("\n"))
    for i, shown in enumerate(after):
        yield _cell(cell, _source(plan, shown.cell, function), suffix=f"-shown-{i + 1}")


def _source(plan: Plan, cell: int, function: Function) -> str:
    shown = next(s for s in function.shown if s.cell == cell)
    code = plan.program.at(cell).code
    assert isinstance(code, CellCode)
    text = segment(code.text.split("\n"), shown.node)
    return formatting.cell(f"({text})") if "\n" in text else text


def _cell(like: RawCell, source: str, *, suffix: str = "") -> RawCell:
    made = copy.deepcopy(like)
    made |= {"source": source, "outputs": [], "execution_count": None}
    if "id" in made and suffix:
        made["id"] = f"{made['id'][: 64 - len(suffix)]}{suffix}"
    tags = [t for t in made["metadata"].get("tags", []) if t.partition(":")[0] not in PROMOTE_TAGS]
    made["metadata"].pop("tags", None)
    if tags:
        made["metadata"]["tags"] = tags
    return made


def _kept(plan: Plan, target: Target, cell: RawCell, index: int) -> RawCell:
    """Return a cell that stays; definitions that moved are replaced by their import."""
    gone = [d for d in plan.definitions if d.cell == index]
    made = copy.deepcopy(cell)
    made |= {"outputs": [], "execution_count": None}
    if not gone and index not in plan.program.rewritten:
        return made
    code = plan.program.at(index).code
    assert isinstance(code, CellCode)
    lines = code.text.split("\n")
    for found in sorted(gone, key=lambda d: -d.node.lineno):
        line = f"from {target.home(found.name)} import {found.name}"
        lines[start_line(found.node) - 1 : end_line(found.node)] = [line]
    made["source"] = "\n".join(lines)
    return made


def _header(plan: Plan, target: Target, needed: _Names, index: int, grouped: set[int]) -> list[str]:
    """Return import lines that the thin notebook needs at the cell `index` of a group."""
    if index not in grouped:
        return []
    moved = needed.moved.get(index, ())
    lines = [
        f"from {home} import {', '.join(n for n in moved if target.home(n) == home)}"
        for home in sorted({target.home(n) for n in moved})
    ]
    return list(dict.fromkeys([*needed.imports.get(index, ()), *lines]))


def _merged(lines: Iterable[str]) -> list[str]:
    """Return import lines, those from one module joined, plain imports of others first."""
    members: dict[str, list[str]] = {}
    plain: list[str] = []
    for line in lines:
        head, found, names = line.partition(" import ")
        if found and head.startswith("from ") and "__future__" not in head:
            members.setdefault(head, []).extend(n.strip() for n in names.split(","))
        else:
            plain.append(line)
    joined = [
        f"{head} import {', '.join(sorted(dict.fromkeys(names)))}"
        for head, names in members.items()
    ]
    return [*dict.fromkeys(plain), *joined]


def _needed(plan: Plan) -> _Names:
    """Return what the cells of groups must import, because their own imports and definitions moved."""
    moved: dict[int, tuple[str, ...]] = {}
    imports: dict[int, tuple[str, ...]] = {}
    used = module.used_imports(plan)
    place = {i: f.position for f in plan.functions for i in f.group.cells}
    for group in plan.groups:
        for index in group.cells:
            home = _home(plan, index, place.get(index, index))
            wanted = _wanted_after(plan, index)
            own = [d.name for d in plan.definitions if d.cell == index and d.name in wanted]
            moved[home] = (*moved.get(home, ()), *own)
            lines = list(_import_lines(plan, index, wanted, set(used)))
            imports[home] = (*imports.get(home, ()), *lines)
    return _Names(moved=moved, imports=imports)


def _home(plan: Plan, index: int, position: int) -> int:
    """Return where the names of cell `index` are imported: at the call, or at once if read between."""
    low, high = sorted((index, position))
    between = any(u.group is None and low < u.position < high for u in plan.units)
    return index if between or position < index else position


def _wanted_after(plan: Plan, index: int) -> set[str]:
    """Return the names that cells which stay, displays and shown values read."""
    names: set[str] = set()
    for unit in plan.units:
        if unit.group is None:
            names |= set(unit.names.reads) | unit.names.hints
            names |= {n for late in unit.names.deferred for n in late.reads}
        names |= unit.extra_reads
    for one in plan.program.cells:
        if one.magics:
            names |= {n.id for s in one.statements for n in ast.walk(s) if isinstance(n, ast.Name)}
    return names


def _import_lines(plan: Plan, index: int, wanted: set[str], used: set[str]) -> Iterator[str]:
    for statement in plan.program.at(index).statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            yield ast.unparse(statement)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for one in definitions.of_statement(statement, index, 0):
                hoisted = one.name in plan.known.imports
                if hoisted and (one.name in wanted or one.name not in used):
                    yield one.line


def _with_path(cells: Sequence[RawCell], target: Target, *, minor: int) -> list[RawCell]:
    """Return the cells with one before the first import that makes the module findable."""
    found = list(cells)
    first = next(
        (i for i, c in enumerate(found) if c["cell_type"] == "code" and _imports_module(c, target)),
        None,
    )
    if first is None:
        return found
    up = "/".join([".."] * len(PurePosixPath(target.notebook).parent.parts))
    folder = f"{up}/{target.root}" if target.root else up
    source = (
        f"import os\nimport sys\n\n# Finds `{target.package or target.module}` beside this notebook"
        f" where it is not installed.\nsys.path.append(os.path.abspath({folder!r}))".replace(
            "'", '"'
        )
    )
    made: RawCell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    if minor >= 5:
        made["id"] = "find-module"
    found.insert(first, made)
    return found


def _imports_module(cell: RawCell, target: Target) -> bool:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    heads = (
        *(f"from {home} import" for home in {target.dotted, *map(target.home, target.loans)}),
        f"from {target.package} import {target.module}",
        f"import {target.module}",
    )
    return any(line.startswith(heads) for line in source.split("\n"))
