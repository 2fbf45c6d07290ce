"""Parameters from a file: YAML, JSON or TOML."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from jupyter_promote.errors import BadParameter, NotAFile, TooLarge

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

MAX_BYTES = 10_000_000


def read(path: Path) -> dict[str, object]:
    """Return the parameters in the file `path`: one mapping of names to values.

    Raises:
        NotAFile: the file is missing or unreadable.
        BadParameter: the file is no mapping of names to values.
        TooLarge: the file is larger than 10 MB or nested too deep.
    """
    found = load(path)
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise BadParameter(
            "the file holds no names with values", where=path.name, hint="write NAME: VALUE lines"
        )
    return found


def load(path: Path) -> object:
    """Return what the file `path` holds."""
    text, where = text_of(path), path.name
    try:
        match path.suffix.lower():
            case ".json":
                return json.loads(text)
            case ".toml":
                return tomllib.loads(text)
            case _:
                return _yaml(text)
    except RecursionError as error:
        raise TooLarge(
            "the parameters are nested too deep", where=where, hint="flatten them"
        ) from error
    except ValueError as error:
        reason = str(error).split("\n")[0]
        raise BadParameter(
            f"the file is not readable ({reason})", where=where, hint="write NAME: VALUE lines"
        ) from error


def text_of(path: Path) -> str:
    """Return the text of a file that is not too large."""
    where = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLarge(
                "the parameters file has over 10 MB",
                where=where,
                hint="pass large data as a file path",
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAFile(f"cannot be read ({error})", where=where, hint="check the path") from error


def _yaml(text: str) -> object:
    import yaml  # type: ignore[import-untyped]

    if text.count("*") > 50 and "&" in text:
        raise ValueError("too many references")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
