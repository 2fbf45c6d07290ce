"""Checking folders: what is found where, what is chosen, what stands outside."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jupyter_promote.checking.check import Checked, Request, check
from jupyter_promote.errors import BadParameter, NotAFile, PromoteError
from tests.programs import cells_of, content_of

UNDEFINED = "# %%\ny = x"


def save(path: Path, text: str = UNDEFINED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content_of(cells_of(text))))
    return path


def codes(folder: Path, *select: str) -> list[tuple[str, str]]:
    """Return (file below the folder, code) of each finding."""
    found = check(Request(paths=(folder,), select=select)).findings
    return [(os.path.relpath(f.path, folder), f.code) for f in found]


def test_notebooks_below_folders_are_found_but_not_hidden_or_installed_ones(tmp_path: Path) -> None:
    for name in ("a.ipynb", "b/c.ipynb", ".ipynb_checkpoints/a.ipynb", "b/.x/d.ipynb"):
        save(tmp_path / name)
    save(tmp_path / "env" / "lib" / "e.ipynb")
    (tmp_path / "env" / "pyvenv.cfg").touch()
    save(tmp_path / "node_modules" / "f.ipynb")
    assert codes(tmp_path) == [("a.ipynb", "JP301"), ("b/c.ipynb", "JP301")]


def ran(path: Path, text: str, **papermill: str) -> None:
    content = {**content_of(cells_of(text)), "metadata": {"papermill": papermill}}
    path.write_text(json.dumps(content))


def test_outputs_of_runs_are_passed_over_but_not_notebooks_that_were_run_in_place(
    tmp_path: Path,
) -> None:
    long = "# %%\nimport pandas as pd\n# %%\n" + "\n".join(
        f"frame_{i} = pd.read_csv('a.csv').query('x > {i}').groupby('k').sum()" for i in range(9)
    )
    save(tmp_path / "a.ipynb", f"{long}\ny = x")
    ran(tmp_path / "o.ipynb", f"{long}\ny = x", input_path="a.ipynb", output_path="out/o.ipynb")
    assert codes(tmp_path) == [("a.ipynb", "JP301")]
    ran(tmp_path / "o.ipynb", f"{long}\ny = x", input_path="o.ipynb", output_path="o.ipynb")
    assert {"JP301", "JP102"} <= {code for _, code in codes(tmp_path)}


def test_a_file_that_several_paths_name_is_checked_once(tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb")
    found = check(Request(paths=(tmp_path, path, tmp_path / "." / "a.ipynb")))
    assert (found.notebooks, len(found.findings)) == (1, 1)


def test_a_path_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(NotAFile):
        check(Request(paths=(tmp_path / "none.ipynb",)))


def test_a_damaged_notebook_in_a_folder_does_not_hide_the_others(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb")
    (tmp_path / "b.ipynb").write_text("{")
    (tmp_path / "c.ipynb").write_text("[1]")
    assert codes(tmp_path) == [("a.ipynb", "JP301"), ("b.ipynb", "JP408"), ("c.ipynb", "JP408")]
    assert codes(tmp_path) == codes(tmp_path)


def test_a_damaged_notebook_that_is_named_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "b.ipynb").write_text("{")
    for _ in range(2):
        with pytest.raises(PromoteError, match="no JSON"):
            check(Request(paths=(tmp_path / "b.ipynb",)))


def test_a_notebook_of_another_language_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    content = content_of(cells_of("# %%\nx <- 1"))
    content["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    (tmp_path / "r.ipynb").write_text(json.dumps(content))
    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "select", "found"),
    [
        ("", (), ["JP301", "JP405"]),
        ('select = ["JP4"]', (), ["JP405"]),
        ('ignore = ["JP405"]', (), ["JP301"]),
        ('select = ["JP3"]\nignore = ["JP301"]', (), []),
        ('ignore = ["JP3", "JP4"]', ("JP301",), ["JP301"]),
        ("", ("JP3",), ["JP301"]),
        ("", ("JP405", "JP301"), ["JP301", "JP405"]),
    ],
)
def test_rules_are_chosen_by_the_project_and_by_who_asks(
    tmp_path: Path, settings: str, select: tuple[str, ...], found: list[str]
) -> None:
    save(tmp_path / "a.ipynb", "# %%\ny = x\nz = '/home/bob/x.csv'")
    (tmp_path / "pyproject.toml").write_text(f"[tool.jupyter_promote]\n{settings}\n")
    assert [code for _, code in codes(tmp_path, *select)] == found


@pytest.mark.parametrize(
    "settings",
    [
        'select = ["JP999"]',
        'ignore = "JP301"',
        "select = [3]",
        "[tool.jupyter_promote.JP205]\neverywhere = 1",
        "[tool.jupyter_promote.JP205]\nanywhere = true",
        "[tool.jupyter_promote.JP301]\nx = true",
        "[tool",
    ],
)
def test_a_wrong_setting_is_a_mistake_that_names_its_file(tmp_path: Path, settings: str) -> None:
    save(tmp_path / "a.ipynb")
    (tmp_path / "pyproject.toml").write_text(f"[tool.jupyter_promote]\n{settings}\n")
    with pytest.raises(BadParameter) as error:
        check(Request(paths=(tmp_path,)))
    assert error.value.where.endswith("pyproject.toml")
    assert error.value.hint


def test_an_option_changes_what_a_rule_says_at_once(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", "# %%\ndef f():\n    return 1")
    assert codes(tmp_path) == []
    text = "[tool.jupyter_promote.JP205]\neverywhere = true\n"
    (tmp_path / "pyproject.toml").write_text(text)
    assert codes(tmp_path) == [("a.ipynb", "JP205")]


def test_what_a_project_declares_counts_at_once(tmp_path: Path) -> None:
    save(tmp_path / "notebooks" / "a.ipynb", "# %%\n%pip install seaborn")
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = []\n")
    assert codes(tmp_path) == [("notebooks/a.ipynb", "JP406")]
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = ['seaborn']\n")
    assert codes(tmp_path) == []


HELPERS = "def clean(rows):\n    return [r for r in rows if r]\n\n\ndef unused():\n    return 1\n"


@pytest.fixture
def helped(tmp_path: Path) -> Path:
    """Return a project whose notebook imports from its own module, for which there is no test."""
    save(
        tmp_path / "notebooks" / "a.ipynb",
        "# %%\nimport os\nfrom shop import helpers as h\nh.clean([1])",
    )
    (tmp_path / "src" / "shop").mkdir(parents=True)
    (tmp_path / "src" / "shop" / "helpers.py").write_text(HELPERS)
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_what_a_notebook_imports_from_its_project_needs_a_test(helped: Path) -> None:
    (only,) = check(Request(paths=(helped,))).findings
    assert (only.code, os.path.relpath(only.path, helped), only.line) == (
        "JP201", "src/shop/helpers.py", 1
    )  # fmt: skip
    assert [(Path(r.path).name, r.cell, r.line) for r in only.related] == [("a.ipynb", 0, 3)]
    (helped / "tests").mkdir()
    test = "from shop.helpers import clean\n\n\ndef test_clean():\n    assert clean([0]) == []\n"
    (helped / "tests" / "test_helpers.py").write_text(test)
    assert codes(helped) == []
    (helped / "tests" / "test_helpers.py").write_text(
        test.replace("assert clean([0]) == []", "clean([])")
    )
    assert codes(helped) == [("src/shop/helpers.py", "JP201"), ("tests/test_helpers.py", "JP202")]


def test_the_notebook_alone_finds_the_tests_of_its_project(helped: Path) -> None:
    path = helped / "notebooks" / "a.ipynb"
    assert [f.code for f in check(Request(paths=(path,))).findings] == ["JP201"]
    (helped / "tests").mkdir()
    test = "from shop.helpers import clean\n\n\ndef test_clean():\n    assert clean([0]) == []\n"
    (helped / "tests" / "test_helpers.py").write_text(test)
    assert check(Request(paths=(path,))).findings == ()


def test_a_module_beside_the_notebook_is_its_own(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", "# %%\nfrom helpers import clean")
    (tmp_path / "helpers.py").write_text(HELPERS)
    assert codes(tmp_path) == [("helpers.py", "JP201")]
    (tmp_path / "helpers.py").write_text("# noqa: JP201 a draft\n" + HELPERS)
    assert codes(tmp_path) == []


def test_checking_writes_nothing_beside_the_files(helped: Path) -> None:
    before = sorted(helped.rglob("*"))
    check(Request(paths=(helped,)))
    assert sorted(helped.rglob("*")) == before


def test_nothing_to_check_is_fine(tmp_path: Path) -> None:
    assert check(Request(paths=(tmp_path,))) == Checked(findings=(), notebooks=0)
