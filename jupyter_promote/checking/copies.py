"""Copy-paste among the files that are checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from jupyter_promote.checking.promotions import Promotion
from jupyter_promote.checks import silencing, table
from jupyter_promote.checks.clones import groups, shapes
from jupyter_promote.checks.clones.groups import Group, Place
from jupyter_promote.checks.clones.shapes import FileShapes
from jupyter_promote.checks.finding import Finding
from jupyter_promote.checks.silencing import Silence
from jupyter_promote.source import run_outputs

Real = Callable[[str], str]
OURS = "find-module"  # the cell that a promoted notebook begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text of a file: of a notebook's code cells by position, of a module as a whole (None).

    `quiet` is what its tags and comments silence, by cell.
    """

    path: str
    cells: tuple[tuple[int | None, str], ...]
    quiet: tuple[tuple[int | None, Silence], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """What is compared of a file, and what it silences."""

    shapes: FileShapes
    quiet: tuple[tuple[int | None, Silence], ...] = ()


class _Metadata(msgspec.Struct):
    tags: Any = None
    kernelspec: Any = None
    language_info: Any = None
    papermill: Any = None


class _Cell(msgspec.Struct):
    cell_type: str
    id: Any = None
    source: str | list[str] = ""
    input: str | list[str] = ""
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Book(msgspec.Struct):
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


_decoder = msgspec.json.Decoder(_Book)


def read(path: str) -> Source:
    """Return the text of a file, empty for what can't be read or is not Python."""
    try:
        raw = Path(path).read_bytes()
        if path.endswith(".ipynb"):
            return _of_notebook(path, _decoder.decode(raw), b"noqa" in raw.lower())
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError, RecursionError):
        return Source(path=path, cells=())
    quiet = tuple((None, silence) for silence in silencing.of_text(text))
    return Source(path=path, cells=((None, text),), quiet=quiet)


def _of_notebook(path: str, book: _Book, silences: bool) -> Source:
    output = run_outputs.is_one(book.metadata.papermill, os.path.basename(path))
    if output or not _is_python(book.metadata):
        return Source(path=path, cells=())
    all_cells = book.cells or [cell for sheet in book.worksheets for cell in sheet.cells]
    cells = [
        (i, c, _joined(c))
        for i, c in enumerate(all_cells)
        if c.cell_type == "code" and c.id != OURS
    ]
    quiet = [
        (i, silence)
        for i, cell, text in (cells if silences else ())
        for silence in silencing.of_text(text, _texts(cell.metadata.tags))
    ]
    return Source(path=path, cells=tuple((i, t) for i, _, t in cells), quiet=tuple(quiet))


def _joined(cell: _Cell) -> str:
    source = cell.source or cell.input
    return "".join(source) if isinstance(source, list) else source


def _texts(tags: Any) -> list[str]:
    return [t for t in tags if isinstance(t, str)] if isinstance(tags, list) else []


def _is_python(metadata: _Metadata) -> bool:
    spec, info = metadata.kernelspec, metadata.language_info
    named = [spec.get("language"), spec.get("name")] if isinstance(spec, dict) else []
    named += [info.get("name")] if isinstance(info, dict) else []
    language = next((str(n) for n in named if n), "python")
    return "python" in language.lower()


def shaped(source: Source) -> Shaped:
    """Return what is compared of a file."""
    if source.cells and source.cells[0][0] is None:
        found = shapes.of_module(source.path, source.cells[0][1])
    else:
        found = shapes.of_notebook(source.path, [(i, t) for i, t in source.cells if i is not None])
    return Shaped(shapes=found, quiet=source.quiet)


def findings(
    files: Sequence[Shaped], promotions: Iterable[Promotion], real: Real, min_lines: int
) -> list[Finding]:
    """Return what the rules say about copies in some files."""
    quiet = {f.shapes.path: f.quiet for f in files}
    families = _families(promotions)
    found = []
    for group in groups.find([f.shapes for f in files], min_lines):
        found += _told(_meant(group, families, real), quiet)
    return found


def _told(group: Group, quiet: Mapping[str, Sequence[tuple[int | None, Silence]]]) -> list[Finding]:
    """Return what is said of a group, where two or more of its places are not silenced."""
    for rule in table.of_scope("copies"):
        for one in rule.check([group] if len(group.places) > 1 else []):
            loud = [i for i, p in enumerate(group.places) if not _silenced(one, p, quiet)]
            if len(loud) == len(group.places):
                return [one]
            return _told(_only(group, loud), quiet)
    return []


def _silenced(
    finding: Finding, place: Place, quiet: Mapping[str, Sequence[tuple[int | None, Silence]]]
) -> bool:
    return any(
        cell == span.cell and s.covers(replace(finding, line=span.first, end_line=span.last))
        for cell, s in quiet.get(place.path, ())
        for span in place.spans
    )


def _only(group: Group, kept: Sequence[int]) -> Group:
    """Return a group without some of its places."""
    number = {old: new for new, old in enumerate(kept)}
    matches = (m for m in group.matches if m.one in number and m.other in number)
    return replace(
        group,
        places=tuple(group.places[i] for i in kept),
        matches=tuple(replace(m, one=number[m.one], other=number[m.other]) for m in matches),
    )


def _families(promotions: Iterable[Promotion]) -> dict[str, tuple[int, int]]:
    """Return the promotion of each file, and how near it is to what people write: 0 is theirs."""
    found: dict[str, tuple[int, int]] = {}
    for number, one in enumerate(promotions):
        paths = [os.path.join(one.to, f) for f in (*one.files, one.module)]
        for path in paths:
            found[os.path.realpath(path)] = (number, 2 if path.endswith(".ipynb") else 1)
        found[one.original] = (number, 0)
    return found


def _meant(group: Group, families: Mapping[str, tuple[int, int]], real: Real) -> Group:
    """Return a group without the copies that a promotion makes on purpose.

    Of an original, its module and the promoted notebook one stands for all: the original if all of
    the group is theirs, else the module, which others can import.
    """
    if not families:
        return group
    kin = [families.get(real(p.path)) for p in group.places]
    numbers = {k[0] for k in kin if k is not None}
    if all(k is not None and k[1] == 1 for k in kin):
        return _only(group, [])  # what was copied in the notebooks is said of the notebooks
    alone = len(numbers) == 1 and None not in kin
    kept = set(range(len(kin)))
    for number in numbers:
        ranks = sorted({k[1] for k in kin if k and k[0] == number}, key=lambda r: (r != 1, r))
        best = min(ranks) if alone else ranks[0]
        kept -= {i for i, k in enumerate(kin) if k and k[0] == number and k[1] != best}
    return group if len(kept) == len(kin) else _only(group, sorted(kept))
