"""The parameters cell: what may be given to a notebook, and whether a value fits."""

from __future__ import annotations

import ast
import difflib
import io
import json
import keyword
import math
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from jupyter_promote.errors import BadParameter
from jupyter_promote.runs import types
from jupyter_promote.sensitive import texts

TAG = "parameters"
LONGEST_NUMBER = 4000  # digits; Python reads at most 4300


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """`name: type_text = default  # help`, as it stands in the parameters cell.

    `type_text` is the annotation, else that in the signatures of the promoted module, else the type
    of the default, else ''. `value` is the default where it is a literal (`literal`), else None.
    """

    name: str
    type_text: str
    default: str
    literal: bool
    value: object
    help: str
    annotated: bool = False


def of_notebook(
    notebook: Mapping[str, object], signatures: Mapping[str, str] = MappingProxyType({})
) -> tuple[Parameter, ...]:
    """Return the parameters of the first cell tagged `parameters`; none without such a cell.

    `signatures` are the types by name that a module promoted from the notebook declares.

    Raises:
        BadParameter: the cell is not Python.
    """
    position = cell_of(notebook)
    if position is None:
        return ()
    source = _cells(notebook)[position].get("source", "")
    text = "".join(source) if isinstance(source, list) else str(source)
    found = read(text, number=position + 1)
    return tuple(_refined(one, signatures.get(one.name, "")) for one in found)


def of_signatures(source: str) -> dict[str, str]:
    """Return the types of parameters by name in which the functions of a module agree."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, set[str]] = {}
    for function in body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            given = function.args
            for one in (*given.posonlyargs, *given.args, *given.kwonlyargs):
                if one.annotation is not None:
                    found.setdefault(one.arg, set()).add(ast.unparse(one.annotation))
    return {name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1}


def _refined(parameter: Parameter, wanted: str) -> Parameter:
    """Return a parameter without an annotation with the type that is wanted of it, if that fits."""
    if parameter.annotated or wanted in ("", "None"):
        return parameter
    plain = isinstance(parameter.value, bool | int | float | str | list | dict)
    if plain and not types.fits(parameter.value, wanted, default=parameter):
        return parameter
    return replace(parameter, type_text=wanted)


def untyped(name: str) -> Parameter:
    """Return a parameter of which nothing but the name is known."""
    return Parameter(name=name, type_text="", default="", literal=False, value=None, help="")


def cell_of(notebook: Mapping[str, object]) -> int | None:
    """Return the position of the parameters cell; None where there is none."""
    for position, cell in enumerate(_cells(notebook)):
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, Mapping) else None
        if cell.get("cell_type") == "code" and isinstance(tags, list) and TAG in tags:
            return position
    return None


def _cells(notebook: Mapping[str, object]) -> list[Mapping[str, object]]:
    cells = notebook.get("cells")
    return [cell for cell in cells if isinstance(cell, Mapping)] if isinstance(cells, list) else []


def read(source: str, *, number: int = 0) -> tuple[Parameter, ...]:
    """Return the parameters that the cell's simple assignments declare; the last of a name counts.

    Raises:
        BadParameter: the cell is not Python.
    """
    lines = [
        "" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.split("\n")
    ]
    text = "\n".join(lines)
    try:
        body = ast.parse(text).body
        comments = _comments(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as error:
        raise BadParameter(
            f"the parameters cell is not Python: {error}", where=f"cell {number}" if number else ""
        ) from error
    found: dict[str, Parameter] = {}
    for statement in body:
        for parameter in _declared(statement, text, comments):
            found[parameter.name] = parameter
    return tuple(found.values())


def _comments(text: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _declared(statement: ast.stmt, text: str, comments: Mapping[int, str]) -> list[Parameter]:
    type_text = ""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
            targets
        ) == len(values):
            pairs = zip(targets, values, strict=True)
            single = [
                ast.copy_location(ast.Assign(targets=[one], value=value), statement)
                for one, value in pairs
            ]
            return [found for each in single for found in _declared(each, text, comments)]
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            names, type_text = [name], ast.get_source_segment(text, annotation) or ""
        case ast.Assign(targets=targets, value=value) if all(
            isinstance(target, ast.Name) for target in targets
        ):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        case _:
            return []
    literal, default = _literal(value)
    annotated = type_text != ""
    if not type_text and literal and default is not None:
        type_text = type(default).__name__
    elif not type_text and isinstance(value, ast.Call):
        type_text = _MADE_BY.get(ast.unparse(value.func), "")
    return [
        Parameter(
            name=name,
            type_text=type_text,
            default="" if value is None else ast.get_source_segment(text, value) or "",
            literal=literal,
            value=default,
            help=comments.get(statement.end_lineno or 0, ""),
            annotated=annotated,
        )
        for name in names
    ]


_MADE_BY = {
    "Path": "Path",
    "pathlib.Path": "Path",
    "date": "date",
    "datetime.date": "date",
    "date.fromisoformat": "date",
    "datetime.date.fromisoformat": "date",
    "datetime": "datetime",
    "datetime.datetime": "datetime",
    "datetime.fromisoformat": "datetime",
    "datetime.datetime.fromisoformat": "datetime",
    "set": "set",
    "frozenset": "frozenset",
    "tuple": "tuple",
}


def _literal(value: ast.expr | None) -> tuple[bool, object]:
    if value is None:
        return False, None
    try:
        return True, ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False, None


def check(parameters: tuple[Parameter, ...], given: Mapping[str, object]) -> None:
    """Do nothing if `given` fits what the notebook declares.

    Raises:
        BadParameter: an unknown name, a wrong type, or a value papermill would turn into another.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name, value in given.items():
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            raise BadParameter(f"{name!r} is no Python name")
        if name not in known:
            none = "" if known else ": it declares none"
            raise BadParameter(
                f"the notebook has no parameter {name!r}{none}", hint=_known(name, known)
            )
        _refuse_altered(name, value)
        wanted = known[name].type_text
        if not types.fits(value, wanted, default=known[name]):
            raise BadParameter(
                f"the parameter {name!r} is declared {wanted}, not {type(value).__name__}",
                hint=_told_default(known[name]),
            )


