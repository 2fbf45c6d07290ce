"""The search for copies: what the cache knows, what it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from jupyter_promote.checking.cache import Cache, Entry, digest_of
from jupyter_promote.checking.collecting import File
from jupyter_promote.checking.computing import Power
from jupyter_promote.checking.promotions import Promotion
from jupyter_promote.checks.finding import Finding

if TYPE_CHECKING:  # slow to import, and not needed where nothing has changed
    from jupyter_promote.checking.copies import Shaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Looks for copies of `min_lines` lines or more."""

    known: Cache
    power: Power
    real: Callable[[str], str]
    min_lines: int

    def copies(self, files: Sequence[File], promotions: Sequence[Promotion]) -> list[Finding]:
        """Return what is said of copies in some files."""
        told = [self.known.digest_by_stamp("shapes", file, "") for file in files]
        if None not in told:
            value = self.known.by_digest("copies", self._digest(files, told, promotions))
            if value is not None:
                return msgspec.json.decode(value, type=list[Finding])
        return self._searched(files, promotions)

    def _digest(
        self,
        files: Sequence[File],
        digests: Sequence[bytes | None],
        promotions: Sequence[Promotion],
    ) -> bytes:
        names = (f"{f.path} {(d or b'').hex()}" for f, d in zip(files, digests, strict=True))
        return digest_of(str(self.min_lines), *names, *(p.stamp for p in promotions))

    def _searched(self, files: Sequence[File], promotions: Sequence[Promotion]) -> list[Finding]:
        from jupyter_promote.checking import copies

        shaped: list[Shaped] = []
        digests: list[bytes] = []
        for start in range(0, len(files), self.power.batch):
            made, marks = self._shaped(files[start : start + self.power.batch])
            shaped += made
            digests += marks
        digest = self._digest(files, digests, promotions)
        found = copies.findings(shaped, promotions, self.real, self.min_lines)
        everything = File(path="", size=0, mtime=0, inode=0)
        entry = Entry(file=everything, around="", digest=digest, value=msgspec.json.encode(found))
        self.known.store("copies", [entry])
        return found

    def _shaped(self, files: Sequence[File]) -> tuple[list[Shaped], list[bytes]]:
        """Return what is compared of some files, and digests of it."""
        from jupyter_promote.checking import copies

        sources = [copies.read(file.path) for file in files]
        marks = [digest_of(msgspec.json.encode((s.cells, s.quiet))) for s in sources]
        values = [self.known.by_digest("shapes", mark) for mark in marks]
        new = [s for s, value in zip(sources, values, strict=True) if value is None]
        made = iter(self.power.compute(copies.shaped, new))
        shaped, entries = [], []
        for file, mark, value in zip(files, marks, values, strict=True):
            one = next(made) if value is None else _decoded(value)
            raw = msgspec.json.encode(one) if value is None else value
            shaped.append(replace(one, shapes=replace(one.shapes, path=file.path)))
            entries.append(Entry(file=file, around="", digest=mark, value=raw))
        self.known.store("shapes", entries)
        return shaped, marks


def _decoded(value: bytes) -> Shaped:
    from jupyter_promote.checking.copies import Shaped

    return msgspec.json.decode(value, type=Shaped)
