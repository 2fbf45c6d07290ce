"""Functions that read variables of the notebook get them as arguments, and their calls pass them.

A rewriting of the notebook's own code, before anything is planned: what it gives does the same.
A function is left alone where an argument could not mean the notebook's variable.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_promote.flow import effects, program, scopes, trees
from jupyter_promote.flow.bindings import BUILTINS
from jupyter_promote.flow.escapes import IMMEDIATE
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.flow.strings import dotted
from jupyter_promote.source import magics
from jupyter_promote.source.magics import CellCode

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A place that reads a lifted function's name: called there, or used as a value.

    `shadowed` are names that scopes around it bind; `immediate` says that the value is used up at
    once, `within` that the place is in a definition, which runs later.
    """

    cell: int
    node: ast.Name
    call: ast.Call | None
    shadowed: frozenset[str]
    immediate: bool
    within: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """Replace the text from one place to another; lines are one-based, columns count bytes."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def lift(
    code: Program, cells: Collection[int], helpers: Collection[int], settled: Collection[str]
) -> Program:
    """Return the program in which functions of `cells` take notebook variables as arguments.

    Functions of the cells `helpers` do, too, where code in `cells` needs them. `settled` are names
    that resolve on module level (imports, movable definitions).
    """
    wanted = _wanted(code, cells, helpers, settled)
    if not wanted:
        return code
    edits: dict[int, list[_Edit]] = {}
    partial_in: set[int] = set()
    for name, names in wanted.items():
        place = code.binders[name][0]
        assert isinstance(place.node, Definition)
        edits.setdefault(place.cell, []).append(_header(code, place.cell, place.node, names))
        for use in _uses(code, name):
            given = ", ".join(f"{n}={n}" for n in names)
            edits.setdefault(use.cell, []).append(_use(code, use, given))
            if use.call is None:
                partial_in.add(use.cell)
    changed = {i: _edited(code.at(i), found, i in partial_in) for i, found in edits.items()}
    return program.with_sources(code, changed)


def _wanted(
    code: Program, cells: Collection[int], helpers: Collection[int], settled: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the functions to be lifted, each with the variables that it gets."""
    candidates = dict(_candidates(code))
    reads = {n: _variables(code, d, settled, candidates) for n, d in candidates.items()}
    called = {n: scopes.free_names(d) & candidates.keys() for n, d in candidates.items()}
    while True:
        grown = {n: names.union(*(reads[m] for m in called[n])) for n, names in reads.items()}
        if grown == reads:
            break
        reads = grown
    needed = _needed(code, cells, called)
    homes = {n: code.binders[n][0].cell for n, names in reads.items() if names}
    lifted = {n for n, home in homes.items() if home in cells or (home in helpers and n in needed)}
    while True:
        bad = {n for n in lifted if not _liftable(code, n, reads, lifted, candidates)}
        if not bad:
            return {n: tuple(sorted(reads[n])) for n in sorted(lifted)}
        lifted -= bad


def _needed(
    code: Program, cells: Collection[int], called: Mapping[str, Collection[str]]
) -> set[str]:
    """Return the functions that code in `cells` calls, directly or through others."""
    todo = code.mentioned(called, cells)
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += called[name]
    return found


def _candidates(code: Program) -> Iterator[tuple[str, Definition]]:
    for name, places in code.binders.items():
        node = places[0].node
        if len(places) != 1 or not isinstance(node, Definition) or node.decorator_list:
            continue
        if not code.at(places[0].cell).magics and not scopes.global_writes(node):
            yield name, node


def _variables(
    code: Program, node: Definition, settled: Collection[str], candidates: Mapping[str, Definition]
) -> frozenset[str]:
    free = scopes.free_names(node) - {node.name}
    names = {n for n in free if n in code.binders and n not in settled and n not in candidates}
    return frozenset(names)


