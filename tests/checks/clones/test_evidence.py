"""Which places that are alike were copied."""

from __future__ import annotations

from jupyter_promote.checks.clones import shapes
from jupyter_promote.checks.clones.alignment import Alignment
from jupyter_promote.checks.clones.evidence import Evidence
from jupyter_promote.checks.clones.index import Index

CALL = "draw_orders(\n    orders,\n    mark='line', when='month', what='price', {}errors=None,\n)"


def test_one_call_is_no_copy_where_its_arguments_differ() -> None:
    assert copied(CALL.format(""), CALL.format(""))
    assert not copied(CALL.format(""), CALL.format("unit=shop, "))


def copied(one: str, other: str) -> bool:
    index = Index([shapes.of_notebook("a.ipynb", [(0, one), (1, other)])])
    found = Alignment(
        a=0, a_end=1, b=1, b_end=2, pairs=((0, 1),), kept=0.95, renamed=0.95, names={}, confirmed=0
    )
    return Evidence(index).copied(found)
