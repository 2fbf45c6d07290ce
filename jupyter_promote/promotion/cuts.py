"""Where a notebook falls into groups: at its headings, and where the fewest variables cross."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jupyter_promote.flow.program import Program
from jupyter_promote.promotion import naming
from jupyter_promote.promotion.kinds import Kind, interface, is_loading

SCREEN = 40  # lines; a function should not be longer
LONG = 12  # statements; what is longer and begins by loading data is cut below that
FEW = 3  # statements, or variables that cross a cut
SHORTEST = 3  # lines; what is shorter is not cut off because of what it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the notebook: `text` is plain, `cell` zero-based."""

    cell: int
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Cells that shall become one function. `crossing` are the variables at the cut above it.

    `main` says that they are most of their section, and may bear its name.
    """

    kinds: tuple[Kind, ...] = field(repr=False)
    heading: str
    main: bool
    crossing: tuple[str, ...] | None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """The positions of the cells."""
        return tuple(k.index for k in self.kinds)

    @property
    def lines(self) -> int:
        """How many lines of code the cells hold."""
        return sum(k.lines for k in self.kinds)


def headings(code: Program) -> list[Heading]:
    """Return the headings of the notebook in order, without a title on top of all others."""
    found = []
    for cell in code.notebook.cells:
        text = naming.heading(cell.source) if cell.kind == "markdown" else ""
        if text:
            found.append(Heading(cell=cell.index, level=_level(cell.source), text=text))
    if len(found) > 1 and all(h.level > found[0].level for h in found[1:]):
        return found[1:]
    first_code = min((c.index for c in code.cells if c.cell.source.strip()), default=0)
    if len(found) == 1 and found[0].cell < first_code:
        return []  # one title, no sections
    return found


def _level(markdown: str) -> int:
    marks = re.findall(r"^ {0,3}(#{1,6})[ \t]+\S", markdown, flags=re.MULTILINE)
    if marks:
        return len(marks[-1])
    return 1 if re.search(r"^ {0,3}=+\s*$", markdown, flags=re.MULTILINE) else 2


def sections(kinds: Sequence[Kind], found: Sequence[Heading]) -> list[tuple[str, list[Kind]]]:
    """Return (heading, cells) for the sections: as few levels as leave none longer than a screen."""
    levels = sorted({h.level for h in found})
    return _by_level(list(kinds), found, levels, "")


def _by_level(
    kinds: list[Kind], found: Sequence[Heading], levels: Sequence[int], text: str
) -> list[tuple[str, list[Kind]]]:
    if not levels:
        return [(text, kinds)] if kinds else []
    cuts = [h for h in found if h.level == levels[0]]
    parts: list[tuple[str, list[Kind]]] = []
    starts = [-1, *(h.cell for h in cuts), 10**9]
    texts = [text, *(h.text for h in cuts)]
    for title, first, last in zip(texts, starts, starts[1:], strict=False):
        own = [k for k in kinds if first < k.index < last]
        inner = [h for h in found if h.level > levels[0] and first < h.cell < last]
        code = sum(k.lines for k in own if k.word in ("code", "plot"))
        if own and (code > SCREEN or not title) and inner:
            parts += _by_level(own, inner, levels[1:], title)
        elif own:
            parts.append((title, own))
    return parts


def stretches(code: Program, text: str, kinds: Sequence[Kind]) -> list[Stretch]:
    """Return the groups of one section: runs of its code, figures apart, none longer than a screen.

    What loads data stands apart in a long section; what is very short goes with its neighbour.
    """
    found: list[Stretch] = []
    for run in _runs(kinds):
        pieces = []
        for part in _apart(run):
            whole = Stretch(kinds=tuple(part), heading=text, main=False)
            pieces += [s for piece in _loading_apart(whole) for s in fitting(piece)]
        found += _together(code, pieces)
    computing = [s for s in found if any(k.word == "code" for k in s.kinds)]
    main = max(computing or found, key=lambda s: s.lines, default=None)
    return [replace(s, main=s is main) for s in found]


def _runs(kinds: Sequence[Kind]) -> Iterable[list[Kind]]:
    """Yield the longest runs of code cells between cells that stay in the notebook."""
    run: list[Kind] = []
    for kind in kinds:
        roles = kind.cell.cell.roles
        if kind.word in ("code", "plot"):
            run.append(kind)
        elif kind.word in ("setup", "unfit", "literals") or roles.promoted or roles.parameters:
            if run:
                yield run
            run = []
    if run:
        yield run


def _apart(run: Sequence[Kind]) -> list[list[Kind]]:
    """Return the run cut between what computes and what draws, where both are worth a function."""
    parts: list[list[Kind]] = [[run[0]]]
    for kind in run[1:]:
        last = parts[-1]
        other = (kind.word == "plot") != (last[-1].word == "plot")
        if other and (kind.lines > 1 or kind.word == "code"):
            parts.append([kind])
        else:
            last.append(kind)
    merged: list[list[Kind]] = []
    for part in parts:
        least = 2 if part[0].word == "plot" else SHORTEST
        small = sum(k.lines for k in part) < least
        if merged and small:
            merged[-1] += part
        else:
            merged.append(part)
    if len(merged) > 1 and sum(k.lines for k in merged[0]) < SHORTEST:
        merged[:2] = [merged[0] + merged[1]]
    return merged


def _loading_apart(stretch: Stretch) -> list[Stretch]:
    """Return a long stretch cut below the cells that load data, where few variables cross."""
    kinds = stretch.kinds
    at = next((i for i, k in enumerate(kinds) if not is_loading(k)), len(kinds))
    loading = sum(len(_working(k)) for k in kinds[:at])
    if loading < FEW or sum(len(_working(k)) for k in kinds) <= LONG or at == len(kinds):
        return [stretch]
    crossed = crossing(kinds, at)
    if len(crossed) > FEW:
        return [stretch]
    first = replace(stretch, kinds=kinds[:at])
    return [first, replace(stretch, kinds=kinds[at:], crossing=crossed)]


def _together(code: Program, pieces: Sequence[Stretch]) -> list[Stretch]:
    """Return neighbours joined where one is very short and the other gets no more variables."""
    found: list[Stretch] = []
    for piece in pieces:
        if not found or not _joinable(code, found[-1], piece):
            found.append(piece)
            continue
        above = found.pop()
        found.append(replace(above, kinds=(*above.kinds, *piece.kinds)))
    return found


def _joinable(code: Program, above: Stretch, below: Stretch) -> bool:
    short, other = sorted((above, below), key=lambda s: sum(len(_working(k)) for k in s.kinds))
    if sum(len(_working(k)) for k in short.kinds) >= FEW or any(map(is_loading, short.kinds)):
        return False
    if above.lines + below.lines > SCREEN:
        return False
    both = interface(code, (*above.kinds, *below.kinds))
    return len(both) <= len(interface(code, other.kinds))


def _working(kind: Kind) -> list[ast.stmt]:
    """Return the statements of a cell that are no imports."""
    return [s for s in kind.cell.statements if not isinstance(s, ast.Import | ast.ImportFrom)]


def fitting(stretch: Stretch) -> list[Stretch]:
    """Return the stretch in pieces that are no longer than a screen, if its cells allow it."""
    if stretch.lines <= SCREEN or len(stretch.kinds) == 1:
        return [stretch]
    first, second = halves(stretch)
    return [*fitting(first), *fitting(second)]


def halves(stretch: Stretch) -> tuple[Stretch, Stretch]:
    """Return the stretch cut at the cell boundary that the fewest variables cross."""
    kinds = stretch.kinds
    best = min(range(1, len(kinds)), key=lambda at: _cost(kinds, at))
    first = replace(stretch, kinds=kinds[:best], main=False)
    second = replace(stretch, kinds=kinds[best:], main=False, crossing=crossing(kinds, best))
    longer = first.lines >= second.lines
    return (
        replace(first, main=stretch.main and longer),
        replace(second, main=stretch.main and not longer),
    )


def _cost(kinds: Sequence[Kind], at: int) -> tuple[int, int]:
    above, below = sum(k.lines for k in kinds[:at]), sum(k.lines for k in kinds[at:])
    sliver = 2 * (min(above, below) < SHORTEST)
    return len(crossing(kinds, at)) + sliver, abs(above - below)


def crossing(kinds: Sequence[Kind], at: int) -> tuple[str, ...]:
    """Return the variables that the cells before `at` bind and those from it on read."""
    bound: set[str] = set()
    for kind in kinds[:at]:
        bound = (bound - kind.unit.names.deletes) | kind.unit.names.binds
    read: set[str] = set()
    hidden: set[str] = set()
    for kind in kinds[at:]:
        read |= set(kind.unit.names.reads) - hidden
        hidden |= kind.unit.names.bound
    return tuple(sorted(bound & read))
