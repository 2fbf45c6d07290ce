"""Mask what must not be stored in values of any kind: what counts as such stands in `sensitive`."""

from __future__ import annotations

import ast
import copy
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from jupyter_promote.sensitive import personal, texts, values
from jupyter_promote.sensitive.names import Degree, degree
from jupyter_promote.sensitive.texts import MASK
from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.named_kinds import attributes

_NO_TEXTS = ("NoneType", "float", "bool", "NAType", "NaTType")  # what stands among texts


def masked(value: Any, name: str = "") -> tuple[Any, tuple[str, ...]]:
    """Return the value without what must not be stored, and what was masked in words.

    Equal texts get equal masks, so that groups and joins stay what they are.
    """
    masking = _Masking()
    hidden = masking.of(value, name)
    return (hidden, tuple(masking.found)) if masking.found else (value, ())


def masked_result(value: Any, names: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """Return what `masked` does for a function's result, which the function returns as `names`."""
    if len(names) == 1:
        return masked(value, names[0])
    if type(value) is not tuple or len(value) != len(names):
        return masked(value)
    masking = _Masking()
    hidden = tuple(masking.of(v, n) for n, v in zip(names, value, strict=True))
    return (hidden, tuple(masking.found)) if masking.found else (value, ())


def mask_arguments(given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a call's arguments without secrets, and what was masked."""
    masking = _Masking()
    return {n: masking.of(v, n) for n, v in given.items()}, tuple(masking.found)


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
    """True where a text holds what looks secret, an e-mail address or a card's number."""
    return personal.holds(text) or texts.holds(text)


class _Masking:
    """What was found in some values that belong together, and the masks that stand for it."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self._masks: dict[str, str] = {}
        self._open: set[int] = set()  # what is being looked through, for what holds itself

    def of(self, value: Any, name: str) -> Any:
        """Return `value`, which is called `name`, without secrets: itself where it has none."""
        if isinstance(value, str | bytes):
            return self._text(value, name)
        if type(value) is int:
            return self._number(value, name)
        if id(value) in self._open:
            return value
        with self._entered(value):
            return self._parts(value, name)

    @contextmanager
    def _entered(self, value: Any) -> Iterator[None]:
        self._open.add(id(value))
        try:
            yield
        finally:
            self._open.discard(id(value))

    def _parts(self, value: Any, name: str) -> Any:
        pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
        if type(value) in (list, tuple, set, frozenset):
            return type(value)(self.of(part, name) for part in value)
        if isinstance(value, dict):
            return self._mapping(value, name)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            parts = [self.of(getattr(value, n), n) for n in value._fields]
            return value if _same(parts, value) else type(value)(*parts)
        if pandas is not None and isinstance(value, pandas.DataFrame):
            return self._frame(value)
        if pandas is not None and isinstance(value, pandas.Series):
            return self._whole_series(value, name)
        if pandas is not None and isinstance(value, pandas.Index):
            return self._index(value)
        if numpy is not None and isinstance(value, numpy.ndarray):
            return self._array(value, name)
        return self._object(value)

    def _mapping(self, value: dict[Any, Any], name: str) -> Any:
        hidden = {
            self.of(k, "") if isinstance(k, str) else k: self.of(
                v, k if isinstance(k, str) else name
            )
            for k, v in value.items()
        }
        if _same(hidden, value) and _same(hidden.values(), value.values()):
            return value
        return hidden

    def _object(self, value: Any) -> Any:
        """Return an object of a plain class without the secrets among its attributes."""
        if isinstance(value, type | ModuleType) or callable(value):
            return value
        state = attributes(value)
        hidden = {n: self.of(v, n) for n, v in state.items() if _is_data(v, value)}
        changed = {n: v for n, v in hidden.items() if difference(v, state[n]) is not None}
        if not changed:
            return value
        other = copy.copy(value)
        for name, part in changed.items():
            object.__setattr__(other, name, part)
        return other

    def _number(self, value: int, name: str) -> int:
        """Return a number, another one in its place where it is secret by its name and its digits."""
        card = personal.says_card(name) and personal.is_card_number(value)
        if not card and not values.told_number(name, value):
            return value
        self.found[f"numbers of {name!r}"] = None
        return self._other_number(value)

    def _other_number(self, value: int) -> int:
        text = str(value)
        other = str(10 ** (len(text) - 1) + len(self._masks) + 1)
        return int(self._masks.setdefault(text, other))

    def _text(self, value: Any, name: str) -> Any:
        text = value if isinstance(value, str) else value.decode("utf-8", "replace")
        if not text or text == MASK:
            return value
        if name and values.told(name, text):
            self.found[f"the value of {name!r}"] = None
            return MASK if isinstance(value, str) else MASK.encode()
        if not in_text(text):
            return value
        self.found[f"texts of {name!r}" if name else "texts"] = None
        hidden = personal.E_MAIL.sub(self._person, texts.masked(text))
        for card in [*personal.cards(hidden)]:
            hidden = hidden.replace(card, re.sub(r"\d", "0", card))
        return hidden if isinstance(value, str) else hidden.encode()

    def _person(self, address: re.Match[str]) -> str:
        other = f"person{len(self._masks) + 1}@example.com"
        return self._masks.setdefault(address[0], other)

    def _array(self, array: Any, name: str) -> Any:
        if array.dtype.kind not in "OUSTiu" or not array.size:
            return array
        hidden = self._values(array.ravel().tolist(), name)
        if hidden is None:
            return array
        dtype = array.dtype.kind if array.dtype.kind in "US" else array.dtype
        return sys.modules["numpy"].array(hidden, dtype=dtype).reshape(array.shape)

    def _values(self, column: list[Any], name: str) -> list[Any] | None:
        """Return the values of a column without secrets, None where there are none.

        Whole numbers are cards where all of them have the check digit: of others one in ten has it.
        """
        numbers = [v for v in column if type(v) is int]
        if numbers and len(numbers) == len(column):
            few = len(numbers) < 5 and not personal.says_card(name)
            cards = not few and all(map(personal.is_card_number, numbers))
            if not cards and not any(values.told_number(name, v) for v in numbers):
                return None
            self.found[f"numbers of {name!r}"] = None
            return [self._other_number(v) for v in numbers]
        if _is_harmless(column, name):
            return None
        hidden = [self.of(v, name) for v in column]
        same = all(h is v or h == v for h, v in zip(hidden, column, strict=True))
        return None if same else hidden

    def _label(self, label: Any) -> Any:
        """Return the name of a column, index or series without secrets."""
        return self._text(label, "") if isinstance(label, str) else label

    def _index(self, index: Any) -> Any:
        """Return the labels of rows or columns, and their names, without secrets."""
        hidden = self._labels(index)
        names = [self._label(name) for name in hidden.names]
        return hidden if _same(names, hidden.names) else hidden.set_names(names)

    def _labels(self, index: Any) -> Any:
        pandas: Any = sys.modules["pandas"]
        if isinstance(index, pandas.MultiIndex):
            levels = [self._labels(level) for level in index.levels]
            if _same(levels, index.levels):
                return index
            whole = [self._labels(index.get_level_values(i)) for i in range(index.nlevels)]
            return pandas.MultiIndex.from_arrays(whole, names=index.names)
        if index.dtype.kind not in "OUSTiu" and not _holds_texts(index.dtype):
            return index
        hidden = self._values(index.tolist(), str(index.name or ""))
        if hidden is None:
            return index
        return type(index)(hidden, name=index.name, dtype=_dtype(index))

    def _frame(self, frame: Any) -> Any:
        changed = {}
        for position, column in enumerate(frame.columns):
            series = frame.iloc[:, position]
            hidden = self._series(series, str(column))
            if hidden is not series:
                changed[position] = hidden
        index, columns = (self._index(axis) for axis in (frame.index, frame.columns))
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

    def _whole_series(self, series: Any, name: str) -> Any:
        hidden = self._series(series, name or str(series.name))
        index, label = self._index(series.index), self._label(series.name)
        hidden = hidden if index is series.index else hidden.set_axis(index)
        return hidden if label is series.name else hidden.rename(label)

    def _series(self, series: Any, name: str) -> Any:
        if series.dtype.kind not in "OUSTiu" and not _holds_texts(series.dtype):
            return series
        hidden = self._values(series.tolist(), name)
        if hidden is None:
            return series
        return type(series)(hidden, index=series.index, name=series.name, dtype=_dtype(series))


def _same(parts: Iterable[Any], value: Iterable[Any]) -> bool:
    return all(part is old for part, old in zip(parts, value, strict=True))


def _is_data(part: Any, owner: Any) -> bool:
    """True for an attribute that is looked through: data, or an object of its owner's module."""
    if isinstance(part, str | bytes | int | list | tuple | dict | set | frozenset):
        return True
    libraries = type(part).__module__.partition(".")[0] in ("pandas", "numpy")
    return libraries or type(part).__module__ == type(owner).__module__


def _is_harmless(column: list[Any], name: str) -> bool:
    """True for a column in whose texts, read as one, nothing is found: most are of this kind."""
    some = dict.fromkeys(v for v in column if type(v) is str)
    if degree(name) is not Degree.NO or not all(
        type(v) is str or type(v).__name__ in _NO_TEXTS for v in column
    ):
        return False
    return not in_text("\n".join(some))


def _holds_texts(dtype: Any) -> bool:
    return str(dtype) in ("string", "str", "category")


def _dtype(series: Any) -> Any:
    return None if str(series.dtype) == "category" else series.dtype
