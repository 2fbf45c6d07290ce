"""Find what must not be stored: passwords and keys by their names, people and cards by patterns."""

from __future__ import annotations

import ast
import copy
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

from jupyter_promote.testing.comparison import difference

NAME = re.compile(
    r"(?i)(^|_)(pass(word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credentials?|auth)(_|$)"
)
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
CARD = re.compile(r"\b(?:\d[ -]?){13,19}\b")
KEY = re.compile(r"(AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|sk-\w{20,}|-----BEGIN [A-Z ]*PRIVATE KEY)")
CARD_NAME = re.compile(r"(?i)card|credit|(^|_)(pan|cc|ccn)(_|$)")
MASK = "***"


def masked(value: Any, name: str = "") -> tuple[Any, tuple[str, ...]]:
    """Return the value without what must not be stored, and what was masked in words.

    Equal texts get equal masks, so that groups and joins stay what they are.
    """
    found: dict[str, None] = {}
    hidden = _masked(value, name, found, {})
    return (hidden, tuple(found)) if found else (value, ())


def masked_result(value: Any, names: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """Return what `masked` does for a function's result, which the function returns as `names`."""
    if len(names) == 1:
        return masked(value, names[0])
    if type(value) is not tuple or len(value) != len(names):
        return masked(value)
    found: dict[str, None] = {}
    masks: dict[str, str] = {}
    hidden = tuple(_masked(v, n, found, masks) for n, v in zip(names, value, strict=True))
    return (hidden, tuple(found)) if found else (value, ())


def returned(function: ast.AST | None) -> tuple[str, ...]:
    """Return the names that a function returns at its end, () where they are no plain names."""
    body = getattr(function, "body", None) or [None]
    match body[-1]:
        case ast.Return(value=ast.Name(id=name)):
            return (name,)
        case ast.Return(value=ast.Tuple(elts=parts)):
            return tuple(p.id if isinstance(p, ast.Name) else "" for p in parts)
        case ast.Return(value=ast.Subscript(slice=ast.Constant(value=str(name)))):
            return (name,)
    return ()


def in_text(text: str) -> bool:
    """True where a text holds an e-mail address, a card's number or a key."""
    return bool(E_MAIL.search(text) or KEY.search(text) or _cards(text))


def named(name: str) -> bool:
    """True where a name says that its value is secret, e.g. `api_key`."""
    return bool(NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)))


def _masked(value: Any, name: str, found: dict[str, None], masks: dict[str, str]) -> Any:
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if isinstance(value, str | bytes):
        return _text(value, name, found, masks)
    if type(value) is int:
        return _number(value, name, found, masks)
    if type(value) in (list, tuple, set):
        return type(value)(_masked(part, name, found, masks) for part in value)
    if isinstance(value, dict):
        return _mapping(value, name, found, masks)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        parts = [_masked(getattr(value, n), n, found, masks) for n in value._fields]
        return value if _same(parts, value) else type(value)(*parts)
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return _frame(value, found, masks)
    if pandas is not None and isinstance(value, pandas.Series):
        hidden = _series(value, name or str(value.name), found, masks)
        index = _index(value.index, found, masks)
        return hidden if index is value.index else hidden.set_axis(index)
    if pandas is not None and isinstance(value, pandas.Index):
        return _index(value, found, masks)
    if numpy is not None and isinstance(value, numpy.ndarray):
        return _array(value, name, found, masks)
    return _object(value, found, masks)


def _same(parts: Iterable[Any], value: Iterable[Any]) -> bool:
    return all(part is old for part, old in zip(parts, value, strict=True))


def _mapping(
    value: dict[Any, Any], name: str, found: dict[str, None], masks: dict[str, str]
) -> Any:
    hidden = {
        _masked(k, "", found, masks) if isinstance(k, str) else k: _masked(
            v, k if isinstance(k, str) else name, found, masks
        )
        for k, v in value.items()
    }
    if _same(hidden, value) and _same(hidden.values(), value.values()):
        return value
    return hidden


def _object(value: Any, found: dict[str, None], masks: dict[str, str]) -> Any:
    """Return an object of a plain class without the secrets among its attributes."""
    state = getattr(value, "__dict__", None)
    if type(state) is not dict or isinstance(value, type | ModuleType) or callable(value):
        return value
    simple = (str, bytes, int, list, tuple, dict)
    hidden = {n: _masked(v, n, found, masks) for n, v in state.items() if type(v) in simple}
    changed = {n: v for n, v in hidden.items() if difference(v, state[n]) is not None}
    if not changed:
        return value
    other = copy.copy(value)
    other.__dict__.update(changed)
    return other


def _number(value: int, name: str, found: dict[str, None], masks: dict[str, str]) -> int:
    """Return a number, another one in its place where it is a card's by its name and its digits."""
    if not (CARD_NAME.search(name) and _is_card_number(value)):
        return value
    found[f"numbers of {name!r}"] = None
    return _other_number(value, masks)


