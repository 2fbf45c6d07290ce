"""The journal: what a write is about to change, so that it can be undone after a crash."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass

from jupyter_promote.errors import BadTarget, PromoteError
from jupyter_promote.writing.confinement import parts_of

FILE = "journal.json"
TEMPORARY = ".promote-tmp-"

_TEMPORARY_NAME = re.compile(re.escape(TEMPORARY) + r"\d{16}")
_UNDO_NAME = re.compile(r"undo-\d{1,6}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def temporary_name() -> str:
    """Return a fresh name for a file that waits to be renamed."""
    return f"{TEMPORARY}{secrets.randbelow(10**16):016d}"


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hex."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`path` turns from `before` into `after` (digests; None: no file).

    The new bytes wait in `temporary`, a name beside the target; the old ones are kept as `undo`.
    """

    path: str
    temporary: str
    undo: str | None
    before: str | None
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """All changes of one write, and the folders that it makes, outermost first."""

    changes: tuple[Change, ...]
    folders: tuple[str, ...]


def dump(journal: Journal) -> bytes:
    """Return the journal as JSON."""
    return json.dumps({"version": 1, **asdict(journal)}, indent=1).encode()


def load(content: bytes) -> Journal:
    """Return the journal in `content`, which a stranger may have planted: trust nothing.

    Raises:
        BadTarget: it is not a journal that we wrote.
    """
    try:
        raw = json.loads(content)
        if raw["version"] != 1:
            raise ValueError("unknown version")
        journal = Journal(
            changes=tuple(Change(**change) for change in raw["changes"]),
            folders=tuple(raw["folders"]),
        )
        _validate(journal)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, PromoteError) as error:
        raise BadTarget(
            f"the journal of an interrupted write cannot be used ({error})",
            where=".promote/journal",
            hint="look at it, put the files right by hand, then delete the folder .promote/journal",
        ) from error
    return journal


def _validate(journal: Journal) -> None:
    ancestors = set()
    for change in journal.changes:
        parts = parts_of(change.path)
        ancestors |= {"/".join(parts[:end]) for end in range(1, len(parts))}
        _require(_TEMPORARY_NAME, change.temporary)
        _require(_DIGEST, change.after)
        if change.undo is not None:
            _require(_UNDO_NAME, change.undo)
        if change.before is not None:
            _require(_DIGEST, change.before)
    if not set(journal.folders) <= ancestors:
        raise ValueError("a folder that no change needs")


def _require(pattern: re.Pattern[str], text: str) -> None:
    if not pattern.fullmatch(text):
        raise ValueError(f"odd entry {text[:80]!r}")


def is_ours(name: str) -> bool:
    """Whether `name` is a file that a write leaves in the journal's folder."""
    return bool(name == FILE or _TEMPORARY_NAME.fullmatch(name) or _UNDO_NAME.fullmatch(name))
