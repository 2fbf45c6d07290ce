"""Packages that a cell installs and no file declares."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject

_INSTALL = re.compile(
    r"^\s*[%!]{1,2}\s*(?:\{?sys\.executable\}?\s+-m\s+|\S*python[\d.]*\s+-m\s+|uv\s+|sudo\s+)?"
    r"(?:pip[\d.]*|conda|mamba)\s+install\s+(?P<what>.*)$"
)
_TAKES_VALUE = frozenset(
    "-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url"
    " -f --find-links -t --target --channel --prefix -n --name".split()
)
_NAME = re.compile(r"[\"']?([A-Za-z0-9][\w.-]*)(?:\[[\w,. -]*\])?\s*(?:[=<>!~;@].*)?[\"']?$")


def check(subject: Subject) -> Iterator[Finding]:
    """A cell installs a package that no file of the project declares.

    Why it matters: the next machine, and the nightly run, does not have it, or has another version.
    Instead: declare it, in pyproject.toml or requirements.txt, and remove the line.
    """
    declared = subject.declared
    for one in subject.program.cells:
        for number, line in enumerate(one.cell.source.split("\n"), 1):
            found = _INSTALL.match(line)
            names = [n for n in _installed(found["what"]) if found] if found else []
            lacking = [n for n in names if declared is None or normal(n) not in declared]
            if lacking:
                where = (
                    "nothing declares it" if declared is None else "the project does not declare it"
                )
                yield Finding(
                    code="JP406",
                    message=f"installs {', '.join(lacking)}: {where}",
                    hint=f"add {lacking[0]} to the dependencies in pyproject.toml",
                    cell=one.index,
                    line=number,
                )


def normal(name: str) -> str:
    """Return the name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(arguments: str) -> Iterator[str]:
    """Yield the names of distributions among the arguments of an installation."""
    words = iter(re.split(r"\s+", re.split(r"\s(?:#|&&|\|\||[|;>])", arguments.strip())[0]))
    for word in words:
        if word in _TAKES_VALUE:
            next(words, None)
        elif not word.startswith("-") and "/" not in word and not word.startswith("."):
            found = _NAME.match(word)
            if found and not word.endswith((".txt", ".whl", ".yml", ".yaml", ".gz", ".zip")):
                yield found[1]
