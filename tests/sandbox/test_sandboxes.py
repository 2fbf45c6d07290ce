"""What programs in a sandbox do to the disk: nothing, in whichever way they write."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_promote.pinning import inside
from jupyter_promote.sandbox import landlock, sandboxes
from jupyter_promote.sandbox.sandboxes import METHOD, Sandbox, sandbox

METHODS = ("namespace", "redirect")

# Each way to write, and what it changes: names below the project, seen from `notebooks/`.
WAYS = {
    "open": ("open('../out/sums.csv', 'w').write('new')", {"out/sums.csv": "file"}),
    "append": ("open('../log.txt', 'a').write('new')", {"log.txt": "file"}),
    "update": ("f = open('../log.txt', 'r+'); f.seek(1); f.write('!')", {"log.txt": "file"}),
    "os": (
        "import os\nd = os.open('../log.txt', os.O_RDWR | os.O_TRUNC)\nos.write(d, b'new')",
        {"log.txt": "file"},
    ),
    "remove": ("import os\nos.remove('../log.txt')", {"log.txt": "removed"}),
    "rename": (
        "import os\nos.rename('../log.txt', '../log.old')",
        {"log.txt": "removed", "log.old": "file"},
    ),
    "replace": (
        "import os\nopen('n', 'w').write('new')\nos.replace('n', '../log.txt')",
        {"log.txt": "file"},
    ),
    "mkdir": ("import os\nos.makedirs('../new/deep')", {"new": "folder", "new/deep": "folder"}),
    "rmtree": (
        "import shutil\nshutil.rmtree('../out')",
        {"out": "removed", "out/sums.csv": "removed"},
    ),
    "remake": (
        "import shutil, os\nshutil.rmtree('../out'); os.mkdir('../out'); open('../out/a', 'w')",
        {"out": "folder", "out/sums.csv": "removed", "out/a": "file"},
    ),
    "copy": ("import shutil\nshutil.copy('../log.txt', '../copy')", {"copy": "file"}),
    "chmod": ("import os\nos.chmod('../log.txt', 0o600)", {"log.txt": "mode"}),
    "truncate": ("import os\nos.truncate('../log.txt', 1)", {"log.txt": "file"}),
    "symlink": ("import os\nos.symlink('log.txt', '../way')", {"way": "link"}),
    "hard link": ("import os\nos.link('../log.txt', '../twin')", {"twin": "file"}),
    "pathlib": (
        "from pathlib import Path\np = Path('..') / 'out' / 'sums.csv'\np.write_text('new')",
        {"out/sums.csv": "file"},
    ),
    "through a link": ("open('way/sums.csv', 'w').write('new')", {"out/sums.csv": "file"}),
    "after chdir": (
        "import os\nos.chdir('..')\nopen('log.txt', 'w').write('new')",
        {"log.txt": "file"},
    ),
    "absolute": (
        "import os\nopen(os.path.abspath('../log.txt'), 'w').write('new')",
        {"log.txt": "file"},
    ),
    "pandas": (
        "import pandas\npandas.DataFrame({'a': [1]}).to_csv('../out/sums.csv')",
        {"out/sums.csv": "file"},
    ),
    "numpy": (
        "import numpy\nnumpy.save('../out/a.npy', numpy.arange(3)); numpy.arange(3).tofile('../out/b')",
        {"out/a.npy": "file", "out/b": "file"},
    ),
    "sqlite3": (
        "import sqlite3\nc = sqlite3.connect('../shop.db')\nc.execute('delete from t')\nc.commit()",
        {"shop.db": "file"},
    ),
    "zip": (
        "import zipfile\nz = zipfile.ZipFile('../a.zip', 'w')\nz.writestr('a', 'b')\nz.close()",
        {"a.zip": "file"},
    ),
    "a file that is opened and left alone": ("open('../log.txt', 'a')", {}),
}

# What passes Python by: it is held by the system, or fails.
BEYOND = {
    "a program": (
        "import subprocess, sys\n"
        "sys.exit(subprocess.call(['sh', '-c', 'echo new > ../log.txt']))",
        {"log.txt": "file"},
    ),
    "a C library": (
        "import ctypes, os, sys\nlibc = ctypes.CDLL(None)\n"
        "d = libc.open(b'../log.txt', os.O_WRONLY | os.O_TRUNC)\n"
        "sys.exit(libc.write(d, b'new', 3) != 3)",
        {"log.txt": "file"},
    ),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    for name in ("notebooks", "out"):
        (project / name).mkdir(parents=True)
    (project / "out" / "sums.csv").write_text("old")
    (project / "log.txt").write_text("old")
    (project / "notebooks" / "way").symlink_to("../out")
    connection = sqlite3.connect(project / "shop.db")
    connection.executescript("create table t (a); insert into t values (1);")
    connection.close()
    return project


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return all that is to be known of the files and folders below `folder`."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path)] = (status.st_mode, status.st_mtime_ns, content)
    return found


@pytest.fixture(params=METHODS)
def method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "namespace" and not sandboxes.grants_namespace():
        pytest.skip("the system grants no mount namespace")
    monkeypatch.setenv(METHOD, request.param)
    return str(request.param)


def run(box: Sandbox, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    begin = inside.code(*box.begin) if box.begin else ""
    return subprocess.run(
        box.command([sys.executable, "-c", begin + code]),
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **box.environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def changes(box: Sandbox, project: Path) -> dict[str, str]:
    return {
        str(each.path.relative_to(project)): each.how
        for each in box.written()
        if each.path.is_relative_to(project)
    }


@pytest.mark.parametrize(("code", "expected"), WAYS.values(), ids=WAYS)
def test_nothing_changes_and_what_was_written_is_told(
    project: Path, method: str, code: str, expected: dict[str, str]
) -> None:
    before = state(project)

    with sandbox(project / "notebooks", expected=[project]) as box:
        ended = run(box, code, project / "notebooks")
        told = changes(box, project)

    assert ended.returncode == 0, ended.stderr
    assert state(project) == before
    assert told == expected


@pytest.mark.parametrize(("code", "expected"), BEYOND.values(), ids=BEYOND)
def test_what_passes_python_by_is_held_or_fails(
    project: Path, method: str, code: str, expected: dict[str, str]
) -> None:
    if method == "redirect" and not landlock.available():
        pytest.skip("the system has no Landlock")
    before = state(project)

    with sandbox(project / "notebooks", expected=[project]) as box:
        ended = run(box, code, project / "notebooks")
        told = changes(box, project)

    assert state(project) == before
    held = method == "namespace"
    assert (ended.returncode == 0, told) == (held, expected if held else {})


def test_results_are_left_in_the_shared_folder(project: Path, method: str) -> None:
    with sandbox(project) as box:
        ended = run(box, f"open({str(box.shared / 'told')!r}, 'w').write('yes')", project)
        assert ended.returncode == 0, ended.stderr
        assert (box.shared / "told").read_text() == "yes"
        assert changes(box, project) == {}


def test_files_are_put_where_programs_look_for_them(project: Path, method: str) -> None:
    before = state(project)
    files = {project / "new" / "steps.py": b"print('hello')", project / "log.txt": b"put"}

    with sandbox(project) as box:
        box.put(files)
        ended = run(box, "print(open('log.txt').read(), open('new/steps.py').read())", project)

    assert ended.stdout == "put print('hello')\n"
    assert state(project) == before


def test_without_a_network_no_host_is_reached(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sandboxes.grants_namespace():
        pytest.skip("the system grants no mount namespace")
    monkeypatch.setenv(METHOD, "namespace")
    code = (
        "import socket, sys\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), timeout=5)"
    )
    with sandbox(project, network=False) as box:
        alone = run(box, code, project)
    with sandbox(project) as box:
        together = run(box, code, project)

    assert "OSError" in alone.stderr
    assert together.returncode == 0, together.stderr


def test_a_large_file_is_not_copied_unless_it_is_written(project: Path, method: str) -> None:
    large = project / "large.raw"
    large.touch()
    os.truncate(large, 1 << 40)

    with sandbox(project) as box:
        ended = run(box, "print(len(open('large.raw', 'rb').read(10)))", project)
        kept = sum(path.stat().st_blocks for path in box.folder.rglob("*") if path.is_file())

    assert ended.stdout == "10\n"
    assert kept < 1000  # blocks of 512 bytes


def test_a_program_that_is_not_there_is_told(project: Path, method: str) -> None:
    with sandbox(project) as box:
        ended = subprocess.run(
            box.command(["/no/such/program"]), cwd=project, capture_output=True, text=True
        )
    assert ended.returncode != 0
    assert "No such file or directory" in ended.stderr
