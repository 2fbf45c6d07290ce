"""Running the generated tests of a promoted project: by pytest itself, through the REST API."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote.proof import testrun
from jupyter_promote.proof.testrun import Told

pytest_plugins = ["pytest_jupyter.jupyter_server"]

JSON = {"Content-Type": "application/json"}
TESTS = """
import os, time
import pytest
from shop.churn import half

def test_half():
    print("not shown")
    assert half(4) == 2

@pytest.mark.parametrize("n", [1, 2])
def test_whole(n):
    assert half(n) == n // 2

@pytest.mark.skip(reason="not today")
def test_later():
    assert False

def test_slow():
    if os.path.exists("wait"):
        open("waiting", "w").write(str(os.getpid()))
        time.sleep(60)
"""


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyter_promote": True}}}


@pytest.fixture
def project(jp_root_dir: Path) -> Path:
    """A promoted project, in the folder `work` of the server's root."""
    folder = jp_root_dir / "work"
    made = {
        "src/shop/__init__.py": "",
        "src/shop/churn.py": "def half(n):\n    return n / 2\n",
        "tests/test_churn.py": TESTS,
        "tests/test_mine.py": "def test_mine(): pass\n",
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    }
    record = {"notebook": "nb.ipynb", "module": "src/shop/churn.py", "root": "src"}
    record |= {"origins": {}, "cells": {}, "generated": {"tests/test_churn.py": TESTS}}
    for path, text in {**made, ".promote/churn.json": json.dumps(record)}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def body(**changes: str) -> str:
    return json.dumps({"to": "work", "test": "tests/test_churn.py", **changes})


async def followed(ask: Any, job: str) -> tuple[dict[str, Any], list[str]]:
    """Return how the job ended, and its lines, each asked for once."""
    lines: list[str] = []
    for _ in range(300):
        _, answer = await ask("GET", "jobs", job, params={"first": str(len(lines))})
        assert answer["tests"]["first"] == len(lines)
        lines += answer["tests"]["lines"]
        if answer["state"] != "running":
            return answer, lines
        await asyncio.sleep(0.1)
    raise AssertionError("the job did not end")


async def test_what_pytest_says_is_told_line_by_line(project: Path, ask: Any) -> None:
    status, job = await ask("POST", "tests", body=body())
    assert status == 202
    done, lines = await followed(ask, job["job"])
    assert done["state"] == "done", done
    assert done["report"] is None
    assert {r["test"]: r["outcome"] for r in done["tests"]["results"]} == {
        "test_half": "passed",
        "test_whole": "failed",  # one of its two cases
        "test_later": "skipped",
        "test_slow": "passed",
    }
    assert done["tests"]["said"] == "1 of 4 tests failed"
    assert not done["tests"]["passed"]
    assert any("test_whole[1] FAILED" in line for line in lines)
    assert "assert 0.5 == (1 // 2)" in "\n".join(lines)


async def test_all_is_well(project: Path, ask: Any) -> None:
    text = TESTS.replace("n // 2", "n / 2")
    (project / "tests" / "test_churn.py").write_text(text)
    _, job = await ask("POST", "tests", body=body(kernel="no-such-kernel"))
    done, _ = await followed(ask, job["job"])
    assert done["tests"]["passed"]
    assert done["tests"]["said"].startswith("3 tests passed, 1 skipped in ")


async def test_a_run_can_be_cancelled(project: Path, ask: Any) -> None:
    (project / "wait").touch()
    _, job = await ask("POST", "tests", body=body())
    for _ in range(300):
        await asyncio.sleep(0.1)
        if (project / "waiting").exists() and (project / "waiting").read_text():
            break
    assert (await ask("DELETE", "jobs", job["job"]))[0] == 200
    done, lines = await asyncio.wait_for(followed(ask, job["job"]), 20)
    assert done["state"] == "cancelled", done
    assert any("test_half PASSED" in line for line in lines)
    process = Path("/proc", (project / "waiting").read_text())
    assert not process.exists()


