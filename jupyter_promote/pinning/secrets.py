"""Find what must not be stored: passwords and keys by their names, people and cards by patterns."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

NAME = re.compile(
    r"(?i)(^|_)(pass(word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credentials?|auth)(_|$)"
)
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
CARD = re.compile(r"\b(?:\d[ -]?){13,19}\b")
KEY = re.compile(r"(AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|sk-\w{20,}|-----BEGIN [A-Z ]*PRIVATE KEY)")
MASK = "***"


def masked(value: Any, name: str = "") -> tuple[Any, tuple[str, ...]]:
    """Return the value without what must not be stored, and what was masked in words.

    Equal texts get equal masks, so that groups and joins stay what they are.
    """
    found: dict[str, None] = {}
    hidden = _masked(value, name, found, {})
    return (hidden, tuple(found)) if found else (value, ())


def in_text(text: str) -> bool:
    """True where a text holds an e-mail address, a card's number or a key."""
    return bool(E_MAIL.search(text) or KEY.search(text) or _cards(text))


def named(name: str) -> bool:
    """True where a name says that its value is secret, e.g. `api_key`."""
    return bool(NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)))


def _masked(value: Any, name: str, found: dict[str, None], masks: dict[str, str]) -> Any:
    if isinstance(value, str | bytes):
        return _text(value, name, found, masks)
    if type(value) in (list, tuple, set):
        return type(value)(_masked(part, name, found, masks) for part in value)
    if type(value) is dict:
        return {
            k: _masked(v, k if isinstance(k, str) else name, found, masks) for k, v in value.items()
        }
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return _frame(value, found, masks)
    if pandas is not None and isinstance(value, pandas.Series):
        return _series(value, name or str(value.name), found, masks)
    return value


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
    if not changed:
        return frame
    copy = frame.copy()
    for position, hidden in changed.items():
        copy.isetitem(position, hidden)
    return copy


def _series(series: Any, name: str, found: dict[str, None], masks: dict[str, str]) -> Any:
    if series.dtype.kind not in "OUST" and str(series.dtype) not in ("string", "str", "category"):
        return series
    texts = [value for value in series.tolist() if isinstance(value, str)]
    if not texts or not (named(name) or any(in_text(text) for text in texts)):
        return series
    hidden = [_masked(value, name, found, masks) for value in series.tolist()]
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
