"""Promoting again: hand edits and new cells brought together, line by line, or a conflict.

The base is the text last generated. What only one side changed is taken from it; what both changed
alike is taken once; anything else is a conflict. What only looks like one is none: both sides
changed imports, or neighbouring definitions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from jupyter_promote.flow.bindings import BUILTINS, of_code
from jupyter_promote.promotion import formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Lines `first` to `last` of the edited text say something else than the generated text does.

    Both are one-based; `last` is `first - 1` where lines were removed. `reason` is a sentence.
    """

    first: int
    last: int
    edited: str
    generated: str
    reason: str = "both the file and the notebook were changed here"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hunk:
    """A stretch of the base and what stands there in both texts; `stable` where nobody changed it."""

    base: tuple[str, ...]
    edited: tuple[str, ...]
    generated: tuple[str, ...]
    line: int


def python(base: str, edited: str, generated: str, *, first_party: str = "") -> str | Conflict:
    """Return `edited` with what changed from `base` to `generated`, or the first conflict.

    Line endings stay as they are in `edited`; so does a format that is not black's.
    """
    dos = "\r\n" in edited and "\n" not in edited.replace("\r\n", "")
    hand = edited.replace("\r\n", "\n") if dos else edited
    if hand in (base, generated):
        merged: str | Conflict = generated
    elif base == generated:
        merged = hand
    else:
        merged = _merged(base, hand, generated, first_party)
    if isinstance(merged, Conflict):
        return merged
    return merged.replace("\n", "\r\n") if dos else merged


def _merged(base: str, edited: str, generated: str, first_party: str) -> str | Conflict:
    edited += "" if edited.endswith("\n") else "\n"
    if _parsed(edited) is None:
        return _whole(edited, generated, "the file is no valid Python")
    base, edited, generated = _aligned(base, edited, generated)
    found = _by_lines(base, edited, generated)
    if isinstance(found, Conflict):
        found = _by_blocks(base, edited, generated) or found
    if isinstance(found, Conflict):
        return found
    text = found
    flaw = _flaw(text, edited, generated)
    if flaw:
        return _whole(edited, generated, flaw)
    if _atoms_of(text) not in (_atoms_of(edited), _atoms_of(generated)):
        text = formatting.with_sorted_imports(text, first_party=first_party)
    return formatting.shaped(text) if formatting.is_shaped(edited) else text


def _by_lines(base: str, edited: str, generated: str, *, line: int = 1) -> str | Conflict:
    """Return the texts merged; `line` is where `edited` begins in its file."""
    merged: list[str] = []
    for hunk in _hunks(_lines(base), _lines(edited), _lines(generated)):
        found = _resolved(hunk)
        found = _imports(hunk) if found is None else found
        if found is None:
            return _conflict(hunk, line)
        merged += found
    return "".join(merged)


