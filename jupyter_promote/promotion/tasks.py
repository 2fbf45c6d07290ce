"""Tasks of the event loop: they run on between cells, and while a cell waits."""

from __future__ import annotations

from jupyter_promote.flow import awaiting
from jupyter_promote.promotion.deciding import Context, Refuse
from jupyter_promote.promotion.grouping import Group


def check(context: Context, place: int, group: Group) -> None:
    """Refuse a group in which tasks would run at other times, or see other values."""
    for index, following in zip(group.cells, group.cells[1:], strict=False):
        if awaiting.starts_task(context.code.at(index).statements, context.around):
            raise Refuse(
                "late-binding",
                f"cell {index + 1} starts a task, which runs on before cell {following + 1} begins",
                "await the task in its cell, or promote the cells as two functions",
            )
    unit = context.units[place]
    if not awaiting.awaits(unit.statements):
        return
    for name in sorted(unit.names.binds):
        for _, other, late in context.late_readers.get(name, ()):
            if other.position < unit.position:
                reader = repr(late.name) if late.name else "a function"
                raise Refuse(
                    "late-binding",
                    f"{reader} of cell {other.position + 1} reads {name!r}, which this group binds,"
                    " and may run while it awaits",
                    f"pass {name!r} to {reader} as an argument",
                )
