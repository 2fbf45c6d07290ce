"""JP406: packages that a cell installs and no file declares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_promote.checking import dependencies
from jupyter_promote.checks import undeclared
from tests.checks.subjects import subject

DECLARED = frozenset({"pandas", "scikit-learn"})


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("!pip install seaborn", "seaborn"),
        ("%pip install -q seaborn==0.13", "seaborn"),
        ("!pip3 install --upgrade 'seaborn>=0.12' pandas", "seaborn"),
        ("!{sys.executable} -m pip install seaborn[stats]", "seaborn"),
        ("!python -m pip install -i https://x/simple seaborn  # once", "seaborn"),
        ("%conda install -c conda-forge seaborn -y", "seaborn"),
        ("!uv pip install seaborn xlrd", "seaborn, xlrd"),
    ],
)
def test_a_package_that_nothing_declares_is_found(line: str, names: str) -> None:
    about = replace(subject(f"# %%\nimport sys\n{line}"), declared=DECLARED)
    (only,) = undeclared.check(about)
    assert (only.code, only.cell, only.line) == ("JP406", 0, 2)
    assert only.message == f"installs {names}: the project does not declare it"


@pytest.mark.parametrize(
    "line",
    [
        "!pip install pandas",
        "!pip install Scikit_Learn",
        "%pip install -r requirements.txt",
        "%pip install -e .",
        "%pip install ./wheels/x-1.0.whl",
        "!pip list",
        "# !pip install seaborn",
        "x = 'pip install seaborn'",
    ],
)
def test_other_lines_are_left_alone(line: str) -> None:
    assert list(undeclared.check(replace(subject(f"# %%\n{line}"), declared=DECLARED))) == []


def test_without_a_file_that_declares_anything_every_package_is_found() -> None:
    (only,) = undeclared.check(subject("# %%\n%pip install pandas"))
    assert only.message == "installs pandas: nothing declares it"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["Seaborn>=0.12", "x"]'),
        ("pyproject.toml", '[project.optional-dependencies]\nplots = ["seaborn[stats]"]'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["seaborn", {include-group = "x"}]'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nseaborn = "^0.12"'),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\nseaborn = "^0.12"'),
        ("requirements.txt", "# plots\nseaborn==0.13 ; python_version > '3'\n-r other.txt"),
        ("requirements-dev.txt", "seaborn"),
        ("setup.cfg", "[options]\ninstall_requires =\n    seaborn>=0.12\n"),
        ("setup.py", "setup(install_requires=['seaborn>=0.12'])"),
        ("environment.yml", "dependencies:\n  - conda-forge::seaborn=0.13\n  - pip:\n    - x"),
        ("Pipfile", '[packages]\nseaborn = "*"'),
    ],
)
def test_what_a_file_declares(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    found = dependencies.declared([tmp_path])
    assert found is not None
    assert "seaborn" in found


@pytest.mark.parametrize("text", ["[project", "[project]\ndependencies = 3", "tool = 3"])
def test_a_file_that_is_damaged_declares_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert dependencies.declared([tmp_path]) == frozenset()
    assert dependencies.declared([tmp_path / "none"]) is None
