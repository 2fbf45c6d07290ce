"""What one cell, looked at on its own, does to names."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_promote.flow import bindings, effects, program
from jupyter_promote.promotion import definitions, versions
from jupyter_promote.source.magics import BadCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNames:
    """What one code cell, on its own, reads, binds and may change in place."""

    cell: int
    reads: list[str]
    binds: list[str]
    mutates: list[str]
    error: str | None


def of_cell(one: program.CodeCell) -> CellNames:
    """Return the names of a code cell; `error` says why it does not parse."""
    if isinstance(one.code, BadCode):
        bad = versions.explained(one.code, one.cell.source)
        error = f"line {bad.line}: {bad.message}"
        return CellNames(cell=one.index, reads=[], binds=[], mutates=[], error=error)
    names = bindings.of_code(one.statements, lazy_annotations=program.is_lazy(one))
    reads = {n for n in names.reads if n not in bindings.BUILTINS or n == "__file__"}
    around = effects.Surroundings(
        modules={**effects.ALONE.modules, **definitions.origins_in(one.statements)}, functions={}
    )
    mutated = effects.mutated(one.statements, around) & reads
    return CellNames(
        cell=one.index,
        reads=sorted(reads),
        binds=sorted(names.binds),
        mutates=sorted(mutated),
        error=None,
    )
