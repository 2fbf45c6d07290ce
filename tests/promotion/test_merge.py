"""Merging hand edits with what the notebook gives: what survives, and what is a conflict."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_promote.promotion import merge
from jupyter_promote.promotion.merge import Conflict

BASE = '''"""Steps."""

import numpy as np

__all__ = ["clean", "load"]


def load(path):
    """Load."""
    return np.loadtxt(path)


def clean(df):
    """Clean."""
    kept = df[df > 0]
    return kept
'''
CLEAN_BY_HAND = BASE.replace("df[df > 0]", "df[df >= 0]  # zero is fine")
LOAD_ANEW = BASE.replace("np.loadtxt(path)", "np.loadtxt(path, skiprows=1)")


def added(text: str, name: str, *, exported: bool = True) -> str:
    """Return `text` with one more function at its end."""
    text = text.replace('"load"]', f'"load", "{name}"]') if exported else text
    return f"{text}\n\ndef {name}(df):\n    return df.{name}()\n"


def merged(base: str, edited: str, generated: str) -> str:
    found = merge.python(base, edited, generated)
    assert isinstance(found, str), found
    return found


def conflict(base: str, edited: str, generated: str) -> Conflict:
    found = merge.python(base, edited, generated)
    assert isinstance(found, Conflict), found
    return found


def test_edits_of_different_functions_both_survive() -> None:
    text = merged(BASE, CLEAN_BY_HAND, LOAD_ANEW)
    assert "zero is fine" in text
    assert "skiprows=1" in text
    assert text == CLEAN_BY_HAND.replace("np.loadtxt(path)", "np.loadtxt(path, skiprows=1)")


def test_merging_again_with_the_new_base_changes_nothing() -> None:
    once = merged(BASE, CLEAN_BY_HAND, LOAD_ANEW)
    assert merged(LOAD_ANEW, once, LOAD_ANEW) == once


def test_functions_added_by_both_at_the_same_place_both_stand_there() -> None:
    text = merged(BASE, added(BASE, "mean"), added(BASE, "total"))
    assert "def mean(df)" in text
    assert "def total(df)" in text
    assert '__all__ = ["clean", "load", "mean", "total"]' in text


def test_a_helper_that_is_not_exported_survives_a_new_function() -> None:
    text = merged(BASE, added(BASE, "_mean", exported=False), added(BASE, "total"))
    assert "def _mean" in text
    assert '__all__ = ["clean", "load", "total"]' in text


def test_imports_added_by_both_are_all_kept_and_sorted() -> None:
    by_hand = BASE.replace("import numpy as np\n", "import json\n\nimport numpy as np\n")
    by_hand = added(by_hand, "json_", exported=False).replace("df.json_()", "json.dumps(df)")
    new = BASE.replace("import numpy as np\n", "import csv\n\nimport numpy as np\n")
    new = new.replace("np.loadtxt(path)", "np.array(list(csv.reader(path)))")
    text = merged(BASE, by_hand, new)
    assert text.index("import csv") < text.index("import json") < text.index("import numpy")


def test_a_function_that_the_notebook_dropped_is_dropped() -> None:
    text = merged(
        BASE,
        CLEAN_BY_HAND,
        BASE[: BASE.index("\n\ndef load")] + BASE[BASE.index("\n\ndef clean") :],
    )
    assert "def load" not in text
    assert "zero is fine" in text


def test_edits_of_lines_side_by_side_in_two_functions_both_survive() -> None:
    base = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
    by_hand = base + "\n\ndef mine():\n    return 3\n"
    assert merged(base, by_hand, base.replace("return 2", "return 4")) == by_hand.replace(
        "return 2", "return 4"
    )


def test_line_ends_of_windows_stay() -> None:
    text = merged(BASE, CLEAN_BY_HAND.replace("\n", "\r\n"), LOAD_ANEW)
    assert text.replace("\r\n", "").count("\n") == 0
    assert "skiprows=1" in text


def test_a_file_that_only_got_other_line_ends_is_not_edited() -> None:
    assert merged(BASE, BASE.replace("\n", "\r\n"), LOAD_ANEW) == LOAD_ANEW.replace("\n", "\r\n")


def test_a_format_of_ones_own_stays() -> None:
    by_hand = BASE.replace("kept = df[df > 0]", "kept = df[ df>0 ]")
    assert "df[ df>0 ]" in merged(BASE, by_hand, LOAD_ANEW)


def test_a_missing_final_newline_is_no_obstacle() -> None:
    assert merged(BASE, CLEAN_BY_HAND.rstrip("\n"), LOAD_ANEW).endswith("return kept\n")


CONFLICTS = {
    "both changed one line": (
        CLEAN_BY_HAND,
        BASE.replace("df > 0", "df > 1"),
        "both the file and the notebook were changed",
    ),
    "changed by hand, gone from the notebook": (
        CLEAN_BY_HAND,
        BASE[: BASE.index("\n\ndef clean")],
        "both the file and the notebook were changed",
    ),
    "both added one name": (
        added(BASE, "mean"),
        added(BASE, "mean").replace("df.mean()", "df.mean(0)"),
        "both the file and the notebook were changed",
    ),
    "both added one name at different places": (
        added(BASE, "mean"),
        BASE.replace("\n\ndef load", "\n\ndef mean(df):\n    return 0\n\n\ndef load"),
        "'mean' would be defined twice",
    ),
    "by hand something is used that the notebook no longer imports": (
        BASE.replace("return kept", "return np.sqrt(kept)"),
        BASE.replace("import numpy as np\n\n", "").replace("np.loadtxt(path)", "open(path)"),
        "'np' would be used but not defined",
    ),
    "no Python any more": (
        BASE.replace("def clean(df):", "def clean(df:"),
        LOAD_ANEW,
        "the file is no valid Python",
    ),
}


@pytest.mark.parametrize(("edited", "generated", "reason"), CONFLICTS.values(), ids=CONFLICTS)
def test_conflict(edited: str, generated: str, reason: str) -> None:
    assert reason in conflict(BASE, edited, generated).reason


def test_a_conflict_shows_both_sides_and_the_lines_of_the_file() -> None:
    found = conflict(BASE, CLEAN_BY_HAND, BASE.replace("df > 0", "df > 1"))
    assert found.edited == "    kept = df[df >= 0]  # zero is fine\n"
    assert found.generated == "    kept = df[df > 1]\n"
    lines = CLEAN_BY_HAND.splitlines(keepends=True)
    assert "".join(lines[found.first - 1 : found.last]) == found.edited


LINES = st.lists(st.sampled_from(["a = 1\n", "b = 2\n", "c = 3\n", "d = 4\n"]), max_size=8)


@given(LINES, LINES)
def test_what_only_one_side_changed_is_taken_from_it(base: list[str], other: list[str]) -> None:
    before, after = "".join(base), "".join(other)
    assert merge.python(before, before, after) == after
    assert merge.python(before, after, before) == after
    assert merge.python(before, after, after) == after


@given(LINES, LINES, LINES)
def test_merged_text_is_python_and_merging_is_symmetric_in_what_it_refuses(
    base: list[str], edited: list[str], generated: list[str]
) -> None:
    texts = "".join(base), "".join(edited), "".join(generated)
    found = merge.python(*texts)
    if isinstance(found, str):
        ast.parse(found)
        assert isinstance(merge.python(texts[0], texts[2], texts[1]), str)
