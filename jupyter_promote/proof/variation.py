"""The same notebook with other parameters: an injected value must take effect in both alike."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from jupyter_promote.pinning.scalars import near

Notebook = Mapping[str, object]


def other_values(literals: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    """Return two sets of other values, near the given ones, for numbers and truth values.

    Texts are left as they are: most are paths.
    """
    found = [
        {n: v for n, value in literals.items() if (v := near(value, step)) is not None}
        for step in (1, 2)
    ]
    return tuple(values for i, values in enumerate(found) if values and values not in found[:i])


def injected(notebook: Notebook, values: Mapping[str, object]) -> dict[str, object]:
    """Return the notebook with `values` set in a cell after the parameters cell, as papermill does."""
    content: dict[str, Any] = copy.deepcopy(dict(notebook))
    cells = content["cells"]
    place = next(
        i for i, c in enumerate(cells) if "parameters" in c.get("metadata", {}).get("tags", [])
    )
    source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": ["injected-parameters"]},
        "outputs": [],
        "source": source,
    }
    if "id" in cells[place]:
        cell["id"] = "injected-parameters"
    cells.insert(place + 1, cell)
    return content


def told(values: Mapping[str, object]) -> str:
    """Return the values in words."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
