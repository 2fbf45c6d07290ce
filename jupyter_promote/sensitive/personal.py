"""Data about people: e-mail addresses, and the numbers of cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# RFC 5321 allows 64 characters before the @. Each begins where a run of such characters does.
E_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,63}")
_DIGITS = re.compile(r"\d(?:[ -]?\d)*")  # of which a card's number may be a part
_FEWEST, _MOST = 13, 19
_CARD = re.compile(rf"(?<!\w)(?:\d[ -]?){{{_FEWEST - 1},{_MOST - 1}}}\d(?!\w)")
_CARD_NAME = re.compile(r"(?i)card|credit|(?:^|_)(?:pan|cc|ccn)(?:_|$)")
_DOUBLED = str.maketrans("0123456789", "0246813579")


def holds(text: str) -> bool:
    """True where a text holds an e-mail address or the number of a card."""
    return ("@" in text and E_MAIL.search(text) is not None) or any(True for _ in cards(text))


def cards(text: str) -> Iterator[str]:
    """Yield the numbers of cards in a text, as they are written there."""
    for run in _DIGITS.finditer(text):
        if run.end() - run.start() >= _FEWEST:
            # what follows the run is looked at, too
            for match in _CARD.finditer(text, run.start(), run.end() + 1):
                if is_card(re.sub(r"\D", "", match[0])):
                    yield match[0]


def says_card(name: str) -> bool:
    """True where a name says that its value is the number of a card."""
    return _CARD_NAME.search(name) is not None


def is_card_number(value: Any) -> bool:
    """True for a whole number that has a card's length and check digit."""
    text = str(value)
    return _FEWEST <= len(text) <= _MOST and text.isdigit() and is_card(text)


def is_card(digits: str) -> bool:
    """True for digits with the check digit of card numbers (Luhn, ISO/IEC 7812-1)."""
    if len(set(digits)) < 2:
        return False
    backwards = digits[::-1]
    doubled = backwards[1::2].translate(_DOUBLED)
    return sum(map(int, backwards[::2] + doubled)) % 10 == 0
