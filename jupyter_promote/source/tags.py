"""Cell tags, parsed once into roles."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jupyter_promote.errors import BadName, BadTag, TooLarge

MAX_TAGS = 1_000
MAX_NAME = 79
MAX_NAME_BYTES = 200  # what is recorded of a function is kept in files that bear its name, and more
WORDS = ("parameters", "promote", "test", "skip", "results", "noqa", "raises-exception")
NAMED = ("promote", "test", "noqa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What the tags of one cell ask for.

    `promote` is the name of the group, "" for a bare `promote`, None where there is no such tag;
    `test` likewise. `noqa` holds the silenced codes; "" silences all.
    """

    promote: str | None = None
    test: str | None = None
    parameters: bool = False
    skip: bool = False
    results: bool = False
    raises: bool = False
    noqa: frozenset[str] = frozenset()

    @property
    def promoted(self) -> bool:
        """True when the cell belongs to a group."""
        return self.promote is not None


def parse(tags: Iterable[str], *, where: str = "") -> Roles:
    """Return the roles that `tags` stand for; tags of others are left alone.

    Raises:
        BadTag: two tags that contradict each other.
        BadName: a name that is no Python name.
        TooLarge: more than `MAX_TAGS` tags.
    """
    own = list(dict.fromkeys(tags))
    if len(own) > MAX_TAGS:
        raise TooLarge(
            f"{len(own):,} tags on one cell", where=where, hint=f"keep at most {MAX_TAGS:,}"
        )
    promote = _one_name(own, "promote", where)
    roles = Roles(
        promote=promote,
        test=_one_name(own, "test", where),
        parameters="parameters" in own,
        skip="skip" in own,
        results="results" in own,
        raises="raises-exception" in own,
        noqa=frozenset(t[5:] for t in own if t == "noqa" or t.startswith("noqa:")),
    )
    asked = [word for word in ("parameters", "skip") if getattr(roles, word)]
    asked += ["test"] if roles.test is not None else []
    if roles.promoted and asked:
        raise BadTag(
            f"tagged both 'promote' and {asked[0]!r}", where=where, hint="keep one of the two"
        )
    return roles


def near_misses(tags: Sequence[str]) -> list[tuple[str, str]]:
    """Return (tag, the tag that was probably meant) for misspelt tags."""
    found = []
    for tag in tags:
        word, colon, name = tag.partition(":")
        plain = word.strip().lower()
        if word in WORDS:
            continue
        likely = next((w for w in WORDS if plain == w or _one_edit_apart(plain, w)), None)
        if likely:
            found.append((tag, likely + colon + name))
    return found


def _one_name(tags: list[str], word: str, where: str) -> str | None:
    names = [t.partition(":")[2] for t in tags if t == word or t.startswith(f"{word}:")]
    explicit = [t for t in tags if t.startswith(f"{word}:")]
    for tag in explicit:
        check_name(tag.partition(":")[2], where=where, what=f"the tag '{word}:…'")
    named = sorted({unicodedata.normalize("NFKC", n) for n in names if n})
    if len(named) > 1:
        raise BadName(
            f"tagged for {named[0]!r} and {named[1]!r}",
            where=where,
            hint=f"keep one {word} tag on each cell",
        )
    if not names:
        return None
    return named[0] if named else ""


def check_name(name: str, *, where: str, what: str) -> None:
    """Raise `BadName` unless `name` may become the name of a function or module."""
    hint = "use letters, digits and underscores, e.g. promote:clean_orders"
    plain = unicodedata.normalize("NFKC", name)
    if not plain.isidentifier() or keyword.iskeyword(plain):
        raise BadName(f"{what} needs a Python name, not {shorten(name)!r}", where=where, hint=hint)
    if plain.startswith("__") or plain.strip("_") == "":
        raise BadName(f"{what} may not use the reserved name {plain!r}", where=where, hint=hint)
    if len(plain) > MAX_NAME or len(plain.encode()) > MAX_NAME_BYTES:
        raise BadName(
            f"{what} has a name of {len(plain)} letters, {len(plain.encode())} bytes",
            where=where,
            hint=f"use at most {MAX_NAME} letters and {MAX_NAME_BYTES} bytes",
        )


def shorten(text: str, limit: int = 60) -> str:
    """Return `text` cut to `limit` characters, with an ellipsis where something is left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _one_edit_apart(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1:
        return False
    short, long = sorted((word, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
