"""The examples: what promotion makes of them is what stands beside them, and it is good."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MODULES = {"churn": "churn.pipeline", "demand": "demand.forecasting", "sensors": "sensors.analysis"}
BINARY = {".parquet", ".npz"}  # their bytes differ from version to version of what writes them
MADE_BY_RUNNING = {"__pycache__", ".pytest_cache"}


@dataclass(frozen=True, kw_only=True)
class Promoted:
    """`name` was promoted into `folder`, and `report` is what `extract --json` printed."""

    name: str
    folder: Path
    report: dict[str, object]

    @property
    def module(self) -> Path:
        return self.folder / "src" / (MODULES[self.name].replace(".", "/") + ".py")

    @property
    def committed(self) -> Path:
        return ROOT / "examples" / self.name / "promoted"


def must_pass(program: str, *arguments: str | Path, cwd: Path) -> str:
    """Return what a program of this environment printed, which must end well."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [BIN / program, *arguments]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def files_below(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not MADE_BY_RUNNING & set(path.parts)
    }


@pytest.fixture(scope="module", params=sorted(MODULES))
def promoted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Promoted:
    name: str = request.param
    place = tmp_path_factory.mktemp(name) / name
    shutil.copytree(ROOT / "examples" / name, place, ignore=shutil.ignore_patterns("promoted"))
    options = ("--to", "promoted", "--module", MODULES[name], "--json")
    stdout = must_pass("jupyter-promote", "extract", f"{name}.ipynb", *options, cwd=place)
    return Promoted(name=name, folder=place / "promoted", report=json.loads(stdout))


def test_every_group_is_promoted(promoted: Promoted) -> None:
    assert promoted.report["refused"] == []


def test_the_promotion_is_equivalent(promoted: Promoted) -> None:
    place = promoted.folder.parent
    must_pass("jupyter-promote", "verify", f"{promoted.name}.ipynb", "--to", "promoted", cwd=place)


def steady(folder: Path) -> dict[str, str]:
    """Return the texts that are the same wherever they are made.

    Which derived inputs tests pin depends on the time that there is to look for them.
    """
    found = files_below(folder).items()
    return {n: path.read_text() for n, path in found if not n.startswith(("tests/", ".promote/"))}


def test_the_same_text_is_committed(promoted: Promoted) -> None:
    assert steady(promoted.folder) == steady(promoted.committed)


def test_every_function_is_pinned_or_it_is_said_why(promoted: Promoted) -> None:
    told = promoted.report["characterization"]
    assert isinstance(told, dict)
    assert told["status"] == "made"
    written = {f["name"] for f in promoted.report["functions"]}  # type: ignore[attr-defined]
    pinned = {f["function"] for f in told["functions"] if f["tests"]}
    assert len(pinned & written) > 0.8 * len(written)
    assert {n for n in written - pinned if f"{n}():" not in " ".join(told["notes"])} == set()


def test_the_generated_tests_pass_on_what_is_committed(promoted: Promoted) -> None:
    closing = must_pass("pytest", "-q", "-p", "no:cacheprovider", cwd=promoted.committed)
    assert "passed" in closing
    assert "skipped" not in closing


@pytest.mark.parametrize(
    "check",
    [
        ["ruff", "check", "--isolated", "--no-cache", "--select", "E,F,W,I,B,UP,SIM,C4,PIE,RET"],
        ["black", "--check", "--config", os.devnull],
        [
            "mypy",
            "--config-file",
            os.devnull,
            "--cache-dir",
            os.devnull,
            "--ignore-missing-imports",
        ],
    ],
    ids=["ruff", "black", "mypy"],
)
def test_the_module_passes(promoted: Promoted, check: list[str]) -> None:
    must_pass(*check, promoted.module, cwd=promoted.folder)


def test_no_file_names_this_machine(promoted: Promoted) -> None:
    for name, path in files_below(promoted.committed).items():
        if path.suffix not in BINARY:
            assert str(ROOT) not in path.read_text(), name
