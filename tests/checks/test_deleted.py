"""JP307: names that are read after they were deleted."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import deleted, undefined
from tests.checks.subjects import places, subject


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("# %%\nx = 1\ndel x\n# %%\ny = x", [(1, 1)], id="in the cell that binds it"),
        pytest.param("# %%\nx = 1\n# %%\ndel x\n# %%\n\ny = x", [(2, 2)], id="in another cell"),
        pytest.param(
            "# %%\nx = 1\n# %%\ndel x\n# %%\ny = [x for _ in '']", [(2, 1)], id="in a loop"
        ),
    ],
)
def test_a_name_that_was_deleted(text: str, found: list[tuple[int, int]]) -> None:
    findings = list(deleted.check(subject(text)))
    assert places(findings) == found
    assert all(f.code == "JP307" and "deletes" in f.message for f in findings)
    assert list(undefined.check(subject(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "# %%\nx = 1\n# %%\ndel x\n# %%\nx = 2\ny = x", id="a name that is bound again"
        ),
        pytest.param("# %%\nx = 1\n# %%\nif a_ := 1:\n    del x\n# %%\ny = x", id="maybe deleted"),
        pytest.param("# %%\nx = {}\ndel x['a']\n# %%\ny = x", id="an entry that is deleted"),
        pytest.param("# %%\ny = x", id="a name that nobody ever bound"),
    ],
)
def test_other_names_are_left_alone(text: str) -> None:
    assert list(deleted.check(subject(text))) == []
