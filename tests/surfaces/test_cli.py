"""The command line as a process: what a shell sees."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.programs import cells_of, content_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "churn" / "churn.ipynb"


def test_a_reader_that_stops_reading_is_no_bug() -> None:
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "explain", str(EXAMPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert said == b""


def test_a_notebook_of_another_python_is_promoted_with_a_note(tmp_path: Path) -> None:
    content = json.loads(EXAMPLE.read_text())
    content["metadata"]["language_info"]["version"] = "3.6.1"
    path = tmp_path / "churn.ipynb"
    path.write_text(json.dumps(content))
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "extract", str(path)]
    command += ["--to", str(tmp_path / "shop"), "--no-run", "--dry-run"]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    assert text.count("[JP304] last run with Python 3.6, analysed as Python") == 1
    answer = json.loads(subprocess.run([*command, "--json"], capture_output=True).stdout)
    assert [f["cell"] for f in answer["findings"] if f["code"] == "JP304"] == [None]


def test_suggest_says_which_cells_it_leaves_alone(tmp_path: Path) -> None:
    sources = ["import os", "%matplotlib inline", "a = = 1", "x = 1\ny = x + 1\nz = y", "print(z)"]
    content = content_of(cells_of("".join(f"# %%\n{source}\n" for source in sources)))
    path = tmp_path / "it.ipynb"
    path.write_text(json.dumps(content))
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "suggest", str(path)]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.split("\n")
    below = lines[lines.index("left as they are:") + 1 :]
    assert below[0] == "  cells 1, 2: imports, magics and options stay where they are"
    assert below[1].startswith("  cell 3: ")
    answer = json.loads(subprocess.run([*command, "--json"], capture_output=True).stdout)
    assert [one["cell"] for one in answer["left"]] == [0, 1, 2]
    assert all(one["reason"] for one in answer["left"])
    assert [one["cell"] for one in answer["proposals"]] == [3, 4]


def test_papermill_is_imported_without_the_slow_grammar() -> None:
    code = "import sys, jupyter_promote.surfaces.cli, papermill; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
