"""Where the files of a promotion go: package, module, tests, thin notebook, pyproject.toml."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from jupyter_promote import quoting
from jupyter_promote.errors import BadName, BadPath, BadTarget
from jupyter_promote.promotion import naming
from jupyter_promote.promotion.record import Loan
from jupyter_promote.source import files
from jupyter_promote.source.characters import printable
from jupyter_promote.source.notebook import Notebook
from jupyter_promote.source.tags import check_name, shorten

# Endings that are taken for a member of a package: who names such a file means something else.
NO_MODULES = ("ipynb", "pth", "md", "qmd", "rmd", "txt")
RESERVED_FILES = (
    "setup.py",
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "__init__.py",
    "__main__.py",
)
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "cv2": "opencv-python",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "IPython": "ipython",
    "mpl_toolkits": "matplotlib",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The files of one promotion, as paths below the target folder with forward slashes.

    `root` is the folder from which the module is imported ("src", or "" for the target itself);
    `folder` leads from the target folder to the original notebook's; with `in_place` the thin
    notebook replaces the original, which is kept at `original_path`. `loans` are the names that
    the module takes from other modules of the package.
    """

    package: str
    module: str
    root: str
    notebook: str
    has_project: bool
    folder: str = "."
    in_place: bool = False
    loans: Mapping[str, Loan] = field(default_factory=dict)

    def home(self, name: str) -> str:
        """Return the dotted name of the module that defines `name`."""
        loan = self.loans.get(name)
        return dotted_of(loan.module, self.root) if loan else self.dotted

    @property
    def dotted(self) -> str:
        """The module's name in an import."""
        return f"{self.package}.{self.module}" if self.package else self.module

    @property
    def module_path(self) -> str:
        """The module's file."""
        return str(PurePosixPath(self.root, *self.dotted.split(".")).with_suffix("")) + ".py"

    @property
    def test_path(self) -> str:
        """The file of its tests."""
        return f"tests/test_{self.module}.py"

    @property
    def original_path(self) -> str:
        """Where the original notebook is kept when it is replaced."""
        return f".promote/originals/{PurePosixPath(self.notebook).name}"

    @property
    def record_path(self) -> str:
        """Where it is kept what came from which cell."""
        return f".promote/{self.module}.json"


def dotted_of(path: str, root: str) -> str:
    """Return the name in an import of the module at `path`, which is found from `root`."""
    inner = PurePosixPath(path).with_suffix("")
    return ".".join((inner.relative_to(root) if inner.is_relative_to(root) else inner).parts)


def choose(notebook: Notebook, to: Path, module: str | None, *, in_place: bool = False) -> Target:
    """Return the target for `notebook` below the folder `to`.

    Raises:
        BadPath: `module` leads outside `to`, or to a hidden place; or `in_place` is asked for a
            notebook that is not below `to`.
        BadName: a part of `module` is no Python name.
    """
    package, name, root = _place(notebook, to, module)
    return Target(
        package=package,
        module=name,
        root=root,
        notebook=_own_path(notebook, to) if in_place else _thin_path(notebook, to),
        in_place=in_place,
        has_project=(to / "pyproject.toml").exists(),
        folder=_way(to, notebook.path),
    )


def _own_path(notebook: Notebook, to: Path) -> str:
    path = notebook.path.resolve()
    if path.suffix.lower() != ".ipynb":
        raise BadPath(
            "only an .ipynb is replaced in place", where="--in-place", hint="leave --in-place out"
        )
    if not path.is_relative_to(to.resolve()):
        raise BadPath(
            "the notebook is not below the target folder",
            where="--in-place",
            hint="choose a folder above it, or leave --in-place out",
        )
    return path.relative_to(to.resolve()).as_posix()


def _way(to: Path, notebook: Path) -> str:
    """Return the way from the target folder to the notebook's folder, with forward slashes."""
    return Path(os.path.relpath(notebook.resolve().parent, to.resolve())).as_posix()


def _place(notebook: Notebook, to: Path, module: str | None) -> tuple[str, str, str]:
    """Return (package, module, root) for what the person asked for, or the defaults."""
    stem = naming.identifier(notebook.name, fallback="notebook")
    name = (
        naming.free(stem, frozenset(), suffix="notebook")
        if not stem.startswith("test")
        else f"{stem}_notebook"
    )
    if module is None:
        return _package(notebook, to), name, "src"
    if module.endswith(".py") or "/" in module or "\\" in module:
        return _of_path(module)
    parts = module.split(".")
    if not module or parts[-1].lower() in NO_MODULES and len(parts) > 1:
        raise BadTarget(
            f"{shorten(printable(module))!r} is no place for a module",
            where="--module",
            hint="e.g. churn, shop.churn or src/shop/churn.py",
        )
    for part in parts:
        check_name(part, where="--module", what="the module")
    package = ".".join(parts[:-1]) or _package(notebook, to)
    _check_not_shadowing(package.partition(".")[0], notebook)
    return package, parts[-1], "src"


