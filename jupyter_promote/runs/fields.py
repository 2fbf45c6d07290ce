"""Parameters as a person types them into a form: one value, or in a sweep several in one field.

`0.1, 0.2` lists values; `1..10`, `1..10 step 3`, `0.001..1 count 4 log` are ranges, ends included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from jupyter_promote.errors import BadParameter, PromoteError, TooLarge
from jupyter_promote.runs import injection, parameters, points, types
from jupyter_promote.runs.parameters import Parameter
from jupyter_promote.runs.points import Axis, Point

_LOOKED_AT = 200
_NUMBER = r"[+-]?(?:\d+\.?\d*?|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(
    rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})(?:\s+step\s+({_NUMBER}))?(?:\s+count\s+(\d+))?(\s+log)?\s*"
)
_PAIRS = {"[": "]", "(": ")", "{": "}"}
_SPECIAL = re.compile(r"[\s,'\"\[({]|.*[\s,]|$", re.DOTALL)
_HOW = "write 1..10, 1..10 step 3 or 0.001..1 count 4 log"


def shown(value: object, parameter: Parameter) -> str:
    """Return the text that is read as `value`, alone or in a list."""
    text = str(value)
    plain = not isinstance(value, str) or not (_SPECIAL.match(text) or "," in text)
    if plain and parameters.same(_read(text, parameter), value):
        return text
    return repr(value)


def _read(text: str, parameter: Parameter) -> object:
    try:
        return parameters.parse_value(text, parameter)
    except BadParameter:
        return None


def default(parameter: Parameter) -> str:
    """Return the default as a person would type it, '' where it is none or no literal."""
    if not parameter.literal or parameter.value is None:
        return ""
    if isinstance(parameter.value, str):
        return shown(parameter.value, parameter)
    return parameter.default


def problems(
    declared: Sequence[Parameter], texts: Mapping[str, str], *, sweep: bool
) -> dict[str, PromoteError]:
    """Return what is wrong with the fields that a person has filled in, by name.

    Of a long range the beginning and the end are looked at; before a sweep, all is.
    """
    found: dict[str, PromoteError] = {}
    for name, text in texts.items():
        try:
            values = _values(declared, name, text) if sweep else [value(declared, name, text)]
            for one in [*values[:_LOOKED_AT], *values[-1:]]:
                injection.check(declared, {name: one})
        except PromoteError as error:
            found[name] = error
    return found


def value(declared: Sequence[Parameter], name: str, text: str) -> object:
    """Return the value that `text` means for the parameter `name`, unknown ones being text."""
    known = {parameter.name: parameter for parameter in declared}
    return parameters.parse_value(text, known[name]) if name in known else text


def _values(declared: Sequence[Parameter], name: str, text: str) -> list[object]:
    return [point[name] for point in swept(declared, {name: text})]


def swept(declared: Sequence[Parameter], texts: Mapping[str, str]) -> list[Point]:
    """Return the points of the grid that the fields span; too many are refused before any is made.

    Raises:
        BadParameter, TooLarge: as they say.
    """
    axes = [axis(declared, name, text) for name, text in texts.items()]
    _refuse_many(points.count(axes))
    return points.grid(axes)


def count(declared: Sequence[Parameter], texts: Mapping[str, str]) -> int:
    """Return how many runs a sweep over the fields would be.

    Raises:
        BadParameter, TooLarge: as they say.
    """
    found = points.count([axis(declared, name, text) for name, text in texts.items()])
    _refuse_many(found)
    return found


def axis(declared: Sequence[Parameter], name: str, text: str) -> Axis:
    """Return the axis that one field describes.

    Raises:
        BadParameter: it holds no value, or a value or range that is none.
    """
    known = {parameter.name: parameter for parameter in declared}
    parameter = known.get(name)
    span = _RANGE.fullmatch(text)
    if span and (parameter is None or _is_number(parameter)):
        return _range(name, span, known)
    parts = [*_split(text)]
    if not parts:
        raise BadParameter(f"no value is given for {name!r}", hint="list them: 1, 2, 3")
    return points.axis(name, [value(declared, name, part) for part in parts], known)


def _is_number(parameter: Parameter) -> bool:
    return any(types.fits(one, parameter.type_text, default=parameter) for one in (2, 0.5))


def _range(name: str, found: re.Match[str], known: Mapping[str, Parameter]) -> Axis:
    low, high, step, number, log = found.groups()
    given: dict[str, object] = {"from": _number(low), "to": _number(high)}
    given |= {"step": _number(step)} if step else {}
    given |= {"count": int(number)} if number else {}
    if log and not number:
        raise BadParameter(f"the range of {name!r} needs a count", hint=_HOW)
    try:
        return points.axis(name, {**given, "scale": "log"} if log else given, known)
    except BadParameter as error:
        raise BadParameter(error.what, hint=_HOW) from error


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _split(text: str) -> Iterator[str]:
    """Yield the values between commas; brackets and quotes hold together what begins with them."""
    start = 0
    while start < len(text):
        end = _end(text, start)
        part = text[start:end].strip()
        if part:
            yield part
        start = end + 1


def _end(text: str, start: int) -> int:
    """Return where the value that begins at `start` ends: at a comma or at the end of the text."""
    at = start
    while at < len(text) and text[at].isspace():
        at += 1
    depth, quote = 0, ""
    holds = at < len(text) and text[at] in "'\"[({"
    while at < len(text):
        letter = text[at]
        if quote:
            at += letter == "\\"
            quote = "" if letter == quote else quote
        elif holds and letter in "'\"":
            quote = letter
        elif holds and letter in _PAIRS:
            depth += 1
        elif holds and letter in _PAIRS.values():
            depth -= 1
        elif letter == "," and depth <= 0:
            break
        at += 1
    return min(at, len(text))


def _refuse_many(found: int) -> None:
    if found > points.MOST:
        raise TooLarge(
            f"{found:,} runs are too many; {points.MOST:,} are the most",
            hint="list fewer values, or draw a sample: jupyter promote sweep --sample lhs:100",
        )
