"""JP405: paths of one machine."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import machine_path
from tests.checks.subjects import subject


@pytest.mark.parametrize(
    "code",
    [
        "df = read('/home/bob/data.csv')",
        "df = read('/Users/bob/data.csv')",
        "df = read(r'C:\\Users\\bob\\data.csv')",
        "df = read('D:/data/x.csv')",
        "df = read('file:///home/bob/x.csv')",
        "df = read(r'\\\\server\\share\\x.csv')",
        "df = read(f'/home/bob/{name}.csv')",
        "df = read('/mnt/disk/x.csv')",
        "%cd /home/bob/project",
        "!cp /Users/bob/x.csv .",
    ],
)
def test_a_path_of_one_machine_is_found(code: str) -> None:
    (only,) = machine_path.check(subject(f"# %%\nx = 1\n{code}"))
    assert (only.code, only.cell, only.line) == ("JP405", 0, 2)


@pytest.mark.parametrize(
    "code",
    [
        "df = read('data/x.csv')",
        "df = read('../home/bob/x.csv')",
        "df = read('https://example.com/home/bob/x.csv')",
        "df = read('/tmp/x.csv')",
        "df = read('/data/x.csv')",
        "x = '/home'",
        "x = 'a:b'",
        "x = 'C: the third letter'",
        "x = 'see /home/bob/x.csv'",
        "x = 'C://not/a/drive'",
        "!ls /usr/share",
    ],
)
def test_other_texts_are_left_alone(code: str) -> None:
    assert list(machine_path.check(subject(f"# %%\n{code}"))) == []
