"""Modules and tests that belong together, and what notebooks want of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_promote import settings
from jupyter_promote.checking import collecting, dependencies
from jupyter_promote.checking.collecting import File
from jupyter_promote.checking.promotions import Promotion
from jupyter_promote.checks import silencing, table
from jupyter_promote.checks.finding import Finding, Import, Project, PythonFile, Related

MARKS = (*settings.MARKS, "setup.py", "setup.cfg")
SOURCES = ("", "src")
TESTS = ("tests", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is known of the project in the folder `root`, a real path, before any file is read.

    `modules` and `tests` are files of it; `imports` are by the shown path of the notebook.
    """

    root: str
    modules: tuple[File, ...]
    tests: tuple[File, ...]
    promotions: tuple[Promotion, ...]
    imports: Mapping[str, tuple[Import, ...]] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """What changes when anything does that counts here."""
        files = (f"{f.path}={f.stamp}" for f in (*self.modules, *self.tests))
        used = (f"{p}={i.name}:{i.cell}:{i.line}" for p, some in self.imports.items() for i in some)
        return "\n".join([*files, *(p.stamp for p in self.promotions), *used])


class Surroundings:
    """What counts around files below `paths`, each folder looked at once."""

    def __init__(self, *, paths: Sequence[Path]) -> None:
        self._tops = {os.path.realpath(p) for p in paths if p.is_dir()}
        self._roots: dict[str, str] = {}
        self._own: dict[str, frozenset[str]] = {}
        self._real: dict[str, str] = {}
        self._declared: dict[str, frozenset[str] | None] = {}

    def real(self, path: str) -> str:
        """Return the real path of a file."""
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return os.path.join(self._real[folder], name)

    def root(self, path: str) -> str:
        """Return the folder of the project that a file is part of.

        It is the nearest one with the mark of a project, else the whole folder that is checked.
        """
        folder = os.path.dirname(self.real(path))
        if folder not in self._roots:
            self._roots[folder] = self._root_of(folder)
        return self._roots[folder]

    def _root_of(self, folder: str) -> str:
        top = folder
        for place in (Path(folder), *Path(folder).parents):
            if any((place / mark).exists() for mark in MARKS):
                return str(place)
            top = str(place) if str(place) in self._tops else top
        return top

    def own(self, path: str) -> frozenset[str]:
        """Return the first names of the modules that a file may import from its own project."""
        folder, root = os.path.dirname(self.real(path)), self.root(path)
        folders = {folder, *(os.path.join(root, s) if s else root for s in SOURCES)}
        return frozenset().union(*(self._names(f) for f in folders))

    def _names(self, folder: str) -> frozenset[str]:
        if folder not in self._own:
            self._own[folder] = own_names(folder)
        return self._own[folder]

    def declared(self, path: str) -> frozenset[str] | None:
        """Return the distributions that the project of a file declares, None where it declares none."""
        folder, root = os.path.dirname(self.real(path)), self.root(path)
        if folder not in self._declared:
            folders = dict.fromkeys([Path(folder), Path(root)])
            self._declared[folder] = dependencies.declared(folders)
        return self._declared[folder]

    def stamp(self, path: str) -> str:
        """Return what changes when anything of this does."""
        declared = self.declared(path)
        known = "" if declared is None else f"declares {','.join(sorted(declared))}"
        return f"{','.join(sorted(self.own(path)))}\n{known}"


def gather(
    modules: Sequence[File],
    promotions: Sequence[Promotion],
    used: Mapping[str, tuple[Import, ...]],
    around: Surroundings,
) -> Iterator[Gathered]:
    """Yield the projects in which something ought to be tested."""
    roots = {p.to: None for p in promotions} | {around.root(path): None for path in used}
    for root in roots:
        own = {around.real(f.path): f for f in modules if around.root(f.path) == root}
        mine = tuple(p for p in promotions if p.to == root)
        imports = {path: some for path, some in used.items() if around.root(path) == root}
        wanted = [os.path.join(p.to, p.module) for p in mine]
        wanted += [f for path, some in imports.items() for f in _located(path, some, root, around)]
        more = {real: None for f in wanted if (real := os.path.realpath(f)) not in own}
        extra = [f for path in more for f in _files([path])]
        near = [f for f in tests_near(root) if around.real(f.path) not in own]
        tests = [f for f in own.values() if is_test(f)]
        yield Gathered(
            root=root,
            modules=tuple(f for f in (*own.values(), *extra) if not is_test(f)),
            tests=(*tests, *near),
            promotions=mine,
            imports=imports,
        )


def _files(paths: Sequence[str]) -> list[File]:
    return [replace(collecting.file_at(p), path=shown(p)) for p in paths if os.path.isfile(p)]


def _located(
    notebook: str, imports: Sequence[Import], root: str, around: Surroundings
) -> Iterator[str]:
    """Yield the files of the modules that a notebook imports."""
    bases = (os.path.dirname(around.real(notebook)), root, os.path.join(root, "src"))
    for dotted in {one.name for one in imports}:
        parts = dotted.split(".")
        tries = (
            os.path.join(base, *parts[:length]) + end
            for base in bases
            for length in range(len(parts), 0, -1)
            for end in (".py", f"{os.sep}__init__.py")
        )
        found = next((path for path in tries if os.path.isfile(path)), None)
        if found:
            yield found