def _of_path(text: str) -> tuple[str, str, str]:
    where = "--module"
    plain = unicodedata.normalize("NFKC", text)
    unusual = plain != text or "\\" in text or "%" in text or ":" in text or not text.isprintable()
    path = PurePosixPath(text)
    if unusual or path.is_absolute() or ".." in path.parts or text.startswith(("~", "$", "-")):
        raise BadPath(
            f"{shorten(printable(text))!r} is no path below the target folder",
            where=where,
            hint="e.g. src/shop/churn.py",
        )
    if (
        any(part.startswith(".") for part in path.parts)
        or len(text) > 1_000
        or any(len(p) > 200 for p in path.parts)
    ):
        raise BadPath(
            f"{shorten(printable(text))!r} is hidden or too long",
            where=where,
            hint="e.g. src/shop/churn.py",
        )
    if path.suffix != ".py" or path.name in RESERVED_FILES:
        raise BadTarget(
            f"{shorten(printable(text))!r} is no place for a module",
            where=where,
            hint="e.g. src/shop/churn.py",
        )
    parts = list(path.with_suffix("").parts)
    root = "src" if parts[0] == "src" and len(parts) > 1 else ""
    parts = parts[1:] if root else parts
    for part in parts:
        check_name(part, where=where, what="the module")
    if not parts:
        raise BadPath("names no module", where=where, hint="e.g. src/shop/churn.py")
    return ".".join(parts[:-1]), parts[-1], root


def _thin_path(notebook: Notebook, to: Path) -> str:
    name = re.sub(r"[^\w.\- ()]", "_", notebook.name).strip(". ") or "notebook"
    plain = f"notebooks/{files.fitting(name, '.ipynb')}"
    if (to / plain).resolve() == notebook.path.resolve():
        return f"notebooks/{files.fitting(name, '.promoted.ipynb')}"
    return plain


def _package(notebook: Notebook, to: Path) -> str:
    below = (
        [p.parent.name for p in sorted((to / "src").glob("*/__init__.py"))]
        if (to / "src").is_dir()
        else []
    )
    if len(below) == 1 and below[0].isidentifier():
        return below[0]
    declared = _project_name(to / "pyproject.toml")
    name = naming.identifier(declared or to.resolve().name, fallback="project")
    return f"{name}_notebooks" if shadows(name, notebook) else name


def _project_name(path: Path) -> str:
    try:
        found = re.search(
            r"(?ms)^\[project\]\s.*?^name\s*=\s*[\"']([\w.-]+)[\"']", path.read_text()
        )
    except (OSError, UnicodeDecodeError):
        return ""
    return found[1] if found else ""


def _check_not_shadowing(package: str, notebook: Notebook) -> None:
    if shadows(package, notebook):
        raise BadName(
            f"a package {package!r} would hide another one of that name",
            where="--module",
            hint=f"use {package}_notebooks",
        )


def shadows(name: str, notebook: Notebook) -> bool:
    """True where a package called `name` would hide a module that exists or that is imported."""
    if (
        naming.reserved(name)
        or naming.is_standard_module(name)
        or name in ("src", "tests", "notebooks")
    ):
        return True
    if any(
        re.search(rf"(?m)^\s*(?:import|from)\s+{re.escape(name)}\b", c.source)
        for c in notebook.cells
        if c.kind == "code"
    ):
        return True
    try:
        spec = find_spec(name) if name not in sys.modules else sys.modules[name].__spec__
    except (ValueError, ImportError):
        return False
    return spec is not None and spec.origin is not None and "site-packages" in spec.origin


def distributions(modules: Iterable[str]) -> list[str]:
    """Return the distributions that provide top-level `modules`, sorted, without the standard library."""
    tops = {m.partition(".")[0] for m in modules if m and not m.startswith(".")}
    return sorted({DISTRIBUTIONS.get(t, t) for t in tops if not naming.is_standard_module(t)})


def pyproject(target: Target, dependencies: Sequence[str]) -> str:
    """Return a minimal pyproject.toml that makes the package installable."""
    listed = "".join(f"    {quoting.toml(d)},\n" for d in dependencies)
    name, root = target.package.partition(".")[0].replace("_", "-"), target.root or "."
    package = f"{root}/{target.package.partition('.')[0]}"
    return f"""[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = {quoting.toml(name)}
version = "0.1.0"
requires-python = ">=3.10"
dependencies = [
{listed}]

[tool.hatch.build.targets.wheel]
packages = [{quoting.toml(package)}]

[tool.pytest.ini_options]
pythonpath = [{quoting.toml(root)}]
testpaths = ["tests"]

[tool.ruff]
src = [{quoting.toml(root)}]
"""