def _is_card_number(value: Any) -> bool:
    text = str(value)
    return 13 <= len(text) <= 19 and text.isdigit() and _is_card(text)


def _other_number(value: int, masks: dict[str, str]) -> int:
    text = str(value)
    return int(masks.setdefault(text, str(10 ** (len(text) - 1) + len(masks) + 1)))


def _array(array: Any, name: str, found: dict[str, None], masks: dict[str, str]) -> Any:
    if array.dtype.kind not in "OUSiu" or not array.size:
        return array
    hidden = _values(array.ravel().tolist(), name, found, masks)
    if hidden is None:
        return array
    dtype = array.dtype.kind if array.dtype.kind in "US" else array.dtype
    return sys.modules["numpy"].array(hidden, dtype=dtype).reshape(array.shape)


def _values(
    values: list[Any], name: str, found: dict[str, None], masks: dict[str, str]
) -> list[Any] | None:
    """Return the values of a column without secrets, None where there are none.

    Whole numbers are cards where all of them have the check digit: of others one in ten has it.
    """
    numbers = [v for v in values if type(v) is int]
    if numbers and len(numbers) == len(values):
        if not all(map(_is_card_number, numbers)) or (len(numbers) < 5 and not _says_card(name)):
            return None
        found[f"numbers of {name!r}"] = None
        return [_other_number(v, masks) for v in numbers]
    hidden = [_masked(v, name, found, masks) for v in values]
    return None if all(h is v or h == v for h, v in zip(hidden, values, strict=True)) else hidden


def _says_card(name: str) -> bool:
    return bool(CARD_NAME.search(name))


def _index(index: Any, found: dict[str, None], masks: dict[str, str]) -> Any:
    """Return the labels of rows or columns without secrets."""
    pandas: Any = sys.modules["pandas"]
    if isinstance(index, pandas.MultiIndex):
        levels = [_index(level, found, masks) for level in index.levels]
        return index if _same(levels, index.levels) else index.set_levels(levels)
    if index.dtype.kind not in "OUSTiu" and not _holds_texts(index.dtype):
        return index
    hidden = _values(index.tolist(), str(index.name or ""), found, masks)
    return index if hidden is None else type(index)(hidden, name=index.name, dtype=_dtype(index))


def _holds_texts(dtype: Any) -> bool:
    return str(dtype) in ("string", "str", "category")


def _text(value: Any, name: str, found: dict[str, None], masks: dict[str, str]) -> Any:
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    if not text:
        return value
    if name and named(name):
        found[f"the value of {name!r}"] = None
        return MASK if isinstance(value, str) else MASK.encode()
    if not in_text(text):
        return value
    found[f"texts of {name!r}" if name else "texts"] = None
    hidden = E_MAIL.sub(
        lambda m: masks.setdefault(m[0], f"person{len(masks) + 1}@example.com"), text
    )
    hidden = KEY.sub(MASK, hidden)
    for card in _cards(hidden):
        hidden = hidden.replace(card, re.sub(r"\d", "0", card))
    return hidden if isinstance(value, str) else hidden.encode()


def _frame(frame: Any, found: dict[str, None], masks: dict[str, str]) -> Any:
    changed = {}
    for position, column in enumerate(frame.columns):
        series = frame.iloc[:, position]
        hidden = _series(series, str(column), found, masks)
        if hidden is not series:
            changed[position] = hidden
    index, columns = (_index(axis, found, masks) for axis in (frame.index, frame.columns))
    if not changed and index is frame.index and columns is frame.columns:
        return frame
    copied = frame.copy()
    for position, hidden in changed.items():
        copied.isetitem(position, hidden)
    if index is not frame.index:
        copied.index = index
    if columns is not frame.columns:
        copied.columns = columns
    return copied


def _series(series: Any, name: str, found: dict[str, None], masks: dict[str, str]) -> Any:
    if series.dtype.kind not in "OUSTiu" and not _holds_texts(series.dtype):
        return series
    hidden = _values(series.tolist(), name, found, masks)
    if hidden is None:
        return series
    return type(series)(hidden, index=series.index, name=series.name, dtype=_dtype(series))


def _dtype(series: Any) -> Any:
    return None if str(series.dtype) == "category" else series.dtype


def _cards(text: str) -> list[str]:
    return [m[0] for m in CARD.finditer(text) if _is_card(re.sub(r"\D", "", m[0]))]


def _is_card(digits: str) -> bool:
    """The check digit of card numbers (Luhn, ISO/IEC 7812-1)."""
    if len(set(digits)) < 2:
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def mask_arguments(values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a call's arguments without secrets, and what was masked."""
    found: dict[str, None] = {}
    masks: dict[str, str] = {}
    return {n: _masked(v, n, found, masks) for n, v in values.items()}, tuple(found)
