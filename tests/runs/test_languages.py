"""Notebooks that are not Python: papermill runs them as ever, and writes what they are given."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from jupyter_promote.errors import BadParameter
from jupyter_promote.runs import execution, sweep
from jupyter_promote.runs.execution import Job
from jupyter_promote.runs.ledger import Ledger
from jupyter_promote.runs.sweep import Plan

# A kernel for the shell: each cell sees what the earlier ones have set.
KERNEL = """
import subprocess
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Shell(Kernel):
    implementation, implementation_version, banner = "shell", "1", "shell"
    language_info = {"name": "bash", "mimetype": "text/x-sh", "file_extension": ".sh"}
    before = ""

    def do_execute(self, code, silent, *more, **options):
        script = f"exec 3>&1 >/dev/null\\n{self.before}\\nexec >&3\\n{code}"
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
        self.before += code + "\\n"
        if not silent:
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": done.stdout})
        reply = {"status": "ok", "execution_count": self.execution_count}
        if done.returncode:
            reply |= {"status": "error", "ename": "exit", "evalue": done.stderr, "traceback": []}
            self.send_response(self.iopub_socket, "error", reply)
        return {**reply, "payload": [], "user_expressions": {}}


IPKernelApp.launch_instance(kernel_class=Shell)
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A notebook for the shell, whose last cell fails for n = 3."""
    (tmp_path / "kernel.py").write_text(KERNEL)
    place = tmp_path / "jupyter" / "kernels" / "shell"
    place.mkdir(parents=True)
    command = [sys.executable, str(tmp_path / "kernel.py"), "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Shell", "language": "bash"}
    (place / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    cells = [nbformat.v4.new_code_cell(s) for s in ("n=1\nto=me", "echo $n $to", "test $n -ne 3")]
    cells[0].metadata["tags"] = ["parameters"]
    node = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {**spec, "name": "shell"}})
    nbformat.write(node, tmp_path / "n.ipynb")
    return execution.prepare(tmp_path / "n.ipynb")


def test_a_sweep_gives_them_parameters_in_stock_kernels(shell: Job) -> None:
    folder = shell.path.parent
    ledger = Ledger(folder / "runs.db")
    points: list[dict[str, object]] = [{"n": 2}, {"n": 3, "to": "you & me"}, {"n": 4}]
    plan = Plan(points=points, folder=folder / "out", jobs=3)
    runs = sweep.run(shell, plan, about=sweep.identify(shell), ledger=ledger)
    ledger.close()
    assert [run.state for run in runs] == ["done", "failed", "done"]
    assert runs[1].failed_cell == 2
    assert {(run.engine, run.reason) for run in runs} == {
        ("cold", "the kernel is not IPython's own")
    }
    cells = [cell for run in runs for cell in nbformat.read(run.output, as_version=4).cells]
    shown = [cell.outputs[0].text for cell in cells if cell.source.startswith("echo")]
    assert shown == ["2 me\n", "3 you & me\n", "4 me\n"]


CANNOT = {
    "a secret": ({"n": "env:HOME"}, "bash", "secret 'n' cannot be given"),
    "a name with a space": ({"n x": 1}, "bash", "no Python name"),
    "a language that papermill does not write": ({"n": 1}, "brainfuck", "in brainfuck"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_written_is_refused(shell: Job, name: str) -> None:
    given, language, words = CANNOT[name]
    with pytest.raises(BadParameter, match=words):
        execution.checked(replace(shell, language=language), [given])
    assert execution.checked(replace(shell, language="brainfuck"), [{}]) == [{}]
