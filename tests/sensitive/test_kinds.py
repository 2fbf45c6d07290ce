"""Every kind of secret is flagged in cells and masked wherever it is stored; ordinary text is not.

detect-secrets is the oracle: what its detectors know is known here, too.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import BasePlugin
from hypothesis import given
from hypothesis import strategies as st

from jupyter_promote.checks import secret
from jupyter_promote.pinning import secrets
from jupyter_promote.sensitive import texts
from jupyter_promote.sensitive.forms import FORMS
from tests.checks.subjects import subject
from tests.sensitive.kinds import KINDS, NOT_OURS

TRIES = 12  # instances of each kind


def detectors() -> dict[str, BasePlugin]:
    found = get_mapping_from_secret_type_to_class().values()
    return {kind.__name__: kind() for kind in found if kind.__name__ not in NOT_OURS}


def instances(kind: str) -> list[tuple[str, str]]:
    """Return texts of a kind, each with what is secret of it."""
    return [KINDS[kind](random.Random(f"{kind} {seed}")) for seed in range(TRIES)]


def test_each_detector_of_the_oracle_knows_one_of_the_kinds() -> None:
    left = detectors()
    for kind in KINDS:
        for text, _ in instances(kind):
            for name in [n for n, d in left.items() if d.analyze_line("x.py", text, 1)]:
                del left[name]
    assert not left


@dataclass
class Account:
    note: str


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_flagged_in_a_cell(kind: str) -> None:
    for text, part in instances(kind):
        whole = " = '" in text  # an assignment, as it stands in code
        for code in [text] if whole else [f"x = {text!r}", f"# {text}", f"f({text!r}, n=1)"]:
            found = [*secret.check(subject(f"# %%\n{code}"))]
            assert found, code
            assert not any(part in one.message + one.hint for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_masked_in_values_of_every_sort(kind: str) -> None:
    for text, part in instances(kind)[:4]:
        values: dict[str, Any] = {
            "text": text,
            "bytes": text.encode(),
            "list": ["x", (text, 1)],
            "set": {text},
            "dict": {"note": text, text: 1},
            "object": Account(note=text),
            "array": np.array(["x", text]),
            "column": pd.DataFrame({"note": ["x", text, None], "n": [1, 2, 3]}),
            "string column": pd.DataFrame({"note": pd.array(["x", text], dtype="string")}),
            "labels": pd.DataFrame({"n": [1, 2]}, index=["x", text]),
            "levels": pd.Series([1], index=pd.MultiIndex.from_tuples([(text, 1)])),
            "column name": pd.DataFrame({text: [1]}),
            "index name": pd.DataFrame({"n": [1]}, index=pd.Index([1], name=text)),
            "series name": pd.Series([1], name=text),
            "category": pd.Series(["x", text], dtype="category"),
            "record": np.array([text], dtype=object),
        }
        for where, value in values.items():
            hidden, found = secrets.masked(value)
            assert found and part not in shown(hidden), (where, text)
        arguments, _ = secrets.mask_arguments(values)
        assert part not in shown(arguments)


def shown(value: Any) -> str:
    """Return all that a value shows, however deep."""
    match value:
        case pd.DataFrame() | pd.Series():
            return value.to_csv() + str(value.index.names) + str(getattr(value, "name", ""))
        case pd.Index():
            return repr(value.tolist()) + str(value.names)
        case np.ndarray():
            return repr(value.tolist())
        case dict():
            return "".join(shown(part) for pair in value.items() for part in pair)
        case list() | tuple() | set():
            return "".join(map(shown, value))
    return repr(value)


AROUND = st.text(alphabet=st.sampled_from(" \n\t,;:.()[]{}'\"<>=&abcXYZ019é"), max_size=12)


@given(kind=st.sampled_from(sorted(KINDS)), seed=st.integers(0, 9999), before=AROUND, after=AROUND)
def test_it_is_masked_wherever_it_stands_in_a_text(
    kind: str, seed: int, before: str, after: str
) -> None:
    text, part = KINDS[kind](random.Random(seed))
    masked = texts.masked(f"{before} {text} {after}")
    assert part not in masked
    assert texts.masked(masked) == masked


ORDINARY = st.lists(
    st.sampled_from(
        "the pad_token is [PAD] of https://example.org/a?page=2 and 12:30 4f2a9c #1f77b4 data/x.csv"
        " c0ffee password_column tokenizer a=1 b: 2 -> == 550e8400-e29b-41d4-a716-446655440000 $HOME"
        " sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 key=value f(x)"
        " .sk-toggleable__label-arrow sk-container-id-1 {x} task-force-of-many-people-in-a-row".split()
    ),
    max_size=20,
)


@given(words=ORDINARY, glue=st.sampled_from([" ", "\n", ", "]))
def test_other_text_stays_as_it_is(words: list[str], glue: str) -> None:
    text = glue.join(words)
    assert texts.masked(text) == text
    assert secrets.masked(text) == (text, ())


PIECES = [
    *sorted({guard for form in FORMS for guard in form.guards}),
    *"password= token: 'key' \" ' = : ; @ / . - -- \n *** eyJ BEGIN END ----- -u bob: a1B2c3D4e5F6g7H8".split(
        " "
    ),
    *("a1B2c3D4" * 5, "4111 1111 1111 1111", "ann@example.org", "é", "\\n", "--password "),
]


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = texts.masked(text)
    assert texts.masked(once) == once
    hidden, _ = secrets.masked(text)
    assert secrets.masked(hidden)[0] == hidden


LEFT_ALONE = [
    "url = 'https://user:password@example.com'",
    "url = f'postgresql://{user}:{password}@host/db'",
    "see http://localhost:8080/a@b and mailto:ann",
    "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')",
    "password = os.environ['PASSWORD']",
    "password=getpass(), token=self.settings.token",
    "print('password:', password)",
    "%env OMP_NUM_THREADS=1",
    "img = 'data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUgAAAAUA" * 9 + "'",
    "digest = '" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" + "'",
    "id: 550e8400-e29b-41d4-a716-446655440000",
    "Basic understanding of the bearer market since 2019",
    "the secret of success: hard work",
    "key: value, sort_key=name, primary_key: customer_id",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert texts.masked(text) == text
    assert [*secret.check(subject(f"# %%\n# {text}"))] == []
    assert [*secret.check(subject(f"# %%\nx = {json.dumps(text)}"))] == []
