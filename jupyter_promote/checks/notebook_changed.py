"""Notebooks that went on since they were promoted."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Promoted, Subject
from jupyter_promote.promotion.record import digest, digest_of
from jupyter_promote.source.notebook import Cell

AGAIN = "promote the notebook again"


def check(subject: Subject) -> Iterator[Finding]:
    """A cell is not what it was when the notebook was promoted.

    Why it matters: the module still does what the old cell did, and so does every nightly run.
    Instead: promote the notebook again, or take the change back.
    """
    for found in subject.promotions:
        if found.role == "original":
            yield from _changed_cells(subject, found)


def _changed_cells(subject: Subject, found: Promoted) -> Iterator[Finding]:
    cells = [c for c in subject.program.notebook.cells if c.is_code]
    record = found.record
    names = {o.id: name for name, origins in record.origins.items() for o in origins}
    then = found.cells or record.cells
    if not then:  # a record of an older version knows the promoted cells only
        then = {o.id: o.digest for origins in record.origins.values() for o in origins}
        now = {c.id: digest(c.source) for c in cells if c.id in then}
    else:
        now = {c.id: digest_of(c) for c in cells}
    for cell in cells:
        if cell.id not in now or now[cell.id] == then.get(cell.id):
            continue
        if _anonymous(cell) and now[cell.id] in then.values():
            continue  # without ids of its own, a cell is known by what it holds
        name = f" ({names[cell.id]})" if cell.id in names else ""
        what = "changed" if cell.id in then and not _anonymous(cell) else "is new or changed"
        yield Finding(
            code="JP401",
            message=f"{what} since promotion to {record.module}{name}",
            hint=AGAIN,
            cell=cell.index,
        )
    for gone in then.keys() - now.keys():
        if then[gone] not in now.values() and not gone.startswith("cell-"):
            name = names.get(gone, "")
            yield Finding(
                code="JP401",
                message=f"a cell{f' of {name}' if name else ''} was removed since promotion to"
                f" {record.module}",
                hint=AGAIN,
            )


def _anonymous(cell: Cell) -> bool:
    """True for a cell whose id is only its place: the file gives it none."""
    return cell.id == f"cell-{cell.index}"
