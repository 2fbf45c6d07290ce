"""Copies that are functions: one function has their common body, and each of them calls it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from jupyter_promote.checks.unify import alignment, interface, names, rendering, template
from jupyter_promote.checks.unify.arguments import Around, immutable
from jupyter_promote.checks.unify.copies import Copy, Place
from jupyter_promote.checks.unify.obstacle import Blocked, Obstacle, said
from jupyter_promote.checks.unify.proposal import Proposal
from jupyter_promote.checks.unify.template import Hole, Template
from jupyter_promote.flow import scopes, trees
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.program import Program
from jupyter_promote.promotion import body, formatting, naming
from jupyter_promote.source import magics
from jupyter_promote.source.magics import CellCode

Function = ast.FunctionDef | ast.AsyncFunctionDef


def are(copies: Sequence[Copy]) -> bool:
    """True where every copy is one function."""
    return all(len(c.statements) == 1 and isinstance(c.statements[0], Function) for c in copies)


def check_kinds(copies: Sequence[Copy]) -> None:
    """Refuse lines of which one copy has made a function.

    Raises:
        Blocked: one of the copies is a function, another is none.
    """
    wrapped = next((c for c in copies if are([c])), None)
    plain = next(
        (c for c in copies if not any(isinstance(s, Function) for s in c.statements)), None
    )
    if wrapped is not None and plain is not None:
        name = _definition(wrapped).name
        raise Blocked(
            Obstacle(
                code="not-alike",
                message=f"the copy in cell {wrapped.cell + 1} is the function {name!r}, this one is none",
                cell=plain.cell,
                line=plain.first,
                hint=f"call {name!r} here",
            )
        )


def propose(program: Program, copies: Sequence[Copy]) -> Proposal:
    """Return the function that has the common body of the functions that the copies are.

    Each keeps its name, arguments, defaults and docstring, and calls it.

    Raises:
        Blocked: they differ in what can be no parameter.
    """
    divided = interface.split(program, copies)
    interface.flaws(divided)
    known = divided.around
    definitions = [_definition(c) for c in copies]
    _check_headers(copies, definitions)
    bodies = [
        Copy(cell=c.cell, statements=tuple(_code_of(d)))
        for c, d in zip(copies, definitions, strict=True)
    ]
    alignment.align(bodies, whole=True)
    found = template.match(bodies, [_around(program, d, known) for d in definitions])
    _check_late(program, copies[0], definitions[0], found)
    filled = names.of_holes(
        found, known, {*program.binders, *program.mentions, *_bound(definitions[0])}
    )
    name = _name(program, definitions)
    cells: dict[int, dict[Copy, str]] = {}
    for number, copy in enumerate(copies):
        wrapper = _wrapper(program, copy, definitions[number], name, filled, number)
        cells.setdefault(copy.cell, {})[copy] = wrapper
    source = divided.code.at(divided.groups[0].cells[0]).cell.source
    return Proposal(
        name=name,
        source=_common(source, definitions[0], name, filled),
        above=copies[0].cell,
        cells={cell: rendering.replaced_in(program, cell, made) for cell, made in cells.items()},
        places=tuple(Place(cell=c.cell, first=c.first, last=c.last) for c in copies),
        inputs=tuple(_arguments(definitions[0])),
        parameters=tuple(dict.fromkeys(filled.values())),
        outputs=(),
    )


def _definition(copy: Copy) -> Function:
    found = copy.statements[0]
    assert isinstance(found, Function)
    return found


def _code_of(node: Function) -> list[ast.stmt]:
    """Return the statements of a function without its docstring."""
    match node.body[0]:
        case ast.Expr(value=ast.Constant(value=str())):
            return node.body[1:]
    return node.body


def _check_headers(copies: Sequence[Copy], definitions: Sequence[Function]) -> None:
    """Refuse functions that could not pass on what they are given."""
    shapes = {
        tuple(len(part) for part in _parts(d.args)) + (type(d).__name__,) for d in definitions
    }
    for copy, node in zip(copies, definitions, strict=True):
        problem = ""
        if len(shapes) > 1:
            problem = "the functions take different arguments"
        elif not _code_of(node) or _code_of(node)[0].lineno == node.lineno:
            problem = "the function has no body of its own lines"
        elif any(isinstance(n, ast.Nonlocal) for n in trees.walk(node)):
            problem = "`nonlocal` changes variables of another function"
        elif isinstance(node, ast.AsyncFunctionDef) and _yields(node):
            problem = "an asynchronous generator can't be passed on"
        if problem:
            raise Blocked(
                Obstacle(
                    code="not-alike",
                    message=problem,
                    cell=copy.cell,
                    line=node.lineno,
                    hint="give them the same arguments" if len(shapes) > 1 else "",
                )
            )


def _check_late(program: Program, copy: Copy, node: Function, found: Template) -> None:
    """Refuse arguments that the body would read later than the call."""
    written = {n for c in program.cells for s in c.statements for n in scopes.global_writes(s)}
    for hole in found.holes:
        names_in = {n.id for e in hole.nodes for n in trees.walk(e) if isinstance(n, ast.Name)}
        lazy = _yields(node) and not all(immutable(n) for n in hole.nodes)
        if lazy or names_in & written:
            what = (
                f"{said(hole.nodes[0])} is read while the function runs, and may change until then"
            )
            line = hole.nodes[0].lineno
            raise Blocked(Obstacle(code="not-alike", message=what, cell=copy.cell, line=line))


def _parts(args: ast.arguments) -> tuple[list[ast.arg], ...]:
    return (
        args.posonlyargs, args.args, [args.vararg] if args.vararg else [], args.kwonlyargs,
        [args.kwarg] if args.kwarg else [],
    )  # fmt: skip


def _yields(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in trees.walk(node))


def _bound(node: Function) -> frozenset[str]:
    args = {a.arg for part in _parts(node.args) for a in part}
    return frozenset(args | scopes.bound_inside(node) | scopes.bound_names(node.body))


def _around(program: Program, node: Function, known: Surroundings) -> Around:
    return Around(
        statements=tuple(_code_of(node)),
        bound=_bound(node),
        local=True,
        given=tuple(a.arg for part in _parts(node.args) for a in part),
        binders={name: len(places) for name, places in program.binders.items()},
        known=known,
    )


def _name(program: Program, definitions: Sequence[Function]) -> str:
    """Return a free name: what the functions' names have in common, else that of the first."""
    shared = naming.identifier(names.common_words([d.name for d in definitions]), fallback="")
    taken = set(program.binders) | set(program.mentions)
    return naming.free(shared or definitions[0].name, taken, suffix="common")


