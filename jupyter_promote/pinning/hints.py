"""What a function's code says about its arguments: the numbers and strings it is written with."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_MOST = 12
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """A function's code holds these `numbers` and `strings`; its parameters have these `defaults`.

    `columns` are the names of columns among the arguments: where the code says them it most likely
    means the column. `attributes` are what it reads by a dot, which may be a column, too.
    """

    numbers: tuple[int | float, ...] = ()
    strings: tuple[str, ...] = ()
    defaults: dict[str, object] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """The columns that the code names; all of them where it names none."""
        said = self.attributes.union(self.strings).intersection(self.columns)
        return said or frozenset(self.columns)

    @property
    def words(self) -> tuple[str, ...]:
        """The strings that are no column's name."""
        return tuple(each for each in self.strings if each not in self.columns)[:_MOST]

    @property
    def marks(self) -> tuple[str, ...]:
        """The characters in those that are no letter, digit or blank."""
        marks = (c for each in self.words for c in each if not (c.isalnum() or c.isspace()))
        return tuple(dict.fromkeys(marks))[:_MOST]

    def limits(self, *, whole: bool) -> list[int | float]:
        """The numbers, each between its neighbours, in the order of the code."""
        found = (each for number in self.numbers for each in _around(number, whole=whole))
        return list(dict.fromkeys(found))


def of_function(
    function: ast.AST | None, columns: Sequence[str] = (), given: Sequence[int | float] = ()
) -> Hints:
    """Return what the code of a function says; `given` are numbers that its call says."""
    if function is None:
        return Hints(columns=tuple(columns), numbers=tuple(given))
    values = list(_constants(function))
    numbers = [*given, *(each for each in values if isinstance(each, (int, float)))]
    strings = [each for each in values if isinstance(each, str) and 0 < len(each) <= _LONGEST]
    return Hints(
        numbers=tuple(dict.fromkeys(numbers))[:_MOST],
        strings=tuple(dict.fromkeys(strings)),
        defaults=_defaults(function),
        columns=tuple(columns),
        attributes=frozenset(
            each.attr for each in ast.walk(function) if isinstance(each, ast.Attribute)
        ),
    )


def _constants(node: ast.AST) -> Iterator[object]:
    """The numbers and strings below a node: no docstrings, annotations and flags."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            yield -value
            return
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=value):
            yield value
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from _constants(each)


def _defaults(function: ast.AST) -> dict[str, object]:
    """Return the defaults that are written as plain values."""
    arguments = getattr(function, "args", None)
    if not isinstance(arguments, ast.arguments):
        return {}
    ordered = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = []
    if arguments.defaults:
        pairs += zip(ordered[-len(arguments.defaults) :], arguments.defaults, strict=True)
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    found: dict[str, object] = {}
    for parameter, default in pairs:
        if default is None:
            continue
        try:
            found[parameter.arg] = ast.literal_eval(default)
        except (ValueError, TypeError):
            continue
    return found


def _around(number: int | float, *, whole: bool) -> list[int | float]:
    if not math.isfinite(number) or abs(number) > 1e15:
        return []
    if whole:
        low, high = math.floor(number), math.ceil(number)
        return [low - 1, low, high + 1] if low == high else [low, high]
    if isinstance(number, int):
        return [number - 1.0, float(number), number + 1.0]
    step = 0.5 if abs(number) >= 1 else abs(number) / 10 or 0.5
    return [number - step, number, number + step]
