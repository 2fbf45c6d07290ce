"""Markdown becomes docstrings: whatever a heading holds, it stays text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_promote.promotion import prose
from tests.programs import promote

HOSTILE = {
    "three quotes": 'a """ b',
    "three quotes that close and run": '"""; import os; os.system("x") #',
    "a quote at the end": 'says "x"',
    "a backslash at the end": "C:\\",
    "escapes": "\\n \\x41 \\N{BULLET} \\u0041",
    "a backslash before quotes": '\\"""',
    "single quotes": "''' '",
    "braces and dollars": "{x} ${y} {{z}} %s",
    "a control character": "a\x00b\x1b[31mc\x07",
    "text turned round": "a\u202eb\u2066c",
    "an invisible space": "a\u200bb\ufeffc",
    "a line separator": "a\u2028b\u2029c\x85d",
    "a carriage return": "a\rb",
    "emoji and kanji": "😀 漢字",
    "html": "<script>alert(1)</script> <b>bold</b>",
    "a link": "[text](http://example.org) ![image](x.png)",
    "a shebang and a coding line": "#!/bin/sh -*- coding: latin-1 -*-",
    "a comment that tools obey": "noqa type: ignore pragma: no cover fmt: off",
    "very long": "word " * 500,
    "one very long word": "x" * 500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("lines", [1, 3])
def test_a_docstring_is_one_string(text: str, lines: int) -> None:
    made = prose.docstring([text] * lines, indent=4)
    tree = ast.parse(f"def f():\n{made}\n")
    assert isinstance(tree.body[0], ast.FunctionDef)
    assert [type(s).__name__ for s in tree.body[0].body] == ["Expr"]
    assert len(tree.body) == 1


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_text_stays_text(lines: list[str]) -> None:
    tree = ast.parse(f"def f():\n{prose.docstring(lines, indent=4)}\n")
    assert isinstance(tree.body[0], ast.FunctionDef)
    assert ast.get_docstring(tree.body[0]) is not None
    assert len(tree.body[0].body) == 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_heading_changes_no_code(text: str) -> None:
    quiet = text.replace("\n", " ")
    made = promote(f"# %% markdown\n# {quiet}\n# %% a\nx = 1\n# %%\nprint(x)\n")
    tree = ast.parse(made.module)
    assert [type(s).__name__ for s in tree.body] == ["Expr", "Assign", "FunctionDef"]
    assert all(c.isprintable() or c == "\n" for c in made.module)
    assert max(map(len, made.module.split("\n"))) <= 120 or "x" * 500 in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("clean the orders", "Clean the orders."),
        ("Clean the orders. Then more.", "Clean the orders."),
        ("Why?", "Why?"),
        ("A list:", "A list."),
        ("**Bold** and `code`", "Bold and code."),
        ("version 1.2 of it", "Version 1.2 of it."),
        ("", ""),
        ("   ", ""),
        ('"""', ""),
        ("\\", ""),
        ('""" a """', "A."),
        ('"quoted" words', '"quoted" words.'),
        ("see [the page](http://x.org/a_b)", "See the page."),
        ("snake_case_name stays", "Snake_case_name stays."),
    ],
)
def test_a_summary_is_a_sentence(text: str, sentence: str) -> None:
    assert prose.sentence(text) == sentence


@pytest.mark.parametrize(
    ("heading", "first"),
    [
        pytest.param('"quoted" churn', "'quoted' churn.", id="quotes at the beginning"),
        pytest.param('"quoted"', "'quoted'.", id="nothing but quoted"),
        pytest.param('say "hi"', 'Say "hi".', id="quotes at the end"),
        pytest.param('"""', "A.", id="three quotes"),
        pytest.param("C:\\", "C:\\\\.", id="a backslash at the end"),
        pytest.param("\\", "A.", id="a backslash alone"),
    ],
)
def test_a_heading_with_quotes_begins_a_clean_docstring(heading: str, first: str) -> None:
    made = promote(f"# %%\nz = 1\n# %% markdown\n# {heading}\n# %% a\nx = z\n# %%\nprint(x)\n")
    assert f'\n    """{first}"""\n' in made.module
    assert '""""' not in made.module


@pytest.mark.parametrize("text", ['"', 'a"', '"a', '\\"', 'a\\"', '"""', "a\\"])
def test_never_four_quotes_in_a_row(text: str) -> None:
    for lines in ([text], [text, "more"], ["more", text]):
        assert '""""' not in prose.docstring(lines, indent=4)


@pytest.mark.parametrize(
    ("markdown", "docstring"),
    [
        pytest.param(
            "What was before.\n\n## The filter\n\nIt smooths.",
            "It smooths.",
            id="below the heading",
        ),
        pytest.param(
            "It smooths. It solves:\n\n$$x$$\n\nwhere $x$ is known.\n\nIt is quick.",
            "It smooths.\n\nIt is quick.",
            id="nothing that leans on a formula",
        ),
        pytest.param(
            "It smooths.\n$$\nx\n$$\nwhere $x$ is known.", "It smooths.", id="a formula in the text"
        ),
        pytest.param(
            "It smooths.\n\nThe model is\n\n\\begin{equation}\nx\n\\end{equation}",
            "It smooths.",
            id="nothing that leads to a formula",
        ),
        pytest.param(
            "It smooths. As in:\n\n```\n# no heading\n```\n\nIt is quick.",
            "It smooths.\n\nIt is quick.",
            id="nothing of code",
        ),
        pytest.param(
            f"## The filter\n\n{'Very ' * 20}long. It is quick.",
            f"The filter.\n\n{'Very ' * 20}long. It is quick.",
            id="all of a paragraph that is no summary",
        ),
        pytest.param(
            f"It smooths. {'Words and words. ' * 40}",
            "It smooths.\n\n" + "\n".join(["Words and words. " * 3 + "Words and words."] * 2),
            id="whole sentences of a long text",
        ),
    ],
)
def test_a_docstring_says_what_stands_above(markdown: str, docstring: str) -> None:
    made = promote(f"# %%\nz = 1\n# %% markdown\n{markdown}\n# %% smooth\nx = z\n# %%\nprint(x)\n")
    function = ast.parse(made.module).body[-1]
    assert isinstance(function, ast.FunctionDef)
    found = ast.get_docstring(function) or ""
    words = docstring.split()
    assert found.split() == words or len(markdown) > 400 and found.split()[: len(words)] == words
    assert len(found) < 450 and found.endswith(".")


def test_a_docstring_names_the_variable_that_its_function_is_named_after() -> None:
    made = promote("# %%\nz = 1\n# %% double_rate\nrate = z * 2\n# %%\nprint(rate)\n")
    assert '"""Double `rate`."""' in made.module
