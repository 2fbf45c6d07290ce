"""Modules and promoted notebooks that were changed by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from jupyter_promote.checks.finding import Finding, Promoted, Subject
from jupyter_promote.promotion import reconcile
from jupyter_promote.promotion.record import Record

AGAIN = "promote the notebook again"


def check(subject: Subject) -> Iterator[Finding]:
    """A promoted function was changed by hand.

    Why it matters: the notebook no longer shows what the module does, and its proof is void.
    Instead: make the same change in the cell, or promote again, which merges both.
    """
    for found in subject.promotions:
        if found.role == "thin":
            yield from _changed_thin(subject, found)
            continue
        for path, text in found.present.items():
            if path.endswith(".py") and text is not None and not path.startswith("tests/"):
                yield from _changed_functions(subject, found.record, path, text)


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
