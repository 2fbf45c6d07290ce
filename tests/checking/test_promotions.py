"""The records of promotions, looked at without any analysis: what is no record is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_promote.checking import promotions
from jupyter_promote.checking.check import Request, check
from tests.checking.test_check import save

GOOD = {
    "notebook": "a.ipynb",
    "module": "src/shop/steps.py",
    "generated": {"src/shop/steps.py": "", "notebooks/a.ipynb": ""},
    "origins": {"keep": [{"id": "c1", "digest": "d"}]},
}


def write(folder: Path, content: object) -> None:
    (folder / ".promote").mkdir(exist_ok=True)
    (folder / ".promote" / "steps.json").write_text(
        content if isinstance(content, str) else json.dumps(content)
    )


def test_a_record_names_its_notebooks_and_cells(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (only,) = promotions.of_folders([tmp_path])
    assert only.notebooks == [str(tmp_path / "a.ipynb"), str(tmp_path / "notebooks" / "a.ipynb")]
    assert (only.origins, only.tests) == ({"keep": ["c1"]}, "tests/test_steps.py")
    assert set(promotions.by_notebook([only])) == set(only.notebooks)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        GOOD | {"notebook": 3},
        GOOD | {"notebook": "a\0.ipynb"},
        GOOD | {"module": "../steps.py"},
        GOOD | {"generated": {"a\0b": ""}},
        GOOD | {"generated": {"../../etc/passwd": ""}},
        GOOD | {"origins": {"keep": [{"digest": "d"}]}},
        GOOD | {"origins": {"keep": 3}},
    ],
)
def test_what_is_no_record_is_passed_over(tmp_path: Path, content: object) -> None:
    write(tmp_path, content)
    save(tmp_path / "a.ipynb")
    assert promotions.of_folders([tmp_path]) == []
    assert [f.code for f in check(Request(paths=(tmp_path,))).findings] == ["JP301"]
