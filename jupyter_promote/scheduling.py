"""The verb that writes a file with which a scheduler or a CI runs a notebook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jupyter_promote.errors import BadPath, DiskProblem
from jupyter_promote.source import notebook, textual


def export(
    target: str,
    path: Path,
    *,
    points: Sequence[tuple[str, str | Path]] = (),
    pairs: Sequence[tuple[str, str]] = (),
    output: Path | None = None,
) -> Path:
    """Write the file for `target`, a key of `schedules.SCHEDULES`, and return where it is.

    With `points`, options of a sweep, the notebook is swept, else run once. Nothing is executed,
    and no file is overwritten.

    Raises:
        PromoteError: a path is no notebook or not in the project, or the file is there already.
    """
    from jupyter_promote.promotion import formatting
    from jupyter_promote.runs import injection, ledger, parameters, schedules

    textual.refuse(path)
    declared = parameters.of_notebook(notebook.read(path).content)
    known = {parameter.name: parameter for parameter in declared}
    parsed = {n: parameters.parse_value(v, known[n]) if n in known else v for n, v in pairs}
    injection.check_written(declared, parsed)
    root = ledger.root_of(path)
    options = [
        word
        for option, value in points
        for word in (option, _below(root, value) if isinstance(value, Path) else value)
    ]
    options += [word for pair in pairs for word in ("-p", *pair)]
    work = schedules.Work(
        verb="sweep" if points else "run", notebook=_below(root, path), options=tuple(options)
    )
    name, render = schedules.SCHEDULES[target]
    text = render(work)
    where = output or root / name.format(work.name)
    _create(where, formatting.shaped(text) if name.endswith(".py") else text)
    return where


def _below(root: Path, path: Path) -> str:
    """Return the path from `root` on, as a word that is not taken for an option.

    Raises:
        BadPath: it is elsewhere, or its name can't be written into a file of text.
    """
    place = path.resolve()
    if not place.is_relative_to(root):
        raise BadPath(
            f"{str(path)!r} is not below {str(root)!r}", hint="move it into the project's folder"
        )
    found = place.relative_to(root).as_posix()
    if not found.isprintable():
        raise BadPath(f"{found!r} holds an invisible character", hint="rename it")
    return f"./{found}" if found.startswith("-") else found


def _create(path: Path, text: str) -> None:
    """Write a new file, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as draft:
            draft.write(text)
            draft.flush()
            os.chmod(draft.name, 0o644)
            os.link(draft.name, path)
    except FileExistsError:
        hint = "choose another --output, or remove it"
        raise BadPath("there is such a file already", where=str(path), hint=hint) from None
    except OSError as error:
        raise DiskProblem(f"cannot be written: {error.strerror}", where=str(path)) from error
