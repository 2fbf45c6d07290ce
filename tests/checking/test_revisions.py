"""Only what changed since a revision is told; nothing that a repository configures is run."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from jupyter_promote.checking.check import Request, check
from jupyter_promote.errors import BadParameter
from tests.checking.test_check import save

BOOK = "# %%\ny = x\n# %%\nz = 1"
HELPERS = "def clean(rows):\n    return rows\n"
TEST = "from helpers import clean\n\n\ndef test_clean():\n    assert clean([0]) == [0]\n"


def git(folder: Path, *arguments: str) -> None:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, env={**os.environ, **who}
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with a finding in it."""
    save(tmp_path / "a b.ipynb", BOOK)
    save(tmp_path / "c.ipynb", "# %%\nw = v")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def told(
    project: Path, since: str = "HEAD", select: tuple[str, ...] = ()
) -> list[tuple[str, int | None]]:
    found = check(Request(paths=(project,), since=since, select=select)).findings
    return [(Path(f.path).name, f.cell) for f in found]


def test_what_was_there_is_not_told(project: Path) -> None:
    assert told(project) == []


def test_a_changed_cell_and_a_new_file_are_told(project: Path) -> None:
    save(project / "a b.ipynb", "# %%\nimport os\n# %%\ny = x\n# %%\nz = u")
    save(project / "new.ipynb", "# %%\nt = s")
    assert told(project) == [("a b.ipynb", 2), ("new.ipynb", 0)]


def test_running_a_notebook_changes_nothing(project: Path) -> None:
    content = json.loads((project / "c.ipynb").read_text())
    content["cells"][0]["execution_count"] = 7
    (project / "c.ipynb").write_text(json.dumps(content, indent=1))
    assert told(project) == []


def test_what_others_changed_since_the_branch_began_is_not_told(project: Path) -> None:
    git(project, "switch", "-q", "-c", "mine")
    save(project / "mine.ipynb", "# %%\nt = s")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "mine")
    git(project, "switch", "-q", "main")
    save(project / "c.ipynb", "# %%\nw = v + 1")
    git(project, "commit", "-q", "-a", "-m", "theirs")
    git(project, "switch", "-q", "mine")
    assert told(project, "main") == [("mine.ipynb", 0)]


def test_a_removed_test_tells_what_it_tested(project: Path) -> None:
    save(project / "d.ipynb", "# %%\nfrom helpers import clean")
    (project / "helpers.py").write_text(HELPERS)
    (project / "test_helpers.py").write_text(TEST)
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "tested")
    assert told(project, select=("JP2",)) == []
    (project / "test_helpers.py").unlink()
    assert told(project, select=("JP2",)) == [("helpers.py", None)]


@pytest.mark.parametrize("name", ["none", "--upload-pack=x", "-", "HEAD\nmain", "HEAD~99", ":/x"])
def test_what_is_no_revision_is_a_mistake(project: Path, name: str) -> None:
    with pytest.raises(BadParameter) as error:
        told(project, name)
    assert "revision" in error.value.what


def test_outside_a_repository_it_is_a_mistake(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", BOOK)
    with pytest.raises(BadParameter, match="git"):
        told(tmp_path)


def test_what_a_repository_configures_is_not_run(project: Path) -> None:
    trap = project / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{project}/sprung'\ncat\n")
    trap.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "diff.external",
        "filter.f.clean",
        "filter.f.smudge",
        "core.pager",
    ):
        git(project, "config", name, str(trap))
    git(project, "config", "diff.d.textconv", str(trap))
    (project / ".gitattributes").write_text("*.ipynb filter=f diff=d\n")
    for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
        (project / ".git" / "hooks").mkdir(exist_ok=True)
        (project / ".git" / "hooks" / hook).symlink_to(trap)
    save(project / "a b.ipynb", "# %%\ny = u")
    assert told(project) == [("a b.ipynb", 0)]
    assert not (project / "sprung").exists()
