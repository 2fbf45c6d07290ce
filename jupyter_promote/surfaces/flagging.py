"""What the checks say about the notebook on screen, and the way out of copies in it."""

from __future__ import annotations

from pathlib import Path

from jupyter_promote import workflow
from jupyter_promote.checks import table
from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.surfaces import wire_findings, wire_unified
from jupyter_promote.surfaces.wire_flags import FindingsRequest, FindingsWire, UnifyRequest
from jupyter_promote.surfaces.wire_unified import UnifiedWire


def found(asked: FindingsRequest, path: Path) -> FindingsWire:
    """Return the findings about the notebook on screen, whose file is, or will be, at `path`.

    Raises:
        PromoteError: the notebook can't be read.
    """
    findings = workflow.check_content(asked.content, path)
    codes = {f.code for f in findings}
    return FindingsWire(
        findings=wire_findings.findings(findings, asked.path),
        rules={r.code: r.explanation for r in table.RULES if r.code in codes},
    )


def unified(asked: UnifyRequest, path: Path) -> UnifiedWire:
    """Return what one function for copies in the notebook on screen would do to it.

    Raises:
        PromoteError: the notebook can't be read.
    """
    copies = [Place(cell=c.cell, first=c.first, last=c.last) for c in asked.copies]
    return wire_unified.unified(workflow.unify_content(asked.content, copies, path))
