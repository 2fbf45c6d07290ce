"""JP305: random draws without a seed, where a run has shown that results differ."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_promote.checks import table, unseeded
from jupyter_promote.checks.finding import Subject
from jupyter_promote.checks.unseeded import draws_of
from jupyter_promote.flow import program
from jupyter_promote.source import notebook
from tests.checks.subjects import subject as of_cells
from tests.programs import cells_of, content_of

IMPORTS = (
    "import random\nimport numpy as np\nfrom numpy.random import default_rng\n"
    "from sklearn.cluster import KMeans\nfrom sklearn.model_selection import KFold\n"
    "from sklearn.model_selection import train_test_split\nimport sklearn.ensemble as en\n"
)
DRAWS = {
    "the old generator": "np.random.rand(3)",
    "a generator without a seed": "np.random.default_rng()",
    "one by its own name": "default_rng(None)",
    "the plain one": "random.choice(df)",
    "an own plain one": "random.Random()",
    "a split": "train_test_split(df)",
    "no state is none": "train_test_split(df, random_state=None)",
    "an estimator": "KMeans(n_clusters=2)",
    "an estimator of a module": "en.RandomForestClassifier()",
    "shuffled folds": "KFold(5, shuffle=True)",
    "a sample": "df.sample(frac=0.5)",
    "a sample of n": "df.groupby('a').head().sample(3)",
}
NO_DRAWS = {
    "a seed": "np.random.default_rng(0)",
    "a seed by name": "default_rng(seed=7)",
    "a seed from elsewhere": "np.random.RandomState(df)",
    "seeded before": "[np.random.seed(0), np.random.rand(3)]",
    "seeded plainly": "[random.seed(0), random.random()]",
    "state": "train_test_split(df, random_state=0)",
    "arguments that may hold it": "KMeans(**df)",
    "folds in order": "KFold(5)",
    "a method that only sounds like it": "df.random.choice(3)",
    "a sample of another kind": "df.sample()",
    "what fits without chance": "en.StackingClassifier(df)",
}


@pytest.mark.parametrize("code", DRAWS.values(), ids=DRAWS)
def test_a_draw_without_a_seed_is_found(code: str) -> None:
    tree = ast.parse(f"{IMPORTS}def f(df):\n    x = 1\n    return {code}\n")
    (draw,) = draws_of(tree, "f")
    assert draw.line == 10
    assert draw.cure


@pytest.mark.parametrize("code", NO_DRAWS.values(), ids=NO_DRAWS)
def test_other_calls_are_left_alone(code: str) -> None:
    assert draws_of(ast.parse(f"{IMPORTS}def f(df):\n    return {code}\n"), "f") == []


def subject(code: str, *varying: str, tag: str = "") -> Subject:
    content = content_of(cells_of(f"# %% a {tag}\nimport numpy as np\n# %% b {tag}\n{code}\n"))
    read = notebook.of_content(content, Path("/nowhere/x.ipynb"))
    body = "\n".join(f"    {line}" for line in code.split("\n"))
    module = f"import numpy as np\n\n\ndef b():\n{body}\n\n\ndef run():\n    b()\n"
    return Subject(
        program=program.of_notebook(read), module=module, module_path="src/x.py", varying=varying
    )


def test_the_line_of_the_module_and_of_the_cell_are_told_once() -> None:
    (found,) = table.at_promotion(subject("n = 3\nx = np.random.rand(n)", "b", "run"))
    assert (found.code, found.cell, found.line) == ("JP305", 1, 2)
    assert found.message.startswith("unseeded randomness: 'np.random.rand(n)' (src/x.py, line 6)")
    assert "b() give something else from run to run" in found.message
    assert "np.random.default_rng(0)" in found.hint


def test_draws_that_read_alike_are_told_each_in_its_place() -> None:
    found = table.at_promotion(subject("x = np.random.rand(3)\ny = np.random.rand(3)", "b"))
    assert [(f.cell, f.line) for f in found] == [(1, 1), (1, 2)]


def test_a_function_that_draws_from_a_state_which_the_notebook_seeds_is_left_alone() -> None:
    drawing = subject("x = np.random.rand(3)", "b")
    for seed, told in (("np.random.seed(0)", 0), ("np.random.default_rng(0)", 1)):
        cells = cells_of(f"# %%\nimport numpy as np\n{seed}\n# %%\nx = np.random.rand(3)")
        read = notebook.of_content(content_of(cells), Path("/nowhere/x.ipynb"))
        seeded = replace(drawing, program=program.of_notebook(read))
        assert len(table.at_promotion(seeded)) == told


def test_what_no_draw_explains_is_told_without_a_line() -> None:
    (found,) = table.at_promotion(subject("import time\nx = time.time()", "b"))
    assert (found.code, found.cell, found.line) == ("JP305", None, None)
    assert "no random draw was found" in found.message


def test_it_is_silent_without_a_run_and_where_it_is_silenced() -> None:
    assert table.at_promotion(subject("x = np.random.rand(3)")) == []
    assert table.at_promotion(subject("x = np.random.rand(3)", "b", tag="noqa:JP305")) == []


@pytest.mark.parametrize("code", [pytest.param(c, id=i) for i, c in DRAWS.items()])
def test_a_notebook_that_draws_without_a_seed(code: str) -> None:
    found = list(unseeded.check(of_cells(f"# %%\n{IMPORTS}df = 1\n# %%\n\nx = {code}")))
    assert [(f.code, f.cell, f.line) for f in found] == [("JP305", 1, 2)]


@pytest.mark.parametrize("code", [pytest.param(c, id=i) for i, c in NO_DRAWS.items()])
def test_a_notebook_with_seeds_is_left_alone(code: str) -> None:
    assert list(unseeded.check(of_cells(f"# %%\n{IMPORTS}df = 1\n# %%\nx = {code}"))) == []


def test_a_notebook_is_told_once() -> None:
    text = "# %%\nimport numpy as np\nx = np.random.rand(3)\ny = np.random.rand(3)"
    (only,) = unseeded.check(of_cells(text))
    assert only.message.endswith("draws random numbers without a seed, as does another call")
    assert list(unseeded.check(of_cells(text + "\n# %%\nnp.random.seed(0)"))) == []
