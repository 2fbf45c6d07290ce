"""One JSON object, for programs."""

from __future__ import annotations

import msgspec

from jupyter_promote import quoting
from jupyter_promote.checking.check import Checked
from jupyter_promote.surfaces import wire_findings


def of(found: Checked) -> str:
    """Return {"findings": […]}."""
    rows = wire_findings.findings(found.findings, "")
    return quoting.json(msgspec.json.format(msgspec.json.encode({"findings": rows})).decode())
