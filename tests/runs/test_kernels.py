"""Fresh kernels: what they give, and that nothing of them is left."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

import nbformat
import psutil
import pytest

from jupyter_promote.errors import RunFailed
from jupyter_promote.runs.kernels import Completed, Failed, Stopped, execute


def notebook(*sources: str, tags: dict[int, str] | None = None) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for position, tag in (tags or {}).items():
        cells[position].metadata["tags"] = [tag]
    return nbformat.v4.new_notebook(cells=cells)


def printed(node: nbformat.NotebookNode) -> list[str]:
    return [
        "".join(output.text)
        for cell in node.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    ]


def test_a_notebook_runs_in_its_folder_with_its_environment(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine.py").write_text("value = 'mine'")
    node = notebook(
        "import os, mine\nprint(os.getcwd(), mine.value, os.environ['X'])",
        "1 / 0",
        "print(hash('a'))",
        tags={1: "raises-exception"},
    )
    node.cells.insert(0, nbformat.v4.new_markdown_cell("# title"))
    here, seen = os.getcwd(), []
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    ran = execute(
        node,
        folder=tmp_path,
        import_paths=[tmp_path / "lib"],
        environment={"X": "y", "PYTHONHASHSEED": "0"},
        on_cell=lambda index, total: seen.append((index, total)),
        epilogue="open('end', 'w').write('epilogue'); print('not kept')",
    )
    assert isinstance(ran, Completed)
    assert printed(ran.notebook)[0] == f"{tmp_path} mine y\n"
    assert len(ran.notebook.cells) == 4
    assert seen == [(0, 3), (1, 3), (2, 3)]
    assert (tmp_path / "end").read_text() == "epilogue"
    assert os.getcwd() == here
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == handlers
    assert "outputs" not in str(node.cells[1].outputs)


def test_it_can_run_in_a_thread(tmp_path: Path) -> None:
    results = []
    node = notebook("print('in a thread')")
    thread = threading.Thread(target=lambda: results.append(execute(node, folder=tmp_path)))
    thread.start()
    thread.join()
    assert printed(results[0].notebook) == ["in a thread\n"]


LEAVES_WORKER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("pid", "w").write(str(child.pid))
"""


@pytest.mark.parametrize("end", ["raise", "die", "time", "cancel", "complete"])
def test_nothing_is_left_however_it_ends(tmp_path: Path, end: str) -> None:
    last = {
        "raise": "raise KeyError('k')",
        "die": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "complete": "1",
    }.get(end, "while True: pass")
    pid = tmp_path / "pid"
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    ran = execute(
        notebook(LEAVES_WORKER, last),
        folder=tmp_path,
        seconds=5 if end == "time" else None,
        cancelled=(lambda: pid.exists()) if end == "cancel" else (lambda: False),
    )
    match end:
        case "complete":
            assert isinstance(ran, Completed)
        case "time" | "cancel":
            assert isinstance(ran, Stopped)
            assert ran.why == {"time": "time", "cancel": "cancelled"}[end]
        case _:
            assert isinstance(ran, Failed)
            assert (ran.cell, ran.error) == (
                1,
                "KeyError: 'k'" if end == "raise" else "the kernel died (Kernel died)",
            )
    left = {process.pid for process in psutil.Process().children(recursive=True)}
    assert left - before == set()
    worker = int(pid.read_text()) if pid.read_text() else 0
    assert (
        not worker
        or not psutil.pid_exists(worker)
        or (psutil.Process(worker).status() == psutil.STATUS_ZOMBIE)
    )


def test_the_kernel_that_the_notebook_names_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "special"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps(
            {"argv": argv, "display_name": "S", "language": "python", "env": {"KERNEL": "special"}}
        )
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    node = notebook("import os\nprint(os.environ.get('KERNEL'))")
    node.metadata["kernelspec"] = {"name": "special", "display_name": "S"}
    ran = execute(node, folder=tmp_path)
    assert printed(ran.notebook) == ["special\n"]
    node.metadata["kernelspec"]["name"] = "not-installed"
    assert printed(execute(node, folder=tmp_path).notebook) == ["None\n"]


def test_a_kernel_that_cannot_start_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "broken"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/no/such/python"], "display_name": "B", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    node = notebook("1")
    node.metadata["kernelspec"] = {"name": "broken", "display_name": "B"}
    with pytest.raises(RunFailed, match="broken"):
        execute(node, folder=tmp_path)
