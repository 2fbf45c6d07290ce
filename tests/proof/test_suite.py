"""The tests of a promoted project, run as they stand on disk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote.promotion.project import Target
from jupyter_promote.proof import suite
from jupyter_promote.proof.suite import Suite, Survivor, Untested
from jupyter_promote.settings import Settings

MODULE = '''"""Prices."""

import math


def total(prices, limit=100):
    found = 0
    for price in prices:
        if price < limit:
            found += price
    return found


def roof(number):
    if number < 0:
        return 0
    return math.ceil(number)


class Basket:
    def size(self, things):
        return len(things)
'''
TESTS = """
from pathlib import Path

import pytest

from shop.prices import Basket, roof, total

NOTEBOOK_FOLDER = Path(__file__).resolve().parents[1] / "../work"


@pytest.fixture(scope="module")
def basket():
    return Basket()


@pytest.mark.parametrize("limit", [3, 100])
def test_total(limit):
    assert total([1, 2], limit=limit) == 3


def test_size(basket):
    assert basket.size([1]) == 1


def test_data():
    assert (NOTEBOOK_FOLDER / "data.txt").read_text() == "here"


@pytest.mark.skip
def test_later():
    raise NotImplementedError
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "work/data.txt": "here",
        "shop/src/shop/__init__.py": "",
        "shop/src/shop/prices.py": MODULE,
        "shop/tests/test_prices.py": TESTS,
        "shop/pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--no-such-option"\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "shop"


def tried(project: Path, **more: Any) -> Suite | Untested:
    target = Target(
        package="shop",
        module="prices",
        root="src",
        notebook="notebooks/prices.ipynb",
        has_project=True,
        folder="../work",
    )
    ask = {
        "python": sys.executable,
        "faults": False,
        "limits": Settings(),
        "on_step": lambda step: None,
        "cancelled": lambda: False,
        **more,
    }
    return suite.tried(suite.Ask(to=project, target=target, folder=project.parent / "work", **ask))


def write(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)


def test_what_passes_and_what_the_tests_run(project: Path) -> None:
    before = {p: p.read_bytes() for p in project.rglob("*") if p.is_file()}
    found = tried(project)
    assert isinstance(found, Suite), found
    assert (found.passed, found.skipped, found.failed) == (4, 1, {})
    assert found.coverage == {"total": (5, 5), "roof": (0, 3), "Basket.size": (1, 1)}
    covered, lines = found.lines
    assert (lines - covered, found.faults) == (3, None)
    assert {p: p.read_bytes() for p in project.rglob("*") if p.is_file()} == before


def test_failing_tests_are_named_with_their_reason(project: Path) -> None:
    write(
        project,
        "tests/test_prices.py",
        TESTS + "\n\ndef test_roof():\n    assert roof(1.5) == 1\n"
        "\n\nclass TestRoof:\n    def test_below(self):\n        roof(None)\n",
    )
    found = tried(project)
    assert isinstance(found, Suite)
    assert list(found.failed) == ["test_roof", "TestRoof::test_below"]
    assert found.failed["test_roof"].startswith("assert 2 == 1")
    assert found.failed["TestRoof::test_below"].startswith("TypeError")


def test_a_file_that_cannot_be_read_has_failed(project: Path) -> None:
    write(project, "tests/test_prices.py", "import shop.nowhere\n")
    found = tried(project)
    assert isinstance(found, Suite)
    assert found.passed == 0
    assert list(found.failed) == ["tests/test_prices.py"]
    assert "ModuleNotFoundError" in found.failed["tests/test_prices.py"]


def test_survivors_are_told_in_words(project: Path) -> None:
    write(
        project,
        "tests/test_prices.py",
        TESTS + "\n\ndef test_text():\n    import inspect\n\n    import shop.prices as m\n"
        "    assert '\\n\\n\\n' in inspect.getsource(m)\n",
    )
    found = tried(project, faults=True)
    assert isinstance(found, Suite) and found.faults is not None
    assert (found.passed, found.faults.why, found.faults.unknown) == (5, "", 0)
    # It reads how the module is laid out, and would notice whatever is changed.
    assert found.faults.left_out == ("test_text",)
    told = {(s.line, s.function, s.change) for s in found.faults.survivors}
    assert (9, "total", "`<` becomes `<=`") in told
    assert (15, "roof", "`<` becomes `<=`") in told
    assert not [s for s in found.faults.survivors if s.function == "Basket.size"]
    assert (10, "total", "`+` becomes `-`") not in told
    assert found.faults.tried > len(found.faults.survivors)
    assert isinstance(found.faults.survivors[0], Survivor)


def test_what_there_is_no_time_for_is_unknown(project: Path) -> None:
    found = tried(project, faults=True, limits=Settings(mutant_seconds=0))
    assert isinstance(found, Suite) and found.faults is not None
    assert found.faults.tried == 0
    assert found.faults.unknown > 10


def test_without_tests_or_pytest_it_is_said(project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "python"  # without site-packages there is no pytest
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    assert tried(project, python=str(bare)) == Untested(
        why="pytest is not installed for the notebook's kernel"
    )
    (project / "tests/test_prices.py").unlink()
    assert tried(project) == Untested(why="there is no tests/test_prices.py")
