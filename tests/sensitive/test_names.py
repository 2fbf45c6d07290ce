"""Which names say that their value is secret."""

from __future__ import annotations

import pytest

from jupyter_promote.sensitive import values
from jupyter_promote.sensitive.names import Degree, degree

SURELY = """
    password db_password dbPassword PASSWORD2 passPhrase pwd secret client_secret token apiKey API_KEY
    x-api-key aws_access_key AWS_SECRET_ACCESS_KEY secret_key accessToken slack_bot_token HF_TOKEN
    token_prod api_key_openai session-token SharedAccessKey credentials db_pass api_keys reset_token
""".split()
PERHAPS = "key aws_key accountKey auth user_pat pass_rate storage_key".split()
NO = """
    pad_token eos_token mask_token bos_token next_token tokens max_new_tokens tokens_per_line tokenizer
    token_pattern token_type_ids num_tokens password_column password_length use_password show_token
    primary_key sort_key cache_key public_key s3_key keys keyword passenger author secretary compass
    access_key_id secret_name token_url password_policy monkey bypass
""".split()
TABLE = {Degree.SURELY: SURELY, Degree.PERHAPS: PERHAPS, Degree.NO: NO}


@pytest.mark.parametrize(
    ("name", "expected"), [(n, d) for d, names in TABLE.items() for n in names]
)
def test_what_a_name_says(name: str, expected: Degree) -> None:
    assert degree(name) is expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "x"),
        ("token", "abc"),
        ("api_key", "550e8400-e29b-41d4-a716-446655440000"),
        ("key", "8Jk2mZq9Xw4Tn7Lc3Vb6"),
        ("password", "/data"),
    ],
)
def test_a_value_is_secret_by_its_name(name: str, value: str) -> None:
    assert values.told(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token", ""),
        ("token", "[PAD]"),
        ("token", "<|endoftext|>"),
        ("pwd", "/data"),
        ("pwd", "../data/x"),
        ("credentials", "service_account.json"),
        ("key", "b7e4c09d1f"),
        ("key", "customer_id"),
        ("key", "550e8400-e29b-41d4-a716-446655440000"),
        ("password_column", "pw"),
        ("commit", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ],
)
def test_a_value_is_no_secret_for_all_its_name(name: str, value: str) -> None:
    assert not values.told(name, value)
