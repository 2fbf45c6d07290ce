"""What may differ between two runs that did the same: addresses, clocks, module names, folders."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass

_VARYING = re.compile(r"0x[0-9a-fA-F]{6,}|\b\d\d:\d\d:\d\d\b")
_LOCALS = re.compile(r"(?<![\w.])[\w.]+\.<locals>\.")
_TIMINGS = re.compile(
    r"^(CPU times: |Wall time: |CPU times total).*$|^.* ± .* per loop \(mean ± std.*$", re.MULTILINE
)
_MADE_UP_IDS = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\bsk-(?:container|estimator)-id-\d+|\bT_[0-9a-f]{5,}|\b[0-9a-f]{32}\b"
)
_PNG = b"\x89PNG\r\n\x1a\n"
_TELLING_CHUNKS = (b"IHDR", b"PLTE", b"tRNS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the texts of a run are read: names in `module` count as the notebook's own.

    Paths in the folder `layer` stand for those without it.
    """

    module: str = ""
    layer: str = ""


def text(raw: str, reading: Reading) -> str:
    """Return `raw` without what may differ between two runs."""
    if reading.layer:
        raw = raw.replace(reading.layer, "")
    if reading.module and reading.module in raw:
        raw = re.sub(rf"(?<![\w.]){re.escape(reading.module)}\.", "__main__.", raw)
    if "<locals>" in raw:
        raw = _LOCALS.sub("__main__.", raw)
    return _VARYING.sub("0x", _TIMINGS.sub("(timing)", raw))


def markup(raw: str, reading: Reading) -> str:
    """Return HTML, SVG or JSON without what may differ, made-up identifiers included."""
    return _MADE_UP_IDS.sub("id", text(raw, reading))


def digest(content: bytes | str) -> str:
    """Return a digest of `content`."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()[:32]


def pixels(content: bytes) -> str:
    """Return a digest of what a PNG shows, whatever else it says; of all bytes of other images."""
    if not content.startswith(_PNG):
        return digest(content)
    told, packed, at = b"", b"", len(_PNG)
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        told += kind + body if kind in _TELLING_CHUNKS else b""
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    try:
        return digest(told + zlib.decompress(packed))
    except zlib.error:
        return digest(content)
