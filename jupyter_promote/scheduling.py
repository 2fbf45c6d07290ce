"""The verb that writes a file with which a scheduler or a CI runs a notebook."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_promote.errors import BadParameter, BadPath, DiskProblem
from jupyter_promote.source import notebook, textual

if TYPE_CHECKING:
    from jupyter_promote.runs.parameters import Parameter

_REQUIREMENTS = "requirements.txt"
_LISTS = (".txt", ".in")
_ADDRESS = re.compile(r"(?:git\+)?(?:https|ssh)://\S+")


def export(
    target: str,
    path: Path,
    *,
    points: Sequence[tuple[str, str | Path]] = (),
    pairs: Sequence[tuple[str, str]] = (),
    install: Sequence[str] = (),
    output: Path | None = None,
) -> Path:
    """Write the file for `target`, a key of `schedules.SCHEDULES`, and return where it is.

    With `points`, options of a sweep, the notebook is swept, else run once. Nothing is executed,
    and no file is overwritten. In a fresh environment a CI installs the project, and what `install`
    names: files of the project (a wheel, a list of requirements) and addresses, no names.

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
    for name, text in pairs:
        parameter = known.get(name) or parameters.untyped(name)
        options += ["-p", name, _written(text, parsed[name], parameter)]
    work = schedules.Work(
        verb="sweep" if points else "run",
        notebook=_below(root, path),
        options=tuple(options),
        installed=tuple(_installed(root, install)),
    )
    name, render = schedules.SCHEDULES[target]
    text = render(work)
    where = output or root / name.format(work.name)
    _create(where, formatting.shaped(text) if name.endswith(".py") else text)
    return where


def _written(text: str, value: object, parameter: Parameter) -> str:
    """Return a printable text that means the same value: as JSON, where it is none itself.

    Raises:
        BadParameter: there is none.
    """
    from jupyter_promote.runs import parameters

    if text.isprintable():
        return text
    written = json.dumps(value)
    try:
        if parameters.same(parameters.parse_value(written, parameter), value):
            return written
    except BadParameter:
        pass
    raise BadParameter(
        f"the value of {parameter.name!r} holds the end of a line, or what can't be seen",
        hint="give it in a file: --params FILE",
    )


def _installed(root: Path, named: Sequence[str]) -> Iterator[str]:
    """Yield what pip is given: the files and addresses that were named, the project's own.

    Raises:
        BadPath: a bare name, which anybody could take in a public index.
    """
    files = [*named]
    if not any(name.endswith(_LISTS) for name in files) and (root / _REQUIREMENTS).is_file():
        files.append(str(root / _REQUIREMENTS))
    for name in files:
        if _ADDRESS.match(name):
            yield name
        elif Path(name).is_file():
            yield from (
                ("-r", _below(root, Path(name)))
                if name.endswith(_LISTS)
                else ("./" + _below(root, Path(name)).removeprefix("./"),)
            )
        else:
            raise BadPath(
                f"{name!r} is neither a file nor an address: by a name alone nothing is installed",
                hint="name a wheel or a list of requirements of the project, or https://... or git+https://...",
            )
    if any((root / own).is_file() for own in ("pyproject.toml", "setup.py")):
        yield "."


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
