"""Names that say that their value is secret: `db_password`, `apiKey`, `AWS_SECRET_ACCESS_KEY`.

The last thing that a name speaks of counts: `password_column` is a column, `pad_token` a token of
text. In camel case, with underscores, hyphens or dots, a name means the same.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Degree(IntEnum):
    """How much a name says; where it is PERHAPS, the value must look random, too."""

    NO = 0
    PERHAPS = 1
    SURELY = 2


_LONGEST = 120  # characters at the end of a name that count: nobody writes longer ones
_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_PASSWORD = re.compile(r"(?i)pass[_-]?(word|phrase|wd|code)")

_SECRETS = frozenset(
    "password passwords passwd passphrase passcode pwd secret secrets credential credentials"
    " authorization jwt bearer contraseña contrasena passwort kennwort".split()
)
_JOINED = ("password", "passwd", "passphrase", "apikey", "secretkey", "accesstoken", "authtoken")
_PERHAPS = frozenset("pass auth pw pat dsn cookie sig key".split())
# What a key, a pass or tokens must open to be secret whatever the value is
_KEYS = frozenset("api secret access private priv auth encryption signing sas hmac fernet".split())
_PASSES = frozenset("db database user smtp mail ftp admin root login key ssh sql mysql pg".split())
_MANY_TOKENS = frozenset("access auth api refresh bearer session bot secret".split())
# Keys of data
_PLAIN_KEYS = frozenset(
    "primary foreign sort sorting group grouping partition cache dict index join lookup hash public"
    " object bucket s3 surrogate natural business unique row column json map translation"
    " idempotency dedup routing shard range compound composite merge random prng rng".split()
)
# Tokens of text, those that are counted, and where a list goes on
_TEXT_TOKENS = frozenset(
    "pad eos bos mask unk unknown sep cls sos oov special stop start end begin blank image audio"
    " next prev previous last first max min num per current cur each this any sub word char text"
    " separator space newline decoder encoder forced prompt completion input output generated"
    " delimiter literal class label lex lexer parse parser parsed nlp vocab bert gpt t5 erc nft"
    " total extra added prefix suffix boundary whitespace control placeholder public page continuation cursor".split()
)
# Names that begin so ask whether or how many, e.g. `use_password`
_ASKS = frozenset(
    "use uses has have is with show no need needs require requires check validate hide ask allow"
    " enable skip without ignore num max min len count".split()
)
# What is said *about* a secret and is none itself
_ABOUT = frozenset(
    "column columns col cols field fields file files filename filenames path paths dir folder length"
    " len count counts num number size min max limit limits pattern regex type types kind name names"
    " label id ids index env var variable url uri endpoint policy strength expiry expires expiration"
    " ttl age date time at hint prompt reset required enabled valid ok error errors msg message"
    " format encoding method mode provider source store manager vault scope scopes prefix suffix"
    " separator char chars rules usage version arn ref reference location alias header".split()
)
# What may follow `token`, which else means a piece of text, as in `token_pattern`
_AFTER_TOKEN = frozenset(
    "prod production dev development test testing staging stage live sandbox value val str string"
    " old new secret key github gitlab slack api hf hub auth access refresh user bot".split()
)


@lru_cache(maxsize=4096)
def degree(name: str) -> Degree:
    """Return how much `name` says that its value is secret."""
    joined = _PASSWORD.sub(lambda m: f"_pass{m[1].lower()}", name[-_LONGEST:])
    words = [_singular(word) for word in _WORD.findall(_BORDER.sub("_", joined))]
    for last in range(len(words) - 1, -1, -1):
        found = _of(words[last], words[:last])
        if found is not Degree.NO:
            rest = set(words[last + 1 :])
            about = rest & _ABOUT or words[0] in _ASKS and last > 0
            text = words[last] == "token" and not rest <= _AFTER_TOKEN
            return Degree.NO if about or text else found
    return Degree.NO


def surely(name: str) -> bool:
    """True where a name says that its value is secret, e.g. `api_key`."""
    return degree(name) is Degree.SURELY


def _singular(word: str) -> str:
    """Return a word without the number of `password2`; `s3` is a word."""
    bare = word.rstrip("0123456789")
    return (bare if len(bare) > 2 else word).lower()


def _of(last: str, before: list[str]) -> Degree:
    """Return what a word means behind those `before` it."""
    opens = before[-1] if before else ""
    match last:
        case _ if last in _SECRETS or last.endswith(_JOINED):
            return Degree.SURELY
        case "token":
            return Degree.NO if _TEXT_TOKENS & set(before) else Degree.SURELY
        case "tokens":
            return Degree.SURELY if opens in _MANY_TOKENS else Degree.NO
        case "key" | "keys" if opens in _KEYS:
            return Degree.SURELY
        case "key" if opens in _PLAIN_KEYS:
            return Degree.NO
        case "pass" if opens in _PASSES:
            return Degree.SURELY
    return Degree.PERHAPS if last in _PERHAPS else Degree.NO
