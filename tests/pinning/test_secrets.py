"""What must not be stored is masked, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from jupyter_promote.pinning import secrets

CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "name",
    ["password", "db_password", "token", "apiKey", "API_KEY", "aws_access_key", "client_secret"],
)
def test_a_name_that_says_secret(name: str) -> None:
    assert secrets.named(name)


@pytest.mark.parametrize(
    "name", ["key", "keys", "tokens_per_line", "passenger", "author", "secretary"]
)
def test_a_name_that_only_resembles_one(name: str) -> None:
    assert not secrets.named(name)


@pytest.mark.parametrize(
    "text",
    ["write to ann@example.org", f"card {CARD}", "AKIAIOSFODNN7EXAMPLE", "4111-1111-1111-1111"],
)
def test_a_text_that_holds_one(text: str) -> None:
    assert secrets.in_text(text)


@pytest.mark.parametrize(
    "text",
    ["2024-01-02 03:04:05.123456", "4111 1111 1111 1112", "0000000000000000", "a @ b", "x@y"],
)
def test_a_text_that_holds_none(text: str) -> None:
    assert not secrets.in_text(text)


def test_a_value_under_a_secret_name_is_masked_and_reported() -> None:
    values, found = secrets.mask_arguments({"token": "abc", "n": 3})
    assert values == {"token": "***", "n": 3}
    assert found == ("the value of 'token'",)


def test_equal_addresses_get_equal_masks_in_all_arguments() -> None:
    frame = pd.DataFrame({"who": ["a@x.org", "b@x.org", "a@x.org"], "n": [1, 2, 3]})
    values, found = secrets.mask_arguments({"frame": frame, "only": ["a@x.org"]})
    first, second, third = values["frame"]["who"]
    assert (first, values["only"]) == (third, [first])
    assert first != second
    assert not any("x.org" in text for text in (first, second))
    assert list(frame["who"]) == ["a@x.org", "b@x.org", "a@x.org"]
    assert len(found) == 2


def test_a_card_keeps_its_form_and_loses_its_digits() -> None:
    hidden, found = secrets.masked(f"paid with {CARD}")
    assert hidden == "paid with 0000 0000 0000 0000"
    assert found


def test_a_value_without_secrets_is_the_same_object() -> None:
    frame = pd.DataFrame({"city": ["Ulm", None], "price": [1.5, 2.5]})
    assert secrets.masked(frame)[0] is frame
    assert secrets.masked(frame)[1] == ()
