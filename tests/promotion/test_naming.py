"""Names that we make are usable, and equal no name that is taken."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_promote.promotion import naming


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Clean orders", "clean_orders"),
        ("1. Load the data", "step_1_load_the_data"),
        ("Größe", "größe"),
        ("漢字", "漢字"),
        ("ﬁt", "fit"),
        ("  Map -- the   Input! ", "map_the_input"),
        ("a__b", "a_b"),
        ("😀", "step"),
        ("", "step"),
        ("___", "step"),
        ("2024", "step_2024"),
        ("import os; os.system('x')", "import_os_os_system_x"),
        (
            "a very long heading that goes on and on for ever",
            "a_very_long_heading_that_goes_on_and_on",
        ),
        ("$x^2$", "x_2"),
        ("Café ☕ au lait", "café_au_lait"),
    ],
)
def test_a_heading_becomes_a_name(text: str, name: str) -> None:
    assert naming.identifier(text, fallback="step") == name


@given(st.text(max_size=60))
def test_whatever_stands_there_the_name_is_one(text: str) -> None:
    name = naming.identifier(text, fallback="step")
    assert name.isidentifier()
    assert len(name) <= naming.MAX_LENGTH + len("step_")
    assert not keyword.iskeyword(naming.free(name, set()))


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("clean", set(), "clean"),
        ("clean", {"clean"}, "clean_step"),
        ("clean", {"clean", "clean_step"}, "clean_step_2"),
        ("clean", {"clean", "clean_step", "clean_step_2"}, "clean_step_3"),
        ("filter", set(), "filter_step"),
        ("map", {"map_step"}, "map_step_2"),
        ("class", set(), "class_step"),
        ("match", set(), "match_step"),
        ("input", set(), "input_step"),
    ],
)
def test_a_name_is_suffixed_only_where_it_is_taken(name: str, taken: set[str], free: str) -> None:
    assert naming.free(name, taken) == free


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("# Title", "Title"),
        ("## Two\ntext\n### Three", "Three"),
        ("Title\n=====", "Title"),
        ("Title\n---", "Title"),
        ("# **Bold** and `code`", "Bold and code"),
        ("# Closed ##", "Closed"),
        ("   # indented a little", "indented a little"),
        ("```\n# a comment\n```", ""),
        ("~~~\n# a comment\n~~~\n# Title", "Title"),
        ("#hashtag", ""),
        ("    # code", ""),
        ("text only", ""),
        ("", ""),
        ("- item\n---", ""),
        ("####### seven", ""),
    ],
)
def test_the_last_heading_counts(markdown: str, heading: str) -> None:
    assert naming.heading(markdown) == heading


@pytest.mark.parametrize("name", ["sum", "class", "match", "None", "print", "_", "ValueError"])
def test_names_of_python_are_reserved(name: str) -> None:
    assert naming.reserved(name)


@pytest.mark.parametrize("name", ["clean", "sums", "klass", "pandas"])
def test_other_names_are_not_reserved(name: str) -> None:
    assert not naming.reserved(name)
