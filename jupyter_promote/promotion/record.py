"""What `.promote/MODULE.json` says of one promotion: where each name came from, what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jupyter_promote.source.notebook import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A cell as it was when it was promoted."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A name that is imported from `module` (a path below the target) instead of defined again.

    `meaning` is the digest of its definition's syntax tree at that time.
    """

    module: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One promotion of `notebook` into `module`; paths are relative to the target folder.

    `origins` are the cells of each name; `cells` the digests of all code cells by id;
    `generated` the texts last generated, by path: the base of a merge. `pinned` holds digests of
    what the tests of today's behaviour were made from: `module` and tests as they are without a
    run, and the recorded `calls`.
    """

    notebook: str
    module: str
    root: str
    origins: Mapping[str, tuple[Origin, ...]]
    cells: Mapping[str, str]
    generated: Mapping[str, str] = field(repr=False)
    loans: Mapping[str, Loan] = field(default_factory=dict)
    pinned: Mapping[str, str] = field(default_factory=dict)


def dump(record: Record) -> str:
    """Return the text of the record's file."""
    content: dict[str, Any] = {
        "notebook": record.notebook,
        "module": record.module,
        "root": record.root,
        "origins": {
            name: [{"id": o.id, "digest": o.digest} for o in found]
            for name, found in record.origins.items()
        },
        "cells": dict(record.cells),
        "generated": dict(record.generated),
    }
    if record.loans:
        content["loans"] = {
            name: {"module": loan.module, "meaning": loan.meaning}
            for name, loan in record.loans.items()
        }
    if record.pinned:
        content["pinned"] = dict(record.pinned)
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def parse(text: str | None) -> Record | None:
    """Return the record that `text` holds, None where it is none that can be used."""
    try:
        content = json.loads(text or "")
        return Record(
            notebook=_text(content["notebook"]),
            module=_text(content["module"]),
            root=_text(content.get("root", "src")),
            origins={
                _text(name): tuple(
                    Origin(id=_text(o["id"]), digest=_text(o["digest"])) for o in found
                )
                for name, found in content.get("origins", {}).items()
            },
            cells={_text(k): _text(v) for k, v in content.get("cells", {}).items()},
            generated={_text(k): _text(v) for k, v in content["generated"].items()},
            loans={
                _text(name): Loan(module=_text(found["module"]), meaning=_text(found["meaning"]))
                for name, found in content.get("loans", {}).items()
            },
            pinned={_text(k): _text(v) for k, v in content.get("pinned", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def digest(text: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest_of(cell: Cell) -> str:
    """Return the digest of what a promotion reads of a cell: its source and its tags."""
    return digest("\0".join([cell.source, *sorted(cell.tags)]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
