"""Writing proposed tags into a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence

from jupyter_promote.errors import UnsupportedVersion
from jupyter_promote.promotion.suggest import Proposal
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.writing import transaction


def write(notebook: Notebook, proposals: Sequence[Proposal]) -> None:
    """Add proposed tags to the notebook's file; all else in it stays as it is.

    Raises:
        UnsupportedVersion: the file has the notebook format 3, in which cells are elsewhere.
    """
    raw = notebook.path.read_bytes()
    content = json.loads(raw)
    if "cells" not in content:
        raise UnsupportedVersion(
            "notebook format 3 can't be tagged",
            where=notebook.path.name,
            hint="open it in JupyterLab and save it",
        )
    for proposal in proposals:
        metadata = content["cells"][proposal.cell].setdefault("metadata", {})
        metadata["tags"] = [*metadata.get("tags", []), proposal.tag]
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write = transaction.Write(path=notebook.path.name, content=text, expected=raw)
    transaction.write_all(notebook.path.resolve().parent, [write])
