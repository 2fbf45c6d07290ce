"""JP202: tests that can't fail are found, those that can are left alone."""

from __future__ import annotations

import ast
import textwrap

import pytest

from jupyter_promote.checks import toothless
from jupyter_promote.checks.finding import Finding, PythonFile

IMPORTS = """
import contextlib
import pytest
import numpy as np
from shop import steps
from shop.steps import check_rows
from jupyter_promote.testing import assert_same, drawn, outline
"""


def found(body: str, before: str = "", arguments: str = "") -> list[Finding]:
    text = f"{IMPORTS}\n{before}\ndef test_it({arguments}):\n{textwrap.indent(body, '    ')}\n"
    return of_file(text)


def of_file(text: str) -> list[Finding]:
    file = PythonFile(
        path="tests/test_it.py", name="test_it", tree=ast.parse(text), own=frozenset({"shop"})
    )
    return list(toothless.check(file))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("pass", "does nothing"),
        ("'''Only words.'''", "does nothing"),
        ("steps.clean([1])", "asserts nothing"),
        ("result = steps.clean([1])\nprint(result)", "asserts nothing"),
        ("result = outline(steps.clean([1]))", "asserts nothing"),
        ("with drawn() as figures:\n    steps.clean([1])", "asserts nothing"),
        ("steps.clean([1])\nassert True", "always true"),
        ("steps.clean([1])\nassert not False", "always true"),
        ("steps.clean([1])\nassert 'clean'", "always true"),
        ("steps.clean([1])\nassert 1 + 1 == 2", "always true"),
        ("a = 3\nsteps.clean([1])\nassert a == 3", "always true"),
        ("assert (steps.clean([1]) == [1], 'a tuple')", "always true"),
        ("got = steps.clean([1])\nassert got == got", "always true"),
        ("got = steps.clean([1])\nassert len(got) >= 0", "always true"),
        ("got = steps.clean([1])\nassert got or True", "always true"),
        ("got = steps.clean([1])\nassert_same(got, got)", "always true"),
        ("steps.clean([1])\nassert_same(1, 1)", "always true"),
        ("got = steps.clean([1])\nreturn\nassert got == [1]", "never reached"),
        ("got = steps.clean([1])\nif False:\n    assert got == [1]", "never reached"),
        ("def later():\n    assert steps.clean([1])\nsteps.clean([2])", "never reached"),
        ("steps.clean([1]) == [1]", "without `assert`"),
        ("try:\n    assert steps.clean([1]) == [1]\nexcept AssertionError:\n    pass", "caught"),
        ("try:\n    assert steps.clean([1]) == [1]\nexcept:\n    print('no')", "caught"),
        ("try:\n    assert steps.clean([1])\nexcept (ValueError, Exception):\n    pass", "caught"),
        ("with contextlib.suppress(Exception):\n    assert steps.clean([1]) == [1]", "caught"),
        ("check_rows(steps.clean([1]))", "asserts nothing"),
        ("steps.check_rows([1])", "asserts nothing"),
    ],
)
def test_a_test_that_cannot_fail_is_found(body: str, why: str) -> None:
    (only,) = found(body)
    assert only.code == "JP202"
    assert only.message.startswith("test_it() can't fail: ")
    assert why in only.message
    assert (only.path, only.line) == ("tests/test_it.py", 10)


@pytest.mark.parametrize(
    "body",
    [
        "assert steps.clean([1]) == [1]",
        "assert steps.clean([1])",
        "assert_same(steps.clean([1]), [1])",
        "np.testing.assert_allclose(steps.clean([1]), [1])",
        "with pytest.raises(ValueError):\n    steps.clean(None)",
        "if steps.clean([1]) != [1]:\n    pytest.fail('no')",
        "if steps.clean([1]) != [1]:\n    raise AssertionError",
        "for n in range(3):\n    assert steps.clean([n])",
        "try:\n    got = steps.clean([1])\nexcept ValueError:\n    pytest.fail('no')",
        "try:\n    steps.clean(None)\nexcept ValueError:\n    pass\nelse:\n    assert False",
        "try:\n    assert steps.clean([1])\nexcept ValueError:\n    pass",
        "try:\n    assert steps.clean([1])\nexcept AssertionError:\n    print(1)\n    raise",
        "def inner(n):\n    assert steps.clean([n])\ninner(1)",
        "got = steps.clean([1])\nmatch got:\n    case []:\n        assert False",
        "ok = False\nfor n in steps.clean([1]):\n    ok = True\nassert ok",
        "rows = [1]\nsteps.clean(rows)\nassert rows == [1]",
        "a, b = steps.clean([1]), 2\nassert a == 2",
        "assert steps.clean([1]) == steps.clean([1])",
        "yield 1\nassert steps.clean([1])",
    ],
)
def test_a_test_that_can_fail_is_left_alone(body: str) -> None:
    assert found(body) == []


def test_a_helper_of_the_file_may_assert() -> None:
    helper = "def same(got):\n    inner(got)\ndef inner(got):\n    assert got == [1]\n"
    assert found("same(steps.clean([1]))", helper) == []
    (only,) = found("same(steps.clean([1]))", "def same(got):\n    return same(got)\n")
    assert "asserts nothing" in only.message


@pytest.mark.parametrize(
    "helper",
    ["from .helpers import same", "from tests.common import same", "from conftest import same"],
)
def test_a_helper_that_is_not_seen_may_assert(helper: str) -> None:
    assert found("same(steps.clean([1]))", helper) == []


def test_a_fixture_may_check() -> None:
    assert found("num_regression.check(steps.clean([1]))", arguments="num_regression") == []


def test_a_decorator_may_check() -> None:
    assert of_file("@check_figures_equal()\ndef test_it(a, b):\n    draw(a)\n") == []


def test_methods_of_a_class_are_tests() -> None:
    text = """
    class TestClean:
        def check_it(self, got):
            assert got == [1]

        def test_with_help(self):
            self.check_it(clean([1]))

        def test_without(self):
            clean([1])

        def helper(self):
            clean([1])
    """
    (only,) = of_file(textwrap.dedent(text))
    assert only.message == "TestClean.test_without() can't fail: it asserts nothing"


def test_a_class_with_a_base_that_is_not_seen_may_inherit_what_asserts() -> None:
    text = "class TestClean(Base):\n    def test_it(self):\n        self.compare_all(1)\n"
    assert of_file(text) == []


def test_fixtures_and_other_functions_are_no_tests() -> None:
    text = (
        "import pytest\n@pytest.fixture\ndef test_data():\n    return 1\ndef helper():\n    pass\n"
    )
    assert of_file(text) == []
