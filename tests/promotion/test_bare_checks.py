"""A bare check in a test cell becomes an assertion; other expressions stay as they are."""

from __future__ import annotations

import ast

import pytest

from jupyter_promote.promotion import bare_checks


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("df.isna().sum()", "assert not df.isna().sum().any()"),
        ("df.isnull().sum().sum()", "assert df.isnull().sum().sum() == 0"),
        ("df['id'].duplicated().sum()", "assert df['id'].duplicated().sum() == 0"),
        ("len(df) == 3", "assert len(df) == 3"),
        ("(df.a > 0).all()", "assert (df.a > 0).all()"),
        ("df.index.is_unique", "assert df.index.is_unique"),
        ("np.allclose(a, b)", "assert np.allclose(a, b)"),
        ("not missing", "assert not missing"),
    ],
)
def test_a_check_is_asserted(code: str, expected: str) -> None:
    found = bare_checks.assertion(ast.parse(code, mode="eval").body)
    assert found is not None
    assert f"{found[0]}{code}{found[1]}" == expected


@pytest.mark.parametrize("code", ["df.head()", "df.sum()", "x", "df.describe()", "fit(x)", "x + 1"])
def test_what_is_no_check_stays(code: str) -> None:
    assert bare_checks.assertion(ast.parse(code, mode="eval").body) is None
