"""What the checks say about the notebook on screen, and the way out of copies in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from jupyter_promote import workflow
from jupyter_promote.checking import screen
from jupyter_promote.checking.screen import Neighbours, Readings, Screen
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding, Related
from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.surfaces import places, wire_findings, wire_unified
from jupyter_promote.surfaces.wire_flags import FindingsRequest, FindingsWire, UnifyRequest
from jupyter_promote.surfaces.wire_unified import UnifiedWire


class Memory:
    """What a server remembers of the notebooks on screen, and of the files around them."""

    def __init__(self) -> None:
        self.readings = Readings()
        self.neighbours = Neighbours()


def found(asked: FindingsRequest, root: Path, memory: Memory) -> FindingsWire:
    """Return the findings about the notebook on screen; `root` is the server's folder.

    Raises:
        PromoteError: the notebook, or what its project says of rules, can't be read.
    """
    path = places.inside(root, asked.path)
    project = places.project_of(root, path)
    shown = Screen(path=path, project=project, within=root, content=asked.content)
    told = (
        screen.cells(shown, memory.readings)
        if asked.about == "cells"
        else screen.copied(shown, memory.neighbours)
    )
    findings = [_below(root, one) for one in told]
    codes = {f.code for f in findings}
    return FindingsWire(
        findings=wire_findings.findings(findings, asked.path),
        rules={r.code: r.explanation for r in table.RULES if r.code in codes},
    )


def unified(asked: UnifyRequest, root: Path) -> UnifiedWire:
    """Return what one function for copies in the notebook on screen would do to it.

    Raises:
        PromoteError: the notebook can't be read.
    """
    path = places.inside(root, asked.path)
    copies = [Place(cell=c.cell, first=c.first, last=c.last) for c in asked.copies]
    return wire_unified.unified(workflow.unify_content(asked.content, copies, path))


def _below(root: Path, finding: Finding) -> Finding:
    """Return the finding with paths as the file browser knows them, and no others."""
    return replace(finding, related=tuple(_known(root, finding.related)))


def _known(root: Path, related: Iterable[Related]) -> Iterable[Related]:
    for one in related:
        path = Path(one.path)
        if not path.is_absolute():
            yield one
        elif path.resolve().is_relative_to(root):
            yield replace(one, path=path.resolve().relative_to(root).as_posix())
