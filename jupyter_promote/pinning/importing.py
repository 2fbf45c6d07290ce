"""See to it that modules are changed as soon as they are imported, by whoever imports them."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Collection, Sequence
from typing import Any

Wrap = Callable[[types.ModuleType], None]


def when_imported(modules: Collection[str], wrap: Wrap) -> None:
    """Call `wrap` with each of `modules` when it has been executed."""
    sys.meta_path.insert(0, _Finder(frozenset(modules), wrap))


class _Finder(importlib.abc.MetaPathFinder):
    """Finds some modules as the other finders do, and has them wrapped."""

    def __init__(self, modules: frozenset[str], wrap: Wrap) -> None:
        self.modules = modules
        self.wrap = wrap
        self.searching = False

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.modules or self.searching:
            return None
        self.searching = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self.searching = False
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self.wrap)
        return spec


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, and wraps it."""

    def __init__(self, loader: Any, wrap: Wrap) -> None:
        self.loader = loader
        self.wrap = wrap

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return self.loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: types.ModuleType) -> None:
        self.loader.exec_module(module)
        self.wrap(module)
