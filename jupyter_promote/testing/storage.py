"""Recordings on disk: a JSON file for a person to read, with an npz beside it for large arrays."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_promote.testing import figures
from jupyter_promote.testing.comparison import difference
from jupyter_promote.testing.kinds import JSON, Unreadable, Unstorable
from jupyter_promote.testing.values import decode, encode

WIDTH = 100
AGAIN = "promote the notebook again"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file knows


class BrokenRecording(Exception):
    """Says which recording can't be read, why, and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"the recording {path} {why}; {AGAIN}")


def save(base: Path, value: Any, *, module: str = "") -> None:
    """Write `value` as `base.json`, and as `base.npz` what is large in it; same value, same bytes.

    Raises:
        Unstorable: it would not come back the same. Nothing is written then.
    """
    arrays: dict[str, Any] = {}
    stored = encode(value, arrays, module=module)
    try:
        again = decode(stored, arrays, module=module)
    except Unreadable as error:
        raise Unstorable(f"what can't be read back: {error}") from error
    if changed := difference(again, value, rtol=0, atol=0):
        raise Unstorable(f"what would not come back the same: {changed}")
    text, packed = laid_out(stored) + "\n", _packed(arrays) if arrays else b""
    base.parent.mkdir(parents=True, exist_ok=True)
    _beside(base, ".json").write_text(text, encoding="utf-8", newline="\n")
    if packed:
        _beside(base, ".npz").write_bytes(packed)
    else:
        _beside(base, ".npz").unlink(missing_ok=True)


def load(base: Path, *, module: str = "") -> Any:
    """Return the value saved under `base`.

    Raises:
        BrokenRecording: it is missing, or not what `save` wrote.
    """
    path = _beside(base, ".json")
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BrokenRecording(path, "is missing") from error
    except (OSError, ValueError) as error:
        raise BrokenRecording(path, f"can't be read ({error})") from error
    arrays = _unpacked(_beside(base, ".npz"))
    try:
        return decode(stored, arrays, module=module)
    except Unreadable as error:
        raise BrokenRecording(path, f"can't be understood ({error})") from error


def size(base: Path) -> int:
    """Return how many bytes the recording takes."""
    paths = (_beside(base, ".json"), _beside(base, ".npz"))
    return sum(path.stat().st_size for path in paths if path.exists())


def _beside(base: Path, suffix: str) -> Path:
    return base.with_name(base.name + suffix)


# Arrays.


def _packed(arrays: dict[str, Any]) -> bytes:
    """Return the bytes of an npz file: the same for the same arrays."""
    np: Any = sys.modules["numpy"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            file.writestr(entry, member.getvalue())
    return packed.getvalue()


def _unpacked(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        import numpy as np
    except ImportError as error:
        raise BrokenRecording(path, "needs NumPy, which is not installed") from error
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BrokenRecording(path, f"can't be read ({error})") from error


# Text.


def laid_out(stored: JSON, indent: int = 0) -> str:
    """Return JSON text: what fits into a line stands in one, so that a diff shows what changed."""
    line = _line(stored)
    if len(line) + indent <= WIDTH or not isinstance(stored, list | dict):
        return line
    inner = " " * (indent + 1)
    if isinstance(stored, dict):
        parts = [f"{_line(key)}: {laid_out(part, indent + 1)}" for key, part in stored.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + "}"
    if any(isinstance(part, list | dict) for part in stored):
        parts = [laid_out(part, indent + 1) for part in stored]
    else:
        parts = list(_filled([_line(part) for part in stored], WIDTH - indent - 1))
    return "[\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + "]"


def _line(stored: JSON) -> str:
    text = json.dumps(stored, ensure_ascii=False, allow_nan=False)
    return re.sub("[\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _filled(parts: list[str], width: int) -> Iterator[str]:
    """Yield lines of as many parts as fit, without the comma at their ends."""
    line = parts[0]
    for part in parts[1:]:
        if len(line) + len(part) + 3 > width:
            yield line
            line = part
        else:
            line = f"{line}, {part}"
    yield line


# What a generated test uses.


class Recordings:
    """What was recorded when the notebook was promoted, for the test file given by `__file__`.

    `recorded = Recordings(__file__)` in `tests/test_churn.py` finds `tests/recordings/churn/`;
    `recorded("clean/orders")` returns the value recorded there, a new one each time. The settings
    of matplotlib that the imports above it have left are those with which its figures begin.
    """

    def __init__(self, test_file: str | Path) -> None:
        figures.remember_settings()
        test = Path(test_file).resolve()
        self.folder = test.parent / "recordings" / test.stem.removeprefix("test_")

    def __call__(self, name: str) -> Any:
        """Return the recorded value of that name."""
        return load(self.folder / _inside(name))

    def place(self, folder: Path) -> None:
        """Copy the small files that the notebook read into `folder`, where a test runs."""
        files = self.folder / "files"
        if not files.is_dir():
            raise BrokenRecording(files, "is missing")
        shutil.copytree(files, folder, dirs_exist_ok=True)


def _inside(name: str) -> Path:
    parts = re.split(r"[/\\]", name)
    if not all(parts) or ".." in parts or Path(name).is_absolute() or re.match("[A-Za-z]:", name):
        raise ValueError(f"{name!r} is not the name of a recording; use one such as 'clean/orders'")
    return Path(name)
