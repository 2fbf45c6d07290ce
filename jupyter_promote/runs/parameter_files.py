"""Parameters from a file: YAML or JSON, one mapping of names to values."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_promote.errors import BadParameter, NotAFile, TooLarge

MAX_BYTES = 10_000_000


def read(path: Path) -> dict[str, object]:
    """Return the parameters in the file `path`.

    Raises:
        NotAFile: the file is missing or unreadable.
        BadParameter: the file is no mapping of names to values.
        TooLarge: the file is larger than 10 MB or nested too deep.
    """
    where = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLarge(
                "the parameters file has over 10 MB",
                where=where,
                hint="pass large data as a file path",
            )
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise NotAFile(f"cannot be read ({error})", where=where, hint="check the path") from error
    try:
        found = json.loads(text) if path.suffix.lower() == ".json" else _yaml(text)
    except RecursionError as error:
        raise TooLarge(
            "the parameters are nested too deep", where=where, hint="flatten them"
        ) from error
    except ValueError as error:
        reason = str(error).split("\n")[0]
        raise BadParameter(
            f"the file is not readable ({reason})", where=where, hint="write NAME: VALUE lines"
        ) from error
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise BadParameter(
            "the file holds no names with values", where=where, hint="write NAME: VALUE lines"
        )
    return found


def _yaml(text: str) -> object:
    import yaml  # type: ignore[import-untyped]

    if text.count("*") > 50 and "&" in text:
        raise ValueError("too many references")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
