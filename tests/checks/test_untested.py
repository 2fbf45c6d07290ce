"""JP201: what no test reaches is found; what some test reaches, however indirectly, is not."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from jupyter_promote.checks import untested
from jupyter_promote.checks.finding import Finding, Project, PythonFile, Related

MODULE = "src/shop/steps.py"
STEPS = """
def clean(rows):
    return [r for r in rows if r]

def total(rows):
    return sum(clean(rows))
"""


def found(tests: str, module: str = STEPS, **others: str) -> list[Finding]:
    """Return what is said of a promoted module, given its tests and other files by name."""
    files = {"test_steps.py": tests, **{f"{name}.py": text for name, text in others.items()}}
    subject = Project(
        modules=(python(MODULE, "shop.steps", module), python("src/shop/__init__.py", "shop", "")),
        tests=tuple(python(f"tests/{n}", f"tests.{n[:-3]}", t) for n, t in files.items()),
        promoted={
            MODULE: {"clean": (Related(note="promoted from here", path="nb.ipynb", cell=3),)}
        },
    )
    return list(untested.check(subject))


def python(path: str, name: str, text: str) -> PythonFile:
    return PythonFile(path=path, name=name, tree=ast.parse(text), own=frozenset({"shop"}))


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(
            "from shop import steps\ndef test_it():\n assert steps.total([1]) == 1", id="a module's"
        ),
        pytest.param(
            "from shop.steps import total\ndef test_it():\n assert total([1]) == 1", id="a name"
        ),
        pytest.param(
            "from shop.steps import *\ndef test_it():\n assert total([1]) == 1", id="a star"
        ),
        pytest.param(
            "import shop.steps as s\ndef test_it():\n assert s.total([1]) == 1", id="another name"
        ),
        pytest.param(
            "import shop.steps\ndef test_it():\n assert shop.steps.total([1]) == 1", id="in full"
        ),
        pytest.param(
            "import pytest\nfrom shop import steps\n@pytest.fixture\ndef given():\n"
            " return steps.total([1])\ndef test_it(given):\n assert given == 1",
            id="a fixture",
        ),
        pytest.param(
            "from shop import steps\ndef made():\n return steps.total([1])\n"
            "def test_it():\n assert made() == 1",
            id="a helper in the file",
        ),
        pytest.param(
            "import pytest\nfrom shop import steps\n"
            "@pytest.mark.parametrize('f', [steps.total])\ndef test_it(f):\n assert f([1]) == 1",
            id="a parameter",
        ),
        pytest.param(
            "from shop import steps\nclass TestTotal:\n def setup_method(self):\n"
            "  self.got = steps.total([1])\n def test_it(self):\n  assert self.got == 1",
            id="a test's class",
        ),
        pytest.param(
            "import unittest\nfrom shop import steps\nclass Totals(unittest.TestCase):\n"
            " def test_it(self):\n  self.assertEqual(steps.total([1]), 1)",
            id="a test case of unittest",
        ),
        pytest.param(
            "import inspect\nfrom shop import steps\ndef test_it():\n"
            " for _, f in inspect.getmembers(steps, inspect.isfunction):\n  assert f([])",
            id="all of the module",
        ),
    ],
)
def test_what_a_test_reaches_is_left_alone(tests: str) -> None:
    assert found(tests) == []


def test_a_fixture_of_a_conftest_reaches_it() -> None:
    tests = "def test_it(given):\n assert given == 1"
    fixture = (
        "import pytest\nfrom shop import steps\n@pytest.fixture\ndef given():\n"
        " return steps.total([1])"
    )
    assert found(tests, conftest=fixture) == []
    assert len(found("def test_it():\n assert 1 + len([]) == 1", conftest=fixture)) == 2


@pytest.mark.parametrize(
    ("tests", "names"),
    [
        pytest.param("", ["clean", "total"], id="no test at all"),
        pytest.param(
            "from shop import steps\ndef test_it():\n assert steps.clean([1]) == [1]",
            ["total"],
            id="a test of another function",
        ),
        pytest.param(
            "from shop import steps\ndef total_it():\n assert steps.total([1]) == 1",
            ["clean", "total"],
            id="a function that is no test",
        ),
        pytest.param(
            "from other import steps\ndef test_it():\n assert steps.total([1]) == 1",
            ["clean", "total"],
            id="a module that is called alike",
        ),
        pytest.param(
            "from shop import steps\ndef test_it(monkeypatch):\n"
            " monkeypatch.setattr(steps, 'total', len)\n assert steps.clean([])",
            ["total"],
            id="a function that is replaced",
        ),
        pytest.param(
            "from shop import steps\ndef test_it():\n steps.total([1])",
            ["clean", "total"],
            id="a test without an assertion",
        ),
    ],
)
def test_what_no_test_reaches_is_found(tests: str, names: list[str]) -> None:
    findings = found(tests)
    assert [f.code for f in findings] == ["JP201"] * len(names)
    assert [n for f in findings for n in ("clean", "total") if f"{n}()" in f.message] == names
    assert all(f.path == MODULE and f.cell is None and f.hint for f in findings)


def test_it_names_the_line_and_the_cell_it_was_promoted_from() -> None:
    first, second = found("")
    assert (first.line, second.line) == (2, 5)
    assert [place.cell for place in first.related] == [3]


def test_a_test_that_cannot_fail_is_named() -> None:
    tests = "from shop import steps\ndef test_it():\n steps.total([1])"
    assert "only tests that can't fail reach total(), such as test_it()" in [
        f.message for f in found(tests)
    ]


def test_a_run_of_all_steps_is_no_test_of_each() -> None:
    module = STEPS + "\ndef show(rows):\n    print(rows)\n\ndef run():\n    show(total([1]))\n"
    tests = "from shop import steps\ndef test_run():\n assert steps.run() is None"
    messages = [f.message for f in found(tests, module)]
    assert messages == [
        f"no test of {name}(): test_run() only runs it with all the others"
        for name in ("clean", "total", "show")
    ]


@pytest.mark.parametrize(
    "module",
    [
        "class Score:\n    mean: float\n    worst: float",
        "def later():\n    '''To be written.'''\n    ...",
        "def base(self):\n    raise NotImplementedError",
        "class Missing(Exception):\n    pass",
        "LIMIT = 3",
    ],
)
def test_what_does_nothing_needs_no_test(module: str) -> None:
    assert found("", module) == []


def test_what_a_notebook_imports_is_found_through_a_package_that_passes_it_on() -> None:
    place = Related(note="imported here", path="nb.ipynb", cell=0, line=1)
    subject = Project(
        modules=(
            python("src/shop/__init__.py", "shop", "from shop.steps import total"),
            python(MODULE, "shop.steps", STEPS),
        ),
        tests=(),
        imported={"shop.total": (place,), "shop.steps.LIMIT": (place,)},
    )
    (only,) = untested.check(subject)
    assert (only.message, only.line, only.related) == ("no test reaches total()", 5, (place,))


def test_files_that_import_each_other_are_no_trouble() -> None:
    modules: Mapping[str, str] = {"a": "from b import *\nfrom b import f", "b": "from a import f"}
    subject = Project(
        modules=tuple(python(f"{n}.py", n, t) for n, t in modules.items()),
        tests=(python("test_a.py", "test_a", "from a import f\ndef test_f():\n assert f()"),),
        imported={"a.f": ()},
    )
    assert list(untested.check(subject)) == []
