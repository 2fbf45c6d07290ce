"""Settings of a project: the table [tool.jupyter_promote] of its pyproject.toml."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from pathlib import Path

from jupyter_promote.errors import BadParameter

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits of the proof: seconds for each run, and megabytes of the folder that is copied for it.

    Limits of the tests that it gives: about how many seconds they take to make, and kilobytes of
    all recordings of a module. Of `verify --mutants`: about how many seconds it tries faults.
    """

    proof_seconds: float = 1800.0
    copy_limit_mb: float = 200.0
    test_seconds: float = 40.0
    recording_kb: float = 150.0
    mutant_seconds: float = 300.0


def read(project: Path) -> Settings:
    """Return the settings in the pyproject.toml of the folder `project`, defaults where there is none.

    Raises:
        BadParameter: the file is no TOML, or a setting is unknown or of the wrong type.
    """
    path = project / "pyproject.toml"
    try:
        table = tomllib.loads(path.read_text()).get("tool", {}).get("jupyter_promote", {})
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise BadParameter(
            f"is not readable ({error})", where=str(path), hint="correct the file"
        ) from error
    known = {f.name for f in fields(Settings)}
    given = {name: value for name, value in table.items() if name in known}
    wrong = [
        name
        for name, value in given.items()
        if not isinstance(value, int | float) or isinstance(value, bool)
    ]
    if wrong:
        raise BadParameter(
            f"[tool.jupyter_promote] {wrong[0]} must be a number", where=str(path), hint="e.g. 600"
        )
    return Settings(**given)
