"""Scratch folders go with their makers, and are swept where those were killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyter_promote import scratch_folders
from jupyter_promote.scratch_folders import PREFIX, sweep, temporary

HOLD = """
import sys, time
from jupyter_promote.scratch_folders import temporary
with temporary("held") as folder:
    (folder / "file").write_text("x")
    print(folder, flush=True)
    time.sleep(600)
"""
CHURN = """
import sys
from jupyter_promote.scratch_folders import sweep, temporary
for turn in range(150):
    with temporary("churn") as folder:
        (folder / "mine").write_text("x")
        sweep()
        assert (folder / "mine").read_text() == "x"
"""


@pytest.fixture(autouse=True)
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folders are made in `tmp_path/temp` alone, here and in child processes."""
    own = tmp_path / "temp"
    own.mkdir()
    monkeypatch.setenv("TMPDIR", str(own))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield own


@contextmanager
def holder() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Give a process that holds a scratch folder, and the folder."""
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def killed() -> Path:
    """Return the folder that a killed process left behind."""
    with holder() as (process, folder):
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert folder.is_dir()
    return folder


def test_a_folder_is_empty_at_first_and_gone_at_the_end(own_temp: Path) -> None:
    with temporary("proof") as folder:
        assert folder.parent == own_temp.resolve()
        assert folder.name.startswith(f"{PREFIX}proof-")
        assert not [*folder.iterdir()]
        (folder / "a" / "b").mkdir(parents=True)
        (folder / "a" / "b" / "file").write_text("x")
    assert not [*own_temp.iterdir()]


def test_a_folder_is_gone_after_an_error(own_temp: Path) -> None:
    with pytest.raises(ZeroDivisionError), temporary():
        raise ZeroDivisionError
    assert not [*own_temp.iterdir()]


def test_what_a_killed_process_left_is_swept(own_temp: Path) -> None:
    killed()
    assert sweep() == 1
    assert not [*own_temp.iterdir()]


def test_what_a_living_process_holds_is_left() -> None:
    with holder() as (process, folder):
        assert sweep() == 0
        assert (folder / "file").read_text() == "x"
        process.kill()


def test_what_this_process_holds_is_left() -> None:
    with temporary() as folder:
        (folder / "file").write_text("x")
        assert sweep() == 0
        assert (folder / "file").read_text() == "x"


def test_folders_without_rights_are_removed(own_temp: Path) -> None:
    with temporary() as folder:
        shut = folder / "work" / "shut"
        (shut / "deeper").mkdir(parents=True)
        (shut / "deeper" / "file").write_text("x")
        for each in (shut / "deeper", shut, folder / "work"):
            each.chmod(0)
    assert not [*own_temp.iterdir()]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not here")
def test_folders_without_rights_are_removed_by_who_is_not_root() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as above:
        shut = Path(above, f"{PREFIX}dead", "work", "shut", "deeper")
        shut.mkdir(parents=True)
        for each in (*shut.relative_to(above).parents, shut.relative_to(above)):
            os.chown(Path(above, each), 12345, 12345)
        for each in (shut, shut.parent, shut.parent.parent):
            each.chmod(0)
        code = Path(scratch_folders.__file__).read_text() + "\nprint(sweep())\n"
        become = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"]
        done = subprocess.run(
            [*become, sys.executable, "-c", code],
            env={**os.environ, "TMPDIR": above},
            capture_output=True,
            text=True,
            cwd="/",
        )
        assert done.stdout == "1\n", done.stderr
        assert not [*Path(above).iterdir()]


def test_deep_folders_are_removed(own_temp: Path) -> None:
    with temporary() as folder:
        here = os.open(folder, os.O_RDONLY)
        for _ in range(1200):
            os.mkdir("d" * 50, dir_fd=here)
            deeper = os.open("d" * 50, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.close(here)
    assert not [*own_temp.iterdir()]


def test_links_are_not_followed(tmp_path: Path, own_temp: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o755)
    (mine / "precious").write_text("x")
    left = killed()
    (left / "inside").symlink_to(mine)
    (own_temp / f"{PREFIX}planted").symlink_to(mine)
    sweep()
    assert (mine / "precious").read_text() == "x"
    assert not left.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_folders_of_others_are_left(own_temp: Path) -> None:
    folder = own_temp / f"{PREFIX}theirs"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    assert sweep() == 0
    assert folder.is_dir()


def test_what_has_another_name_is_left(own_temp: Path) -> None:
    for name in ("jupyter-promote-report.txt", "somebody-else"):
        (own_temp / name).mkdir()
    assert sweep() == 0
    assert len([*own_temp.iterdir()]) == 2


def test_what_is_mounted_in_a_folder_is_left(tmp_path: Path, own_temp: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "precious").write_text("x")
    folder = own_temp / f"{PREFIX}dead"
    for name in ("top", "in/ner"):
        (folder / name).mkdir(parents=True)
    code = (
        "import subprocess\nfrom jupyter_promote.scratch_folders import sweep\n"
        f"for at in ('top', 'in/ner'):\n"
        f"    subprocess.run(['mount', '--bind', {str(mine)!r}, {str(folder)!r} + '/' + at], check=True)\n"
        "sweep()\n"
    )
    done = subprocess.run(
        ["unshare", "-Urm", sys.executable, "-c", code], capture_output=True, text=True
    )
    if "CalledProcessError" in done.stderr or "unshare" in done.stderr:
        pytest.skip("nothing can be mounted here")
    assert (mine / "precious").read_text() == "x"


def test_sweeping_never_takes_a_folder_that_is_being_made(own_temp: Path) -> None:
    """Six processes make folders and sweep as fast as they can."""
    children = [
        subprocess.Popen([sys.executable, "-c", CHURN], stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = [child.communicate()[1] for child in children]
    assert [child.returncode for child in children] == [0] * 6, said
    assert not [*own_temp.iterdir()]


def test_a_folder_that_was_swept_before_it_was_locked_is_made_again(
    own_temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment between making and locking: somebody sweeps in it."""
    real, swept = scratch_folders.fcntl.flock, []

    def flock(fd: int, how: int) -> None:
        if not swept:
            swept.append(True)
            code = "from jupyter_promote.scratch_folders import sweep; print(sweep())"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
            assert done.stdout == "1\n"
        real(fd, how)

    monkeypatch.setattr(scratch_folders.fcntl, "flock", flock)
    with temporary() as folder:
        monkeypatch.undo()
        assert folder.is_dir()
        (folder / "file").write_text("x")
