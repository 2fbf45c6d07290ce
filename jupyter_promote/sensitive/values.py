"""Values: what can be no secret whatever its name, and what looks like nothing else."""

from __future__ import annotations

import re
from collections import Counter
from math import log2

from jupyter_promote.sensitive.names import Degree, degree

_NO_VALUE = re.compile(r"^\W*$|\*{3}|\.{3}|x{4}|^<.*>$|^\{.*\}$|^\$|^%\w+%$|example|placeholder")
_WORDS = (
    "your|my|change|insert|replace|dummy|fake|todo|none|null|secret|passw|token|key|test|demo|sample"
    "|hidden|redacted"
)
_PLACEHOLDER = re.compile(_WORDS.replace("|my|", "|my_|"))
_PLACEHOLDER_WORD = re.compile(rf"(?<![a-z0-9])(?:{_WORDS})(?![a-z0-9])")
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_SHORT_RUN = 2.5  # letters a run: `myApiKey123` has 2.75, chance gives 1.9
_STAND_IN = re.compile(
    r"(?i)example|x{6}|\*{3}|\.{3}|^(?:pass(?:word|wd)?|pwd|pw|secret)$|^[<{$%].*|^\W*$"
)
_FILE = re.compile(
    r"(?i)[\w ./\\~:-]*\.(?:txt|json|pem|key|env|csv|ini|toml|ya?ml|cfg|crt|p12|pfx)"
)
_PATH = re.compile(r"(?:~|\.{1,2}|[A-Za-z]:)?[\\/][\w .\\/-]*")
_TEXT_TOKEN = re.compile(r"\[[A-Za-z_]{1,20}\d{0,4}\]|<[|/]?[A-Za-z_]{1,30}\d{0,4}\|?>|</?s>")
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 4096  # characters of a value that are looked at
_LONGEST_PLACEHOLDER = 60  # characters: longer ones are no words
# A random text of 16 letters and digits has 3.6 bits a character on average, words have 2 to 3.5;
# below 20 characters the two can't be told apart.
_SHORTEST_RANDOM = 20
_BITS_RANDOM = 3.0


def is_placeholder(value: str) -> bool:
    """True for a text that stands where a secret would, e.g. `YOUR_API_KEY`, in code that is read."""
    if len(value) > _LONGEST_PLACEHOLDER:
        return not value.strip("*.x-_ ")
    text = value.lower()
    # Where letters and digits stand in no order, three of them make a word by chance.
    runs = len(_RUN.findall(value))
    words = _PLACEHOLDER_WORD if runs * _SHORT_RUN > len(value) else _PLACEHOLDER
    return bool(_NO_VALUE.search(text) or words.search(text))


def is_stand_in(value: str) -> bool:
    """True for what can't be the secret part of a known form: `***`, `{password}`, `password`."""
    return bool(_STAND_IN.search(value[:_LONGEST]))


def looks_random(value: str) -> bool:
    """True for a run of letters and digits that no word, path, name or UUID has."""
    text = value[:_LONGEST]
    if len(text) < _SHORTEST_RANDOM or re.search(r"[^\w+/=.~-]", text) or _UUID.fullmatch(text):
        return False
    letters, digits = bool(re.search("[A-Za-z]", text)), bool(re.search(r"\d", text))
    longest = max(map(len, re.split(r"[_.~/-]", text)))
    return letters and digits and longest >= _SHORTEST_RANDOM // 2 and _bits(text) > _BITS_RANDOM


def _bits(text: str) -> float:
    """Return the entropy of a text's characters, in bits a character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * log2(share) for share in shares)


def told(name: str, value: str) -> bool:
    """True where a value that is given or stored under `name` must be taken for a secret."""
    match degree(name):
        case Degree.SURELY:
            return not is_ordinary(name, value)
        case Degree.PERHAPS:
            return looks_random(value) and not _FILE.fullmatch(value[:_LONGEST])
    return False


def told_number(name: str, value: int) -> bool:
    """True for a number of four digits or more that is a password by its name."""
    return abs(value) > 999 and degree(name) is Degree.SURELY and "pass" in name.lower()


def is_ordinary(name: str, value: str) -> bool:
    """True for what is no secret, although its name says so: nothing, a path, a token of text."""
    text = value[:_LONGEST].strip()
    if not text or text == "***":
        return True
    if "pass" in name.lower():
        return False
    if _TEXT_TOKEN.fullmatch(text) or _FILE.fullmatch(text):
        return True
    return bool(_PATH.fullmatch(text)) and not looks_random(text)


def written(name: str, value: str) -> bool:
    """True where code that gives `value` to `name` shows a secret, as far as one can see.

    Code is full of placeholders and of words that are no secrets.
    """
    if len(value) < 6 or re.search(r"\s", value[:_LONGEST]) or is_placeholder(value):
        return False
    if re.fullmatch(r"[A-Z_]+|[a-z_]+", value[:_LONGEST]):
        return False
    return told(name, value) and not _FILE.fullmatch(value[:_LONGEST])
