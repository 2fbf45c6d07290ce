"""What a run of a module's tests has shown, kept beside its record: which lines each test runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from jupyter_promote.errors import PromoteError
from jupyter_promote.promotion.project import Target
from jupyter_promote.promotion.record import digest
from jupyter_promote.writing import records, transaction
from jupyter_promote.writing.transaction import Write

FOLDER = ".promote/tested"


def path_of(module: str) -> str:
    """Return where it is kept for the module at a path; both are below the project."""
    return f"{FOLDER}/{PurePosixPath(module).stem}.json"


def keep(to: Path, target: Target, lines: Mapping[str, tuple[int, ...]]) -> None:
    """Keep the lines that each test runs; where nothing can be written, it is done without."""
    module, tests = (records.text_at(to / p) for p in (target.module_path, target.test_path))
    content = {
        "module": digest(module or ""),
        "tests": digest(tests or ""),
        "lines": {name: list(found) for name, found in sorted(lines.items()) if found},
    }
    path = path_of(target.module_path)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n"
    with suppress(PromoteError, OSError):
        before = (to / path).read_bytes() if (to / path).is_file() else None
        transaction.write_all(to, [Write(path=path, content=text, expected=before)])


def lines(to: Path, module: str, tests: str) -> frozenset[int] | None:
    """Return the lines of a module that its tests ran, None where they did not run as they are now.

    `module` and `tests` are paths below the project.
    """
    try:
        found = json.loads(records.text_at(to / path_of(module)) or "")
        now = [digest(records.text_at(to / path) or "") for path in (module, tests)]
        if [found["module"], found["tests"]] != now:
            return None
        return frozenset(int(line) for ran in found["lines"].values() for line in ran)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
