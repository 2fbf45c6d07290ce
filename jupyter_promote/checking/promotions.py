"""The promotions that files belong to, by a look at their records: without any analysis."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec


class _Record(msgspec.Struct):
    """Of a record, what names files, and the cells of each function."""

    notebook: str
    module: str
    generated: dict[str, msgspec.Raw]
    root: str = "src"
    origins: dict[str, list[dict[str, str]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """The promotion of the notebook at `original` into the folder `to`; both are real paths.

    `record` is the name of its file, `module` and `files` are paths below `to`; `origins` the ids
    of the cells that each name came from.
    """

    to: str
    record: str
    original: str
    module: str
    root: str
    files: tuple[str, ...]
    origins: dict[str, list[str]] = field(default_factory=dict)

    @property
    def tests(self) -> str:
        """The file of its tests, below `to`."""
        return f"tests/test_{self.module.rpartition('/')[2]}"

    @property
    def stamp(self) -> str:
        """What changes when one of its files does."""
        names = [
            f".promote/{self.record}",
            f".promote/tested/{self.record}",
            self.tests,
            *self.files,
        ]
        paths = [*(os.path.join(self.to, n) for n in names), self.original]
        return ";".join(f"{path}={_stamp(path)}" for path in paths)

    @property
    def notebooks(self) -> list[str]:
        """The real paths of its notebooks: the original and the promoted one."""
        thin = [os.path.join(self.to, f) for f in self.files if f.endswith(".ipynb")]
        return [self.original, *thin]


def _stamp(path: str) -> str:
    try:
        at = os.stat(path)
    except OSError:
        return ""
    return f"{at.st_size}:{at.st_mtime_ns}:{at.st_ino}"


def of_folders(folders: Iterable[Path]) -> list[Promotion]:
    """Return the promotions into some folders, by record; what is no record is passed over."""
    return [found for folder in folders for found in _into(folder)]


def _into(folder: Path) -> Iterator[Promotion]:
    to = os.path.realpath(folder)
    for path in sorted((folder / ".promote").glob("*.json")):
        try:
            record = msgspec.json.decode(path.read_bytes(), type=_Record)
            ids = {n: [o["id"] for o in found] for n, found in record.origins.items()}
        except (OSError, msgspec.MsgspecError, KeyError, RecursionError, UnicodeError):
            continue
        named = [record.notebook, record.module, *record.generated]
        if any("\0" in name for name in named):
            continue
        real = [os.path.realpath(os.path.join(to, f)) for f in (*record.generated, record.module)]
        if not all(p.startswith(f"{to}{os.sep}") for p in real):
            continue
        yield Promotion(
            to=to,
            record=path.name,
            original=os.path.realpath(os.path.join(to, record.notebook)),
            module=record.module,
            root=record.root,
            files=tuple(record.generated),
            origins=ids,
        )


def by_notebook(promotions: Iterable[Promotion]) -> dict[str, list[Promotion]]:
    """Return the promotions that each notebook, by its real path, belongs to."""
    found: dict[str, list[Promotion]] = {}
    for promotion in promotions:
        for path in promotion.notebooks:
            found.setdefault(path, []).append(promotion)
    return found
