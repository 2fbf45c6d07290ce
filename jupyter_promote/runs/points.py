"""The points of a sweep: one set of parameters for each run, from grids, lists, tables, samples."""

from __future__ import annotations

import ast
import csv
import io
import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyter_promote.errors import BadParameter, TooLarge
from jupyter_promote.runs import parameter_files, parameters
from jupyter_promote.runs.parameters import Parameter

MOST = 100_000
Point = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """An axis that lists its values: each is one value for each of `names`."""

    names: tuple[str, ...]
    values: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An axis between two numbers, ends included; `count` is None where every step is meant."""

    names: tuple[str, ...]
    low: float
    high: float
    log: bool
    whole: bool
    step: float | None
    count: int | None


Axis = Values | Range


def of_list(path: Path, declared: Sequence[Parameter]) -> list[Point]:
    """Return the points that a file lists: CSV rows, or mappings in YAML, JSON or TOML."""
    if path.suffix.lower() in (".csv", ".tsv"):
        return _of_table(path, declared)
    found = parameter_files.load(path)
    if isinstance(found, dict) and path.suffix.lower() == ".toml" and "runs" in found:
        found = found["runs"]
    rows: list[Point] = found if isinstance(found, list) else [found]  # type: ignore[list-item]
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not all(isinstance(name, str) for name in row):
            raise BadParameter(
                f"entry {number} holds no names with values",
                where=path.name,
                hint="write a list of NAME: VALUE mappings",
            )
    _refuse_many(len(rows), path.name)
    return rows


def _of_table(path: Path, declared: Sequence[Parameter]) -> list[Point]:
    by_name = {parameter.name: parameter for parameter in declared}
    text = parameter_files.text_of(path)
    rows = csv.reader(
        io.StringIO(text), delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True
    )
    try:
        head = [name.strip() for name in next(rows, [])]
        found = []
        for row in rows:
            if len(row) > len(head):
                raise BadParameter(
                    f"line {rows.line_num} has {len(row)} fields, the first line {len(head)}",
                    where=path.name,
                )
            found.append(
                {
                    name: parameters.parse_value(
                        cell, by_name.get(name) or parameters.untyped(name)
                    )
                    for name, cell in zip(head, row, strict=False)
                    if cell.strip()  # an empty field leaves the default
                }
            )
            _refuse_many(len(found), path.name)
    except csv.Error as error:
        raise BadParameter(f"line {rows.line_num}: {error}", where=path.name) from error
    return [point for point in found if point]


def axes(path: Path, declared: Sequence[Parameter]) -> list[Axis]:
    """Return the axes that a grid file describes.

    `NAME: [values]`, `NAME: {from: 1, to: 10, step: 1 | count: 4, scale: log}`, or several names
    that go together: `"NAME, NAME": [[value, value], ...]`.
    """
    found = parameter_files.read(path)
    by_name = {parameter.name: parameter for parameter in declared}
    if not found:
        raise BadParameter("the grid is empty", where=path.name, hint="write NAME: [VALUE, ...]")
    return [axis(key, value, by_name, path.name) for key, value in found.items()]


def axis(key: str, value: object, by_name: Mapping[str, Parameter], where: str = "") -> Axis:
    """Return the axis that an entry of a grid describes."""
    names = tuple(name.strip() for name in key.split(","))
    if isinstance(value, dict) and len(names) == 1 and {"from", "to"} <= value.keys():
        return _range(names, value, by_name.get(names[0]), where)
    if not isinstance(value, list):
        value = [value] if len(names) == 1 else value
    if not isinstance(value, list) or not value:
        raise BadParameter(f"{key!r} lists no values", where=where, hint="write NAME: [VALUE, ...]")
    if len(names) == 1:
        return Values(names=names, values=[[one] for one in value])
    for one in value:
        if not isinstance(one, list) or len(one) != len(names):
            raise BadParameter(
                f"{key!r} names {len(names)} parameters, so each entry needs {len(names)} values",
                where=where,
                hint=f"write lists of {len(names)} values",
            )
    return Values(names=names, values=value)


def _range(
    names: tuple[str, ...], given: Mapping[str, object], declared: Parameter | None, where: str
) -> Range:
    unknown = given.keys() - {"from", "to", "step", "count", "scale"}
    numbers = [given[k] for k in ("from", "to", "step", "count") if k in given]
    good = not unknown and all(
        isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in numbers
    )
    if not good or given.get("scale", "linear") not in ("linear", "log"):
        raise BadParameter(
            f"the range of {names[0]!r} is not understood",
            where=where,
            hint="write {from: 1, to: 10, step: 1}, or count: 4, or scale: log",
        )
    low, high = float(given["from"]), float(given["to"])  # type: ignore[arg-type]
    log = given.get("scale") == "log"
    step, count = given.get("step"), given.get("count")
    if low > high or (log and low <= 0) or (step is not None and float(step) <= 0):  # type: ignore[arg-type]
        raise BadParameter(f"the range of {names[0]!r} is empty or not positive", where=where)
    whole = all(isinstance(given[k], int) for k in ("from", "to")) and (
        declared is None or "float" not in declared.type_text
    )
    return Range(
        names=names,
        low=low,
        high=high,
        log=log,
        whole=whole,
        step=None if step is None else float(step),  # type: ignore[arg-type]
        count=None if count is None else int(count),  # type: ignore[call-overload]
    )


def grid(given: Sequence[Axis], *, where: str = "") -> list[Point]:
    """Return every combination, the last axis fastest; too many are refused before any is made."""
    _refuse_many(count(given), where)
    lists = [_listed(axis) for axis in given]
    return [_merged(given, combination) for combination in itertools.product(*lists)]


def count(given: Sequence[Axis]) -> int:
    """Return how many combinations there are."""
    return math.prod(_size(axis) for axis in given)


def _size(axis: Axis) -> int:
    match axis:
        case Values(values=values):
            return len(values)
        case Range(count=int(count)):
            return max(count, 1)
        case Range(low=low, high=high, step=step):
            return math.floor(min((high - low) / (step or 1.0) + 1e-9, 1e18)) + 1


def _listed(axis: Axis) -> Sequence[Sequence[object]]:
    match axis:
        case Values(values=values):
            return values
        case Range(count=None, low=low, step=step):
            return [[_number(axis, low + i * (step or 1.0))] for i in range(_size(axis))]
        case Range():
            last = max(_size(axis) - 1, 1)
            return [[_at(axis, i / last)] for i in range(_size(axis))]


def _at(axis: Axis, share: float) -> object:
    """Return the value at `share` (from 0 to 1) of the way along an axis."""
    match axis:
        case Values(values=values):
            return values[min(int(share * len(values)), len(values) - 1)]
        case Range(low=low, high=high, log=True):
            return _number(axis, math.exp(math.log(low) + share * (math.log(high) - math.log(low))))
        case Range(low=low, high=high):
            return _number(axis, low + share * (high - low))


def _number(axis: Range, value: float) -> object:
    if axis.whole and (axis.step is None or axis.step.is_integer()):
        return round(value)
    return min(max(float(f"{value:.12g}"), axis.low), axis.high)


def _merged(given: Sequence[Axis], values: Sequence[Sequence[object]]) -> Point:
    return {
        name: value
        for axis, chosen in zip(given, values, strict=True)
        for name, value in zip(axis.names, chosen, strict=True)
    }


def sample(how: str, given: Sequence[Axis], seed: int) -> list[Point]:
    """Return `random:N` or `lhs:N` points of the axes; the same for the same seed.

    A Latin hypercube puts one point into each of N equal parts of every axis.
    """
    kind, _, text = how.partition(":")
    if kind not in ("random", "lhs") or not text.isdigit() or not int(text):
        raise BadParameter(f"{how!r} is no sample", hint="write random:N or lhs:N")
    count, draw = int(text), random.Random(seed)
    _refuse_many(count, "")
    columns = [_shares(kind, count, draw) for _ in given]
    return [
        _merged(
            given, [_chosen(axis, column[i]) for axis, column in zip(given, columns, strict=True)]
        )
        for i in range(count)
    ]


def _shares(kind: str, count: int, draw: random.Random) -> list[float]:
    if kind == "random":
        return [draw.random() for _ in range(count)]
    parts = [*range(count)]
    draw.shuffle(parts)
    return [(part + draw.random()) / count for part in parts]


def _chosen(axis: Axis, share: float) -> Sequence[object]:
    value = _at(axis, share)
    return value if isinstance(axis, Values) else [value]  # type: ignore[return-value]


def choices(declared: Sequence[Parameter]) -> list[Axis]:
    """Return an axis for each parameter that declares its choices: `bool` and `Literal[...]`."""
    found: list[Axis] = []
    for parameter in declared:
        values = [*declared_choices(parameter.type_text)]
        if values:
            found.append(Values(names=(parameter.name,), values=[[one] for one in values]))
    if not found:
        raise BadParameter(
            "there is nothing to draw samples from",
            hint="describe the ranges with --grid FILE: NAME: {from: 1, to: 10}",
        )
    return found


def declared_choices(type_text: str) -> Iterator[object]:
    """Yield the values of a type that lists them: `bool`, `Literal[...]`."""
    if type_text == "bool":
        yield from (False, True)
    try:
        annotation = ast.parse(type_text, mode="eval").body
    except (SyntaxError, ValueError):
        return
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith("Literal"):
        inner = annotation.slice
        for one in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
            if isinstance(one, ast.Constant):
                yield one.value


def _refuse_many(count: int, where: str) -> None:
    if count > MOST:
        raise TooLarge(
            f"{count:,} points are too many; {MOST:,} are the most",
            where=where,
            hint="draw a sample: --sample lhs:100",
        )
