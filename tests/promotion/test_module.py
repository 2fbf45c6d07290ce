"""The text of the functions: what stands where."""

from __future__ import annotations

import pytest

from tests.programs import differences, promote


def body_of(cell: str) -> str:
    """Return what stands below the docstring of the function made of `cell`, which binds y."""
    made = promote(f"# %%\nx = 2\n# %% a\n{cell}\n# %%\nprint(y)\n")
    assert not differences(made)
    return made.module.partition('    """A."""\n')[2]


@pytest.mark.parametrize(
    ("cell", "body"),
    [
        pytest.param(
            "y = x * 2\n# the end",
            "    # the end\n    return x * 2\n",
            id="above an assignment that is returned",
        ),
        pytest.param(
            "# of y\ny = x * 2  # behind\n# the end\n# of it",
            "    # of y\n    # the end\n    # of it\n    return x * 2  # behind\n",
            id="below the comment that the assignment has",
        ),
        pytest.param(
            'y = """\n  # text\nend"""\n# the end',
            '    # the end\n    return """\n  # text\nend"""\n',
            id="above a text of several lines",
        ),
        pytest.param(
            "with open(__import__.__name__, 'w') as f:\n    y = f.write('x')\n# the end",
            '    # the end\n    with open(__import__.__name__, "w") as f:\n'
            '        return f.write("x")\n',
            id="above a block that returns",
        ),
        pytest.param(
            "y = x\ny += 1\n# the end",
            "    y = x\n    y += 1\n    # the end\n\n    return y\n",
            id="where it stood, if the return is a line of its own",
        ),
    ],
)
def test_a_comment_at_the_end_stands_above_the_return(cell: str, body: str) -> None:
    assert body_of(cell) == body