def _lines(text: str) -> list[str]:
    """Return the lines of `text` as Python counts them, each with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _resolved(hunk: _Hunk) -> tuple[str, ...] | None:
    if hunk.edited == hunk.base:
        return hunk.generated
    return hunk.edited if hunk.generated in (hunk.base, hunk.edited) else None


def _hunks(base: Sequence[str], edited: Sequence[str], generated: Sequence[str]) -> Iterator[_Hunk]:
    """Yield the three texts cut at the lines that stand in all of them, in order."""
    at_base = at_edited = at_generated = 0
    for start, in_edited, in_generated, size in _common(base, edited, generated):
        yield _Hunk(
            base=tuple(base[at_base:start]),
            edited=tuple(edited[at_edited:in_edited]),
            generated=tuple(generated[at_generated:in_generated]),
            line=at_edited + 1,
        )
        at_base, at_edited, at_generated = start + size, in_edited + size, in_generated + size
        same = tuple(base[start:at_base])
        yield _Hunk(base=same, edited=same, generated=same, line=in_edited + 1)


def _common(
    base: Sequence[str], edited: Sequence[str], generated: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start in base, in edited, in generated, size) of what all three hold, then the ends."""
    ours = SequenceMatcher(None, base, edited, autojunk=False).get_matching_blocks()
    theirs = SequenceMatcher(None, base, generated, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(ours) and j < len(theirs):
        one, other = ours[i], theirs[j]
        start = max(one.a, other.a)
        end = min(one.a + one.size, other.a + other.size)
        if start < end:
            yield start, one.b + start - one.a, other.b + start - other.a, end - start
        if one.a + one.size < other.a + other.size:
            i += 1
        else:
            j += 1
    yield len(base), len(edited), len(generated), 0


def _conflict(hunk: _Hunk, line: int) -> Conflict:
    first = line + hunk.line - 1
    return Conflict(
        first=first,
        last=first + len(hunk.edited) - 1,
        edited="".join(hunk.edited),
        generated="".join(hunk.generated),
    )


def _whole(edited: str, generated: str, reason: str) -> Conflict:
    return Conflict(
        first=1,
        last=edited.count("\n") or 1,
        edited=edited,
        generated=generated,
        reason=reason,
    )


# what only looks like a conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A top-level statement with the comments above it, `blank` lines below what precedes it."""

    text: str
    blank: str
    line: int


def _by_blocks(base: str, edited: str, generated: str) -> str | Conflict | None:
    """Return the texts merged definition by definition, in the notebook's order.

    A definition that only the edited text has follows the one that it followed there. None where
    a text can't be cut into blocks of different names.
    """
    before, hand, new = _blocks(base), _blocks(edited), _blocks(generated)
    if before is None or hand is None or new is None:
        return None
    merged = []
    for key in _order(list(hand), list(new)):
        sides = [blocks[key].text if key in blocks else "" for blocks in (before, hand, new)]
        found = _by_lines(*sides, line=hand[key].line if key in hand else 1)
        if isinstance(found, Conflict):
            return found
        if found:
            merged.append((hand.get(key) or new[key]).blank + found)
    return "".join(merged)


def _order(hand: list[str], new: list[str]) -> list[str]:
    order = list(new)
    for above, key in zip(["", *hand], hand, strict=False):
        if key not in order:
            order.insert(order.index(above) + 1 if above in order else 0, key)
    return order


def _blocks(text: str) -> dict[str, _Block] | None:
    """Return the blocks of `text` by name, None where two share one."""
    tree = _parsed(text)
    if tree is None:
        return None
    lines = _lines(text)
    found: dict[str, _Block] = {}
    ends: list[tuple[str, int]] = []
    for statement in tree.body:
        key = _key(statement)
        if ends and ends[-1][0] == key == "import":
            ends.pop()
        ends.append((key, statement.end_lineno or statement.lineno))
    start = 0
    for key, end in [*ends, ("end", len(lines))]:
        part = lines[start:end]
        blank = next((i for i, line in enumerate(part) if line.strip()), len(part))
        if key in found:
            return None
        found[key] = _Block(
            text="".join(part[blank:]), blank="".join(part[:blank]), line=start + blank + 1
        )
        start = end
    return found


def _key(statement: ast.stmt) -> str:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.Expr(value=ast.Constant(value=str())):
            return "docstring "
    return ast.dump(statement)


Atom = tuple[str, str, str]  # (`from` module or "", name, its alias or "")


def _imports(hunk: _Hunk) -> tuple[str, ...] | None:
    """Return the imports that both sides want, where all lines are plain imports."""
    found = [_atoms("".join(t)) for t in (hunk.base, hunk.edited, hunk.generated)]
    if any(atoms is None for atoms in found):
        return None
    base, edited, generated = (atoms or {} for atoms in found)
    gone = (base.keys() - edited.keys()) | (base.keys() - generated.keys())
    wanted = {a: note for a, note in {**generated, **edited}.items() if a not in gone}
    lines = []
    for (module, name, alias), note in wanted.items():
        renamed = f" as {alias}" if alias else ""
        head = f"from {module} import " if module else "import "
        lines.append(f"{head}{name}{renamed}{note}\n")
    return tuple(lines) if lines else None


def _atoms(text: str) -> dict[Atom, str] | None:
    """Return the single imports of `text` with the comment at their end; None for other code."""
    tree = _parsed(text)
    if tree is None:
        return None
    lines = text.split("\n")
    found: dict[Atom, str] = {}
    for statement in tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return None
        last = lines[(statement.end_lineno or statement.lineno) - 1]
        rest = last.encode()[statement.end_col_offset or 0 :].decode().strip()
        note = f"  {rest}" if rest.startswith("#") else ""
        module = ""
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            found[(module, alias.name, alias.asname or "")] = note
    own_lines = [line for line in lines if line.lstrip().startswith("#")]
    return None if own_lines else found


def _atoms_of(text: str) -> list[str]:
    """Return the top-level imports of `text`, in order."""
    tree = _parsed(text)
    found = tree.body if tree else []
    return [ast.dump(s) for s in found if isinstance(s, ast.Import | ast.ImportFrom)]


def _aligned(base: str, edited: str, generated: str) -> tuple[str, str, str]:
    """Return the three texts with the same `__all__`: that of both sides."""
    texts = (base, edited, generated)
    found = [_exported(text) for text in texts]
    if any(one is None for one in found) or len({f[0] for f in found if f}) == 1:
        return texts
    before, hand, new = ([] if one is None else one[0] for one in found)
    gone = (set(before) - set(hand)) | (set(before) - set(new))
    names = sorted({*hand, *new} - gone)
    line = formatting.shaped(f"__all__ = {names!r}")
    cut = []
    for text, one in zip(texts, found, strict=True):
        assert one is not None
        lines = _lines(text)
        cut.append("".join([*lines[: one[1] - 1], line, *lines[one[2] :]]))
    return cut[0], cut[1], cut[2]


def _exported(text: str) -> tuple[tuple[str, ...], int, int] | None:
    """Return (names, first line, last line) of the one plain `__all__` on top level."""
    tree = _parsed(text)
    places = []
    for statement in tree.body if tree else []:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=elements)):
                names = [e.value for e in elements if isinstance(e, ast.Constant)]
                if len(names) == len(elements) and all(isinstance(n, str) for n in names):
                    end = statement.end_lineno or statement.lineno
                    places.append((tuple(str(n) for n in names), statement.lineno, end))
    return places[0] if len(places) == 1 else None


# what merging by lines can't see


def _flaw(text: str, edited: str, generated: str) -> str:
    """Return what is wrong with the merged text that was not wrong before, "" for nothing."""
    tree, hand, new = (_parsed(t) for t in (text, edited, generated))
    if tree is None or hand is None or new is None:
        return "merged line by line, the file would be no valid Python"
    twice = _twice(tree) - _twice(hand) - _twice(new)
    if twice:
        return f"merged line by line, {min(twice)!r} would be defined twice"
    lacking = _undefined(tree) - _undefined(hand) - _undefined(new)
    if lacking:
        return f"merged line by line, {min(lacking)!r} would be used but not defined"
    return ""


def _twice(tree: ast.Module) -> set[str]:
    names = [n for s in tree.body for n in sorted(_bound(ast.Module(body=[s], type_ignores=[])))]
    return {n for n in names if names.count(n) > 1}


def _bound(tree: ast.Module) -> frozenset[str]:
    return of_code(tree.body).binds


def _undefined(tree: ast.Module) -> set[str]:
    found = of_code(tree.body)
    late = {n for d in found.deferred for n in d.reads}
    return (set(found.reads) | late) - found.binds - BUILTINS - {"__name__", "__file__", "__doc__"}