def _liftable(
    code: Program,
    name: str,
    reads: Mapping[str, frozenset[str]],
    lifted: Collection[str],
    candidates: Mapping[str, Definition],
) -> bool:
    node, names = candidates[name], reads[name]
    if effects.dynamic_uses([node]) or any(n in BUILTINS for n in names):
        return False
    free = scopes.free_names(node)
    if any(m in candidates and reads[m] and m not in lifted for m in free):
        return False  # it calls a function that stays
    if any(n not in code.binders and n not in BUILTINS for n in free):
        return False
    first = code.binders[name][0].cell
    for variable in names:
        binders = code.binders[variable]
        if any(isinstance(b.node, ast.Delete) for b in binders):
            return False
        if len(binders) > 1 and _reads_later(node, variable):
            return False
    uses = list(_uses(code, name))
    if not all(_usable(code, use, names, lifted, first) for use in uses):
        return False
    return not _mentioned_elsewhere(code, name)


def _reads_later(node: Definition, name: str) -> bool:
    """True where the function may read `name` after it has returned: a generator, a closure."""
    if isinstance(node, ast.AsyncFunctionDef):
        return True
    for inner in trees.walk(node):
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return True
        if inner is node or not isinstance(
            inner, Definition | ast.Lambda | ast.GeneratorExp | ast.ClassDef
        ):
            continue
        if name in scopes.free_names(inner):
            return True
    return False


def _usable(
    code: Program, use: Use, names: frozenset[str], lifted: Collection[str], first: int
) -> bool:
    if use.shadowed & names or code.at(use.cell).magics:
        return False
    if not use.within and not all(_bound_above(code, n, use) for n in names):
        return False
    if use.call is not None:
        lone = len(use.call.args) == 1 and not use.call.keywords
        return not (lone and isinstance(use.call.args[0], ast.GeneratorExp))
    if "functools" in code.binders and not all(
        isinstance(b.node, ast.Import) for b in code.binders["functools"]
    ):
        return False
    if use.immediate:
        return True
    return not any(b.cell >= use.cell and b.cell > first for n in names for b in code.binders[n])


def _bound_above(code: Program, name: str, use: Use) -> bool:
    """True where a plain statement above the use binds the variable on every path."""
    plain = ast.Assign | ast.AnnAssign | ast.With | ast.AugAssign | Definition | ast.ClassDef
    place = (use.cell, use.node.lineno)
    above = (b for b in code.binders[name] if (b.cell, b.node.lineno) < place)
    return any(isinstance(b.node, plain) for b in above)


def _mentioned_elsewhere(code: Program, name: str) -> bool:
    """True where magics, attributes, comparisons or strings may need the function as it is."""
    if name in code.looked_up:
        return True
    for index in code.mentions.get(name, ()):
        for node in (n for s in code.at(index).statements for n in trees.walk(s)):
            match node:
                case ast.Attribute(value=ast.Name(id=found)) if found == name:
                    return True
                case ast.Compare(left=left, comparators=rest):
                    if any(isinstance(p, ast.Name) and p.id == name for p in (left, *rest)):
                        return True
                case ast.Call(func=func, args=args) if "inspect" in dotted(func) or dotted(
                    func
                ) in ("help", "id", "hash"):
                    if any(isinstance(a, ast.Name) and a.id == name for a in args):
                        return True
    return False


def _uses(code: Program, name: str) -> Iterator[Use]:
    for index in code.mentions.get(name, ()):
        for statement in code.at(index).statements:
            within = isinstance(statement, Definition | ast.ClassDef)
            for use in _uses_in(statement, name, index, frozenset(), None, immediate=False):
                yield replace(use, within=within)


def _uses_in(
    node: ast.AST,
    name: str,
    cell: int,
    shadowed: frozenset[str],
    call: ast.Call | None,
    *,
    immediate: bool,
) -> Iterator[Use]:
    if isinstance(node, ast.Name):
        if node.id == name and isinstance(node.ctx, ast.Load) and name not in shadowed:
            yield Use(cell=cell, node=node, call=call, shadowed=shadowed, immediate=immediate)
        return
    inner = shadowed
    if isinstance(node, Definition | ast.Lambda | ast.ClassDef):
        inner = shadowed | _bound_in(node) if getattr(node, "name", "") != name else shadowed
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        inner = shadowed | {
            n.id for g in node.generators for n in trees.walk(g.target) if isinstance(n, ast.Name)
        }
    for child in ast.iter_child_nodes(node):
        called = node if isinstance(node, ast.Call) and child is node.func else None
        used_up = isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in IMMEDIATE
        yield from _uses_in(child, name, cell, inner, called, immediate=used_up)


