"""Copies in a notebook's file: proposed, proved by running both notebooks, written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jupyter_promote import unifying
from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.errors import BadParameter
from jupyter_promote.proof.verification import Different, Equivalent
from jupyter_promote.surfaces.cli import main
from tests.programs import cells_of, content_of

TEXT = """
# %%
xs = [1, 2, 3, 4]
# %%
large = [x for x in xs if x > 1]
total = sum(large)
print("above one:", total)
# %%
large_b = [x for x in xs if x > 2]
total_b = sum(large_b)
print("above two:", total_b)
# %%
print(total + total_b)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "shop.ipynb"
    found.write_text(json.dumps(content_of(cells_of(TEXT)), indent=2))
    return found


def test_a_proved_proposal_is_written_and_the_notebook_before_is_kept(path: Path) -> None:
    before = path.read_bytes()
    (found,) = unifying.unify(path, "2:1-3,3:1-3", run=True, write=True)
    assert isinstance(found.verdict, Equivalent)
    assert found.written
    assert (path.parent / ".promote" / "before-unify" / path.name).read_bytes() == before
    cells = json.loads(path.read_text())["cells"]
    assert ["".join(c["source"]) for c in cells[1:]] == [
        found.source,
        'total = compute_total(xs, threshold=1, text="above one:")',
        'total_b = compute_total(xs, threshold=2, text="above two:")',
        "print(total + total_b)",
    ]
    assert [c["id"] for c in cells] == ["c0", found.new_id, "c1", "c2", "c3"]


def test_a_notebook_that_does_something_else_is_not_written(path: Path) -> None:
    """The static rules know nothing of frames; the proof sees that the code runs elsewhere."""
    hidden = 'import sys\nframe = getattr(sys, "_get" + "frame")()\nprint(frame.f_code.co_name)'
    content = content_of(cells_of("# %%\n" + hidden + "\n# %%\n" + hidden))
    path.write_text(json.dumps(content))
    before = path.read_bytes()
    (found,) = unifying.unify(path, "1,2", run=True, write=True)
    assert isinstance(found.verdict, Different)
    assert not found.written
    assert path.read_bytes() == before


def test_the_command_shows_the_cells_and_says_that_nothing_was_run(path: Path) -> None:
    done = CliRunner().invoke(main, ["unify", str(path), "--cells", "2,3", "--no-run"])
    assert done.exit_code == 0
    assert "compute_total(xs, *, threshold, text) -> total   cell 2 lines 1-3" in done.output
    assert '+total = compute_total(xs, threshold=1, text="above one:")' in done.output
    assert "nothing was executed" in done.output


def test_the_command_answers_with_one_object(path: Path) -> None:
    done = CliRunner().invoke(main, ["unify", str(path), "--cells", "1,3", "--no-run", "--json"])
    assert done.exit_code == 1
    (group,) = json.loads(done.output)["groups"]
    assert group["obstacle"]["code"] == "not-alike"
    assert group["cells"] == []


def test_writing_needs_to_be_told_which_copies(path: Path) -> None:
    done = CliRunner().invoke(main, ["unify", str(path), "--write", "--no-run"])
    assert done.exit_code == 2
    assert "--cells" in done.output


@pytest.mark.parametrize("text", ["", "x", "0:1-2", "1:2-", "1:1-2;3", "1-2", "-1"])
def test_places_that_name_no_lines_are_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        unifying.places_of(text)


def test_places_count_cells_from_one() -> None:
    assert unifying.places_of("3:1-7, 9:4") == (
        Place(cell=2, first=1, last=7),
        Place(cell=8, first=4, last=4),
    )
