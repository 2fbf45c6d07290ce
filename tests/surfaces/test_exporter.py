"""nbconvert: `--to promoted-module` gives the module's text, or says why there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbconvert.utils.exceptions import ConversionException

from jupyter_promote import workflow
from jupyter_promote.surfaces.exporter import PromotedModuleExporter
from tests.programs import cells_of, content_of

NOTEBOOK = """
# %% load
rows = [2, 1]
rows.sort()
# %%
print(rows)
"""


def save(path: Path, text: str) -> Path:
    nbformat.write(nbformat.from_dict(content_of(cells_of(text))), path)
    return path


def test_nbconvert_knows_the_exporter_by_name() -> None:
    assert get_exporter("promoted-module") is PromotedModuleExporter


def test_the_text_is_that_of_the_module_that_extract_writes(tmp_path: Path) -> None:
    path = save(tmp_path / "book.ipynb", NOTEBOOK)
    text, resources = PromotedModuleExporter().from_filename(str(path))
    workflow.extract(workflow.Request(notebook=path, to=tmp_path, module="shop.book"), run=False)
    assert text == (tmp_path / "src/shop/book.py").read_text()
    assert resources["output_extension"] == ".py"


def test_the_command_writes_the_module_and_executes_nothing(tmp_path: Path) -> None:
    save(tmp_path / "book.ipynb", NOTEBOOK.replace("print(rows)", "open('ran', 'w').close()"))
    command = [Path(sys.executable).parent / "jupyter-nbconvert", "--to", "promoted-module"]
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run([*command, "book.ipynb"], cwd=tmp_path, env=env, check=True, capture_output=True)
    assert "def load():" in (tmp_path / "book.py").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.ipynb", "book.py"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("# %%\nx = 1", "no cell is promoted", id="no tags"),
        pytest.param("# %% load\nx = eval(input())", "no cell is promoted", id="all refused"),
        pytest.param("# %% promote:1st\nx = 1", "needs a Python name", id="a tag that is none"),
    ],
)
def test_without_a_module_there_is_a_reason(tmp_path: Path, text: str, what: str) -> None:
    path = save(tmp_path / "book.ipynb", text)
    with pytest.raises(ConversionException, match=what):
        PromotedModuleExporter().from_filename(str(path))
