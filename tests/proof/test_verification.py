"""The whole proof, with real kernels."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_promote.errors import BadPath
from jupyter_promote.proof.observation import Conditions, Observation, observe
from jupyter_promote.proof.verification import (
    Different,
    Equivalent,
    NotVerified,
    Verdict,
    compare,
    verify,
)
from jupyter_promote.sandbox.sandboxes import METHOD

Notebook = nbformat.NotebookNode

MODULE = '''"""Promoted."""

import functools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


class Scaler:
    def __init__(self, factor):
        self.factor = factor


def scale(x, factor):
    return x * factor


def load():
    df = pd.DataFrame({"a": np.arange(5), "b": list("vwxyz")})
    alias = df
    print("rows", len(df), end="")
    print(" loaded")
    return df, alias


def fit(df):
    scaler = Scaler(2)
    pick = lambda row: row
    print(type(scaler), repr(pick).split(" at ")[0])
    rng = np.random.default_rng(0)
    df["noise"] = rng.normal(size=len(df))
    return scaler, rng, pick


def draw(df):
    plt.plot(df["noise"])
    plt.show()
    df.to_csv("out.csv")
'''

ORIGINAL = (
    "%matplotlib inline\nimport numpy as np, pandas as pd\nimport matplotlib.pyplot as plt",
    "class Scaler:\n    def __init__(self, factor):\n        self.factor = factor",
    "df = pd.DataFrame({'a': np.arange(5), 'b': list('vwxyz')})\nalias = df\n"
    "print('rows', len(df), end='')\nprint(' loaded')\ndf.head()",
    "scaler = Scaler(2)\npick = lambda row: row\n"
    "print(type(scaler), repr(pick).split(' at ')[0])\nrng = np.random.default_rng(0)\n"
    "df['noise'] = rng.normal(size=len(df))",
    "plt.plot(df['noise'])\nplt.show()\ndf.to_csv('out.csv')",
    "print(open('../above.txt').read(), open('here.txt').read())",
    "df",
)
THIN = (
    "%matplotlib inline\nfrom shop.churn import draw, fit, load",
    "df, alias = load()",
    "scaler, rng, pick = fit(df)",
    "draw(df)",
    "print(open('../above.txt').read(), open('here.txt').read())",
    "df",
)
SOURCES = {
    "shop/__init__.py": "",
    "shop/churn.py": MODULE.replace("repr(pick)", "repr(pick).replace('fit.<locals>.', '')"),
}


def notebook(*sources: str, tags: dict[int, str] | None = None) -> Notebook:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for position, tag in (tags or {}).items():
        cells[position].metadata["tags"] = [tag]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "above.txt").write_text("above")
    (tmp_path / "project" / "here.txt").write_text("here")
    return tmp_path / "project"


def proved(
    folder: Path, original: Notebook, thin: Notebook, **more: Any
) -> tuple[Verdict, Observation | None]:
    names = ("module", "seconds", "cancelled")
    how = {"module": "shop.churn", "seconds": 120, **{n: more.pop(n) for n in names if n in more}}
    conditions = Conditions(folder=folder, **how)
    return verify(original, thin, conditions, **{"sources": SOURCES, **more})


def test_a_faithful_promotion_is_equivalent(folder: Path) -> None:
    steps: list[str] = []
    verdict, seen = proved(
        folder, notebook(*ORIGINAL), notebook(*THIN), parallel=True, on_step=steps.append
    )
    assert isinstance(verdict, Equivalent), verdict
    assert (verdict.outputs, verdict.figures, verdict.files) == (5, 1, 1)
    assert (verdict.dropped, verdict.unstable) == (1, ())
    assert verdict.variables == 4  # df, alias, scaler, rng
    assert verdict.not_compared == ("`pick` (function)",)
    assert isinstance(seen, Observation) and ("alias", "df") in seen.identities
    assert any("thin notebook: cell 2 of 6" in step for step in steps)
    assert sorted(path.name for path in folder.iterdir()) == ["here.txt"]


FAULTS = {
    "a row less": ('list("vwxyz")})', 'list("vwxyz")}).head(4)', "5 rows × 3 columns became 4"),
    "a copy for the same object": ("alias = df", "alias = df.copy()", "same object"),
    "one draw more": ("return scaler, rng", "rng.normal(); return scaler, rng", "`rng`"),
    "a figure": ('plt.plot(df["noise"])', 'plt.plot(-df["noise"])', "the figure"),
    "a figure that is not shown": ("plt.show()", "plt.close()", "missing"),
    "a file": ('"out.csv")', '"out.csv", index=False)', "file `out.csv` differs"),
    "an error": ("plt.show()", "1 / 0", "ZeroDivisionError"),
}  # fmt: skip


@pytest.fixture(scope="module")
def original_run(tmp_path_factory: pytest.TempPathFactory) -> Observation:
    above = tmp_path_factory.mktemp("original")
    (above / "project").mkdir()
    (above / "above.txt").write_text("above")
    (above / "project" / "here.txt").write_text("here")
    seen = observe(notebook(*ORIGINAL), Conditions(folder=above / "project", module="shop.churn"))
    assert isinstance(seen, Observation)
    return seen


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_module_is_found(folder: Path, name: str, original_run: Observation) -> None:
    right, wrong, words = FAULTS[name]
    assert right in SOURCES["shop/churn.py"]
    sources = {**SOURCES, "shop/churn.py": SOURCES["shop/churn.py"].replace(right, wrong)}
    thin = observe_thin(folder, sources)
    if isinstance(thin, NotVerified):
        assert words in thin.error
        return
    verdict = compare(original_run, thin, dropped=1)
    assert isinstance(verdict, Different)
    assert any(words in sentence for sentence in verdict.differences), verdict


def observe_thin(folder: Path, sources: dict[str, str]) -> Observation | NotVerified:
    src = folder.parent / "src"
    for path, text in sources.items():
        (src / path).parent.mkdir(parents=True, exist_ok=True)
        (src / path).write_text(text)
    return observe(
        notebook(*THIN),
        Conditions(folder=folder, module="shop.churn"),
        import_paths=[src],
    )


def test_a_difference_is_doubted_once_and_then_told(folder: Path) -> None:
    original = notebook("import time\nt = time.time_ns()\nprint(t)", "x = [1]")
    thin = notebook("import time\nt = time.time_ns()\nprint(t)", "x = [2]")
    verdict, _ = proved(folder, original, thin)
    assert isinstance(verdict, Different)
    assert verdict.differences == (
        "variable `x`: builtins.list([int:1]) became builtins.list([int:2])",
    )
    assert verdict.unstable == ("output 1", "variable `t`")
    thin.cells[1].source = "x = [1]"
    verdict, _ = proved(folder, original, thin)
    assert isinstance(verdict, Equivalent)
    assert verdict.unstable == ("output 1", "variable `t`")


def test_a_thin_notebook_that_fails_is_different(folder: Path) -> None:
    verdict, seen = proved(folder, notebook("x = 1", "x"), notebook("y = 1", "x"))
    assert isinstance(verdict, Different)
    assert "NameError: name 'x' is not defined" in verdict.differences[0]
    assert isinstance(seen, Observation)


def test_an_original_that_fails_proves_nothing(folder: Path) -> None:
    verdict, seen = proved(folder, notebook("1", "1 / 0"), notebook("1"))
    assert isinstance(verdict, NotVerified)
    assert (verdict.cell, verdict.error) == (1, "ZeroDivisionError: division by zero")
    assert "--no-run" in verdict.hint
    assert seen is None


def test_an_expected_error_must_be_the_same(folder: Path) -> None:
    def raising(code: str) -> Notebook:
        return notebook(code, "x = 1", tags={0: "raises-exception"})

    same, seen = proved(folder, raising("1 / 0"), raising("2 / 0"))
    assert isinstance(same, Equivalent)
    other, _ = proved(folder, raising("1 / 0"), raising("[][1]"), original_observation=seen)
    assert isinstance(other, Different)


def test_a_time_limit_proves_nothing(folder: Path) -> None:
    verdict, _ = proved(folder, notebook("while True: pass"), notebook("1"), seconds=3)
    assert isinstance(verdict, NotVerified)
    assert (verdict.reason, verdict.cell) == ("time", 0)


def test_a_proof_can_be_cancelled(folder: Path) -> None:
    deadline = time.monotonic() + 2
    endless = notebook("while True: pass")
    verdict, _ = proved(folder, endless, endless, cancelled=lambda: time.monotonic() > deadline)
    assert isinstance(verdict, NotVerified) and verdict.reason == "cancelled"


def test_without_a_namespace_all_is_proved_by_redirecting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(METHOD, "redirect")
    writes = "open('../above.txt', 'w').write('new')\nprint(open('../above.txt').read())"
    verdict, seen = proved(
        folder, notebook(*ORIGINAL, writes), notebook(*THIN, writes), parallel=True
    )
    assert isinstance(verdict, Equivalent), verdict
    assert verdict.files == 2
    assert sorted(path.name for path in folder.iterdir()) == ["here.txt"]
    assert (folder / "../above.txt").read_text() == "above"


def test_what_is_written_above_the_folder_is_compared_and_leaves_no_trace(folder: Path) -> None:
    writes = "open('../above.txt', 'w').write('new')"
    same, _ = proved(folder, notebook(writes), notebook(writes))
    other, _ = proved(folder, notebook(writes), notebook(writes.replace("new", "other")))
    assert isinstance(same, Equivalent) and same.files == 1
    assert isinstance(other, Different)
    assert any("above.txt" in difference for difference in other.differences)
    assert (folder / "../above.txt").read_text() == "above"


def test_each_run_starts_from_the_same_files(folder: Path) -> None:
    appends = "with open('here.txt', 'a') as f:\n    f.write('+')\nprint(open('here.txt').read())"
    verdict, _ = proved(folder, notebook(appends), notebook(appends))
    assert isinstance(verdict, Equivalent) and verdict.files == 1
    assert (folder / "here.txt").read_text() == "here"


def test_the_probe_survives_whatever_the_notebook_rebinds(folder: Path) -> None:
    hostile = (
        "def exec(*a): raise SystemExit\ncompile = open = print = json = sys = exec\n"
        "import builtins\nx = [1]\ny = x\ngen = iter([1, 2])\n"
        "class Odd:\n    def __getattribute__(self, n): raise RuntimeError(n)\n"
        "    def __repr__(self): raise RuntimeError\nodd = Odd()"
    )
    seen = observe(notebook(hostile), Conditions(folder=folder))
    assert isinstance(seen, Observation)
    assert seen.identities == (("compile", "exec", "json", "open", "print", "sys"), ("x", "y")) or (
        seen.identities == (("x", "y"),)
    )
    assert seen.variables["x"].text == "builtins.list([int:1])"
    assert seen.variables["gen"].opaque
    assert "_jupyter_promote_builtins" not in seen.variables
    assert {"Odd", "odd"} <= seen.variables.keys()


def test_a_source_that_leaves_the_folder_is_refused(folder: Path) -> None:
    with pytest.raises(BadPath):
        proved(folder, notebook("1"), notebook("1"), sources={"../x.py": ""})
