"""Notebooks kept as text: jupytext's `.py` and `.md`, read where jupytext is installed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jupyter_promote.errors import NotANotebook

SUFFIXES = (".py", ".md")
HEADER = {
    ".py": re.compile(r"\A(?:#!.*\n|# -\*-.*\n)*# ---\n(?:#.*\n)*?# *(?:jupyter|jupytext):"),
    ".md": re.compile(r"\A---\n(?:(?!---).*\n)*?(?:jupyter|jupytext|kernelspec):"),
}
MARKS = {
    ".py": (re.compile(r"(?m)^# ?%%(?:[ \t].*)?$"), "py:percent"),
    ".md": (re.compile(r"(?m)^(?:```|~~~|:::)\{code-cell\}"), "md:myst"),
}


def content(text: str, suffix: str, where: str) -> dict[str, Any]:
    """Return the notebook that `text` stands for as nbformat 4 JSON; cells are known by place.

    Raises:
        NotANotebook: the text is no notebook, or jupytext is not installed.
    """
    mark, form = MARKS[suffix]
    if HEADER[suffix].search(text):
        form = suffix[1:]
    elif not mark.search(text):
        kind = "Python module" if suffix == ".py" else "Markdown text"
        raise NotANotebook(
            f"this is a {kind}, not a notebook",
            where=where,
            hint="name a notebook: .ipynb, or a text with jupytext's header or cell marks",
        )
    try:
        import jupytext
        from yaml import YAMLError  # type: ignore[import-untyped]
    except ImportError:
        raise NotANotebook(
            f"a notebook kept as {suffix} is read by jupytext, which is not installed",
            where=where,
            hint="pip install jupytext",
        ) from None
    try:
        found: dict[str, Any] = json.loads(json.dumps(jupytext.reads(text, fmt=form)))
    except (ValueError, KeyError, TypeError, AttributeError, YAMLError) as error:
        raise NotANotebook(
            f"jupytext can't read it ({type(error).__name__})",
            where=where,
            hint="correct its header",
        ) from error
    for i, cell in enumerate(found["cells"]):
        cell["id"] = f"cell-{i}"
        cell["metadata"].pop("lines_to_next_cell", None)
    found["metadata"].pop("jupytext", None)  # the promoted notebook is paired with nothing
    return found | {"nbformat": 4, "nbformat_minor": 5}


def marks_cells(text: str, suffix: str) -> bool:
    """True where a text with the suffix of a text notebook is one."""
    return bool(HEADER[suffix].search(text) or MARKS[suffix][0].search(text))


def is_text(path: Path) -> bool:
    """True for a file that is there and whose name ends as a text notebook's does."""
    return path.suffix.lower() in SUFFIXES and path.is_file()


def refuse(path: Path) -> None:
    """Raise `NotANotebook` for a text, where only an `.ipynb` will do."""
    if path.suffix.lower() in SUFFIXES:
        raise NotANotebook(
            f"a notebook kept as {path.suffix} can be promoted and checked only",
            where=path.name,
            hint="make an .ipynb of it: jupytext --to ipynb",
        )
