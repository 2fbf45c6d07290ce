"""Which Python a cell needs that the running one can't read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache

from jupyter_promote.promotion import formatting
from jupyter_promote.source.magics import BadCode
from jupyter_promote.source.tags import shorten

ADDED = re.compile(r"\(syntax was added in Python 3\.(\d+)\)$")
LONGEST = 100_000  # characters; what is longer is no cell that a person wrote


def explained(code: BadCode, source: str) -> BadCode:
    """Return `code`, naming the Python that `source` needs where only a newer one reads it."""
    found = None if code.limit or len(source) > LONGEST else _needed(source)
    if found is None:
        return code
    minor, line = found
    text = shorten(source.split("\n")[line - 1].strip())
    running = ".".join(map(str, sys.version_info[:2]))
    message = f"`{text}` needs Python 3.{minor}; this is Python {running}"
    return replace(code, message=message, line=line, needs=f"3.{minor}")


@lru_cache(maxsize=256)
def _needed(source: str) -> tuple[int, int] | None:
    """Return (the minor version, the line) of the newest syntax; None if anything else is wrong.

    ruff knows all versions: it is asked about the running one, as which it names newer syntax.
    """
    plain = re.sub(r"(?m)^(\s*)[%!?].*$", r"\1pass", source)
    target = f"py{sys.version_info[0]}{sys.version_info[1]}"
    command = [formatting.ruff_path(), "check", "--isolated", "--no-cache", "--quiet"]
    command += ["--select", "E902", "--target-version", target, "--output-format", "json"]
    done = subprocess.run(
        [*command, "--stdin-filename", "cell.py", "-"],
        input=plain.encode(errors="replace"),
        capture_output=True,
        check=False,
    )
    if done.returncode != 1:  # nothing found, or a Python that is newer than ruff
        return None
    said = [(ADDED.search(e["message"]), e["location"]["row"]) for e in json.loads(done.stdout)]
    newer = [(int(found[1]), -row) for found, row in said if found is not None]
    if len(newer) != len(said):
        return None
    minor, row = max(newer)
    return minor, -row
