"""Settings of a project: the table [tool.jupyter_promote] of its pyproject.toml."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from jupyter_promote.errors import BadParameter

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]


MARKS = ("pyproject.toml", ".promote", ".git")  # each of a project's root


def root_of(folder: Path, marks: Sequence[str] = MARKS, *, within: Path | None = None) -> Path:
    """Return the root of the project in which `folder` lies: the nearest with a mark, else itself.

    It is looked for `within` the real folder that is given.
    """
    real = folder.resolve()
    above = (f for f in (real, *real.parents) if within is None or f.is_relative_to(within))
    return next((f for f in above if any((f / m).exists() for m in marks)), real)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits of the proof: seconds for each run.

    Limits of the tests that it gives: about how many seconds they take to make, and kilobytes of
    all recordings of a module. Of `verify --mutants`: about how many seconds it tries faults.
    """

    proof_seconds: float = 1800.0
    test_seconds: float = 40.0
    recording_kb: float = 150.0
    mutant_seconds: float = 300.0


def read(project: Path) -> Settings:
    """Return the settings in the pyproject.toml of the folder `project`, defaults where there is none.

    Raises:
        BadParameter: the file is no TOML, or a setting is unknown or of the wrong type.
    """
    path, table = project / "pyproject.toml", _table(project)
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


def thresholds(project: Path) -> dict[str, float]:
    """Return what [tool.jupyter_promote.alarms] says in the pyproject.toml of the folder `project`.

    Raises:
        BadParameter: the file is no TOML, or a threshold is unknown or no number.
    """
    given = _table(project).get("alarms", {})
    known = ("missing", "new_categories", "distance", "collapse", "rows", "seconds")
    for name, value in given.items():
        if name not in known or not isinstance(value, int | float) or isinstance(value, bool):
            raise BadParameter(
                f"[tool.jupyter_promote.alarms] {name} is no threshold, or no number",
                where=str(project / "pyproject.toml"),
                hint=f"there are {', '.join(known)}",
            )
    return {name: float(value) for name, value in given.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which rules `check` follows, by the beginnings of their codes, and the options of each.

    `where` is the file that says so.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    where: str = ""


def rules(project: Path) -> Rules:
    """Return what the pyproject.toml of the folder `project` says of rules.

    Raises:
        BadParameter: the file is no TOML, or a setting is of the wrong type.
    """
    path, table = project / "pyproject.toml", _table(project)
    chosen = {name: table.get(name, []) for name in ("select", "ignore")}
    for name, codes in chosen.items():
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise BadParameter(
                f"[tool.jupyter_promote] {name} must be a list of codes",
                where=str(path),
                hint=f'e.g. {name} = ["JP3", "JP401"]',
            )
    options = {k: v for k, v in table.items() if re.fullmatch(r"JP\d+", k) and isinstance(v, dict)}
    return Rules(
        select=tuple(chosen["select"]),
        ignore=tuple(chosen["ignore"]),
        options=options,
        where=str(path),
    )


def _table(project: Path) -> dict[str, Any]:
    """Return the table [tool.jupyter_promote] of a folder's pyproject.toml."""
    path = project / "pyproject.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
        table = found.get("jupyter_promote", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise BadParameter(
            f"is not readable ({error})", where=str(path), hint="correct the file"
        ) from error
    return table if isinstance(table, dict) else {}
