"""Which functions and classes of a project its tests reach, as far as the text says."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jupyter_promote.checks import asserting
from jupyter_promote.checks.finding import PythonFile

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# What strings a module's steps together: its test says little of each of them.
CHAINS = ("run", "main")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The tests that reach a definition, by name; `through` a chain of all steps only."""

    tests: tuple[str, ...] = ()
    toothless: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: indexes are made when first asked for
class _File:
    """The names of a file: what it defines and imports, by the names they have there."""

    file: PythonFile

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        return {n.name: n for n in _top(self.file.tree.body) if isinstance(n, _DEFINITIONS)}

    @cached_property
    def imports(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in ast.walk(self.file.tree):
            if isinstance(node, ast.Import):
                for a in node.names:
                    found[a.asname or a.name.partition(".")[0]] = (
                        a.name if a.asname else a.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                base = absolute(self.file, node)
                found |= {a.asname or a.name: f"{base}.{a.name}" for a in node.names}
        return found

    @cached_property
    def stars(self) -> list[str]:
        nodes = [n for n in ast.walk(self.file.tree) if isinstance(n, ast.ImportFrom)]
        return [absolute(self.file, n) for n in nodes if any(a.name == "*" for a in n.names)]


def absolute(file: PythonFile, node: ast.ImportFrom) -> str:
    """Return the module that an import is from, as it is called from outside its package."""
    if not node.level:
        return node.module or ""
    parts = file.name.split(".")
    is_package = file.path.endswith("__init__.py")
    base = parts[: len(parts) - node.level + is_package]
    return ".".join([*base, *([node.module] if node.module else [])])


def _top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module's own scope."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try):
            handlers = [s for h in getattr(statement, "handlers", []) for s in h.body]
            last = getattr(statement, "finalbody", [])
            yield from _top([*statement.body, *handlers, *statement.orelse, *last])


@dataclass(frozen=True, kw_only=True, eq=False)
class Names:
    """The definitions of some files, by dotted name."""

    files: Mapping[str, _File] = field(repr=False)

    def resolve(self, dotted: str, depth: int = 8) -> str:
        """Return the dotted name of the definition or module that a name stands for, or ""."""
        module, _, name = dotted.rpartition(".")
        if not depth:
            return ""
        if dotted in self.files:
            return self.files[dotted].file.name
        file = self.files.get(module)
        if file is None:
            above = self.resolve(module, depth - 1) if module else ""
            return (
                "" if not above or above == module else self.resolve(f"{above}.{name}", depth - 1)
            )
        if name in file.definitions:
            return f"{file.file.name}.{name}"
        if name in file.imports:
            return self.resolve(file.imports[name], depth - 1)
        stars = (self.resolve(f"{star}.{name}", depth - 1) for star in file.stars)
        return next((found for found in stars if found), "")

    def mentioned(self, file: _File, nodes: Iterable[ast.AST]) -> set[str]:
        """Return the definitions and modules that code of a file mentions."""
        found: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            chain = _chain(node)
            if chain:
                found |= self._of_chain(file, chain)
                continue
            if isinstance(node, ast.Call) and asserting.last(node.func) in ("setattr", "object"):
                waiting += [
                    node.func,
                    *node.args[1:],
                    *node.keywords,
                ]  # what is replaced does not run
                continue
            waiting.extend(ast.iter_child_nodes(node))
        return found

    def _of_chain(self, file: _File, chain: Sequence[str]) -> set[str]:
        first = chain[0]
        if first in file.definitions:
            return {f"{file.file.name}.{first}"}
        starts = [file.imports[first]] if first in file.imports else []
        starts += [f"{star}.{first}" for star in file.stars]
        for start in starts:
            for length in range(len(chain), 0, -1):
                dotted = self.resolve(".".join([start, *chain[1:length]]))
                if dotted:
                    return {dotted}
        return set()

    def inside(self, dotted: str) -> list[str]:
        """Return a definition, or the public ones of a module that is handed on as a whole."""
        if dotted not in self.files:
            return [dotted]
        return [f"{dotted}.{n}" for n in self.files[dotted].definitions if not n.startswith("_")]


def _chain(node: ast.AST) -> list[str]:
    """Return the names of `a.b.c`, [] for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def names_of(files: Iterable[PythonFile]) -> Names:
    """Return the names of some files; of two that may have one name, the first has it."""
    known = [_File(file=f) for f in files]
    found = {one.file.name: one for one in reversed(known)}
    for one in known:
        for alias in one.file.aliases:
            found.setdefault(alias, one)
    return Names(files=found)


def of_tests(modules: Sequence[PythonFile], tests: Sequence[PythonFile]) -> dict[str, Reached]:
    """Return which tests reach each definition of the modules, by dotted name."""
    names = names_of([*modules, *tests])
    own = {m.name for m in modules}
    calls = _calls(names, own)
    beyond = {name: _closure(calls, called, CHAINS) for name, called in calls.items()}
    chained = {name: _closure(calls, called, ()) for name, called in calls.items()}
    teeth: dict[str, dict[str, None]] = {}
    toothless: dict[str, dict[str, None]] = {}
    through: dict[str, dict[str, None]] = {}
    for file in tests:
        for test in asserting.tests_of(file.tree, file.own):
            direct = [d for d in _of_test(names, names.files[file.name], test) if d in calls]
            into = toothless if test.why else teeth
            plain = {d for one in direct for d in (one, *(beyond[one] if not _chains(one) else ()))}
            for one in plain:
                into.setdefault(one, {})[test.name] = None
            for one in {d for start in direct for d in chained[start]} - plain:
                through.setdefault(one, {})[test.name] = None
    return {
        name: Reached(
            tests=tuple(teeth.get(name, ())),
            toothless=tuple(toothless.get(name, ())),
            through=tuple(through.get(name, ())),
        )
        for name in calls
    }


def _chains(dotted: str) -> bool:
    return dotted.rpartition(".")[2] in CHAINS


def _calls(names: Names, own: set[str]) -> dict[str, set[str]]:
    """Return the definitions that each one of the modules mentions."""
    found: dict[str, set[str]] = {}
    for module in own:
        file = names.files[module]
        for name, node in file.definitions.items():
            mentioned = names.mentioned(file, ast.iter_child_nodes(node))
            found[f"{module}.{name}"] = {d for d in mentioned if d not in names.files}
    return found


def _closure(
    calls: Mapping[str, Iterable[str]], start: Iterable[str], stop: Sequence[str]
) -> set[str]:
    """Return what is reached from `start`, not through definitions of a name in `stop`."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one in seen or one not in calls:
            continue
        seen.add(one)
        if one.rpartition(".")[2] not in stop:
            waiting += calls[one]
    return seen


def _of_test(names: Names, file: _File, test: asserting.Test) -> set[str]:
    """Return what a test mentions, itself or in the fixtures and helpers that it uses."""
    found: set[str] = set()
    group = file.definitions.get(test.name.partition(".")[0]) if "." in test.name else None
    waiting: list[tuple[_File, ast.AST]] = [(file, n) for n in (test.node, *_shared(group))]
    waiting += _automatic(names, file)
    seen: set[int] = set()
    while waiting:
        near, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += [made for n in _fixtures(node) for made in _fixture(names, near, n)]
        for dotted in names.mentioned(near, ast.iter_child_nodes(node)):
            module, _, name = dotted.rpartition(".")
            if module == near.file.name and not isinstance(node, ast.ClassDef):
                waiting.append((near, near.definitions[name]))
            found.update(names.inside(dotted))
    return found


def _shared(group: ast.AST | None) -> list[ast.AST]:
    """Return what stands in the class of a test besides the tests."""
    body = group.body if isinstance(group, ast.ClassDef) else []
    return [n for n in body if not getattr(n, "name", "").startswith("test")]


def _automatic(names: Names, file: _File) -> list[tuple[_File, ast.AST]]:
    """Return what runs for every test of a file."""
    return [
        (near, node)
        for near in _near(names, file)
        for name, node in near.definitions.items()
        if name.startswith(("setup", "setUp")) or _is_automatic(node)
    ]


def _is_automatic(node: Definition) -> bool:
    given = (k for d in node.decorator_list if isinstance(d, ast.Call) for k in d.keywords)
    return any(k.arg == "autouse" for k in given)


def _near(names: Names, file: _File) -> list[_File]:
    """Return the file and the `conftest` files in its folder and above."""
    here = file.file.path.rpartition("/")[0]
    return [file] + [
        other
        for other in {id(f): f for f in names.files.values()}.values()
        if other.file.path.endswith("conftest.py")
        and f"{here}/".startswith(other.file.path.removesuffix("conftest.py"))
    ]


def _fixtures(node: ast.AST) -> set[str]:
    """Return the names of fixtures that a function asks for."""
    names = {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call) and asserting.last(decorator) == "usefixtures":
            names |= {str(a.value) for a in decorator.args if isinstance(a, ast.Constant)}
    return names


def _fixture(names: Names, file: _File, name: str) -> Iterator[tuple[_File, ast.AST]]:
    for near in _near(names, file):
        node = near.definitions.get(name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and asserting.is_fixture(node):
            yield near, node
            return
