"""JP404: secrets in cells, but not their placeholders."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import secret
from tests.checks.subjects import subject

# Put together here, so that no scanner takes this file for a leak.
AWS, GITHUB = "AKIA" + "IOSFODNN7QWERTYU", "ghp_" + "a1B2c3D4" * 5
SLACK, OPENAI = "xoxb-" + "123456789012-abcdefGHIJ", "sk-" + "proj-" + "a1B2c3D4" * 4
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (f"x = '{AWS}'", 1),
        (f"# {GITHUB}\nx = 1", 1),
        (f"x = 1\ny = f('{SLACK}')", 2),
        (f"client = OpenAI('{OPENAI}')", 1),
        (f"x = '''{PEM}\nabc'''", 1),
        ("e = create_engine('postgresql://bob:s3cr3tw0rd@db/shop')", 1),
        ("password = 'hunter22'", 1),
        ("connect(host='db', password='Tr0ub4dor')", 1),
        ("config = {'api_key': 'b7e4c09d1f'}", 1),
        ("os.environ['API_TOKEN'] = 'b7e4c09d1f'", 1),
        ("client.secret = 'b7e4c09d1f'", 1),
        ("apiKey: str = 'b7e4c09d1f'", 1),
        ("x = 1\n%env API_TOKEN=b7e4c09d1f", 2),
        ("!curl -H 'Authorization: " + GITHUB + "' x", 1),
    ],
)
def test_a_secret_is_found_and_not_shown(code: str, line: int) -> None:
    (only,) = secret.check(subject(f"# %%\n{code}"))
    assert (only.code, only.cell, only.line) == ("JP404", 0, line)
    for value in (AWS, GITHUB, SLACK, OPENAI, "s3cr3tw0rd", "hunter22", "Tr0ub4dor", "b7e4c09d1f"):
        assert value not in only.message + only.hint


@pytest.mark.parametrize(
    "code",
    [
        "password = os.environ['PASSWORD']",
        "password = getpass()",
        "password = ''",
        "password = '********'",
        "password = 'your-password'",
        "api_key = '<put yours here>'",
        "api_key = 'YOUR_API_KEY'",
        "token = 'the'",
        "tokens = 'a1b2c3d4e5'",
        "v = Vectorizer(token_pattern=r'(?u)\\b\\w+1\\b')",
        "df.rename(columns={'token': 'word_count'})",
        "secret_file = 'secrets1.json'",
        "key = 'b7e4c09d1f'",
        "url = 'https://user:password@example.com'",
        "url = 'https://example.com:8080/a@b'",
        "url = f'https://{user}:{password}@host/db'",
        "x = 'task-force-of-many-people-in-a-row'",
        "os.environ['TOKEN_FILE'] = 'b7e4c09d1f'",
        "%env OMP_NUM_THREADS=1",
    ],
)
def test_what_is_no_secret_is_left_alone(code: str) -> None:
    assert list(secret.check(subject(f"# %%\n{code}"))) == []
