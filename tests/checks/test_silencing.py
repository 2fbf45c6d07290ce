"""What tags and comments silence, and what they do not."""

from __future__ import annotations

import pytest

from jupyter_promote.checks import table
from tests.checks.subjects import subject


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# %% noqa\ny = x", id="a tag for everything"),
        pytest.param("# %% noqa:JP301\ny = x", id="a tag with the code"),
        pytest.param("# %% noqa:JP3\ny = x", id="a tag with the beginning of the code"),
        pytest.param("# %%\ny = x  # noqa: JP301 the shell binds it", id="a comment with a reason"),
        pytest.param("# %%\ny = x  # NOQA:jp301", id="a comment in another case"),
        pytest.param("# %%\ny = x  # type: ignore  # noqa: E501, JP301", id="one of several codes"),
        pytest.param("# %%\ny = x  # noqa", id="another linter's bare comment"),
        pytest.param("# %%\n# noqa: JP301 the shell binds it\ny = x", id="a line of its own"),
        pytest.param("# %%\ny = 1\nz = x\n# noqa: JP3", id="a line of its own, further down"),
    ],
)
def test_a_finding_is_silenced(text: str) -> None:
    assert table.findings(subject(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# %% noqa:JP302\ny = x", id="a tag with another code"),
        pytest.param("# %% noqa:typo\ny = x", id="a tag without a code"),
        pytest.param("# %%\ny = x  # noqa: JP302", id="a comment with another code"),
        pytest.param("# %%\ny = 1  # noqa: JP301\nz = x", id="a comment on another line"),
        pytest.param("# %%\n# noqa\ny = x", id="a bare comment on a line of its own"),
        pytest.param("# %% noqa\ny = 1\n# %%\nz = x", id="a tag on another cell"),
        pytest.param("# %%\ny = x  # say no qualms", id="a comment about something else"),
    ],
)
def test_a_finding_is_told(text: str) -> None:
    assert [f.code for f in table.findings(subject(text))] == ["JP301"]
