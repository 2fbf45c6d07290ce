"""Notebook and module, drifted apart since the promotion."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from jupyter_promote.checks.finding import Finding, Promoted, Subject
from jupyter_promote.promotion import reconcile
from jupyter_promote.promotion.record import Record, digest, digest_of
from jupyter_promote.source.notebook import Cell

AGAIN = "promote the notebook again"


def notebook_changed(subject: Subject) -> Iterator[Finding]:
    """A cell is not what it was when the notebook was promoted.

    Why it matters: the module still does what the old cell did, and so does every nightly run.
    Instead: promote the notebook again, or take the change back.
    """
    for found in subject.promotions:
        if found.role == "original":
            yield from _changed_cells(subject, found)


def module_changed(subject: Subject) -> Iterator[Finding]:
    """A promoted function was changed by hand.

    Why it matters: the notebook no longer shows what the module does, and its proof is void.
    Instead: make the same change in the cell, or promote again, which merges both.
    """
    for found in subject.promotions:
        if found.role == "thin":
            yield from _changed_thin(subject, found)
            continue
        for path, text in found.present.items():
            if path.endswith(".py") and text is not None:
                yield from _changed_functions(subject, found.record, path, text)


def missing(subject: Subject) -> Iterator[Finding]:
    """A file of the promotion, or the notebook that was promoted, is gone.

    Why it matters: the promoted notebook can't run, or nobody can promote it again.
    Instead: promote the notebook again, or remove what is left of the promotion.
    """
    for found in subject.promotions:
        if found.role == "thin":
            if not found.has_original:
                message = f"the notebook it was promoted from, {found.record.notebook}, is gone"
                yield Finding(
                    code="JP403", message=message, hint="restore it, or remove its .promote record"
                )
            continue
        for path, text in found.present.items():
            if text is None:
                yield Finding(code="JP403", message=f"{path} was promoted and is gone", hint=AGAIN)


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


def _changed_functions(subject: Subject, record: Record, path: str, text: str) -> Iterator[Finding]:
    base, now = record.generated[path], text.replace("\r\n", "\n")
    if base == now:
        return
    before, after = _definitions(base), _definitions(now)
    places = {str(c.id): c.index for c in subject.program.notebook.cells}
    hint = "make the change in the notebook too, or promote again, which merges both"
    if after is None or before is None:
        message = f"{path} was changed by hand and is no valid Python"
        yield Finding(code="JP402", message=message, hint=hint)
        return
    told = False
    for name in [*before, *(n for n in after if n not in before)]:
        if before.get(name) == after.get(name):
            continue
        told = True
        what = "changed" if name in before and name in after else "added"
        what = "removed" if name not in after else what
        cells = [places[o.id] for o in record.origins.get(name, ()) if o.id in places]
        yield Finding(
            code="JP402",
            message=f"{path}: {name} was {what} by hand",
            hint=hint,
            cell=cells[0] if cells else None,
        )
    if not told:
        message = f"{path} was changed by hand outside its functions"
        yield Finding(code="JP402", message=message, hint=hint)


def _definitions(text: str) -> Mapping[str, str] | None:
    """Return the text of each top-level function, class and constant by name."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = text.split("\n")
    found: dict[str, str] = {}
    for node in tree.body:
        match node:
            case (
                ast.FunctionDef(name=name, decorator_list=above)
                | ast.AsyncFunctionDef(name=name, decorator_list=above)
                | ast.ClassDef(name=name, decorator_list=above)
            ):
                start = min([node.lineno, *(d.lineno for d in above)])
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                start = node.lineno
            case _:
                continue
        found[name] = "\n".join(lines[start - 1 : node.end_lineno])
    found.pop("__all__", None)
    return found


def _changed_thin(subject: Subject, found: Promoted) -> Iterator[Finding]:
    base = reconcile.code_of(found.record.generated.get(found.path, ""))
    now = reconcile.code_of(found.present.get(found.path) or "")
    if base is None or now is None or base == now:
        return
    known = set(base)
    for index, cell in enumerate(now):
        if cell not in known:
            yield Finding(
                code="JP402",
                message="changed by hand since it was promoted",
                hint="make the change in the original notebook, and promote that again",
                cell=index,
            )
    if all(cell in known for cell in now):
        message = "cells were removed or moved by hand since it was promoted"
        yield Finding(code="JP402", message=message, hint=AGAIN)
