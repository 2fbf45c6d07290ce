"""What is said of one file: the part of a check that can be done anywhere, and is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_promote.checks import silencing, table
from jupyter_promote.checks.finding import Finding, Import, PythonFile, Subject
from jupyter_promote.errors import NotPython, PromoteError


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The file at `path`, with what around it counts.

    `promotions` are the folders and records of promotions that it belongs to; `own` the first names
    of its project's modules; `declared` the distributions that it declares.
    """

    path: str
    promotions: tuple[tuple[str, str], ...] = ()
    own: frozenset[str] = frozenset()
    declared: frozenset[str] | None = None
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a file, and what a notebook imports from its own project's modules.

    Of a notebook that is `refused` nothing else can be said.
    """

    findings: tuple[Finding, ...] = ()
    imports: tuple[Import, ...] = ()
    refused: bool = False


def of_notebook(job: Job) -> Told:
    """Return what the rules say about a notebook."""
    from jupyter_promote.checks import importing
    from jupyter_promote.flow import program
    from jupyter_promote.source import notebook
    from jupyter_promote.writing import records

    path = Path(job.path)
    try:
        read_notebook = notebook.read(path)
    except NotPython:
        return Told(refused=True)
    except PromoteError as error:
        found = (f for rule in table.of_scope("broken") for f in rule.check(error))
        return Told(findings=tuple(found), refused=True)
    if read_notebook.is_run_output:
        return Told()
    places = [records.one(Path(to), name) for to, name in job.promotions]
    code = program.of_notebook(read_notebook)
    subject = Subject(
        program=code,
        promotions=records.of_notebook(path, [p for p in places if p is not None]),
        declared=job.declared,
        options=job.options,
    )
    return Told(
        findings=tuple(table.findings(subject)), imports=tuple(importing.of_program(code, job.own))
    )


def of_tests(job: Job) -> Told:
    """Return what the rules say about a file of tests."""
    from jupyter_promote.checks import asserting

    text = source_of(job.path)
    tree = asserting.parsed(text)
    if tree is None:
        return Told()
    subject = PythonFile(path="", name="", tree=tree, own=job.own)
    quiet = silencing.of_text(text)
    found = (f for rule in table.of_scope("tests") for f in rule.check(subject))
    return Told(findings=tuple(f for f in found if not any(s.covers(f) for s in quiet)))


def source_of(path: str) -> str:
    """Return the text of a module, "" where it can't be read."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
