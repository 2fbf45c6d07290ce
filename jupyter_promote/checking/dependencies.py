"""The distributions that a project's files declare."""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

_NAME = re.compile(r"\s*[\"']?([A-Za-z0-9][\w.-]*)")
_QUOTED = re.compile(r"[\"']([A-Za-z0-9][\w.-]*)\s*(?:\[[\w,. -]*\])?\s*(?:[=<>!~;@][^\"']*)?[\"']")


def declared(folders: Iterable[Path]) -> frozenset[str] | None:
    """Return the names of the distributions that files in some folders declare, as indexes compare
    them; None where there is no file that could.
    """
    found: set[str] | None = None
    for folder in folders:
        for path in _files(folder):
            found = found or set()
            try:
                found.update(map(_normal, _names(path, path.read_text(encoding="utf-8"))))
            except (OSError, UnicodeDecodeError):
                continue
    return None if found is None else frozenset(found)


def _files(folder: Path) -> Iterator[Path]:
    names = (
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "Pipfile",
        "environment.yml",
        "environment.yaml",
    )
    yield from (folder / n for n in names if (folder / n).is_file())
    for pattern in ("*requirements*.txt", "requirements*.in", "requirements/*.txt"):
        yield from sorted(folder.glob(pattern))


def _names(path: Path, text: str) -> Iterator[str]:
    match path.suffix or path.name:
        case ".toml" | "Pipfile":
            yield from _of_toml(text)
        case ".cfg":
            yield from _of_cfg(text)
        case ".py":  # read, not run: every quoted word that could be a requirement counts
            yield from _QUOTED.findall(text)
        case ".yml" | ".yaml":
            yield from (
                m[1] for m in re.finditer(r"(?m)^\s*-\s+[\"']?(?:[\w-]+::)?([\w.-]+)", text)
            )
        case _:
            lines = (line for line in text.split("\n") if not line.lstrip().startswith(("#", "-")))
            yield from _requirements(lines)


def _requirements(lines: Iterable[object]) -> Iterator[str]:
    for line in lines:
        found = _NAME.match(line) if isinstance(line, str) else None
        if found:
            yield found[1]


def _of_toml(text: str) -> Iterator[str]:
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    project, tool = _dict(content.get("project")), _dict(content.get("tool"))
    poetry = _dict(tool.get("poetry"))
    yield from _requirements(_list(project.get("dependencies")))
    groups = [*_dict(project.get("optional-dependencies")).values()]
    groups += _dict(content.get("dependency-groups")).values()
    for group in groups:
        yield from _requirements(_list(group))
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    tables += [_dict(g).get("dependencies") for g in _dict(poetry.get("group")).values()]
    tables += [content.get("packages"), content.get("dev-packages")]
    for table in tables:
        yield from _dict(table)


def _of_cfg(text: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    if parser.has_option("options", "install_requires"):
        yield from _requirements(parser.get("options", "install_requires").split("\n"))
    if parser.has_section("options.extras_require"):
        for _, lines in parser.items("options.extras_require"):
            yield from _requirements(lines.split("\n"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
