"""Which small faults a module gets, and what is left alone."""

from __future__ import annotations

import ast

import pytest

from jupyter_promote.pinning.mutants import Mutant, of_source

CHANGED = {
    "addition": ("a + b", "a - b", "`+` becomes `-`"),
    "power": ("a ** b", "a * b", "`**` becomes `*`"),
    "whole division": ("a // b", "a / b", "`//` becomes `/`"),
    "bits": ("a & b", "a | b", "`&` becomes `|`"),
    "and": ("a and b", "a or b", "`and` becomes `or`"),
    "less, its neighbour": ("a < b", "a <= b", "`<` becomes `<=`"),
    "less, its opposite": ("a < b", "a >= b", "`<` becomes `>=`"),
    "the second of a chain": ("a < b == c", "a < b != c", "`==` becomes `!=`"),
    "is": ("a is b", "a is not b", "`is` becomes `is not`"),
    "in": ("a in b", "a not in b", "`in` becomes `not in`"),
    "a number, one more": ("a[3]", "a[4]", "the number 3 becomes 4"),
    "a number, negated": ("a[3]", "a[-3]", "the number 3 becomes -3"),
    "zero": ("a[0]", "a[2]", "the number 0 becomes 2"),
    "a flag": ("f(True)", "f(False)", "True becomes False"),
    "a string": ("a['x']", "a['x_x']", "the string 'x' becomes 'x_x'"),
    "None": ("f(None)", "f(0)", "None becomes 0"),
    "a keyword": ("f(a, regex=b)", "f(a)", "the call's argument `regex` is left out"),
    "keywords": ("f(a, **b)", "f(a)", "the call's arguments given by `**` are left out"),
    "a choice": ("a if b else c", "a if not b else c", "the condition is negated"),
    "a filter": (
        "[a for a in b if a]",
        "[a for a in b if not a]",
        "the comprehension's condition is negated",
    ),
    "within a lambda": ("f(lambda a: a * b)", "f(lambda a: a / b)", "`*` becomes `/`"),
    "within an f-string": ("f'{a + b}'", "f'{a - b}'", "`+` becomes `-`"),
    "the value": ("a", "None", "None is returned"),
}
STATEMENTS = {
    "an assignment": ("    a = b", "    pass", "the statement is deleted"),
    "a sum": ("    a += b", "    a -= b", "`+` becomes `-`"),
    "a call": ("    a.sort()", "    pass", "the statement is deleted"),
    "an annotated assignment": ("    a: int = b", "    pass", "the statement is deleted"),
    "a condition": (
        "    if a:\n        b()",
        "    if not a:\n        b()",
        "the condition is negated",
    ),
    "a case": (
        "    match a:\n        case 1:\n            pass",
        "    match a:\n        case 2:\n            pass",
        "the number 1 becomes 2",
    ),
}
LEFT_ALONE = {
    "a docstring": 'def f():\n    """Say 3 < 4."""',
    "a module's docstring": '"""Say it."""',
    "an import": "from a import b",
    "annotations": "def f(a: 'int', *b: 'str') -> 'list[3]':\n    return",
    "an annotation alone": "a: 'int'",
    "what is public": "__all__ = ['f']",
    "what only the type checker sees": "if TYPE_CHECKING:\n    from a import b\n    c = 3",
    "the command line": "if __name__ == '__main__':\n    f(3)",
    "a function that is the command line": "def main(a=3):\n    return 3",
    "an empty string": "def f(a):\n    return",
}


def pairs(source: str) -> list[tuple[str, str]]:
    return [(each.change, ast.unparse(ast.parse(each.source))) for each in of_source(source)]


def rows(table: dict[str, tuple[str, ...]]) -> list[object]:
    return [pytest.param(*row, id=name) for name, row in table.items()]


@pytest.mark.parametrize(("before", "after", "change"), rows(CHANGED))
def test_expressions_are_changed(before: str, after: str, change: str) -> None:
    expected = ast.unparse(ast.parse(f"def g(a, b, c):\n    return {after}"))
    assert (change, expected) in pairs(f"def g(a, b, c):\n    return {before}")


@pytest.mark.parametrize(("before", "after", "change"), rows(STATEMENTS))
def test_statements_are_changed(before: str, after: str, change: str) -> None:
    expected = ast.unparse(ast.parse(f"def g(a, b):\n{after}"))
    assert (change, expected) in pairs(f"def g(a, b):\n{before}")


@pytest.mark.parametrize("source", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_no_behaviour_is_left_alone(source: str) -> None:
    assert of_source(source) == []


MODULE = '''\
"""A module."""
LIMIT = 5

def first(x, n=3, *, flag=False):
    """Return it."""
    return x[:n]

class Model:
    depth = 2

    def fit(self, x):
        def inner(y):
            return y + 1
        if x > LIMIT:
            x = (x
                 * 10)
        return inner(x)
'''


def found(change: str) -> Mutant:
    (mutant,) = [each for each in of_source(MODULE) if each.change == change]
    return mutant


@pytest.mark.parametrize(
    ("change", "line", "function", "lines"),
    [
        pytest.param("the number 5 becomes 6", 2, "", None, id="the module's own"),
        pytest.param("the default 3 becomes 4", 4, "first", range(5, 7), id="a default"),
        pytest.param("the default False becomes True", 4, "first", range(5, 7), id="a keyword's"),
        pytest.param("the number 2 becomes 3", 9, "Model", None, id="a class's own"),
        pytest.param("`+` becomes `-`", 13, "Model.fit", range(13, 14), id="a function within"),
        pytest.param("`>` becomes `>=`", 14, "Model.fit", range(14, 15), id="a statement's head"),
        pytest.param("`*` becomes `/`", 15, "Model.fit", range(15, 17), id="several lines"),
    ],
)
def test_a_fault_says_where_it_is(
    change: str, line: int, function: str, lines: range | None
) -> None:
    mutant = found(change)
    assert (mutant.line, mutant.function, mutant.lines) == (line, function, lines)


def test_only_the_functions_asked_for_and_the_modules_own_statements() -> None:
    assert {each.function for each in of_source(MODULE, ["first"])} == {"", "first"}
    assert {each.function for each in of_source(MODULE, ["Model"])} == {"", "Model", "Model.fit"}


def test_no_fault_comes_twice_and_none_is_the_module_itself() -> None:
    texts = [text for _, text in pairs(MODULE)]
    assert len(texts) == len(set(texts))
    assert ast.unparse(ast.parse(MODULE)) not in texts
    assert pairs(MODULE) == pairs(MODULE)


def test_each_fault_is_the_only_change() -> None:
    plain = ast.unparse(ast.parse(MODULE)).splitlines()
    for change, text in pairs(MODULE):
        other = [line for line in text.splitlines() if line not in plain and line.strip() != "pass"]
        assert len(other) <= 1, change