def _known(name: str, known: Mapping[str, Parameter]) -> str:
    if not known:
        return "tag the cell that holds its parameters with 'parameters'"
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else "it has " + ", ".join(map(repr, known))


def _refuse_altered(name: str, value: object, depth: int = 0) -> None:
    """Refuse what papermill would silently write as something else."""
    kind = type(value)
    if depth > 50:
        raise BadParameter(f"the value of {name!r} is nested too deeply")
    if kind is list:
        for item in value:  # type: ignore[attr-defined]  # mypy does not narrow `kind is list`
            _refuse_altered(name, item, depth + 1)
    elif kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]
            if type(key) is not str:
                raise BadParameter(f"a key of {name!r} is {type(key).__name__}, not str")
            _refuse_altered(name, key, depth + 1)
            _refuse_altered(name, item, depth + 1)
    elif kind is str:
        if any("\ud800" <= letter <= "\udfff" for letter in str(value)):
            raise BadParameter(f"the text of {name!r} cannot be encoded as UTF-8")
    elif kind is int:
        if abs(value) >= 10**LONGEST_NUMBER:  # type: ignore[arg-type]
            raise BadParameter(f"the number for {name!r} has too many digits")
    elif value is not None and kind not in (bool, float):
        raise BadParameter(
            f"the value of {name!r} is a {kind.__name__}, which cannot be passed to a notebook",
            hint="pass numbers, text, true or false, None, or lists and dicts of these",
        )


def parse_value(text: str, parameter: Parameter) -> object:
    """Return the value that `text` from the command line means for `parameter`.

    Without a declared type it is a Python or JSON literal if it looks like one, else text.

    Raises:
        BadParameter: the text is no such value.
    """
    for value in _readings(text, parameter.type_text):
        if types.fits(value, parameter.type_text, default=parameter):
            return value
    raise BadParameter(
        f"{texts.shown(parameter.name, text)!r} is no value for {parameter.name!r}, which is declared {parameter.type_text}",
        hint=_told_default(parameter),
    )


def _told_default(parameter: Parameter) -> str:
    default = texts.shown(parameter.name, parameter.default)
    return f"its default is {default}" if default else ""


_CONSTANTS = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "None": None,
    "null": None,
}
_BOOL_WORDS = {
    **_CONSTANTS,
    "yes": True,
    "no": False,
    "on": True,
    "off": False,
    "1": True,
    "0": False,
}
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,4000})")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _readings(text: str, type_text: str) -> list[object]:
    """Return what `text` may mean, the most specific first; the text itself is the last.

    `no` is False only for a bool, `007` is never a number: codes and countries stay text.
    """
    word = text.strip()
    readings: list[object] = []
    if type_text == "bool" and word.lower() in _BOOL_WORDS:
        readings.append(_BOOL_WORDS[word.lower()])
    elif word in _CONSTANTS:
        readings.append(_CONSTANTS[word])
    elif _WHOLE.fullmatch(word) and type_text != "float":
        readings.append(int(word))
    elif _DECIMAL.fullmatch(word) and not _leading_zero(word) or "float" in type_text:
        readings.extend(_decimals(word))
    if word.startswith(("[", "{", "(", '"', "'")):
        readings.extend(_literals(word))
    return [*readings, text]


def _leading_zero(word: str) -> bool:
    digits = word.lstrip("+-")
    return len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()


def _decimals(word: str) -> list[float]:
    try:
        return [float(word)]
    except ValueError:
        return []


def _literals(word: str) -> list[object]:
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(word)
            return [[*found] if isinstance(found, tuple | set) else found]
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return []


def same(left: object, right: object) -> bool:
    """Whether two parameter values are equal, types included; nan equals nan."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return type(left) is type(right) and left == right
