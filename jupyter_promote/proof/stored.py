"""The outputs that a notebook's file holds, beside what a run of it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_promote.proof import events
from jupyter_promote.proof.normal import Reading
from jupyter_promote.proof.observation import Observation


def stale(content: Mapping[str, Any], observed: Observation) -> Iterator[int]:
    """Yield the cells whose stored outputs are not what a run shows, by position.

    Only texts are compared, as pixels differ from machine to machine; and only where every cell
    was run before the notebook was saved. A run is taken at its word: it should be one of several
    that showed the same.
    """
    cells = content["cells"]
    code = [c for c in cells if c["cell_type"] == "code" and c["source"].strip()]
    if len(observed.shares) != len(cells) or not all(c.get("execution_count") for c in code):
        return
    import nbformat

    node = nbformat.from_dict(json.loads(json.dumps(dict(content))))  # type: ignore[no-untyped-call]
    at = 0
    for index, before in enumerate(events.by_cell(node, Reading())):
        now = observed.events[at : at + observed.shares[index]]
        at += observed.shares[index]
        if [(e.kind, e.text) for e in before] != [(e.kind, e.text) for e in now]:
            yield index
