"""Whether a value fits an annotation, as far as an annotation of a parameter can be read."""

from __future__ import annotations

import ast
import datetime
from typing import Protocol

_SIMPLE: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "str": (str,),
    "bool": (bool,),
    "list": (list,),
    "List": (list,),
    "Sequence": (list,),
    "Iterable": (list,),
    "dict": (dict,),
    "Dict": (dict,),
    "Mapping": (dict,),
    "None": (type(None),),
    "date": (str,),
    "datetime": (str,),
    "Path": (str,),
    "tuple": (list,),
    "Tuple": (list,),
    "set": (list,),
    "Set": (list,),
    "frozenset": (list,),
}
_ISO = {"date": datetime.date.fromisoformat, "datetime": datetime.datetime.fromisoformat}


def kind(type_text: str) -> str:
    """Return the name of the type that an annotation means besides None; '' if it is not one."""
    try:
        annotation = ast.parse(type_text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    names = {_outer(one) for one in _alternatives(annotation)} - {"None"}
    name = names.pop() if len(names) == 1 else ""
    return {"Tuple": "tuple", "Set": "set"}.get(name, name)


def _alternatives(annotation: ast.expr) -> list[ast.expr]:
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_alternatives(left), *_alternatives(right)]
        case ast.Subscript(value=generic, slice=inner) if _name(generic) == "Optional":
            return [inner]
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=parts)) if _name(generic) == "Union":
            return parts
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=[first, *_])) if (
            _name(generic) == "Annotated"
        ):
            return _alternatives(first)
        case ast.Constant(value=str(quoted)):
            try:
                return _alternatives(ast.parse(quoted, mode="eval").body)
            except SyntaxError:
                return []
    return [annotation]


def _outer(annotation: ast.expr) -> str:
    match annotation:
        case ast.Constant(value=None):
            return "None"
        case ast.Subscript(value=generic):
            return _name(generic)
    return _name(annotation)


class Defaulted(Protocol):
    """Something with a default."""

    @property
    def literal(self) -> bool:
        """Whether the default is a literal."""

    @property
    def value(self) -> object:
        """The default."""


def fits(value: object, type_text: str, *, default: Defaulted) -> bool:
    """Whether `value` may be given where `type_text` is declared. What can't be read fits.

    None fits where it is the default, whatever the annotation says.
    """
    if value is None and default.literal and default.value is None:
        return True
    if not type_text:
        return True
    try:
        annotation = ast.parse(type_text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return _fits(value, annotation)


def _fits(value: object, annotation: ast.expr) -> bool:
    match annotation:
        case ast.Constant(value=None):
            return value is None
        case ast.Constant(value=str(quoted)):
            try:
                return _fits(value, ast.parse(quoted, mode="eval").body)
            except SyntaxError:
                return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fits(value, left) or _fits(value, right)
        case ast.Subscript(value=generic, slice=inner):
            return _fits_generic(value, _name(generic), inner)
        case _:
            return _fits_simple(value, _name(annotation))


def _name(annotation: ast.expr) -> str:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _fits_simple(value: object, name: str) -> bool:
    kinds = _SIMPLE.get(name)
    if kinds is None:
        return True
    if isinstance(value, bool) and bool not in kinds:
        return False
    return isinstance(value, kinds) and (name not in _ISO or _is_iso(value, name))


def _is_iso(value: object, name: str) -> bool:
    try:
        _ISO[name](str(value))
    except ValueError:
        return False
    return True


def _fits_tuple(value: list[object], arguments: list[ast.expr]) -> bool:
    if isinstance(arguments[-1], ast.Constant) and arguments[-1].value is ...:
        return all(_fits(item, arguments[0]) for item in value)
    return len(value) == len(arguments) and all(map(_fits, value, arguments))


def _fits_generic(value: object, name: str, inner: ast.expr) -> bool:
    arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    match name:
        case "Optional":
            return value is None or _fits(value, inner)
        case "Union":
            return any(_fits(value, argument) for argument in arguments)
        case "Literal":
            return any(
                isinstance(argument, ast.Constant)
                and argument.value == value
                and type(argument.value) is type(value)
                for argument in arguments
            )
        case "Annotated":
            return _fits(value, arguments[0])
    if not _fits_simple(value, name):
        return False
    if isinstance(value, list) and name in ("tuple", "Tuple") and len(arguments) > 1:
        return _fits_tuple(value, arguments)
    if isinstance(value, list) and _SIMPLE.get(name) == (list,):
        return all(_fits(item, arguments[0]) for item in value)
    if isinstance(value, dict) and len(arguments) == 2:
        return all(
            _fits(key, arguments[0]) and _fits(item, arguments[1]) for key, item in value.items()
        )
    return True