def _bound_in(node: Definition | ast.Lambda | ast.ClassDef) -> frozenset[str]:
    if isinstance(node, ast.ClassDef):
        return scopes.bound_names(node.body)
    args = node.args
    parameters = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    body = scopes.bound_names(node.body) if not isinstance(node, ast.Lambda) else frozenset()
    return frozenset(a.arg for a in parameters if a is not None) | body


# the text


def _header(code: Program, cell: int, node: Definition, names: Sequence[str]) -> _Edit:
    """Return the edit that adds keyword-only parameters to a `def`."""
    args = node.args
    keyword_only = args.vararg is not None or bool(args.kwonlyargs)
    added = ", ".join([*([] if keyword_only else ["*"]), *names])
    lines = _lines(code, cell)
    tokens = _tokens_from(lines, node.lineno, node.col_offset)
    opening = next(i for i, t in enumerate(tokens) if t.string == "(")
    closing = _closing(tokens, opening)
    if args.kwarg is not None:
        depth, at = 0, closing
        for i in range(opening, closing):
            depth += (
                (tokens[i].string in "([{") - (tokens[i].string in ")]}")
                if tokens[i].type == tokenize.OP
                else 0
            )
            if depth == 1 and tokens[i].string == "**":
                at = i
        return _insert(lines, tokens[at].start, f"{added}, ")
    return _before_closing(lines, tokens, closing, added)


def _use(code: Program, use: Use, given: str) -> _Edit:
    lines = _lines(code, use.cell)
    if use.call is None:
        node = use.node
        end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        return _Edit(
            start=(node.lineno, node.col_offset),
            end=end,
            text=f"functools.partial({node.id}, {given})",
        )
    tokens = _tokens_from(lines, use.node.end_lineno or 1, use.node.end_col_offset or 0)
    return _before_closing(lines, tokens, _closing(tokens, 0), given)


def _before_closing(
    lines: list[str], tokens: list[tokenize.TokenInfo], closing: int, text: str
) -> _Edit:
    before = closing - 1
    while tokens[before].type in (tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE):
        before -= 1
    last = tokens[before].string
    head = "" if last == "(" else " " if last == "," else ", "
    return _insert(lines, tokens[before].end, head + text)


def _insert(lines: list[str], place: tuple[int, int], text: str) -> _Edit:
    line, column = place
    at = (line, len(lines[line - 1][:column].encode()))
    return _Edit(start=at, end=at, text=text)


def _tokens_from(lines: list[str], line: int, column: int) -> list[tokenize.TokenInfo]:
    """Return the tokens from a place on, up to the bracket that closes the first one opened."""
    skipped = lines[line - 1].encode()[:column].decode()
    text = "\n".join([" " * len(skipped) + lines[line - 1][len(skipped) :], *lines[line:]])
    found: list[tokenize.TokenInfo] = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text.lstrip(" ")).readline):
        shift = len(text) - len(text.lstrip(" ")) if token.start[0] == 1 else 0
        end_shift = len(text) - len(text.lstrip(" ")) if token.end[0] == 1 else 0
        start = (token.start[0] + line - 1, token.start[1] + shift)
        end = (token.end[0] + line - 1, token.end[1] + end_shift)
        found.append(token._replace(start=start, end=end))
        if token.type == tokenize.OP and token.string in "([{":
            depth += 1
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
            if depth == 0:
                break
    return found


def _closing(tokens: list[tokenize.TokenInfo], opening: int) -> int:
    return len(tokens) - 1


def _lines(code: Program, cell: int) -> list[str]:
    found = code.at(cell).code
    assert isinstance(found, CellCode)
    return found.text.split("\n")


def _edited(one: CodeCell, edits: Sequence[_Edit], needs_partial: bool) -> CodeCell:
    assert isinstance(one.code, CellCode)
    lines = [line.encode() for line in one.code.text.split("\n")]
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        (line, column), (last, end) = edit.start, edit.end
        rest = lines[last - 1][end:]
        lines[line - 1 : last] = [lines[line - 1][:column] + edit.text.encode() + rest]
    text = b"\n".join(lines).decode()
    parsed = magics.parse(f"import functools\n{text}" if needs_partial else text)
    assert isinstance(parsed, CellCode), "an edit of ours does not parse"
    return replace(one, code=parsed)