def _arguments(node: Function) -> list[str]:
    """Return the arguments as the common function declares them: no defaults, no annotations."""
    positional, more, named, rest = _arguments_by_kind(node)
    return [*positional, *(f"*{n}" for n in more), *named, *(f"**{n}" for n in rest)]


def _arguments_by_kind(node: Function) -> tuple[list[str], list[str], list[str], list[str]]:
    only, plain, more, named, rest = ([a.arg for a in part] for part in _parts(node.args))
    return [*only, *plain], more, named, rest


def _common(source: str, node: Function, name: str, filled: Mapping[Hole, str]) -> str:
    """Return the definition of the common function; `source` holds the first copy alone."""
    parsed = magics.parse(rendering.edited(source, filled))
    assert isinstance(parsed, CellCode), "an edit of ours does not parse"
    made = parsed.tree.body[0]
    assert isinstance(made, Function)
    code = _code_of(made)
    text = parsed.text.split("\n")
    lines = text[_begins(text, code[0]) : body.end_line(made)]
    positional, more, named, rest = _arguments_by_kind(node)
    own = [*named, *dict.fromkeys(filled.values())]
    star = [f"*{n}" for n in more] or (["*"] if own else [])
    arguments = ", ".join([*positional, *star, *own, *(f"**{n}" for n in rest)])
    define = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return formatting.shaped("\n".join([f"{define} {name}({arguments}):", *lines])).rstrip("\n")


def _begins(lines: Sequence[str], first: ast.stmt) -> int:
    """Return the index of the line with which a body begins, the comments above it included."""
    at = body.start_line(first) - 1
    while not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _wrapper(
    program: Program,
    copy: Copy,
    node: Function,
    name: str,
    filled: Mapping[Hole, str],
    number: int,
) -> str:
    """Return one of the functions, calling the common one."""
    code = program.at(copy.cell).code
    assert isinstance(code, CellCode)
    lines = code.text.split("\n")
    first = _code_of(node)[0]
    head = lines[body.start_line(node) - 1 : _begins(lines, first)]
    positional, more, named, rest = _arguments_by_kind(node)
    passed: dict[str, str] = {}
    for hole, parameter in filled.items():
        passed.setdefault(parameter, rendering.argument(lines, hole, number))
    given = [*positional, *(f"*{n}" for n in more)]
    given += [f"{own}={own}" for own in named]
    given += [f"{parameter}={text}" for parameter, text in passed.items()]
    given += [f"**{n}" for n in rest]
    waits = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    call = f"return {waits}{name}({', '.join(given)})"
    return formatting.shaped("\n".join([*head, f"{' ' * first.col_offset}{call}"])).rstrip("\n")