def is_test(file: File) -> bool:
    """True for a file of tests, or of fixtures."""
    name = file.name
    return (
        name == "conftest.py"
        or (name.startswith("test_") and name.endswith(".py"))
        or name.endswith("_test.py")
        or any(part in TESTS for part in file.path.split("/")[:-1])
    )


def own_names(folder: str) -> frozenset[str]:
    """Return the names of the modules and packages in a folder, but for those of tests."""
    found: set[str] = set()
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return frozenset()
    for entry in entries:
        name = entry.name.removesuffix(".py")
        if entry.name != name or (entry.is_dir() and _holds_modules(entry.path)):
            found.add(name)
    return frozenset(
        n for n in found if n.isidentifier() and n not in (*TESTS, "conftest", "setup")
    )


def _holds_modules(folder: str) -> bool:
    try:
        return any(e.name.endswith(".py") for e in os.scandir(folder))
    except OSError:
        return False


def tests_near(root: str) -> list[File]:
    """Return the files in the test folders of a project, where it lies around what is checked."""
    folders = [Path(root, name) for name in TESTS if Path(root, name).is_dir()]
    found = collecting.below(folders).modules if folders else []
    return [replace(f, path=shown(f.path)) for f in found]


def shown(path: str) -> str:
    """Return a path as people read it: from the working directory, where it lies below that."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def findings(gathered: Gathered) -> list[Finding]:
    """Return what the rules say about a project."""
    modules, texts = _parsed(gathered, gathered.modules)
    tests, _ = _parsed(gathered, gathered.tests)
    subject = Project(
        modules=tuple(modules),
        tests=tuple(tests),
        promoted=dict(_promoted(gathered, modules)),
        imported=_imported(gathered.imports),
        ran=dict(_ran(gathered, modules)),
    )
    found = [f for rule in table.of_scope("project") for f in rule.check(subject)]
    quiet = {path: silencing.of_text(text) for path, text in texts.items()}
    return [f for f in found if not any(s.covers(f) for s in quiet.get(f.path, ()))]


def _parsed(gathered: Gathered, files: Sequence[File]) -> tuple[list[PythonFile], dict[str, str]]:
    from jupyter_promote.checking.units import source_of
    from jupyter_promote.checks import asserting

    found, texts = [], {}
    folders = [os.path.join(gathered.root, s) if s else gathered.root for s in SOURCES]
    own = frozenset().union(*(own_names(f) for f in folders))
    for file in files:
        texts[file.path] = source_of(file.path)
        tree = asserting.parsed(texts[file.path])
        if tree is not None:
            names = _names(os.path.realpath(file.path), gathered.root)
            found.append(
                PythonFile(path=file.path, name=names[0], aliases=names[1:], tree=tree, own=own)
            )
    return found, texts


def _names(path: str, root: str) -> tuple[str, ...]:
    """Return the names that a module may be imported by, the likeliest first."""
    bases = [os.path.join(root, "src"), root, os.path.dirname(path)]
    inside = [os.path.relpath(path, b) for b in bases if path.startswith(f"{b}{os.sep}")]
    dotted = (p.removesuffix(".py").removesuffix(f"{os.sep}__init__") for p in inside)
    return tuple(dict.fromkeys(d.replace(os.sep, ".") for d in dotted))


def _ran(gathered: Gathered, modules: Sequence[PythonFile]) -> Iterator[tuple[str, frozenset[int]]]:
    """Yield the lines of promoted modules that their tests ran, by the modules' paths."""
    from jupyter_promote.writing import tested

    paths = {os.path.realpath(m.path): m.path for m in modules}
    for one in gathered.promotions:
        path = paths.get(os.path.realpath(os.path.join(one.to, one.module)))
        found = tested.lines(Path(one.to), one.module, one.tests)
        if path is not None and found is not None:
            yield path, found


def _promoted(
    gathered: Gathered, modules: Sequence[PythonFile]
) -> Iterator[tuple[str, dict[str, tuple[Related, ...]]]]:
    paths = {os.path.realpath(m.path): m.path for m in modules}
    for promotion in gathered.promotions:
        path = paths.get(os.path.realpath(os.path.join(promotion.to, promotion.module)))
        if path is None:
            continue
        places = _places(promotion.original)
        yield path, {
            name: tuple(
                Related(note="promoted from here", path=shown(promotion.original), cell=places[i])
                for i in ids
                if i in places
            )
            for name, ids in promotion.origins.items()
        }


def _places(notebook: str) -> dict[str, int]:
    """Return the positions of a notebook's cells by id, {} for what holds none."""
    try:
        cells = json.loads(Path(notebook).read_bytes())["cells"]
        return {c["id"]: i for i, c in enumerate(cells) if "id" in c}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _imported(imports: Mapping[str, Sequence[Import]]) -> dict[str, tuple[Related, ...]]:
    found: dict[str, tuple[Related, ...]] = {}
    for path, some in imports.items():
        for one in some:
            place = Related(note="imported here", path=path, cell=one.cell, line=one.line)
            found[one.name] = (*found.get(one.name, ()), place)
    return found
