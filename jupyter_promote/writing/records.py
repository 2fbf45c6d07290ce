"""Finding the records of promotions on disk, and what became of the files they name."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from jupyter_promote.checks.finding import Promoted
from jupyter_promote.errors import BadTarget, PromoteError
from jupyter_promote.promotion import project, record
from jupyter_promote.promotion.project import Target
from jupyter_promote.promotion.record import Record
from jupyter_promote.promotion.sharing import Neighbour
from jupyter_promote.source import notebook as notebooks

FOLDER = ".promote"
PASSED_OVER = ("node_modules", "__pycache__")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The `record` of a promotion into the folder `to`."""

    to: Path
    record: Record
    record_path: str

    @property
    def original(self) -> Path:
        """The notebook that was promoted, whether it is there or not."""
        return (self.to / self.record.notebook).resolve()

    def text(self, path: str) -> str | None:
        """Return the text at `path` below the folder, None where there is no file."""
        return text_at(self.to / path)


def at(to: Path) -> list[Place]:
    """Return the promotions into the folder `to`, by module."""
    paths = sorted((to / FOLDER).glob("*.json"))
    return [place for path in paths if (place := one(to, path.name)) is not None]


def one(to: Path, name: str) -> Place | None:
    """Return the promotion into the folder `to` whose record has a file name, None where it has none."""
    parsed = record.parse(text_at(to / FOLDER / name))
    if parsed is None or not all(_inside(to, p) for p in parsed.generated):
        return None
    return Place(to=to, record=parsed, record_path=f"{FOLDER}/{name}")


def near(notebook: Path) -> list[Place]:
    """Return the promotions into the notebook's folder or one above it, up to its project's."""
    found: list[Place] = []
    for folder in notebook.resolve().parents:
        found += at(folder)
        if (folder / "pyproject.toml").is_file():
            break
    return found


def below(folder: Path) -> Iterator[Place]:
    """Yield the promotions into `folder` and the folders below it."""
    for here, names, _ in os.walk(folder):
        if FOLDER in names:
            yield from at(Path(here))
        names[:] = sorted(n for n in names if not n.startswith(".") and n not in PASSED_OVER)


def of_notebook(path: Path, places: Iterable[Place]) -> tuple[Promoted, ...]:
    """Return what the notebook at `path` has to do with the promotions at `places`."""
    here, seen, found = path.resolve(), set(), []
    for place in places:
        key = (place.to.resolve(), place.record.module)
        own = _own_path(here, place)
        if key in seen or (here != place.original and own not in place.record.generated):
            continue
        seen.add(key)
        found.append(
            Promoted(
                record=place.record,
                role="original" if here == place.original else "thin",
                path=own,
                present={p: place.text(p) for p in place.record.generated},
                has_original=place.original.is_file(),
                cells=_cells(here, place.record.generated.get(own)),
            )
        )
    return tuple(found)


def taken(places: Iterable[Place], target: Target, notebook: Path) -> Iterator[BadTarget]:
    """Yield what forbids a promotion of `notebook`: its module is another notebook's, or it is
    the thin notebook already, which calls the module that would be replaced.
    """
    here = notebook.resolve()
    for place in places:
        own = _own_path(here, place)
        if own in place.record.generated:
            kept = f"{FOLDER}/originals/{here.name}"
            in_place = place.original == here
            yield BadTarget(
                f"{own} was promoted already: it is the notebook that calls the module",
                hint=(
                    f"put the original back from {kept}, and change that"
                    if in_place
                    else f"promote the original, {place.record.notebook}"
                ),
            )
        same = place.record.module == target.module_path or place.record_path == target.record_path
        if same and place.original != here and place.original.is_file():
            yield BadTarget(
                f"{place.record.module} was promoted from {place.record.notebook}",
                hint="choose another --module",
            )


def neighbours(places: Iterable[Place], target: Target) -> list[Neighbour]:
    """Return the other promoted modules of the target's package."""
    top = target.package.partition(".")[0]
    found = []
    for place in places:
        one, text = place.record, place.text(place.record.module)
        inside = project.dotted_of(one.module, one.root).startswith(f"{top}.")
        if one.module == target.module_path or one.root != target.root or not top or not inside:
            continue
        borrows = any(loan.module == target.module_path for loan in one.loans.values())
        found.append(
            Neighbour(
                record=one, text=text or "", cells=_digests(place.original) if borrows else None
            )
        )
    return found


def _digests(path: Path) -> frozenset[str] | None:
    try:
        return frozenset(record.digest(c.source) for c in notebooks.read(path).cells)
    except PromoteError:
        return None


def text_at(path: Path) -> str | None:
    """Return the text of a file, None where there is none, "" where it can't be read."""
    try:
        return path.read_bytes().decode() if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return ""


def _own_path(here: Path, place: Place) -> str:
    to = place.to.resolve()
    return here.relative_to(to).as_posix() if here.is_relative_to(to) else ""


def _cells(path: Path, text: str | None) -> dict[str, str]:
    """Return the digests of a notebook's code cells as they were written, by id."""
    if text is None:
        return {}
    try:
        written = notebooks.of_content(json.loads(text), path)
    except (ValueError, PromoteError):
        return {}
    return {c.id: record.digest_of(c) for c in written.cells if c.is_code}


def _inside(to: Path, path: str) -> bool:
    return (to / path).resolve().is_relative_to(to.resolve())


class Home(TypedDict, total=False):
    """Where a thin notebook runs, its module's dotted name, and where that is found."""

    cwd: Path
    import_paths: list[Path]
    module: str


def home_of(path: Path) -> Home:
    """Return where the thin notebook at `path` belongs; nothing for any other notebook."""
    for place in at(path.resolve().parent.parent):
        if f"notebooks/{path.name}" in place.record.generated and place.original.parent.is_dir():
            sources = place.to / place.record.root
            return {
                "cwd": place.original.parent,
                "import_paths": [sources.resolve()],
                "module": project.dotted_of(place.record.module, place.record.root),
            }
    return {}
