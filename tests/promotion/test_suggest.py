"""Proposals for untagged notebooks: what is proposed, what is left alone, and that it promotes."""

from __future__ import annotations

import builtins
import keyword
from pathlib import Path

import pytest

from jupyter_promote.flow import program
from jupyter_promote.promotion import plan, suggest
from jupyter_promote.promotion.cuts import SCREEN
from jupyter_promote.source import notebook
from jupyter_promote.source.notebook import Notebook

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*/*.ipynb"))
LOAD = 'import pandas as pd\ndf = pd.read_csv("a.csv")\ndf = df.dropna()\nprint(len(df))'

SPLIT = "X_train, X_test = train_test_split(3)\nprint(X_test)"


def notebook_of(*sources: str, tags: dict[int, str] | None = None) -> Notebook:
    """Return a notebook; a source that begins with # or a letter and no code is told by `md:`."""
    cells: list[dict[str, object]] = []
    for i, source in enumerate(sources):
        kind = "markdown" if source.startswith("md:") else "code"
        cell: dict[str, object] = {
            "cell_type": kind,
            "id": f"c{i}",
            "source": source.removeprefix("md:"),
            "metadata": {"tags": [tags[i]]} if tags and i in tags else {},
        }
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return notebook.of_content(content, Path("it.ipynb"))


def tags_of(*sources: str, tags: dict[int, str] | None = None) -> dict[int, str]:
    """Return the proposed tags by cell."""
    read = notebook_of(*sources, tags=tags)
    return {p.cell: p.tag for p in suggest.propose(program.of_notebook(read))}


def stripped(path: Path) -> Notebook:
    """Return an example without its tags."""
    read = notebook.read(path)
    cells = [{**c, "metadata": {}} for c in read.content["cells"]]
    return notebook.of_content({**read.content, "cells": cells}, path)


@pytest.mark.parametrize(
    ("source", "tag"),
    [
        pytest.param("n = 3\npath = 'a.csv'\nsizes = [1, 2]", "parameters", id="plain literals"),
        pytest.param("rate: float = -0.5  # share", "parameters", id="annotated literal"),
        pytest.param("SEED = 3\nPATH = 'a.csv'", "parameters", id="capitals, if nothing else"),
        pytest.param("def f(x):\n    return x + 1", "promote", id="a function"),
        pytest.param("import math\nclass A:\n    pass", "promote", id="import and class"),
        pytest.param("assert len('ab') == 2", "test", id="an assert"),
        pytest.param("df.head()", "skip", id="head"),
        pytest.param("df.describe().T", "skip", id="describe"),
        pytest.param("df.info()", "skip", id="info"),
        pytest.param("df['a'].hist(bins=12);", "skip", id="a quick histogram"),
        pytest.param("import os", None, id="only imports"),
        pytest.param("%matplotlib inline", None, id="a magic"),
        pytest.param("pd.set_option('display.width', 99)", None, id="an option"),
        pytest.param("!ls", None, id="shell"),
        pytest.param("x = = 1", None, id="no Python"),
        pytest.param("  \n", None, id="an empty cell"),
    ],
)
def test_a_cell_gets_the_tag_that_it_is_by_itself(source: str, tag: str | None) -> None:
    first = tag == "parameters"
    found = tags_of(
        "import pandas as pd", *((source, LOAD) if first else (LOAD, source)), "print(df)\ny = 1"
    )
    assert found.get(1 if first else 2) == tag


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        pytest.param(["md:# T", "md:## Load", LOAD, "md:## End", "z = df\nprint(z)"], "load", id="a verb"),
        pytest.param(["md:# Data", LOAD, "md:# End", "z = df\nprint(z)"], "load_data", id="only H1"),
        pytest.param(["md:## Loading the data", LOAD, "md:## End", "print(df)\nz = 1"], "load_data", id="a gerund"),
        pytest.param([LOAD, "z = df\nprint(z)\nz = df"], "load_df", id="no heading at all"),
        pytest.param(["md:## Filter", LOAD, "md:## End", "print(df)\nz = 1"], "load_df", id="a builtin"),
        pytest.param(
            ["md:## Really?", "from m import train_test_split", SPLIT, "md:## E", "print(X_train, X_test)\nz = 1"],
            "split", id="a question, so what it does",
        ),
        pytest.param(
            ["md:## What now?", "model = Ridge()\nmodel.fit(3)\nprint(2)", "md:## E", "print(model)\nz = 1"],
            "fit_model", id="fits a model",
        ),
    ],
)  # fmt: skip
def test_a_group_is_named_after_its_heading_or_what_it_does(
    sources: list[str], expected: str
) -> None:
    found = tags_of("from sklearn.linear_model import Ridge", *sources)
    assert f"promote:{expected}" in found.values()


def test_a_long_section_is_cut_where_the_fewest_variables_cross() -> None:
    one = "a = 1\n" + "\n".join(f"a{i} = a + {i}" for i in range(14)) + "\nfirst = a13 + a12"
    two = "b = first\n" + "\n".join(f"b{i} = b + a{i}" for i in range(14)) + "\nsecond = b13 + b12"
    three = "c = second\n" + "\n".join(f"c{i} = c + {i}" for i in range(14)) + "\nthird = c13"
    read = notebook_of("md:# T", "md:## Sums", one, two, three, "md:## End", "print(third)\nz = 1")
    found = suggest.propose(program.of_notebook(read))
    tags = {p.cell: p.tag for p in found}
    assert tags[2] == tags[3] != tags[4]
    assert "fewest variables cross (second)" in next(p.reason for p in found if p.cell == 4)


def test_a_figure_is_a_function_of_its_own() -> None:
    draw = "fig, ax = plt.subplots()\nax.plot(df)\nax.set_title('df')\nplt.show()"
    found = tags_of(
        "import matplotlib.pyplot as plt", "md:## Load", LOAD, draw, "md:## E", "print(df)\nz = 1"
    )
    assert found[2] == "promote:load"
    assert found[3] == "promote:plot_df"


def test_a_figure_is_named_after_what_is_computed_for_it() -> None:
    draw = "smooth = df.rolling(3).mean()\nfig, ax = plt.subplots()\nsmooth.plot(ax=ax)\nplt.show()"
    found = tags_of("import matplotlib.pyplot as plt", LOAD, draw, "md:## E", "print(df)\nz = 1")
    assert found[2] == "promote:plot_smooth"


SETUP = "import pandas as pd\nfrom sklearn.linear_model import Ridge"
FITTING = "model = Ridge()\nmodel.fit(df, df)\n" + "\n".join(
    f"s{i} = model.score(df, df)" for i in range(9)
)


def test_what_loads_data_stands_apart_in_a_long_section() -> None:
    found = tags_of(SETUP, "md:## A", LOAD, FITTING, "md:## E", "print(model)\nz = 1")
    assert found[2] == "promote:load_df"
    assert found[3] != found[2]


@pytest.mark.parametrize(
    ("load", "rest"),
    [
        pytest.param(LOAD, "model = Ridge()\nmodel.fit(df, df)\nprint(2)", id="a short section"),
        pytest.param('df = pd.read_csv("a.csv")', FITTING, id="one line that loads"),
        pytest.param(
            "\n".join(f'd{i} = pd.read_csv("{i}.csv")' for i in range(5)),
            FITTING + "\nprint(d0, d1, d2, d3, d4)\ndf = d0",
            id="many variables cross",
        ),
    ],
)
def test_what_loads_data_stays_with_the_rest(load: str, rest: str) -> None:
    found = tags_of(SETUP, "md:## A", load, rest, "md:## E", "print(model)\nz = 1")
    assert found[2] == found[3]


def test_what_is_very_short_goes_with_its_neighbour() -> None:
    drawn = "plt.plot(df)\nplt.title('df')\nplt.grid()\nplt.show()"
    scaled = "print(\n    len(df),\n)"
    found = tags_of(
        "import pandas as pd\nimport matplotlib.pyplot as plt",
        LOAD,
        "md:## A",
        drawn,
        scaled,
        drawn,
    )
    assert found[3] == found[4]


def test_what_is_very_short_stays_apart_where_more_variables_would_cross() -> None:
    drawn = "plt.plot(df)\nplt.title('df')\nplt.grid()\nplt.show()"
    counted = "n = len(\n    df,\n)"
    found = tags_of(
        "import pandas as pd\nimport matplotlib.pyplot as plt",
        LOAD,
        "md:## A",
        drawn,
        counted,
        drawn,
        "md:## E",
        "print(n)\nz = n",
    )
    assert found[4] not in (found[3], found[5])


def test_literals_among_other_code_are_no_parameters_but_named() -> None:
    read = notebook_of("import math\nn = 3\nx = math.sqrt(n)\nprint(x)", "y = x + n\nprint(y)")
    found = suggest.propose(program.of_notebook(read))
    assert all(p.tag != "parameters" for p in found)
    assert "it also sets n: parameters, if" in found[0].reason


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("df.sort_values('a', inplace=True)", id="changes the frame"),
        pytest.param("np.random.rand(3)", id="draws random numbers"),
        pytest.param("top = df.head()", id="binds what is read"),
        pytest.param("model.summary()", id="a result"),
    ],
)
def test_what_may_be_seen_later_is_not_skipped(source: str) -> None:
    found = tags_of("import numpy as np", LOAD, source, "top = df\nprint(top, df)\nmodel = 1")
    assert found.get(2) != "skip"


def test_a_group_that_would_be_refused_is_proposed_without_its_bad_cell() -> None:
    bad = "for i in range(n):\n    late = i\nprint(n)"
    rest = "if n > 9:\n    late = 2\nprint(late)"
    read = notebook_of("n = int('3')\nm = n + 1\nprint(m)", bad, "exec('z = 1')", rest)
    found = suggest.study(program.of_notebook(read))
    tagged = suggest.tagged(read, found.proposals)
    assert not plan.draw_up(tagged).refused
    assert 2 in {left.cell for left in found.left}


def test_tagged_cells_are_left_alone() -> None:
    assert 1 not in tags_of("md:## Load", LOAD, "print(df)\nz = 1", tags={1: "promote:own"})


def test_proposing_executes_and_changes_nothing() -> None:
    read = notebook_of("md:## Load", LOAD)
    before = repr(read.content)
    suggest.propose(program.of_notebook(read))
    assert repr(read.content) == before


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_proposal_for_an_example_is_promoted(path: Path) -> None:
    read = stripped(path)
    found = suggest.propose(program.of_notebook(read))
    accepted = suggest.tagged(read, found)
    drawn = plan.draw_up(accepted)
    assert not drawn.refused
    assert {p.cell for p in found if p.tag == "skip"} <= drawn.removed
    assert suggest.propose(program.of_notebook(accepted)) == ()
    assert all(p.reason for p in found)
    names = {p.tag.partition(":")[2] for p in found} - {""}
    taken = set(dir(builtins)) | set(keyword.kwlist) | set(program.of_notebook(read).binders)
    assert not names & taken
    sources = {c.index: c.source for c in read.cells}
    for group in drawn.groups:
        lines = sum(len(sources[i].splitlines()) for i in group.cells)
        assert lines <= SCREEN or len(group.cells) == 1
