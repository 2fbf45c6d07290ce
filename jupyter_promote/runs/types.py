"""Whether a value fits an annotation, as far as an annotation of a parameter can be read."""

from __future__ import annotations

import ast
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
}


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
    return isinstance(value, kinds)


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
    if isinstance(value, list) and _SIMPLE.get(name) == (list,):
        return all(_fits(item, arguments[0]) for item in value)
    if isinstance(value, dict) and len(arguments) == 2:
        return all(
            _fits(key, arguments[0]) and _fits(item, arguments[1]) for key, item in value.items()
        )
    return True
