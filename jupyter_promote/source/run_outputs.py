"""Which notebooks are what a run of another one wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping


def is_one(papermill: object, name: str) -> bool:
    """True for the file `name` whose metadata `papermill` say that a run of another file wrote it.

    What papermill wrote in the place of its source, or what has another name since, is a notebook
    like others: somebody works with it.
    """
    if not isinstance(papermill, Mapping):
        return False
    source, output = (str(papermill.get(key) or "") for key in ("input_path", "output_path"))
    return source != output and re.split(r"[\\/]", output)[-1] == name
