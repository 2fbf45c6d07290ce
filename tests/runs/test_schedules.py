"""Files for schedulers and CI: read back by what reads them, and really executed where that goes."""

from __future__ import annotations

import ast
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
import pytest
import yaml
from click.testing import CliRunner

from jupyter_promote import scheduling
from jupyter_promote.promotion import formatting
from jupyter_promote.runs import parameters, schedules
from jupyter_promote.runs.schedules import Work
from jupyter_promote.surfaces.cli_export import TARGETS, export
from tests.programs import cells_of, content_of
from tests.texts import hard

NASTY = 'notebooks/it\'s $(touch x) `y` "z" {{ 7*7 }} ${{ secrets.A }} \\ #1.ipynb'
WORK = Work(verb="sweep", notebook=NASTY, options=("--grid", "the grid.yaml"))
WORDS = ["jupyter", "promote", "sweep", NASTY, "--grid", "the grid.yaml"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\nversion = '1'\n")
    (tmp_path / "notebooks").mkdir()
    cells = "# %% parameters\nalpha = 0.5\n# %%\nprint(alpha)\n"
    (tmp_path / "notebooks" / "fit it.ipynb").write_text(json.dumps(content_of(cells_of(cells))))
    (tmp_path / "grid.json").write_text('{"alpha": [0.1, 0.2]}')
    return tmp_path


def exported(project: Path, target: str, *more: str) -> Path:
    place = project / "written" / target
    command = [target, str(project / "notebooks" / "fit it.ipynb"), "--output", str(place), *more]
    done = CliRunner().invoke(export, command, standalone_mode=False)
    assert done.return_value == 0, done.output
    return place


def jenkins_line(text: str) -> str:
    """Return what Jenkins gives its shell; that Groovy reads it so is seen in tests/test_quoting.py."""
    runs = ("promote run", "promote sweep")
    line = next(each for each in text.splitlines() if any(verb in each for verb in runs))
    units = ast.literal_eval(line.strip().removeprefix("sh "))
    return str(units.encode("utf-16", "surrogatepass").decode("utf-16"))


def words_of(line: str) -> list[str]:
    """Return what a shell makes of the line, without the outputs."""
    found = shlex.split(line)
    return found[: found.index("--output-dir")]


EXAMPLES = Path(__file__).parents[2] / "examples" / "schedules"
EXAMPLE = Work(verb="sweep", notebook="notebooks/churn.ipynb", options=("--grid", "grid.yaml"))


@pytest.mark.parametrize("target", schedules.SCHEDULES)
def test_the_examples_are_what_is_written(target: str) -> None:
    name, render = schedules.SCHEDULES[target]
    text = formatting.shaped(render(EXAMPLE)) if name.endswith(".py") else render(EXAMPLE)
    assert (EXAMPLES / Path(name.format(EXAMPLE.name)).name).read_text() == text


def test_the_command_names_the_targets_that_there_are() -> None:
    assert set(TARGETS) == set(schedules.SCHEDULES)


def test_a_workflow_of_github_runs_the_very_words() -> None:
    steps = yaml.safe_load(schedules.github(WORK))["jobs"][WORK.name]["steps"]
    line = next(s["run"] for s in steps if "promote sweep" in s.get("run", ""))
    assert words_of(line.replace("${{ '${{' }}", "${{")) == WORDS


def test_a_job_of_gitlab_runs_the_very_words() -> None:
    assert words_of(yaml.safe_load(schedules.gitlab(WORK))[WORK.name]["script"][1]) == WORDS


def test_airflow_renders_the_very_words() -> None:
    line = airflow_line(schedules.airflow(WORK))
    assert words_of(line) == WORDS
    assert line.endswith("--output-dir runs/it_s_touch_x_y_z_7_7_secrets_a_1/2026-01-31 --resume")


def test_jenkins_gets_one_string() -> None:
    assert words_of(jenkins_line(schedules.jenkins(WORK))) == WORDS


def test_luigi_gets_a_list_of_words() -> None:
    tree = ast.parse(schedules.luigi(WORK))
    command = next(node.value for node in tree.body if isinstance(node, ast.Assign))
    assert ast.literal_eval(command) == WORDS


def test_make_runs_the_notebook(project: Path) -> None:
    written = exported(project, "make", "--grid", str(project / "grid.json"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["make", "-f", str(written)],
        cwd=project,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len([*project.glob("runs/fit_it/*/*.ipynb")]) == 2


def github_line(text: str) -> str:
    [job] = yaml.safe_load(text)["jobs"].values()
    [line] = [step["run"] for step in job["steps"] if "promote run" in step.get("run", "")]
    return "${{".join(line.split("${{ '${{' }}"))  # as GitHub evaluates it


def gitlab_line(text: str) -> str:
    [job] = yaml.safe_load(text).values()
    return str(job["script"][1])


def airflow_line(text: str) -> str:
    call = next(
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BashOperator"
    )
    command = next(ast.literal_eval(k.value) for k in call.keywords if k.arg == "bash_command")
    return jinja2.Template(command).render(ds="2026-01-31")


def luigi_line(text: str) -> str:
    command = next(n.value for n in ast.parse(text).body if isinstance(n, ast.Assign))
    return shlex.join(ast.literal_eval(command))


LINES: dict[str, Callable[[str], str]] = {
    "github": github_line,
    "gitlab": gitlab_line,
    "jenkins": jenkins_line,
    "airflow": airflow_line,
    "luigi": luigi_line,
    "make": lambda text: "make -s -f written/night.mk",
}


@pytest.mark.parametrize("target", LINES)
def test_any_value_arrives_through_all_languages(project: Path, target: str) -> None:
    """The exported command is executed; in the place of jupyter a program writes down its arguments."""
    (project / "bin").mkdir()
    program = project / "bin" / "jupyter"
    program.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\" >arguments\n")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "GITHUB_STEP_SUMMARY": "x"}
    notebook, written = project / "notebooks" / "words.ipynb", project / "written" / "night.mk"
    cells = "# %% parameters\nword = 'x'\n# %%\nprint(word)\n"
    notebook.write_text(json.dumps(content_of(cells_of(cells))))
    there = {*project.rglob("*"), project / "arguments", project / "written", written}
    [word] = parameters.of_notebook(json.loads(notebook.read_text()))
    for text in hard(60, seed=len(target)):
        written.unlink(missing_ok=True)
        scheduling.export(target, notebook, pairs=[("word", text)], output=written)
        line = LINES[target](written.read_text(encoding="utf-8"))
        subprocess.run(["sh", "-c", line], cwd=project, env=environment, check=True)
        arguments = (project / "arguments").read_bytes().decode().split("\0")
        assert arguments[:4] == ["promote", "run", "notebooks/words.ipynb", "-p"]
        given = parameters.parse_value(arguments[5], word)
        assert (arguments[4], given) == ("word", parameters.parse_value(text, word))
    assert {*project.rglob("*")} == there


@pytest.mark.parametrize(
    "name", ["no", "null", "image", "none", "1", "Prüfung \U0001f600", "x" * 200]
)
@pytest.mark.parametrize("target", ["github", "gitlab", "luigi"])
def test_any_name_of_a_notebook_is_one_of_a_job(target: str, name: str) -> None:
    _, render = schedules.SCHEDULES[target]
    text = render(Work(verb="run", notebook=f"{name}.ipynb"))
    if target == "luigi":
        compile(text, "x", "exec")
        return
    read = yaml.safe_load(text)
    jobs = read["jobs"] if target == "github" else read
    assert [type(job) for job in jobs] == [str]
    assert target == "github" or "image" not in jobs


INSTALLED = {
    "a project": (["pyproject.toml"], [], ["."]),
    "a list of requirements": (["requirements.txt"], [], ["-r", "requirements.txt"]),
    "both": (["pyproject.toml", "requirements.txt"], [], ["-r", "requirements.txt", "."]),
    "a wheel": (
        ["pyproject.toml"],
        ["dist/a-1-py3-none-any.whl"],
        ["./dist/a-1-py3-none-any.whl", "."],
    ),
    "a lock": (["requirements.txt"], ["lock.txt"], ["-r", "lock.txt"]),
    "an address": ([], ["git+https://x.example/a@v1"], ["git+https://x.example/a@v1"]),
    "nothing": ([], [], []),
}


@pytest.mark.parametrize("case", INSTALLED)
@pytest.mark.parametrize("target", ["github", "gitlab", "jenkins"])
def test_what_is_installed_is_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, case: str
) -> None:
    own, named, arguments = INSTALLED[case]
    for name in (*own, *(n for n in named if "://" not in n), ".promote/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    notebook = tmp_path / "n.ipynb"
    notebook.write_text(json.dumps(content_of(cells_of("# %%\n1\n"))))
    monkeypatch.chdir(tmp_path)
    text = scheduling.export(target, notebook, install=named, output=tmp_path / "out").read_text()
    command = (
        shlex.join(["pip", "install", *arguments]) if arguments else "jupyter promote --version"
    )
    assert command in text and "install jupyter" not in text


@pytest.mark.parametrize(
    "name", ["jupyter-promote", "jupyter_promote==1.0", "no/such.whl", "http://x.example/a"]
)
def test_nothing_is_installed_by_a_bare_name(project: Path, name: str) -> None:
    command = ["github", str(project / "notebooks" / "fit it.ipynb"), "--install", name]
    assert CliRunner().invoke(export, command, standalone_mode=False).return_value == 2


def test_a_secret_is_not_written_into_an_exported_file(project: Path) -> None:
    notebook = project / "notebooks" / "secret.ipynb"
    notebook.write_text(json.dumps(content_of(cells_of("# %% parameters\napi_key = ''\n"))))
    command = ["make", str(notebook), "--output", str(project / "x.mk"), "-p", "api_key"]
    assert CliRunner().invoke(export, [*command, "k9X2"], standalone_mode=False).return_value == 2
    assert not (project / "x.mk").exists()
    done = CliRunner().invoke(export, [*command, "env:NOT_SET_HERE"], standalone_mode=False)
    assert done.return_value == 0 and "env:NOT_SET_HERE" in (project / "x.mk").read_text()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[int]:
    """Luigi's central scheduler, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [shutil.which("luigid", path=str(Path(sys.executable).parent)) or "luigid"]
    options = ["--address", "127.0.0.1", "--port", str(port), "--state-path", str(tmp_path / "s")]
    process = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


def test_luigi_runs_the_sweep_once_a_day(project: Path, scheduler: int) -> None:
    written = exported(project, "luigi", "--grid", str(project / "grid.json"))
    module = written.rename(project / "fit_it_luigi.py")
    own = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(project)
    command = [sys.executable, "-m", "luigi", "--module", module.stem, "FitIt"]
    command += ["--scheduler-port", str(scheduler), "--day", "2026-01-31"]
    for _ in range(2):
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
        assert "This progress looks :)" in done.stderr, done.stderr
    report = json.loads((project / "runs/fit_it/2026-01-31.json").read_text())
    assert [run["state"] for run in report["runs"]] == ["done", "done"]
    assert {run["parameters"]["alpha"] for run in report["runs"]} == {0.1, 0.2}


def test_a_file_that_is_there_is_kept(project: Path) -> None:
    written = exported(project, "jenkins")
    written.write_text("mine")
    command = ["jenkins", str(project / "notebooks" / "fit it.ipynb"), "--output", str(written)]
    assert CliRunner().invoke(export, command, standalone_mode=False).return_value == 2
    assert written.read_text() == "mine"


@pytest.mark.parametrize(
    "options",
    [["-p", "alhpa", "1"], ["-p", "alpha", "much"], ["--grid", "/etc/hosts"]],
    ids=["no such parameter", "no such value", "a file outside of the project"],
)
def test_nothing_is_written_of_what_could_not_run(project: Path, options: list[str]) -> None:
    command = ["make", str(project / "notebooks" / "fit it.ipynb"), *options]
    assert CliRunner().invoke(export, command, standalone_mode=False).return_value == 2
    assert not [*project.glob("*.mk")]
