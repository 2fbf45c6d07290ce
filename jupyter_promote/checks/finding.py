"""What a check says, and what it looks at."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # a check that finds everything in its cache imports no analysis
    from jupyter_promote.flow.dataflow import Unit
    from jupyter_promote.flow.program import Program
    from jupyter_promote.promotion.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines `line` to `end_line` of a cell."""

    cell: int
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another place that a finding is about, and a `note` of what is there.

    `path` is "" for the notebook that is checked; a module's file has lines, but no cells. A place
    that goes on from cell to cell has all its lines in `spans`. `like` are the positions of those
    before it among the finding's places that it repeats, too.
    """

    note: str
    path: str = ""
    cell: int | None = None
    line: int | None = None
    end_line: int | None = None
    spans: tuple[Lines, ...] = ()
    like: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The rule `code` has something to say about a cell (zero-based) and line (one-based).

    `path` is "" for the notebook that is checked; a module's file has lines, but no cells.
    `end_line` is the last of several lines; what goes on from cell to cell has all in `spans`.
    """

    code: str
    message: str
    hint: str
    cell: int | None = None
    line: int | None = None
    end_line: int | None = None
    path: str = ""
    related: tuple[Related, ...] = ()
    spans: tuple[Lines, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """A promotion that the notebook is the `original` of, or the `thin` notebook.

    `path` is the notebook's own below the target folder, "" for one outside; `present` are the
    promoted files as they are now, None for one that is gone; `cells` replaces the record's where
    the notebook was promoted in place: it is compared with what was written then.
    """

    record: Record
    role: Literal["original", "thin"]
    path: str
    present: Mapping[str, str | None] = field(repr=False)
    has_original: bool = True
    cells: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)  # no slots: what several rules need is made when asked for
class Subject:
    """The notebook that is checked, and the promotions that it belongs to.

    `module` is the text of the module that it is promoted to at `module_path`; a run has shown that
    its functions `varying` give something else each time. `declared` are the distributions that
    its project declares, None where it declares nothing. `options` are the rules' settings, by code.
    """

    program: Program
    promotions: tuple[Promoted, ...] = ()
    module: str = field(default="", repr=False)
    module_path: str = ""
    varying: tuple[str, ...] = ()
    declared: frozenset[str] | None = None
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @cached_property
    def units(self) -> list[Unit]:
        """What each code cell reads and binds, in order."""
        from jupyter_promote.flow import bindings
        from jupyter_promote.flow.dataflow import Unit

        lazy = self.program.lazy
        return [
            Unit(
                position=c.index,
                group=None,
                statements=tuple(c.statements),
                names=(
                    bindings.of_code(c.statements, lazy_annotations=True)
                    if c.index in lazy
                    else c.names
                ),
            )
            for c in self.program.cells
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFile:
    """A module or a file of tests: `path` as it is shown, `name` as it is imported.

    `aliases` are other names that it may be imported by; `own` the first names of its project's
    modules.
    """

    path: str
    name: str
    aliases: tuple[str, ...] = ()
    tree: ast.Module = field(repr=False, compare=False)
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """The cell uses the dotted `name` of a module at `line`."""

    name: str
    cell: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Modules and tests that belong together, and what of the modules ought to be tested.

    All of the modules at the paths `promoted`, by the cells that they came from; and what notebooks
    import, by dotted name. `ran` are the lines of modules that their tests ran, where they ran as
    they are now.
    """

    modules: tuple[PythonFile, ...]
    tests: tuple[PythonFile, ...]
    promoted: Mapping[str, Mapping[str, tuple[Related, ...]]] = field(default_factory=dict)
    imported: Mapping[str, tuple[Related, ...]] = field(default_factory=dict)
    ran: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The notebook at `path`; its newest run raises `alarms`: (function, what is unusual)."""

    path: str
    alarms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """No test notices the `change` at `line` of the module at `path`, in `function` ("" for none)."""

    path: str
    line: int
    function: str
    change: str
