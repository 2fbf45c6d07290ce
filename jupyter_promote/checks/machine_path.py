"""Paths that lead somewhere on one machine only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees
from jupyter_promote.flow.program import CodeCell

# Home folders, mounted and network drives; /tmp, /data or /usr/share may be the same everywhere.
_HOMES, _OWN, _DRIVES = "home|Users", "root", "mnt|media|Volumes"
_PATH = re.compile(
    rf"(?:file://)?(/(?:{_HOMES})/[\w.-]+/|/(?:{_OWN})/|/(?:{_DRIVES})/\w"
    r"|[A-Za-z]:[\\/](?![\\/])|\\\\[\w.-]+\\\w)"
)
_IN_COMMAND = re.compile(rf"(?:^|[\s=\"'])({_PATH.pattern}[^\s\"']*)")


def check(subject: Subject) -> Iterator[Finding]:
    """A path leads into a home folder, or to a drive, of one machine.

    Why it matters: the notebook runs on no other machine, and says whose it was.
    Instead: use a path relative to the notebook, or a parameter.
    """
    for one in subject.program.cells:
        told: set[int] = set()
        for line, path in _paths(one):
            if line not in told:
                told.add(line)
                shown = path if len(path) <= 60 else f"{path[:59]}…"
                yield Finding(
                    code="JP405",
                    message=f"the path {shown!r} is there on one machine only",
                    hint="use a path relative to the notebook, or a parameter",
                    cell=one.index,
                    line=line,
                )


def _paths(one: CodeCell) -> Iterator[tuple[int, str]]:
    for node in (n for s in one.statements for n in trees.walk(s)):
        match node:
            case ast.Constant(value=str(text)) if _PATH.match(text) and "\n" not in text:
                yield node.lineno, text
    for magic in one.magics:
        if magic.kind in ("line", "shell", "cell"):
            for found in _IN_COMMAND.finditer(magic.text):
                yield magic.line, found[1]
