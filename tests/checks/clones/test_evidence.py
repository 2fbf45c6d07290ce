"""Which places that are alike were copied."""

from __future__ import annotations

from jupyter_promote.checks.clones import groups, shapes
from jupyter_promote.checks.clones.alignment import Alignment
from jupyter_promote.checks.clones.evidence import Evidence
from jupyter_promote.checks.clones.index import Index

CALL = "draw_orders(\n    orders,\n    mark='line', when='month', what='price', {}errors=None,\n)"


def test_one_call_is_no_copy_where_its_arguments_differ() -> None:
    assert copied(CALL.format(""), CALL.format(""))
    assert not copied(CALL.format(""), CALL.format("unit=shop, "))


RECURSION = """for i in range(13, noise.shape[0]):
    level[i] = (
        rho * level[i - 1]
        + psi * level[i - 12]
        - (rho * psi) * level[i - 13]
        + noise[i]
    )
"""
RENAMED = (
    RECURSION.replace("level", "state").replace("noise", "shock").replace("rho", "a")
).replace("psi", "b")


def test_what_is_built_like_nothing_else_is_a_copy_though_every_name_was_changed() -> None:
    assert groups_of(RECURSION, RENAMED) == 1


def test_what_many_build_alike_is_no_copy_for_its_structure() -> None:
    others = [RENAMED.replace("state", f"level{i}") for i in range(4)]
    index = Index([shapes.of_notebook("a.ipynb", [*enumerate([RECURSION, *others])])])
    assert not Evidence(index)._built_alike([(0, 2), (1, 3)])


def groups_of(*cells: str) -> int:
    return len(groups.find([shapes.of_notebook("a.ipynb", [*enumerate(cells)])]))


def copied(one: str, other: str) -> bool:
    index = Index([shapes.of_notebook("a.ipynb", [(0, one), (1, other)])])
    found = Alignment(
        a=0, a_end=1, b=1, b_end=2, pairs=((0, 1),), kept=0.95, renamed=0.95, names={}, confirmed=0
    )
    return Evidence(index).copied(found)
