"""Values that papermill cannot write into a notebook: dates, paths, tuples, sets, and secrets.

Each is plain JSON in files, ids and the ledger (`2026-01-31`, `data/x.csv`, `[1, 2]`, `env:TOKEN`)
and becomes what the notebook declares in the cell that papermill injects. What looks like a secret
and is none is given as `clear:VALUE`, and stands so in files, ids and the ledger.
"""

from __future__ import annotations

import ast
import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from nbformat import NotebookNode

from jupyter_promote.errors import BadParameter
from jupyter_promote.runs import parameters, types
from jupyter_promote.runs.parameters import Parameter
from jupyter_promote.sensitive import texts, values
from jupyter_promote.sensitive.forms import Found
from jupyter_promote.sensitive.texts import MASK

_SHORTEST = 4  # characters of a secret that is looked for in outputs
_REFERENCE = re.compile(r"(env|file):(?!//)(.+)", re.DOTALL)
_CLEAR = "clear:"
_MAKERS = {
    "date": '__import__("datetime").date.fromisoformat',
    "datetime": '__import__("datetime").datetime.fromisoformat',
    "Path": '__import__("pathlib").Path',
    "tuple": "tuple",
    "set": "set",
    "frozenset": "frozenset",
}


def plain(declared: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, object]:
    """Return the values as plain JSON, where that loses nothing.

    Raises:
        BadParameter: a date, path or tuple for a parameter that declares no such type.
    """
    known = {parameter.name: parameter for parameter in declared}
    return {
        name: _plain(name, value, known[name]) if name in known else value
        for name, value in given.items()
    }