REFUSED = {
    "up": {"to": ".."},
    "absolute folder": {"to": "/tmp"},
    "link": {"to": "link"},
    "hidden": {"to": "work/.promote"},
    "not promoted": {"to": "."},
    "test up": {"test": "../../secret/test_churn.py"},
    "absolute test": {"test": "/etc/passwd"},
    "an option": {"test": "--collect-only"},
    "a test of one's own": {"test": "tests/test_mine.py"},
    "no test": {"test": "src/shop/churn.py"},
    "empty": {"test": ""},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
async def test_only_what_a_promotion_generated_below_the_root_is_run(
    project: Path, ask: Any, tmp_path_factory: pytest.TempPathFactory, changes: dict[str, str]
) -> None:
    (project.parent / "link").symlink_to(tmp_path_factory.mktemp("outside"))
    status, answer = await ask("POST", "tests", body=body(**changes))
    assert status == 400, answer
    assert answer["error"]["kind"] == "path"


async def test_a_test_file_that_is_a_link_out_of_the_root_is_not_run(
    project: Path, ask: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "test_churn.py"
    outside.write_text("def test_it(): pass\n")
    (project / "tests" / "test_churn.py").unlink()
    (project / "tests" / "test_churn.py").symlink_to(outside)
    status, answer = await ask("POST", "tests", body=body())
    assert (status, answer["error"]["kind"]) == (400, "path")


@pytest.mark.parametrize("token", ["", "token wrong"], ids=["no token", "wrong token"])
async def test_who_is_not_logged_in_runs_nothing(project: Path, ask: Any, token: str) -> None:
    status, _ = await ask("POST", "tests", body=body(), headers={**JSON, "Authorization": token})
    assert status in (401, 403)


@pytest.mark.parametrize("first", ["-1", "x", "1e9", "9" * 5000, "²"], ids=lambda f: f[:5])
async def test_an_odd_line_number_asks_for_all_lines(project: Path, ask: Any, first: str) -> None:
    _, job = await ask("POST", "tests", body=body())
    status, answer = await ask("GET", "jobs", job["job"], params={"first": first})
    assert (status, answer["tests"]["first"]) == (200, 0)
    await followed(ask, job["job"])


@pytest.mark.parametrize(
    ("lines", "results"),
    [
        (["tests/test_a.py::test_b PASSED   [ 50%]"], {"test_b": "passed"}),
        (["test_a.py::TestB::test_c[x y::z] FAILED"], {"test_c": "failed"}),
        (["t.py::test_a[1] FAILED", "t.py::test_a[2] PASSED"], {"test_a": "failed"}),
        (["t.py::test_a PASSED", "t.py::test_a ERROR"], {"test_a": "failed"}),
        (["[gw1] [ 50%] PASSED tests/t.py::test_a "], {"test_a": "passed"}),
        (
            ["t.py::test_a XFAIL (why)", "t.py::test_b XPASS"],
            {"test_a": "skipped", "test_b": "passed"},
        ),
        (["FAILED t.py::test_a - assert 1 == 2", "t.py::test_a said PASSED", "t.py::test_a "], {}),
    ],
    ids=["plain", "in a class", "several cases", "torn down", "xdist", "expected", "other lines"],
)
def test_a_line_tells_what_became_of_a_test(lines: list[str], results: dict[str, str]) -> None:
    told = Told()
    for line in lines:
        told.take(line)
    assert told.results == results


@pytest.mark.parametrize(
    ("status", "line", "words"),
    [
        (0, "t.py::test_a PASSED", "1 test passed in 1.2 s"),
        (1, "python: No module named pytest", "pytest is not installed for python, and the tests"),
        (2, "E   ModuleNotFoundError: No module named 'jupyter_promote'", "jupyter_promote is not"),
        (1, "", "pytest reports a failure"),
        (5, "", "no tests in the file"),
        (77, "", "exit status 77"),
        (-9, "", "killed (SIGKILL)"),
    ],
)
def test_the_exit_status_is_told_in_words(status: int, line: str, words: str) -> None:
    told = Told()
    told.take(line)
    assert words in testrun.in_words(status, told, 1.23, "python")


@pytest.mark.parametrize(
    ("command", "python"),
    [
        ("{bin}/python3.12", "{bin}/python3.12"),
        ("{bin}/python4", sys.executable),
        ("python", sys.executable),
        ("/usr/bin/env", sys.executable),
        ("R", sys.executable),
    ],
    ids=["its own", "gone", "ours", "a wrapper", "another language"],
)
def test_the_kernel_says_which_python_runs_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, python: str
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    (tmp_path / "python3.12").touch(0o755)
    kernel = tmp_path / "kernels" / "mine" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    spec = {"argv": [command.format(bin=tmp_path), "-m", "ipykernel"], "display_name": "Mine"}
    kernel.write_text(json.dumps({**spec, "language": "python"}))
    assert testrun.interpreter("mine") == python.format(bin=tmp_path)


@pytest.mark.parametrize("kernel", ["", "no-such", "../../etc", "a" * 5000])
def test_a_kernel_that_is_not_there_means_our_python(kernel: str) -> None:
    assert testrun.interpreter(kernel) == sys.executable
