"""Reading a notebook: from bytes that anybody may have written to a `Notebook`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NewType

from jupyter_promote.errors import (
    BadEncoding,
    BadSchema,
    NotANotebook,
    NotPython,
    PromoteError,
    TooLarge,
    UnsupportedVersion,
)
from jupyter_promote.source import characters, files, peers, run_outputs, textual
from jupyter_promote.source import tags as tag_words
from jupyter_promote.source.characters import printable
from jupyter_promote.source.tags import Roles, shorten

CellId = NewType("CellId", str)

LARGE_BYTES = 40_000_000
LARGE_CELLS = 1_500
LARGE_SOURCE = 900_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of any kind; `index` is its zero-based position in the notebook's list of cells."""

    id: CellId
    index: int
    kind: str
    source: str
    roles: Roles
    tags: tuple[str, ...] = ()
    count: int | None = None

    @property
    def number(self) -> int:
        """The cell's place as people count it, from 1."""
        return self.index + 1

    @property
    def is_code(self) -> bool:
        """True for a code cell with something in it."""
        return self.kind == "code" and bool(self.source.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something odd about the notebook that does not stop us; `cell` is zero-based."""

    kind: str
    message: str
    cell: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook as it was read: `content` is nbformat 4 JSON, `cells` our view of it."""

    path: Path
    content: Mapping[str, Any]
    cells: tuple[Cell, ...]
    notes: tuple[Note, ...]
    kernel: str

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def is_run_output(self) -> bool:
        """True for what a run of another notebook wrote."""
        metadata = self.content.get("metadata", {})
        return run_outputs.is_one(metadata.get("papermill"), self.path.name)


def read(path: Path) -> Notebook:
    """Return the notebook in the file `path`.

    Raises:
        PromoteError: the file is missing, no notebook, damaged, too large, or not for Python.
    """
    raw = files.bytes_of(path)
    suffix = path.suffix.lower()
    if suffix not in textual.SUFFIXES:
        return parse(raw, path)
    where = printable(path.name)
    text = files.text_of(raw, where, path).replace("\r\n", "\n")
    return of_content(textual.content(text, suffix, where), path)


def parse(raw: bytes, path: Path) -> Notebook:
    """Return the notebook whose file holds `raw`; `path` only names it."""
    where = printable(path.name)
    repeated: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entry = dict(pairs)
        if len(entry) != len(pairs):
            repeated.append(pairs[0][0])
        return entry

    try:
        content = files.json_of(files.text_of(raw, where, path), where, once)
    except NotANotebook as error:
        raise files.half_saved(path) or error from error
    notes = (
        [Note(kind="schema", message="a key stands twice in the file; the last one counts")]
        if repeated
        else []
    )
    if len(raw) > LARGE_BYTES:
        notes.append(
            Note(
                kind="limit",
                message=f"the notebook has {len(raw) // 1_000_000} MB; clear its outputs",
            )
        )
    return of_content(content, path, notes)


def of_content(content: object, path: Path, notes: list[Note] | None = None) -> Notebook:
    """Return the notebook that `content`, decoded JSON, stands for."""
    where = printable(path.name)
    found = list(notes or [])
    upgraded = _current(content, where, found)
    kernel = _kernel(upgraded, where, found)
    upgraded = {**upgraded, "cells": [_joined(raw) for raw in upgraded["cells"]]}
    cells = tuple(_cell(raw, i, where, found) for i, raw in enumerate(upgraded["cells"]))
    _look_at_size(cells, found)
    return Notebook(path=path, content=upgraded, cells=cells, notes=tuple(found), kernel=kernel)


def _current(content: object, where: str, notes: list[Note]) -> dict[str, Any]:
    """Return `content` as valid nbformat 4, upgrading version 3."""
    if not isinstance(content, dict) or not content:
        raise NotANotebook(
            "this is JSON, but no notebook", where=where, hint="name a notebook (.ipynb)"
        )
    if "nbformat" not in content and "cells" not in content and "worksheets" not in content:
        raise NotANotebook(
            "this is JSON, but no notebook", where=where, hint="name a notebook (.ipynb)"
        )
    if "nbformat" not in content:
        raise BadSchema(
            "the field 'nbformat' is missing", where=where, hint="open it in JupyterLab and save it"
        )
    major, minor = content["nbformat"], content.get("nbformat_minor", 0)
    if type(major) is not int or major not in (3, 4):
        hint = (
            "convert it with: jupyter nbconvert --to notebook"
            if major in (1, 2)
            else "save it as version 4"
        )
        raise UnsupportedVersion(
            f"notebook format {shorten(str(major))} is not supported", where=where, hint=hint
        )
    if major == 3:
        return _upgraded(content, where, notes)
    if type(minor) is not int or minor < 0:
        raise BadSchema(
            "the field 'nbformat_minor' is no number",
            where=where,
            hint="save it again in JupyterLab",
        )
    if minor > 5:
        notes.append(
            Note(
                kind="version",
                message=f"format 4.{minor} is newer than 4.5, which this version knows",
            )
        )
    _validate(content, where, notes)
    return content


def _upgraded(content: dict[str, Any], where: str, notes: list[Note]) -> dict[str, Any]:
    import nbformat  # only old notebooks need it, and it is slow to import

    sheets = content.get("worksheets")
    if isinstance(sheets, list) and len(sheets) > 1:
        notes.append(
            Note(kind="version", message="several worksheets were joined into one notebook")
        )
    try:
        newer = nbformat.reads(json.dumps(content), as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(newer)
        current: dict[str, Any] = json.loads(nbformat.writes(newer))  # type: ignore[no-untyped-call]
    except (
        *(ValueError, KeyError, TypeError, AttributeError, RecursionError),
        nbformat.ValidationError,
    ) as error:
        raise UnsupportedVersion(
            "notebook format 3 could not be upgraded",
            where=where,
            hint="open it in JupyterLab and save it",
        ) from error
    for i, cell in enumerate(current["cells"]):
        cell["id"] = f"cell-{i}"
    notes.append(Note(kind="version", message="notebook format 3 was upgraded to 4 while reading"))
    return current


@cache
def _schema(minor: int) -> Callable[[object], object]:
    """Return nbformat's own JSON schema, compiled; nbformat itself takes a second to import."""
    import fastjsonschema

    spec = find_spec("nbformat")
    if spec is None or not spec.submodule_search_locations:
        raise PromoteError("the package nbformat is not installed", hint="pip install nbformat")
    folder = Path(spec.submodule_search_locations[0]) / "v4"
    text = (folder / f"nbformat.v4.{minor}.schema.json").read_text()
    compiled: Callable[[object], object] = fastjsonschema.compile(json.loads(text))
    return compiled


def _validate(content: dict[str, Any], where: str, notes: list[Note]) -> None:
    minor = min(content.get("nbformat_minor", 0), 5)
    from fastjsonschema import JsonSchemaValueException

    cells = content.get("cells")
    ids: set[object] = set()
    for i, cell in enumerate(cells if isinstance(cells, list) else []):
        if not isinstance(cell, dict):
            continue
        tags = (
            cell.get("metadata", {}).get("tags") if isinstance(cell.get("metadata"), dict) else None
        )
        if (
            isinstance(tags, list)
            and all(isinstance(t, str) for t in tags)
            and len(set(tags)) != len(tags)
        ):
            cell["metadata"]["tags"] = list(dict.fromkeys(tags))
            notes.append(Note(kind="schema", message="a tag stands twice", cell=i))
        if minor >= 5 and "id" not in cell:
            notes.append(
                Note(
                    kind="schema",
                    message="the cell has no id: changes cannot be traced to it",
                    cell=i,
                )
            )
            cell["id"] = f"cell-{i}"
        if isinstance(cell.get("id"), str) and cell["id"] in ids:
            notes.append(Note(kind="schema", message="two cells have the same id", cell=i))
            cell["id"] = f"cell-{i}"
        ids.add(str(cell.get("id")))
    try:
        _schema(minor)(content)
    except JsonSchemaValueException as error:
        raise BadSchema(
            shorten(
                printable(error.message.replace("data.", "").replace("data ", "the notebook ")), 160
            ),
            where=where,
            hint="open it in JupyterLab and save it",
        ) from error
    except RecursionError as error:
        raise TooLarge(
            "the notebook is nested too deep", where=where, hint="clear its outputs"
        ) from error


def _kernel(content: Mapping[str, Any], where: str, notes: list[Note]) -> str:
    metadata = content.get("metadata", {})
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    if not isinstance(spec, dict) or not isinstance(info, dict):
        raise BadSchema(
            "the notebook's kernelspec is no object",
            where=where,
            hint="choose its kernel in JupyterLab",
        )
    name = str(spec.get("name") or "python3")
    language = str(spec.get("language") or info.get("name") or "").lower()
    if not spec and not info:
        notes.append(
            Note(kind="language", message="the notebook names no kernel; Python 3 is assumed")
        )
    elif language and not re.fullmatch(r"i?python\s?[23]?", language):
        raise NotPython(
            f"the kernel is {shorten(printable(name))}, not Python 3",
            where=where,
            hint="only Python is promoted",
        )
    elif re.fullmatch(r"python-?2.*", name):
        notes.append(
            Note(
                kind="language",
                message=f"the kernel {name!r} is Python 2; the code is read as Python 3",
            )
        )
    elif name in ("ir", "bash", "deno", "julia"):
        notes.append(
            Note(kind="language", message=f"the kernel {name!r} is not a usual name for Python")
        )
    return name


def _joined(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the cell with its source in one piece; files may hold it line by line."""
    source = raw.get("source", "")
    return {**raw, "source": "".join(source)} if isinstance(source, list) else raw


def _cell(raw: dict[str, Any], index: int, where: str, notes: list[Note]) -> Cell:
    text = raw["source"].replace("\r\n", "\n").replace("\r", "\n")
    place = f"{where}, cell {index + 1}"
    tags = tuple(raw.get("metadata", {}).get("tags") or ())
    try:
        "".join((text, *tags)).encode()
    except UnicodeEncodeError as error:
        raise BadEncoding(
            "holds half a character (a lone surrogate)", where=place, hint="retype it"
        ) from error
    roles = Roles()
    if raw["cell_type"] == "code":
        roles = peers.roles(tag_words.parse(tags, where=place), tags, text, where=place)
        text = peers.without_directives(text)
    for tag, meant in tag_words.near_misses(tags):
        notes.append(
            Note(
                kind="tag",
                message=f"tag {shorten(printable(tag))!r}: did you mean {shorten(meant)!r}?",
                cell=index,
            )
        )
    if roles.promote == "" and any(t.startswith("promote:") for t in tags):
        roles = tag_words.parse([t for t in tags if t != "promote"], where=place)
    if raw["cell_type"] != "code" and any(t.split(":")[0] in ("promote", "test") for t in tags):
        notes.append(
            Note(kind="tag", message=f"a {raw['cell_type']} cell cannot be promoted", cell=index)
        )
    if raw["cell_type"] == "code" and roles.promoted and not _has_code(text):
        notes.append(Note(kind="tag", message="the tagged cell holds no code", cell=index))
    if raw["cell_type"] == "code":
        said = characters.doubts(text)
        notes.extend(Note(kind="unicode", message=printable(m), cell=index) for m in said)
    return Cell(
        id=CellId(str(raw.get("id") or f"cell-{index}")),
        index=index,
        kind=raw["cell_type"],
        source=text,
        roles=roles,
        tags=tags,
        count=raw.get("execution_count"),
    )


def _has_code(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n"))


def _look_at_size(cells: tuple[Cell, ...], notes: list[Note]) -> None:
    if len(cells) > LARGE_CELLS:
        notes.append(
            Note(
                kind="limit",
                message=f"the notebook has {len(cells):,} cells; consider splitting it",
            )
        )
    for cell in cells:
        if len(cell.source) > LARGE_SOURCE or cell.source.count("\n") > 20_000:
            notes.append(
                Note(
                    kind="limit",
                    message=f"the cell has {len(cell.source):,} characters",
                    cell=cell.index,
                )
            )
