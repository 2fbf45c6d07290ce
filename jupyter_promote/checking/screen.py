"""Checking the notebook on screen: what is said of its cells, and, which takes longer, of copies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_promote import settings
from jupyter_promote.checking import collecting, copies, projects, promotions
from jupyter_promote.checking.collecting import Collected
from jupyter_promote.checking.copies import Shaped, Source
from jupyter_promote.checks import copying, silencing, table
from jupyter_promote.checks.clones.shapes import FileShapes
from jupyter_promote.checks.finding import Finding, Related, Subject
from jupyter_promote.flow import program
from jupyter_promote.flow.program import CodeCell, Program
from jupyter_promote.source import notebook
from jupyter_promote.source.notebook import Cell, Notebook
from jupyter_promote.writing import records

MOST_NOTEBOOKS = 16
MOST_FILES = 2000
IN_COMMON = 3  # statements that a file must share before copies are searched in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A notebook as it stands on screen, saved or not; `content` is its JSON.

    Its file is, or will be, at `path`, in the project whose folder is `project`; files around it
    are looked at `within` a real folder.
    """

    path: Path
    project: Path
    within: Path
    content: Mapping[str, object] = field(repr=False)

    def read(self) -> Notebook:
        """Return the notebook.

        Raises:
            PromoteError: it can't be read.
        """
        return notebook.of_content(dict(self.content), self.path)

    def rules(self) -> tuple[set[str], table.Options]:
        """Return the codes of the rules that the project follows, and their options.

        Raises:
            BadParameter: the project's settings can't be read.
        """
        said = settings.rules(self.project)
        codes = table.chosen(said.select, said.ignore, said.where)
        return codes, table.options(said.options, said.where)


class Readings:
    """The cells of the notebooks that were looked at last: what did not change is not read again."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[Cell, CodeCell]] = {}

    def program(self, read: Notebook) -> Program:
        """Return the notebook's program."""
        found = program.of_notebook(read, self._known.pop(read.path, None))
        self._known[read.path] = {one.cell: one for one in found.cells}
        for oldest in list(self._known)[:-MOST_NOTEBOOKS]:
            self._known.pop(oldest, None)
        return found


def cells(screen: Screen, readings: Readings) -> list[Finding]:
    """Return what the rules say about the notebook alone.

    Raises:
        PromoteError: the notebook, or what its project says of rules, can't be read.
    """
    codes, options = screen.rules()
    read = screen.read()
    if read.is_run_output:
        return []
    around = projects.Surroundings(paths=(screen.project,))
    subject = Subject(
        program=readings.program(read),
        promotions=records.of_notebook(screen.path, records.near(screen.path)),
        declared=around.declared(str(screen.path)),
        options=options,
    )
    return table.findings(subject, codes)


class Neighbours:
    """What is compared of the files around a notebook; read again when they change."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Shaped]] = {}

    def of(self, found: Collected, here: Path, within: Path) -> Iterator[Shaped]:
        """Yield what is compared of the notebooks and modules that were found, but that at `here`.

        What is behind a link that leads out of the folder `within` is passed over.
        """
        modules = (f for f in found.modules if not projects.is_test(f))
        for file in [*found.notebooks, *modules][:MOST_FILES]:
            real = Path(os.path.realpath(file.path))
            if real == here or not real.is_relative_to(within):
                continue
            stamp, shaped = self._known.get(file.path, ("", None))
            if shaped is None or stamp != file.stamp:
                shaped = copies.shaped(copies.read(file.path))
                self._known[file.path] = file.stamp, shaped
            yield shaped


def copied(screen: Screen, neighbours: Neighbours) -> list[Finding]:
    """Return what is said of copies, for each place in the notebook on screen.

    Paths are whole, but that of the notebook, which is "".

    Raises:
        PromoteError: the notebook, or what its project says of rules, can't be read.
    """
    codes, options = screen.rules()
    least = options["JP101"]["min_lines"]
    assert isinstance(least, int)
    read = screen.read()
    if read.is_run_output:
        return []
    mine = _shaped(read)
    shapes = {*mine.shapes.shapes}
    around = _around(screen)
    others = [
        s for s in neighbours.of(around, screen.path, screen.within) if _is_near(s.shapes, shapes)
    ]
    belongs = promotions.of_folders(around.promoted)
    found = copies.findings([mine, *others], belongs, _real(screen.path), least)
    kept = (f for f in found if f.code in codes)
    return [here for one in kept for here in turned(one)]


def turned(finding: Finding) -> Iterator[Finding]:
    """Yield the finding as seen from each of its places in the notebook itself."""
    own = Related(
        note=finding.related[0].note if finding.related else "",
        path=finding.path,
        cell=finding.cell,
        line=finding.line,
        end_line=finding.end_line,
    )
    places = (own, *finding.related)
    likeness = finding.message.rpartition(": ")[2]
    for i, place in enumerate(places):
        if not place.path and place.line and place.end_line:
            lines = f"{place.end_line - place.line + 1} lines"
            yield replace(
                finding,
                message=copying.told(lines, len(finding.related), likeness),
                path="",
                cell=place.cell,
                line=place.line,
                end_line=place.end_line,
                related=(*places[:i], *places[i + 1 :]),
            )


def _around(screen: Screen) -> Collected:
    """Return the files of the project; where nothing marks one, those in the notebook's folder."""
    if (screen.project / "pyproject.toml").is_file():
        return collecting.below([screen.project])
    beside = sorted(p for p in screen.path.parent.glob("*") if p.suffix in (".ipynb", ".py"))
    return collecting.below([p for p in beside if p.is_file()])


def _shaped(read: Notebook) -> Shaped:
    code = [c for c in read.cells if c.kind == "code" and c.id != copies.OURS]
    quiet = [(c.index, s) for c in code for s in silencing.of_text(c.source, c.tags)]
    source = Source(path="", cells=tuple((c.index, c.source) for c in code), quiet=tuple(quiet))
    return copies.shaped(source)


def _is_near(other: FileShapes, shapes: set[str]) -> bool:
    return len(shapes.intersection(other.shapes)) >= IN_COMMON


def _real(path: Path) -> copies.Real:
    return lambda one: os.path.realpath(one) if one else str(path)
