"""What nbdev and Kale mark is read as our tags; our own tags come first; the rest is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_promote import workflow
from jupyter_promote.errors import BadName
from jupyter_promote.source import peers, tags
from jupyter_promote.source.tags import Roles
from tests.programs import content_of


def read(given: list[str], source: str = "x = 1") -> Roles:
    return peers.roles(tags.parse(given), given, source)


@pytest.mark.parametrize(
    ("given", "source", "roles"),
    [
        pytest.param([], "#| export\nx = 1", Roles(promote=""), id="nbdev's export"),
        pytest.param([], "#|export core.data\nx = 1", Roles(promote=""), id="export to a module"),
        pytest.param([], "#| exporti\nx = 1", Roles(promote=""), id="an internal export"),
        pytest.param([], "# a note\n#| hide\nx", Roles(skip=True), id="nbdev's hide, below a note"),
        pytest.param([], "#| hide\n#| export\nx", Roles(promote=""), id="hidden and exported"),
        pytest.param(["imports"], "import os", Roles(promote=""), id="Kale's imports"),
        pytest.param(["functions"], "def f(): 0", Roles(promote=""), id="Kale's functions"),
        pytest.param(["block:load"], "x = 1", Roles(promote="load"), id="a step of Kale's"),
        pytest.param(
            ["block:load", "prev:start"], "x = 1", Roles(promote="load"), id="a step after another"
        ),
        pytest.param(
            ["pipeline-parameters"], "x = 1", Roles(parameters=True), id="Kale's parameters"
        ),
        pytest.param(["skip"], "x = 1", Roles(skip=True), id="Kale's skip is ours"),
        pytest.param(
            ["block:load", "promote:clean"], "x", Roles(promote="clean"), id="our name wins"
        ),
        pytest.param(["skip"], "#| export\nx", Roles(skip=True), id="our skip wins"),
        pytest.param(
            ["results", "block:load"], "x", Roles(promote="load", results=True), id="results stay"
        ),
    ],
)
def test_a_mark_is_a_role(given: list[str], source: str, roles: Roles) -> None:
    assert read(given, source) == roles


@pytest.mark.parametrize(
    ("given", "source"),
    [
        pytest.param(["remove-cell"], "x = 1", id="jupyter-book's remove-cell"),
        pytest.param(["block:"], "x = 1", id="a step without a name"),
        pytest.param(["pipeline-metrics"], "x = 1", id="Kale's metrics"),
        pytest.param([], "x = 1\n#| export", id="a directive below code"),
        pytest.param([], "# export\nx = 1", id="a comment of nbdev 1"),
        pytest.param([], "#| echo: false\nx = 1", id="Quarto's options"),
        pytest.param([], "#| exported\nx = 1", id="a longer word"),
        pytest.param([], "'#| export'", id="a string"),
    ],
)
def test_other_marks_are_left_alone(given: list[str], source: str) -> None:
    assert read(given, source) == Roles()
    assert peers.without_directives(source) == source


def test_a_step_whose_name_is_none_is_an_error() -> None:
    with pytest.raises(BadName, match="block"):
        read(["block:load data"])


def test_directives_become_empty_lines_so_that_line_numbers_stay() -> None:
    source = "# a note\n#| export\ndef f():\n    return 1"
    assert peers.without_directives(source) == "# a note\n\ndef f():\n    return 1"


def test_a_comment_never_becomes_a_magic() -> None:
    assert peers.without_directives("#| hide\n%%time\nx = 1") == "#| hide\n%%time\nx = 1"


def cell(source: str, *given: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"c{abs(hash(source))}"[:20],
        "metadata": {"tags": list(given)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def promoted(folder: Path, *cells: dict[str, object]) -> tuple[str, str]:
    """Return the module and the thin notebook's code."""
    path = folder / "book.ipynb"
    path.write_text(json.dumps(content_of(list(cells))))
    request = workflow.Request(notebook=path, to=folder, module="shop.steps")
    assert workflow.extract(request, run=False).written
    thin = json.loads((folder / "notebooks" / "book.ipynb").read_text())["cells"]
    return (folder / "src/shop/steps.py").read_text(), json.dumps(thin)


def test_an_nbdev_notebook_is_promoted_without_its_directives(tmp_path: Path) -> None:
    module, thin = promoted(
        tmp_path,
        cell("#| export\nimport math"),
        cell("#| export\n# up\ndef up(x):\n    return math.ceil(x)"),
        cell("#| hide\nassert up(1.5) == 2"),
        cell("print(up(0.5))"),
    )
    assert "def up(x):" in module
    assert "import math" in module
    assert "export" not in module
    assert "assert" not in thin
    assert "from shop.steps import up" in thin


def test_a_kale_notebook_is_promoted_and_papermill_finds_its_parameters(tmp_path: Path) -> None:
    module, thin = promoted(
        tmp_path,
        cell("import math", "imports"),
        cell("limit = 2", "pipeline-parameters"),
        cell("rows = [math.floor(limit)]\nrows.sort()", "block:load"),
        cell("print(rows)", "block:show", "prev:load"),
        cell("print('look')", "skip"),
    )
    assert "def load(*, limit: int = 2)" in module
    assert "def show(rows)" in module
    assert '"pipeline-parameters", "parameters"' in thin
    assert "block:" not in thin
    assert "look" not in thin
