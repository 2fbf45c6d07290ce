"""What the checks say about the notebook on screen."""

from __future__ import annotations

from pathlib import Path

from jupyter_promote import workflow
from jupyter_promote.checks import table
from jupyter_promote.surfaces import wire_findings
from jupyter_promote.surfaces.wire_flags import FindingsRequest, FindingsWire


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
