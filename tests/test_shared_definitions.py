"""Several notebooks in one package: shared definitions land once, or both places are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote import workflow
from jupyter_promote.errors import BadTarget
from tests.programs import cells_of, content_of

HELPER = """
# %% promote
import math

SCALE = 10

def scaled(x):
    return math.floor(x) * SCALE
"""
FIRST = HELPER + """
# %% promote:load
numbers = [3.5, 1.5]
numbers.sort()
# %%
print(scaled(numbers[0]))
"""
SECOND = HELPER.replace("    return", '    """Scale."""\n    # down first\n    return') + """
# %% promote:total
result = [scaled(x) for x in (1.5, 2.5)]
result.sort()
# %%
print(result, scaled(2))
"""


class Shop:
    """A package `shop` below `folder`, into which notebooks are promoted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def promote(self, name: str, text: str, *, run: bool = False, module: str = "") -> Any:
        path = self.folder / f"{name}.ipynb"
        path.write_text(json.dumps(content_of(cells_of(text))))
        request = workflow.Request(
            notebook=path, to=self.folder / "out", module=module or f"shop.{name}"
        )
        return workflow.extract(request, run=run)

    def module(self, name: str) -> str:
        return (self.folder / "out" / "src" / "shop" / f"{name}.py").read_text()

    def thin(self, name: str) -> str:
        content = json.loads((self.folder / "out" / "notebooks" / f"{name}.ipynb").read_text())
        return "\n".join("".join(cell["source"]) for cell in content["cells"])


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_shared_definition_is_imported_from_where_it_is(shop: Shop) -> None:
    shop.promote("first", FIRST)
    found = shop.promote("second", SECOND, run=True)
    assert "src/shop/second.py" in found.written
    text = shop.module("second")
    assert "from shop.first import SCALE, scaled" in text
    assert "def scaled" not in text
    assert "SCALE =" not in text
    assert "import math" not in text
    assert "from shop.first import" in shop.thin("second")
    assert "from shop.second import total" in shop.thin("second")
    assert "def scaled" in shop.module("first")


def test_promoting_both_again_changes_nothing(shop: Shop) -> None:
    shop.promote("first", FIRST)
    shop.promote("second", SECOND)
    assert shop.promote("first", FIRST).written == ()
    assert shop.promote("second", SECOND).written == ()


def test_a_group_of_the_same_code_is_shared_too(shop: Shop) -> None:
    shop.promote("first", FIRST)
    group = FIRST[FIRST.index("# %% promote:load") : FIRST.index("# %%\nprint")]
    shop.promote("second", "\n" + group + "# %% promote:show\nprint(numbers)\nnumbers.append(1)\n")
    assert "from shop.first import load" in shop.module("second")
    assert "def load" not in shop.module("second")
    assert "from shop.first import load" in shop.thin("second")


DIFFERENT = {
    "another body": ("math.floor(x)", "math.ceil(x)", "'scaled'"),
    "another constant that it reads": ("SCALE = 10", "SCALE = 11", "'SCALE'"),
    "another import of the same name": ("import math", "import cmath as math", "'scaled'"),
}


@pytest.mark.parametrize(("old", "new", "name"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_name_defined_differently_is_refused_with_both_places(
    shop: Shop, old: str, new: str, name: str
) -> None:
    shop.promote("first", FIRST)
    found = shop.promote("second", SECOND.replace(old, new))
    refusal = next(r for r in found.draft.plan.refused if r.code == "name-clash")
    assert "cell 1" in refusal.message
    assert name in refusal.message or "'scaled'" in refusal.message
    assert "src/shop/first.py" in refusal.message
    assert "first.ipynb" in refusal.message


def test_the_groups_without_a_clash_are_promoted(shop: Shop) -> None:
    shop.promote("first", FIRST)
    text = "\n# %% promote:load\nother = [1]\nother.sort()\n# %% promote:add\nother.append(2)\n"
    found = shop.promote("second", text)
    assert [r.name for r in found.draft.plan.refused] == ["load"]
    assert "def add" in shop.module("second")


def test_a_change_that_would_reach_another_notebook_is_refused(shop: Shop) -> None:
    shop.promote("first", FIRST)
    shop.promote("second", SECOND)
    changed = FIRST.replace("math.floor(x)", "math.ceil(x)")
    with pytest.raises(BadTarget, match="src/shop/second.py, which imports it"):
        shop.promote("first", changed)
    without = FIRST[FIRST.index("# %% promote:load") :].replace(
        "print(scaled", "print((lambda x: x)"
    )
    with pytest.raises(BadTarget, match="src/shop/second.py imports it"):
        shop.promote("first", "\n" + without)


def test_a_change_in_both_notebooks_goes_through(shop: Shop) -> None:
    shop.promote("first", FIRST)
    shop.promote("second", SECOND)
    changed = SECOND.replace("math.floor(x)", "math.ceil(x)")
    (shop.folder / "second.ipynb").write_text(json.dumps(content_of(cells_of(changed))))
    assert shop.promote("first", FIRST.replace("math.floor(x)", "math.ceil(x)")).written
    found = shop.promote("second", changed)
    assert found.draft.plan.refused == ()
    assert "from shop.first import SCALE, scaled" in shop.module("second")


def test_modules_never_import_each_other_in_a_circle(shop: Shop) -> None:
    shop.promote("first", FIRST)
    more = "\n# %% promote\ndef double(x):\n    return x * 2\n"
    shop.promote("second", SECOND + more)
    shop.promote("first", FIRST + more)
    assert "from shop.second" not in shop.module("first")
    assert "def double" in shop.module("first")


def test_other_packages_keep_definitions_of_their_own(shop: Shop) -> None:
    shop.promote("first", FIRST)
    found = shop.promote("second", SECOND.replace("floor", "ceil"), module="store.second")
    assert found.draft.plan.refused == ()


def test_two_notebooks_of_one_module_are_refused_until_the_module_is_another(shop: Shop) -> None:
    shop.promote("first", FIRST)
    before = shop.module("first")
    with pytest.raises(BadTarget, match="src/shop/first.py was promoted from .*first.ipynb"):
        shop.promote("second", SECOND, module="shop.first")
    assert shop.module("first") == before
    assert shop.promote("second", SECOND, module="shop.other").written


def test_a_renamed_notebook_keeps_its_module(shop: Shop) -> None:
    shop.promote("first", FIRST)
    (shop.folder / "first.ipynb").unlink()
    assert shop.promote("renamed", FIRST, module="shop.first").written
