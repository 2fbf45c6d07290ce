"""The command `check` as a process: what a shell and pre-commit see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checking.test_check import save

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jupyter_promote.surfaces.cli", "check", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(HOOKS.parent)}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


def test_findings_are_told_with_exit_code_1_and_nothing_with_0(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb")
    found = run(tmp_path, ".")
    assert found.returncode == 1
    assert found.stdout == (
        "a.ipynb: cell 1, line 1: JP301 reads 'x', but no cell defines it\n"
        "    move the defining cell above, or add the name to the parameters cell\n"
        "1 finding in 1 notebook\n"
    )
    save(tmp_path / "a.ipynb", "# %%\nx = 1")
    none = run(tmp_path, ".")
    assert (none.returncode, none.stdout) == (0, "0 findings in 1 notebook\n")


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_every_format_can_be_asked_for(tmp_path: Path, form: str) -> None:
    save(tmp_path / "a.ipynb")
    found = run(tmp_path, "a.ipynb", "--format", form)
    assert found.returncode == 1
    if form == "github":
        assert found.stdout.startswith("::warning file=a.ipynb,line=1,")
    else:
        assert json.loads(found.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.ipynb",), "there is no such file"),
        ((".", "--select", "JP999"), "there is no rule 'JP999'"),
        ((".", "--format", "xml"), "xml"),
        ((), "PATHS"),
        ((".", "--changed-since", "none"), "git"),
    ],
)
def test_wrong_usage_is_one_message_with_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    save(tmp_path / "a.ipynb")
    found = run(tmp_path, *arguments)
    assert found.returncode == 2
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_a_mistake_with_json_is_one_object(tmp_path: Path) -> None:
    found = run(tmp_path, "none.ipynb", "--format", "json")
    assert found.returncode == 2
    assert json.loads(found.stdout)["error"]["kind"] == "not-a-file"


def test_the_first_use_of_a_baseline_says_so(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb")
    found = run(tmp_path, ".", "--baseline", "accepted.json")
    assert (found.returncode, found.stderr) == (0, "accepted 1 findings in accepted.json\n")


def test_the_hook_of_pre_commit_calls_the_command(tmp_path: Path) -> None:
    import yaml  # type: ignore[import-untyped]

    (hook,) = yaml.safe_load(HOOKS.read_text())
    assert hook["entry"].split() == ["jupyter-promote", "check"]
    save(tmp_path / "a.ipynb")
    (tmp_path / "b.py").write_text("x = 1\n")
    assert run(tmp_path, "a.ipynb", "b.py").returncode == 1  # as it passes the names of files
