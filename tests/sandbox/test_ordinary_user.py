"""The same for somebody who is not root: the system lends the right to lay layers by a user namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534
PROGRAM = """
import os, pathlib, subprocess, sys
sys.path.insert(0, sys.argv[1])
from jupyter_promote.sandbox import sandboxes
from jupyter_promote.sandbox.sandboxes import sandbox
if not sandboxes.grants_namespace():
    sys.exit(77)
project = pathlib.Path(sys.argv[2])
with sandbox(project / "notebooks", expected=[project]) as box:
    script = "echo new >> ../log.txt; rm -r ../out; mkdir ../out ../more; echo a > /var/tmp/promote-a"
    ended = subprocess.run(box.command(["sh", "-c", script]), cwd=project / "notebooks")
    told = {str(w.path.relative_to(project)): w.how for w in box.written() if w.path.is_relative_to(project)}
print(ended.returncode, box.method, sorted(told.items()))
"""


@pytest.fixture
def project() -> Iterator[Path]:
    """A project of nobody's, in a folder that is root's."""
    above = Path(tempfile.mkdtemp())
    above.chmod(0o755)
    project = above / "project"
    for folder in (project, project / "notebooks", project / "out"):
        folder.mkdir()
    (project / "log.txt").write_text("old\n")
    (project / "out" / "kept.txt").write_text("kept")
    for path in (project, *project.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    yield project
    shutil.rmtree(above)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_changes_nothing_either(project: Path) -> None:
    package = project.parent / "ours"
    shutil.copytree(
        Path(__file__).resolve().parents[2] / "jupyter_promote",
        package / "jupyter_promote",
        ignore=shutil.ignore_patterns("labextension", "__pycache__"),
    )
    ended = subprocess.run(
        ["/usr/bin/env", "-i", "HOME=/tmp", sys.executable, "-c", PROGRAM, package, project],
        user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, text=True,
    )  # fmt: skip
    if ended.returncode == 77 or "Permission denied" in ended.stderr:
        pytest.skip("the system grants nobody a namespace, or an interpreter")

    assert ended.stdout.split(" ", 1)[0] == "0", ended.stderr
    assert "namespace" in ended.stdout
    assert "('log.txt', 'file')" in ended.stdout
    assert "('out/kept.txt', 'removed')" in ended.stdout
    assert (project / "log.txt").read_text() == "old\n"
    assert (project / "out" / "kept.txt").exists()
    assert not Path("/var/tmp/promote-a").exists()
