"""All or nothing, whatever happens: real files, real kills, errors of the system."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_promote.errors import BadPath, BadTarget, ChangedMeanwhile, DiskProblem, PromoteError
from jupyter_promote.writing.journal import digest
from jupyter_promote.writing.transaction import Write, recover, write_all

Picture = dict[str, tuple[int, bytes]]

CHANGING = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "open", "os.chmod"}
WRITES = (
    Write(path="src/shop/churn.py", content="new = 1\n", expected=b"old = 1\n"),
    Write(path="tests/test_churn.py", content="def test(): ...\n"),
    Write(path="notebooks/deep/er/churn.ipynb", content="{}"),
    Write(path=".promote/churn.json", content=b"{}"),
    Write(path="README.md", content="same\n", expected=b"same\n"),
    Write(path="notes.txt", content="new notes\n", expected=digest(b"old notes\n")),
)


def picture(root: Path) -> Picture:
    """Every path below `root` with its mode and bytes."""
    return {
        str(path.relative_to(root)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "src/shop").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "src/shop/churn.py").write_text("old = 1\n")
    (root / "src/shop/churn.py").chmod(0o755)
    (root / "README.md").write_text("same\n")
    (root / "notes.txt").write_text("old notes\n")
    return root


def test_everything_is_written_and_nothing_else(root: Path) -> None:
    written = write_all(root, WRITES)
    assert set(written.written) == {write.path for write in WRITES} - {"README.md"}
    assert written.unchanged == ("README.md",)
    for write in WRITES:
        assert (root / write.path).read_bytes() == (
            write.content if isinstance(write.content, bytes) else write.content.encode()
        )
    files = {name for name, (mode, _) in picture(root).items() if stat.S_ISREG(mode)}
    assert files == {write.path for write in WRITES}
    assert [*(root / ".promote").iterdir()] == [root / ".promote/churn.json"]


def test_an_existing_file_keeps_its_mode_and_a_new_one_follows_the_umask(root: Path) -> None:
    before = os.umask(0o027)
    try:
        write_all(root, WRITES)
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "src/shop/churn.py").stat().st_mode) == 0o755
    assert stat.S_IMODE((root / "tests/test_churn.py").stat().st_mode) == 0o640


def test_writing_the_same_again_touches_nothing(root: Path) -> None:
    write_all(root, WRITES)
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    assert write_all(root, WRITES).written == ()
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == times


def test_a_missing_root_is_made(tmp_path: Path) -> None:
    root = tmp_path / "new" / "deep"
    write_all(root, [Write(path="src/a.py", content="a = 1\n")])
    assert (root / "src/a.py").read_text() == "a = 1\n"
    assert [*tmp_path.iterdir()] == [tmp_path / "new"]


BAD_PATHS = {
    "leaves the folder": "../x.py",
    "leaves the folder further down": "src/../../x.py",
    "absolute": "/tmp/x.py",
    "empty": "",
    "empty component": "src//x.py",
    "ends in a slash": "src/",
    "hidden file": ".env",
    "hidden folder": ".git/hooks/pre-commit",
    "hidden below ours": ".promote/.x",
    "only our folder": ".promote",
    "in the journal": ".promote/journal/journal.json",
    "backslash": "src\\x.py",
    "drive": "C:x.py",
    "nul": "a\0b.py",
    "newline": "a\nb.py",
    "very long name": "a" * 300,
}


@pytest.mark.parametrize("path", BAD_PATHS.values(), ids=BAD_PATHS.keys())
def test_a_bad_path_is_refused_and_nothing_is_written(root: Path, path: str) -> None:
    before = picture(root)
    with pytest.raises(BadPath):
        write_all(root, [Write(path="ok.py", content="x"), Write(path=path, content="x")])
    assert picture(root) == before


def _link_out(root: Path) -> None:
    (root.parent / "outside").mkdir()
    (root / "new").symlink_to(root.parent / "outside")


def _file_link_out(root: Path) -> None:
    (root.parent / "victim").write_text("victim")
    (root / "new").mkdir()
    (root / "new/x.py").symlink_to(root.parent / "victim")


def _link_to_hidden(root: Path) -> None:
    (root / ".git").mkdir()
    (root / "new").symlink_to(".git")


def _journal_link(root: Path) -> None:
    (root.parent / "outside").mkdir()
    (root / ".promote").symlink_to(root.parent / "outside")


def _hard_link(root: Path) -> None:
    (root / "new").mkdir()
    (root / "new/x.py").write_text("old")
    os.link(root / "new/x.py", root.parent / "second")


def _folder(root: Path) -> None:
    (root / "new/x.py").mkdir(parents=True)


def _pipe(root: Path) -> None:
    (root / "new").mkdir()
    os.mkfifo(root / "new/x.py")


def _file_for_folder(root: Path) -> None:
    (root / "new").write_text("a file")


def _read_only(root: Path) -> None:
    (root / "new").mkdir()
    (root / "new/x.py").write_text("old")
    (root / "new/x.py").chmod(0o444)


def _loop(root: Path) -> None:
    (root / "new").symlink_to("new")


def _changed(root: Path) -> None:
    (root / "new").mkdir()
    (root / "new/x.py").write_text("somebody's")


ODD_TARGETS: dict[str, tuple[Callable[[Path], None], type[PromoteError]]] = {
    "a folder that is a link out of the root": (_link_out, BadPath),
    "a file that is a link out of the root": (_file_link_out, BadPath),
    "a link to something hidden": (_link_to_hidden, BadPath),
    "a link in place of our folder": (_journal_link, BadPath),
    "a link in circles": (_loop, BadPath),
    "a file with a second name": (_hard_link, BadTarget),
    "a folder in place of the file": (_folder, BadTarget),
    "a pipe in place of the file": (_pipe, BadTarget),
    "a file in place of the folder": (_file_for_folder, BadPath),
    "a read-only file": (_read_only, DiskProblem),
    "a file that somebody made meanwhile": (_changed, ChangedMeanwhile),
}


@pytest.mark.parametrize("name", ODD_TARGETS)
def test_an_odd_target_is_refused_and_nothing_changes(root: Path, name: str) -> None:
    prepare, error = ODD_TARGETS[name]
    prepare(root)
    before = picture(root.parent)
    expected = b"old" if name in ("a file with a second name", "a read-only file") else None
    with pytest.raises(error):
        write_all(
            root,
            [
                Write(path="a.py", content="x"),
                Write(path="new/x.py", content="x", expected=expected),
            ],
        )
    assert picture(root.parent) == before


def test_a_link_that_stays_inside_is_followed(root: Path) -> None:
    (root / "lib").symlink_to("src/shop")
    write_all(root, [Write(path="lib/new.py", content="x")])
    assert (root / "src/shop/new.py").read_text() == "x"
    assert (root / "lib").is_symlink()


EXPECTATIONS = {
    "was removed": (Write(path="gone.py", content="x", expected=b"was here"), "removed"),
    "differs": (Write(path="notes.txt", content="x", expected=b"else"), "changed"),
    "is new": (Write(path="notes.txt", content="x"), "not there"),
}


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_a_file_that_changed_since_the_plan_is_kept(root: Path, name: str) -> None:
    write, word = EXPECTATIONS[name]
    before = picture(root)
    with pytest.raises(ChangedMeanwhile, match=word):
        write_all(root, [Write(path="first.py", content="x"), write])
    assert picture(root) == before


OVERLAPS = {
    "twice the same": ("a.py", "a.py"),
    "a file where a folder is needed": ("a", "a/b.py"),
}


@pytest.mark.parametrize("paths", OVERLAPS.values(), ids=OVERLAPS.keys())
@pytest.mark.parametrize("exists", [True, False], ids=["old root", "new root"])
def test_writes_that_collide_are_refused(
    tmp_path: Path, paths: tuple[str, str], exists: bool
) -> None:
    root = tmp_path / "root"
    if exists:
        root.mkdir()
    with pytest.raises(BadTarget):
        write_all(root, [Write(path=path, content="x") for path in paths])
    assert not any(tmp_path.rglob("a*"))


def test_a_second_writer_is_told_that_the_folder_is_busy(root: Path) -> None:
    before = picture(root)
    fd = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        with pytest.raises(DiskProblem, match="under way"):
            write_all(root, WRITES, wait_seconds=0.1)
    finally:
        os.close(fd)
    assert picture(root) == before


# Interrupted at every step.


def _in_child(body: Callable[[], None]) -> int:
    """Run `body` in a forked child; its exit code: 0, 1 for a PromoteError, 9 killed."""
    pid = os.fork()
    if pid == 0:
        code = 7
        try:
            body()
            code = 0
        except PromoteError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _strike(at: int, how: str) -> None:
    """From now on, at the `at`-th change to the disk: die, or fail once, or fail for ever."""
    seen = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal seen
        if event not in CHANGING:
            return
        if event == "open" and not (isinstance(args[2], int) and args[2] & os.O_CREAT):
            return
        seen += 1
        if how == "kill" and seen == at:
            os._exit(9)
        if (how == "fail once" and seen == at) or (how == "fail on" and seen >= at):
            raise OSError(errno.ENOSPC, "No space left on device")

    sys.addaudithook(hook)


def _scene(tmp_path: Path, number: int) -> Path:
    root = tmp_path / f"scene{number}" / "project"
    (root / "src/shop").mkdir(parents=True)
    (root / "src/shop/churn.py").write_text("old = 1\n")
    (root / "README.md").write_text("same\n")
    (root / "notes.txt").write_text("old notes\n")
    return root


@pytest.mark.parametrize("how", ["kill", "fail once", "fail on"])
@pytest.mark.parametrize("exists", [True, False], ids=["old root", "new root"])
def test_interrupted_anywhere_the_tree_is_wholly_old_or_new(
    tmp_path: Path, how: str, exists: bool
) -> None:
    writes = WRITES if exists else [Write(path=w.path, content=w.content) for w in WRITES]

    def scene(number: int) -> Path:
        return _scene(tmp_path, number) if exists else tmp_path / f"scene{number}" / "a" / "b"

    (tmp_path / "scene0").mkdir(exist_ok=True)
    whole = scene(0)
    old = picture(tmp_path / "scene0")
    write_all(whole, writes)
    new = picture(tmp_path / "scene0")
    codes = set()
    for at in range(1, 200):
        base, root = tmp_path / f"scene{at}", scene(at)
        base.mkdir(exist_ok=True)

        def body(root: Path = root, at: int = at) -> None:
            _strike(at, how)
            write_all(root, writes)

        code = _in_child(body)
        codes.add(code)
        if how == "fail once" and code == 1:  # undone at once, without any recovery
            assert picture(base) == old, f"strike {at}"
        recover(root)
        state = picture(base)
        assert state == (new if code == 0 else old) or (code == 9 and state == new), f"strike {at}"
        if code == 0 and how != "fail once":
            break
    assert codes == ({0, 9} if how == "kill" else {0, 1})
    assert at > (15 if exists else 8)


def test_a_recovery_that_is_killed_can_be_repeated(tmp_path: Path) -> None:
    for at in range(1, 60):
        root = _scene(tmp_path, at)
        old = picture(root)

        def die_late(root: Path = root) -> None:
            _strike(24, "kill")
            write_all(root, WRITES)

        def recover_and_die(root: Path = root, at: int = at) -> None:
            _strike(at, "kill")
            recover(root)

        assert _in_child(die_late) == 9
        assert picture(root) != old
        code = _in_child(recover_and_die)
        recover(root)
        assert picture(root) == old, f"strike {at}"
        if code == 0:
            break
    assert at > 5


def test_a_file_edited_after_the_crash_is_kept(tmp_path: Path) -> None:
    root = _scene(tmp_path, 1)

    def die() -> None:
        replaced = 0

        def hook(event: str, args: tuple[object, ...]) -> None:
            nonlocal replaced
            replaced += event == "os.rename"
            if replaced == 4:
                os._exit(9)

        sys.addaudithook(hook)
        write_all(root, WRITES)

    assert _in_child(die) == 9
    assert (root / "src/shop/churn.py").read_text() == "new = 1\n"
    (root / "src/shop/churn.py").write_text("edited by hand\n")
    recovered = recover(root)
    assert recovered.kept == ("src/shop/churn.py",)
    assert (root / "src/shop/churn.py").read_text() == "edited by hand\n"
    assert (root / "notes.txt").read_text() == "old notes\n"
    assert not (root / ".promote").exists()


def _journal(**change: object) -> str:
    whole = {
        "path": "a.py",
        "temporary": ".promote-tmp-0123456789012345",
        "undo": None,
        "before": None,
        "after": digest(b"victim"),
    }
    return json.dumps({"version": 1, "changes": [{**whole, **change}], "folders": []})


PLANTED = {
    "a path outside": _journal(path="../victim"),
    "an absolute path": _journal(path="/etc/passwd"),
    "a temporary that is another file": _journal(temporary="../../victim"),
    "an undo that is another file": _journal(undo="../../notes.txt", before="0" * 64),
    "a folder nobody needs": '{"version": 1, "changes": [], "folders": ["src"]}',
    "half a journal": _journal()[:40],
    "no JSON": "hello",
    "a list": "[]",
    "nothing": "",
    "another version": '{"version": 2, "changes": [], "folders": []}',
    "very deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_journal_changes_nothing(root: Path, text: str) -> None:
    (root.parent / "victim").write_text("victim")
    (root / ".promote/journal").mkdir(parents=True)
    (root / ".promote/journal/journal.json").write_text(text)
    before = picture(root.parent)
    with pytest.raises(BadTarget, match="journal"):
        write_all(root, WRITES)
    with pytest.raises(BadTarget, match="journal"):
        recover(root)
    assert picture(root.parent) == before


def test_recovery_without_an_interruption_changes_nothing(root: Path) -> None:
    before = picture(root)
    recover(root)
    assert picture(root) == before