def _plain(name: str, value: Any, parameter: Parameter) -> object:
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        value = value.item()
    kind = types.kind(parameter.type_text)
    match value:
        case datetime.datetime() if kind in ("datetime", "str"):
            return value.isoformat()
        case datetime.date() if kind in ("date", "str") and type(value) is datetime.date:
            return value.isoformat()
        case PurePath() if kind in ("Path", "str"):
            return str(value)
        case tuple() | set() | frozenset() if kind in ("tuple", "set", "frozenset"):
            return [*value]
        case datetime.date() | PurePath() | tuple() | set() | frozenset():
            raise BadParameter(
                f"the value of {name!r} is a {type(value).__name__}, which the notebook"
                " does not declare",
                hint=f"annotate it in the parameters cell: {name}: {type(value).__name__} = ...",
            )
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """What stands in the place of values that papermill wrote as text, and what must not be shown."""

    makers: Mapping[str, str]
    references: Mapping[str, str]
    secrets: tuple[str, ...]

    def amend(self, node: NotebookNode) -> None:
        """Put the right values into the cell that papermill has injected."""
        for cell in node.cells if self.makers or self.references else ():
            if "injected-parameters" in cell.metadata.get("tags", []):
                cell.source = self._amended(cell.source)

    def _amended(self, source: str) -> str:
        lines = source.split("\n")
        found = [one for one in ast.parse(source).body if isinstance(one, ast.Assign)]
        for statement in reversed(found):
            target, value = statement.targets[0], ast.get_source_segment(source, statement.value)
            if not isinstance(target, ast.Name) or value is None:
                continue
            if target.id in self.references:
                written = self.references[target.id]
            elif target.id in self.makers:
                written = f"{self.makers[target.id]}({value})"
            else:
                continue
            first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
            lines[first:last] = [f"{target.id} = {written}"]
        return "\n".join(lines)

    def masked(self, value: Any) -> Any:
        """Return what a kernel has sent without the secrets."""
        if not self.secrets:
            return value
        if isinstance(value, str):
            for secret in self.secrets:
                value = value.replace(secret, MASK)
            return value
        if isinstance(value, dict):
            return {name: self.masked(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.masked(inner) for inner in value]
        return value


def of(declared: Sequence[Parameter], given: Mapping[str, object]) -> Injection:
    """Return how plain values become what the notebook declares."""
    kinds = {parameter.name: types.kind(parameter.type_text) for parameter in declared}
    references = {name: found for name, value in given.items() if (found := _reference(value))}
    makers = {
        name: _MAKERS[kinds[name]]
        for name, value in given.items()
        if value is not None and kinds.get(name) in _MAKERS and name not in references
    }
    secrets = (_secret(*found) for found in references.values())
    return Injection(
        makers=makers,
        references={name: _code(*found) for name, found in references.items()},
        secrets=tuple(one for one in secrets if len(one) >= _SHORTEST),
    )


def refuse_language(language: str, kernel: str, points: Sequence[Mapping[str, object]]) -> None:
    """Do nothing if papermill can write these values in a language that is not Python.

    Raises:
        BadParameter: it can't, or one of them is a secret.
    """
    for given in points:
        for name, value in given.items():
            if _reference(value):
                raise BadParameter(
                    f"the secret {name!r} cannot be given to a notebook in {language}",
                    hint="only Python notebooks take them: read it in the notebook",
                )
    if not any(points):
        return
    from papermill.exceptions import PapermillException
    from papermill.translators import papermill_translators

    try:
        papermill_translators.find_translator(kernel, language)
    except PapermillException as error:
        raise BadParameter(
            f"papermill does not know how to write parameters in {language}",
            hint="run the notebook without any",
        ) from error


def check(declared: Sequence[Parameter], given: Mapping[str, object]) -> None:
    """Do nothing if plain values fit what the notebook declares.

    Raises:
        BadParameter: a value that does not fit, a secret in clear, or a reference to nothing.
    """
    check_written(declared, given)
    for name, value in given.items():
        found = _reference(value)
        if found:
            _refuse_missing(name, *found)


def check_written(declared: Sequence[Parameter], given: Mapping[str, object]) -> None:
    """Do what `check` does for values that are only written down here: references lead elsewhere."""
    known = {parameter.name: parameter for parameter in declared}
    for name, value in given.items():
        why = _in_clear(str(name), value, known.get(name))
        if why:
            raise BadParameter(
                f"{name!r} {why}, which would stand in the output",
                hint=f"refer to it: -p {name} env:VARIABLE, or file:PATH;"
                f" if it is no secret, say so: -p {name} {_CLEAR}VALUE",
            )
    parameters.check(tuple(declared), cleared(given))


def cleared(given: Mapping[str, object]) -> dict[str, object]:
    """Return the values as the notebook gets them: without the `clear:` of what is no secret."""
    return {name: _cleared(str(name), value) for name, value in given.items()}


def _cleared(name: str, value: object) -> object:
    match value:
        case str() if value.startswith(_CLEAR):
            rest = value.removeprefix(_CLEAR)
            return rest if _reference(rest) or _in_clear(name, rest) else value
        case list():
            return [_cleared(name, one) for one in value]
        case dict():
            return {key: _cleared(str(key), one) for key, one in value.items()}
    return value


def _in_clear(name: str, value: object, declared: Parameter | None = None) -> str:
    """Return why a value must be taken for a secret in clear, '' if it need not be.

    Numbers where only a number fits are not: a reference could not be given in their place.
    """
    match value:
        case bool():
            return ""
        case int() if values.told_number(name, value):
            text_fits = declared is None or types.fits("", declared.type_text, default=declared)
            return "looks like a secret by its name" if text_fits else ""
        case str() if _reference(value) is None and not value.startswith(_CLEAR):
            if values.told(name, value):
                return "looks like a secret by its name"
            seen = (one.what for one in texts.find(value) if not _is_stand_in(value, one))
            what = next(seen, "")
            return what and f"holds what looks like {what}"
        case list():
            return next(filter(None, (_in_clear(name, one) for one in value)), "")
        case dict():
            keys = (_in_clear("", str(key)) for key in value)
            inner = (_in_clear(str(key), one) for key, one in value.items())
            return next(filter(None, (*keys, *inner)), "")
    return ""


def _is_stand_in(text: str, found: Found) -> bool:
    return values.is_stand_in(text[found.start : found.end])


def _reference(value: object) -> tuple[str, str] | None:
    """Return ('env', NAME) or ('file', PATH) if the value refers to a secret."""
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return (found[1], found[2]) if found else None


def _refuse_missing(name: str, kind: str, where: str) -> None:
    if kind == "env" and where not in os.environ:
        raise BadParameter(
            f"the environment variable {where!r} for {name!r} is not set",
            hint=f"export {where}=...",
        )
    if kind == "file" and not Path(where).expanduser().is_file():
        raise BadParameter(f"the file {where!r} for {name!r} is not there", hint="check the path")


def _secret(kind: str, where: str) -> str:
    if kind == "env":
        return os.environ.get(where, "")
    try:
        return Path(where).expanduser().read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _code(kind: str, where: str) -> str:
    if kind == "env":
        return f'__import__("os").environ[{where!r}]'
    path = str(Path(where).expanduser().absolute())
    return f'__import__("pathlib").Path({path!r}).read_text().strip()'
