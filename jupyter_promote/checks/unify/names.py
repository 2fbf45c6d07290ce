"""Names for the common function and its parameters, taken from the code."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from jupyter_promote.checks.unify.arguments import immutable
from jupyter_promote.checks.unify.interface import Split
from jupyter_promote.checks.unify.template import Hole, Template
from jupyter_promote.flow import dataflow, drawing, scopes
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.strings import dotted
from jupyter_promote.promotion import naming, titles
from jupyter_promote.promotion.cuts import Stretch
from jupyter_promote.promotion.kinds import Kind

# Around a piece of a value, the name for the whole will do.
TRANSPARENT = ast.JoinedStr | ast.FormattedValue | ast.UnaryOp
TITLES = {
    "title": "title", "set_title": "title", "suptitle": "title", "xlabel": "x_label",
    "set_xlabel": "x_label", "ylabel": "y_label", "set_ylabel": "y_label", "print": "text",
    "groupby": "column", "sort_values": "column", "query": "condition", "savefig": "path",
    "open": "path", "range": "count", "seed": "seed", "figure": "size", "subplots": "size",
}  # fmt: skip


def of_function(
    divided: Split, number: int, wanted: AbstractSet[str], variables: Mapping[str, Sequence[str]]
) -> str:
    """Return a free name for the function whose body is the code of copy `number`.

    `wanted` are the variables that it gives; one that gives none is named after what it binds,
    unless it draws. `variables` holds their names in all copies: what these have in common counts.
    """
    code, around = divided.code, divided.around
    one = code.at(divided.groups[number].cells[0])
    if not wanted and not drawing.may_draw(one.statements, around):
        wanted = scopes.bound_names(one.statements)
    unit = dataflow.unit(one.index, None, one.statements, lazy=False)
    above = (c for c in code.notebook.cells[: one.index] if c.kind == "markdown")
    heading = next((h for c in reversed(list(above)) if (h := naming.heading(c.source))), "")
    stretch = Stretch(kinds=(Kind(cell=one, word="code", unit=unit),), heading=heading, main=False)
    taken = set(code.binders) | set(code.mentions)
    name = titles.of_stretch(stretch, around, wanted, taken)[0]
    verb, _, thing = name.partition("_")
    own = variables.get(thing, ())
    shared = common_words(own) if len(set(own)) > 1 else ""
    return naming.free(f"{verb}_{shared}", taken) if shared else name


def of_holes(found: Template, around: Surroundings, taken: set[str]) -> dict[Hole, str]:
    """Return the parameter of each hole; holes with the same immutable values share one."""
    known: dict[tuple[str, ...], str] = {}
    filled: dict[Hole, str] = {}
    used = set(taken)
    for hole in found.holes:
        key = tuple(ast.dump(n) for n in hole.nodes)
        shared = all(isinstance(n, ast.Name) or immutable(n) for n in hole.nodes)
        name = known.get(key) if shared else None
        if name is None:
            name = _of_parameter(hole, around, used)
            used.add(name)
            known[key] = name
        filled[hole] = name
    return filled


def _of_parameter(hole: Hole, around: Surroundings, taken: AbstractSet[str]) -> str:
    """Return a free name for the parameter that fills a hole."""
    wanted = _wanted(hole, around)
    plain = naming.identifier(wanted, fallback="value") if wanted else "value"
    if plain not in taken and not naming.reserved(plain):
        return plain
    number = 2
    while f"{plain}_{number}" in taken:
        number += 1
    return f"{plain}_{number}"


def _wanted(hole: Hole, around: Surroundings) -> str:
    node = hole.nodes[0]
    named = _common(hole.nodes)
    if named:
        return named
    above = [level[0] for level in reversed(hole.path)]
    for parent, child in zip(above, [node, *above], strict=False):
        found = _by_parent(parent, child, around)
        if found or not isinstance(parent, TRANSPARENT):
            return found or _by_kind(node)
    return _by_kind(node)


def _common(nodes: Sequence[ast.expr]) -> str:
    """Return what the names, attributes or called functions have in common."""
    names = [re.sub(r"\d+$", "", _last(n)) for n in nodes]
    if not all(names):
        return ""
    if len(set(names)) == 1:
        return names[0].strip("_")
    shared = common_words(names)
    if shared:
        return shared
    return "function" if all(isinstance(n, ast.Attribute) for n in nodes) else ""


def common_words(names: Sequence[str]) -> str:
    """Return the words with which all names begin, or with which all end."""
    words = [re.sub(r"\d+$", "", n).strip("_").split("_") for n in names]
    front = os.path.commonprefix(words)
    back = os.path.commonprefix([w[::-1] for w in words])[::-1]
    return "_".join(front or back)


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
    return ""


def _by_parent(parent: ast.AST, child: ast.AST, around: Surroundings) -> str:
    match parent:
        case ast.keyword(arg=str(name)):
            return name
        case ast.Subscript(slice=index) if index is child:
            return "column" if _is_text(child) else "index"
        case ast.Slice(lower=lower):
            return "start" if lower is child else "stop"
        case ast.arguments():
            return _of_default(parent, child)
        case ast.Compare() if isinstance(child, ast.Constant):
            return "threshold" if not _is_text(child) else "label"
        case ast.Call(args=args) if child in args:
            return _by_call(parent, args.index(child), around)
        case ast.Call(func=func) if func is child:
            return "function"
        case ast.Assign(targets=[ast.Name(id=name)]):
            return f"{name}_value"
    return ""


def _of_default(node: ast.arguments, child: ast.AST) -> str:
    """Return the name of the argument whose default it is."""
    positional = [*node.posonlyargs, *node.args]
    pairs = [*zip(reversed(positional), reversed(node.defaults), strict=False)]
    pairs += [(a, d) for a, d in zip(node.kwonlyargs, node.kw_defaults, strict=True) if d]
    return next((a.arg for a, default in pairs if default is child), "")


def _by_call(call: ast.Call, index: int, around: Surroundings) -> str:
    callee = dotted(call.func)
    defined = getattr(around.functions.get(callee), "body", [])
    for node in (n for n in defined if isinstance(n, ast.FunctionDef)):
        if index < len(node.args.args):
            return node.args.args[index].arg
    last = callee.rpartition(".")[2]
    if last.startswith("read_") and index == 0:
        return "path"
    return TITLES.get(last, "") if index == 0 else ""


def _by_kind(node: ast.expr) -> str:
    if _is_text(node):
        return "text"
    return (
        "number" if isinstance(node, ast.Constant) and type(node.value) in (int, float) else "value"
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
