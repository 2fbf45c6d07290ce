"""Children of a fork-server do what stock kernels do; what they can't, stock kernels do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest

from jupyter_promote.runs import execution, hosting, likeness, preload, sweep
from jupyter_promote.runs.execution import Job, Limits, Stock
from jupyter_promote.runs.forkserver import ForkServer, NoForkServer
from jupyter_promote.runs.warm import NeedsStock, Warm

NASTY = (
    "import asyncio, os, random, subprocess, sys, warnings\nimport numpy as np\nimport pandas as pd",
    "pd.DataFrame(np.arange(60).reshape(2, 30)).add_prefix('a long name of a column ')",
    "print('out'); print('err', file=sys.stderr); print('out again')",
    "subprocess.run(['echo', 'from a process']); os.system('echo shell >&2')",
    "await asyncio.sleep(0.01)\n'awaited'",
    "def f(x):\n    return 1 / x\nf(0)",
    "%time 1 + 1\n!echo line",
    "from IPython.display import display, HTML, clear_output\ndisplay(HTML('<b>x</b>')); display({'a': 1})",
    "warnings.warn('look out'); sys.path.index('') >= 0, os.environ['MPLBACKEND'], os.getcwd() == ''",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.plot([1, 2]);",
    "from multiprocessing import get_context\nwith get_context('fork').Pool(1) as p: print(p.map(abs, [-1]))",
    "%%bash\necho from bash",
    "a, b = 1, 2\n_, __, In[1][:6], len(Out), __name__, sys.argv[0].endswith('ipykernel_launcher.py')",
    "print('x' * 200_000)",
    "input('name?')",
    "class A:\n    def _repr_html_(self): return '<i>a</i>'\nA()",
    "syntax error here",
)


def job_of(folder: Path, *sources: str) -> Job:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        cell.metadata["tags"] = ["raises-exception"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    return execution.prepare(folder / "n.ipynb")


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    host = Warm(ForkServer([sys.executable], os.environ, ["import numpy", "import pandas"]))
    yield host
    host.stop()


def test_a_child_shows_what_a_stock_kernel_shows(tmp_path: Path, warm: Warm) -> None:
    job = job_of(tmp_path, *NASTY)
    runs = [
        execution.execute(job, {}, tmp_path / f"{host.name}.ipynb", host=host)
        for host in (Stock(), warm)
    ]
    assert [run.state for run in runs] == ["done", "done"]
    cold, forked = (nbformat.read(run.output, as_version=4) for run in runs)
    assert likeness.differences(cold, forked) == set()
    for one, other in zip(cold.cells, forked.cells, strict=True):
        assert one.metadata.execution.keys() == other.metadata.execution.keys()
    assert cold.metadata.language_info == forked.metadata.language_info
    assert runs[1].seconds < runs[0].seconds


def test_a_child_that_dies_or_takes_too_long_is_told_apart(tmp_path: Path, warm: Warm) -> None:
    job = job_of(tmp_path, "import os, signal", "os.kill(os.getpid(), signal.SIGSEGV)", "1")
    died = execution.execute(job, {}, tmp_path / "o.ipynb", host=warm)
    assert (died.state, died.failed_cell, died.exit_signal) == ("failed", 1, "SIGSEGV")
    job = job_of(tmp_path, "import subprocess\np = subprocess.Popen(['sleep', '600'])\np.wait()")
    late = execution.execute(job, {}, tmp_path / "o.ipynb", host=warm, limits=Limits(seconds=1))
    assert late.state == "timed-out"
    time.sleep(0.2)
    assert not [
        p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "600"]
    ]


def test_children_share_no_state(tmp_path: Path, warm: Warm) -> None:
    job = job_of(
        tmp_path,
        "import random, numpy, sys\nprint(random.random(), numpy.random.rand(), 'mark' in vars(sys))",
        "sys.mark = 1",
    )
    outputs = []
    for n in range(2):
        execution.execute(job, {}, tmp_path / f"{n}.ipynb", host=warm)
        outputs.append(
            nbformat.read(tmp_path / f"{n}.ipynb", as_version=4).cells[0].outputs[0].text
        )
    (a, b, marked), (c, d, again) = (text.split() for text in outputs)
    assert a != c and b != d and marked == again == "False"


def test_a_server_that_was_killed_is_started_anew(tmp_path: Path) -> None:
    job = job_of(tmp_path, "1")
    server = ForkServer([sys.executable], os.environ, [])
    host = Warm(server)
    try:
        assert execution.execute(job, {}, tmp_path / "o.ipynb", host=host).state == "done"
        psutil.Process(server.pid).kill()
        assert execution.execute(job, {}, tmp_path / "o.ipynb", host=host).state == "done"
    finally:
        host.stop()
    assert not psutil.pid_exists(server.pid)


def test_imports_that_show_something_are_left_to_children(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (tmp_path / "mine.py").write_text("print('mine')")
    (packages / "loud.py").write_text("print('loud')")
    (packages / "busy.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{packages}"}
    imports = ["import loud", "import busy.x", "import mine", "import missing"]
    server = ForkServer([sys.executable], environment, [*imports, "from busy import time as t"])
    try:
        server.wait()
        assert server.left_out == {
            "import loud": "it shows something: loud",
            "import busy.x": "ModuleNotFoundError: No module named 'busy.x'; 'busy' is not a package",
            "from busy import time as t": "it starts 1 threads",
        }
    finally:
        server.stop()


def test_a_missing_interpreter_is_no_fork_server() -> None:
    with pytest.raises(NoForkServer):
        ForkServer(["/no/such/python"], os.environ, [])


def test_a_notebook_that_speaks_with_widgets_needs_a_stock_kernel(
    tmp_path: Path, warm: Warm
) -> None:
    job = job_of(tmp_path, "from comm import create_comm\ncreate_comm(target_name='x')")
    with pytest.raises(NeedsStock):
        execution.execute(job, {}, tmp_path / "o.ipynb", host=warm)


SOURCES: dict[str, tuple[str, list[str]]] = {
    "third-party modules": ("import numpy as np\nimport os", ["import numpy"]),
    "names of a module": ("from a.b import c as d", ["from a.b import c as d"]),
    "not what a fork destroys": ("import torch, polars.x", []),
    "not what may not be executed": ("if x:\n    import numpy\ndef f(): import pandas", []),
    "not relative ones": ("from . import x", []),
    "around magics": ("%matplotlib inline\n!ls\nimport numpy", ["import numpy"]),
    "no other languages": ("%%bash\nimport x", []),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_fork_server_imports(name: str) -> None:
    source, expected = SOURCES[name]
    assert preload.imports([{"cell_type": "code", "source": source}]) == expected


def test_why_stock_kernels_are_taken(tmp_path: Path) -> None:
    job = job_of(tmp_path, "import ipywidgets")
    assert hosting.reason_for_stock(job, runs=9, cold=True) == ""
    assert hosting.reason_for_stock(job, runs=9, cold=False) == "it uses ipywidgets"
    assert "so few" in str(hosting.reason_for_stock(job_of(tmp_path, "1"), runs=1, cold=False))
    assert hosting.reason_for_stock(job_of(tmp_path, "1"), runs=9, cold=False) is None


def test_papermill_finds_the_engine(tmp_path: Path) -> None:
    job_of(tmp_path, "import os; os._exit(3)", "2")
    command = [sys.executable, "-m", "papermill", "--engine", "promote", "n.ipynb", "o.ipynb"]
    command += ["-k", "python3", "--language", "python"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    node = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    assert done.returncode != 0
    assert [cell.metadata.papermill.status for cell in node.cells] == ["failed", "pending"]
    assert node.metadata.papermill.exception is True


def test_papermill_can_run_in_a_child(tmp_path: Path) -> None:
    job_of(tmp_path, "2")
    server = ForkServer([sys.executable], os.environ, [])
    try:
        papermill.execute_notebook(
            str(tmp_path / "n.ipynb"),
            str(tmp_path / "o.ipynb"),
            engine_name="promote",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            server=server,
        )
    finally:
        server.stop()
    node = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    assert node.cells[0].outputs[0].data == {"text/plain": "2"}
    assert node.metadata.papermill.output_path == str(tmp_path / "o.ipynb")


@pytest.mark.skipif(sweep.processors() < 2, reason="one processor gives one thread")
def test_a_child_computes_with_as_many_threads_as_a_stock_kernel(tmp_path: Path) -> None:
    product = "a = np.random.default_rng(0).normal(size=(400, 400))\nrepr(float((a @ a).sum()))"
    cells = [nbformat.v4.new_code_cell(f"import numpy as np\n{product}")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    shown = {}
    for count in ("1", "2"):
        threads = dict.fromkeys(sweep.threads(1), count)
        job = execution.prepare(tmp_path / "n.ipynb", environment=threads)
        warm = Warm(hosting.start(job))
        for host in (Stock(), warm):
            execution.execute(job, {}, tmp_path / "o.ipynb", host=host)
            cell = nbformat.read(tmp_path / "o.ipynb", as_version=4).cells[0]
            shown[count, host.name] = cell.outputs[0]["data"]["text/plain"]
        warm.stop()
    assert shown["1", "warm"] == shown["1", "cold"]
    assert shown["2", "warm"] == shown["2", "cold"]
