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
