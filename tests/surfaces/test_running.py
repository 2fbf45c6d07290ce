"""Running notebooks through the REST API: forms, runs, sweeps, their events, and results."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_promote import running, workflow
from jupyter_promote.surfaces.run_jobs import Log

pytest_plugins = ["pytest_jupyter.jupyter_server"]

JSON = {"Content-Type": "application/json"}
PARAMETERS = """from typing import Literal

n = 3  # how many
rate: float = 0.5
fast = False
mode: Literal["a", "b"] = "a"
"""
CELLS = [
    (PARAMETERS, ["parameters"]),
    ("for i in range(n):\n    print('step', i)", []),
    ("total = 10 / n * rate", ["results"]),
]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyter_promote": True}}}


def book(cells: list[tuple[str, list[str]]], kernel: str = "python3") -> dict[str, Any]:
    made = [nbformat.v4.new_code_cell(s, metadata={"tags": t} if t else {}) for s, t in cells]
    about = {"name": kernel, "display_name": kernel, "language": "python"}
    found = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": about})
    return json.loads(nbformat.writes(found))  # type: ignore[no-any-return]


@pytest.fixture
def work(jp_root_dir: Path) -> Path:
    folder = jp_root_dir / "work"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (folder / "nb.ipynb").write_text(json.dumps(book(CELLS)))
    return folder


def form(fields: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"path": "work/nb.ipynb", "content": book(CELLS), "fields": fields, **changes}


def start(fields: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"path": "work/nb.ipynb", "fields": fields, **changes}


async def told(jp_fetch: Any, job: str) -> list[dict[str, Any]]:
    """Return what the events of a job tell, from its start to its end."""
    reply = await jp_fetch("jupyter-promote", "jobs", job, "events", request_timeout=120)
    assert reply.headers["Content-Type"] == "text/event-stream"
    blocks = reply.body.decode().strip().split("\n\n")
    assert all(block.startswith("data: ") for block in blocks)
    return [json.loads(block.removeprefix("data: ")) for block in blocks]


def lines(events: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for event in events:
        assert event["running"]["first"] == len(found)
        found += event["running"]["lines"]
    return found


async def results(ask: Any) -> Any:
    status, answer = await ask("POST", "runs", "results", json={"path": "work/nb.ipynb"})
    assert status == 200
    return answer


async def test_a_form_has_what_the_parameters_cell_declares(work: Path, ask: Any) -> None:
    status, answer = await ask("POST", "runs", "form", json=form({}))
    assert status == 200 and answer["cell"] == 0 and answer["runs"] == 1
    rows = [(p["name"], p["kind"], p["text"], p["choices"]) for p in answer["parameters"]]
    assert rows == [
        ("n", "number", "3", []),
        ("rate", "number", "0.5", []),
        ("fast", "flag", "False", ["False", "True"]),
        ("mode", "choice", "a", ["a", "b"]),
    ]
    assert answer["parameters"][0]["help"] == "how many"


async def test_what_is_typed_is_checked_by_the_engine(work: Path, ask: Any) -> None:
    _, answer = await ask("POST", "runs", "form", json=form({"n": "x", "rate": "0.1", "k": "1"}))
    assert answer["runs"] == 0
    assert answer["problems"]["n"]["what"] == "'x' is no value for 'n', which is declared int"
    assert "no parameter 'k'" in answer["problems"]["k"]["what"]
    assert "rate" not in answer["problems"]

    swept = form({"n": "1..4", "rate": "0.1, 0.2, 0.3"}, sweep=True)
    _, answer = await ask("POST", "runs", "form", json=swept)
    assert (answer["runs"], answer["problems"], answer["problem"]) == (12, {}, None)


async def test_a_grid_of_a_thousand_million_points_is_refused(work: Path, ask: Any) -> None:
    huge = {"n": "1..100000", "rate": "0..10000"}
    _, answer = await ask("POST", "runs", "form", json=form(huge, sweep=True))
    assert answer["runs"] == 0
    assert answer["problem"]["what"] == "1,000,100,000 runs are too many; 100,000 are the most"
    _, job = await ask("POST", "runs", "start", json=start(huge, sweep=True))
    _, job = await ended(ask, job["job"])
    assert job["state"] == "failed" and "too many" in job["error"]["what"]
    assert (await results(ask))["runs"] == []


async def ended(ask: Any, job: str) -> tuple[int, Any]:
    for _ in range(600):
        status, answer = await ask("GET", "jobs", job)
        if answer["state"] != "running":
            return status, answer
        await asyncio.sleep(0.1)
    raise AssertionError("the job did not end")


async def test_the_promoted_module_tells_choices_that_the_cell_does_not(
    work: Path, ask: Any
) -> None:
    cells = [("mode = 'a'", ["parameters"]), ("told = mode * 2", ["promote:tell"]), ("told", [])]
    (work / "plain.ipynb").write_text(json.dumps(book(cells)))
    request = workflow.Request(notebook=work / "plain.ipynb", to=work, module="shop.telling")
    workflow.extract(request, run=False)
    module = work / "src" / "shop" / "telling.py"
    text = module.read_text().replace("mode: str", 'mode: Literal["a", "b"]')
    module.write_text(text.replace("\n\n\n", "\n\nfrom typing import Literal\n\n\n", 1))
    thin = {"path": "work/notebooks/plain.ipynb", "content": book(cells)}
    status, answer = await ask("POST", "runs", "form", json=form({}, **thin))
    (mode,) = answer["parameters"]
    assert status == 200 and (mode["kind"], mode["choices"]) == ("choice", ["a", "b"])


@pytest.mark.parametrize("cells", [[("x = 1", [])], []], ids=["no tag", "no cells"])
async def test_a_notebook_without_parameters_has_an_empty_form(
    work: Path, ask: Any, cells: list[tuple[str, list[str]]]
) -> None:
    status, answer = await ask("POST", "runs", "form", json=form({}, content=book(cells)))
    assert status == 200 and answer["cell"] is None and answer["parameters"] == []


async def test_a_parameters_cell_that_is_no_python_is_told(work: Path, ask: Any) -> None:
    content = book([("print(", ["parameters"])])
    status, answer = await ask("POST", "runs", "form", json=form({}, content=content))
    assert status == 400 and "is not Python" in answer["error"]["what"]


async def test_a_run_tells_each_cell_and_what_it_shows(work: Path, ask: Any, jp_fetch: Any) -> None:
    status, job = await ask("POST", "runs", "start", json=start({"n": "2"}))
    assert status == 202 and job["state"] == "running"
    events = await told(jp_fetch, job["job"])
    assert [event["state"] for event in events[:-1]] == ["running"] * (len(events) - 1)
    assert lines(events) == ["── cell 2 ──", "step 0", "step 1"]
    last = events[-1]["running"]
    assert (events[-1]["state"], last["done"], last["failed"], last["now"]) == ("done", 1, 0, [])
    run = last["ended"][0]
    assert (run["state"], run["parameters"], run["results"]) == ("done", {"n": 2}, {"total": 2.5})
    assert run["output"] == "work/nb.output.ipynb"
    assert (work / "nb.output.ipynb").is_file()

    # Events of a job that has ended tell all of it, to whoever comes later.
    again = await told(jp_fetch, job["job"])
    assert len(again) == 1 and lines(again) == lines(events)
    found = await results(ask)
    assert found["job"] == job["job"]
    assert [(r["state"], r["output"]) for r in found["runs"]] == [("done", "work/nb.output.ipynb")]


async def test_the_second_run_is_warm(work: Path, ask: Any) -> None:
    engines = []
    for n in ("1", "2", "3"):
        _, job = await ask("POST", "runs", "start", json=start({"n": n}))
        _, job = await ended(ask, job["job"])
        engines.append(job["running"]["ended"][0]["engine"])
    assert engines == ["cold", "warm", "warm"]
    found = (await results(ask))["runs"]
    assert [bool(row["output"]) for row in found] == [True, False, False]  # overwritten


async def test_a_failing_cell_of_a_sweep_stops_nothing_else(
    work: Path, ask: Any, jp_fetch: Any
) -> None:
    _, job = await ask("POST", "runs", "start", json=start({"n": "0, 1, 2"}, sweep=True))
    last = (await told(jp_fetch, job["job"]))[-1]
    assert last["state"] == "done"
    assert (last["running"]["done"], last["running"]["failed"]) == (2, 1)
    failed = last["running"]["ended"][0]
    assert (failed["cell"], failed["line"], failed["parameters"]) == (2, 1, {"n": 0})
    assert failed["error"].startswith("ZeroDivisionError")
    assert "total = 10 / n * rate" in failed["traceback"] and "\x1b" not in failed["traceback"]
    assert failed["output"].startswith("work/nb-runs/nb-")
    rows = (await results(ask))["runs"]
    assert sorted(row["state"] for row in rows) == ["done", "done", "failed"]
    assert all(row["output"] for row in rows)


async def test_a_run_can_be_cancelled(work: Path, ask: Any, jp_fetch: Any) -> None:
    slow = [*CELLS, ("import time; print('here', flush=True); time.sleep(60)", [])]
    (work / "nb.ipynb").write_text(json.dumps(book(slow)))
    _, job = await ask("POST", "runs", "start", json=start({"n": "1"}, warm=False))
    for _ in range(300):
        await asyncio.sleep(0.1)
        _, now = await ask("GET", "jobs", job["job"])
        if "here" in now["running"]["lines"]:
            break
    assert (now["running"]["now"][0]["index"], now["running"]["now"][0]["total"]) == (3, 4)
    assert (await ask("DELETE", "jobs", job["job"]))[0] == 200
    last = (await asyncio.wait_for(told(jp_fetch, job["job"]), 30))[-1]
    assert last["state"] == "cancelled"
    assert [row["state"] for row in (await results(ask))["runs"]] == ["cancelled"]


async def test_a_run_past_its_deadline_is_ended(work: Path, ask: Any) -> None:
    slow = [CELLS[0], ("import time; time.sleep(60)", [])]
    (work / "nb.ipynb").write_text(json.dumps(book(slow)))
    asked = start({}, warm=False, deadline=2.0)
    _, job = await ask("POST", "runs", "start", json=asked)
    _, job = await ended(ask, job["job"])
    run = job["running"]["ended"][0]
    assert (run["state"], run["error"]) == ("timed-out", "the time limit was reached")
    assert [row["state"] for row in (await results(ask))["runs"]] == ["timed-out"]


MISTAKES: dict[str, tuple[dict[str, str], str, str]] = {
    "an unknown parameter": ({"k": "1"}, "python3", "the notebook has no parameter 'k'"),
    "an ill-typed value": ({"n": "x"}, "python3", "is declared int"),
    "no such kernel": ({}, "no-such-kernel", "the kernel 'no-such-kernel' is not installed"),
}


@pytest.mark.parametrize("name", MISTAKES)
async def test_a_mistake_is_told_and_nothing_is_started(work: Path, ask: Any, name: str) -> None:
    fields, kernel, expected = MISTAKES[name]
    (work / "nb.ipynb").write_text(json.dumps(book(CELLS, kernel)))
    _, job = await ask("POST", "runs", "start", json=start(fields))
    _, job = await ended(ask, job["job"])
    assert job["state"] == "failed" and expected in job["error"]["what"]
    assert not (work / "nb.output.ipynb").exists()


async def test_runs_of_the_command_line_are_shown_too(work: Path, ask: Any) -> None:
    assert (await results(ask)) == {"runs": [], "job": ""}
    running.run(work / "nb.ipynb", pairs=[("n", "5")])
    rows = (await results(ask))["runs"]
    assert [(row["parameters"], row["results"]) for row in rows] == [({"n": 5}, {"total": 1.0})]


REFUSED = ["../nb.ipynb", "/etc/nb.ipynb", "work/.hidden/nb.ipynb", "link/nb.ipynb"]


@pytest.mark.parametrize("path", REFUSED)
@pytest.mark.parametrize("where", ["form", "results", "start"])
async def test_a_path_out_of_the_root_is_refused(
    work: Path, ask: Any, tmp_path: Path, path: str, where: str
) -> None:
    (tmp_path / "outside").mkdir()
    (work.parent / "link").symlink_to(tmp_path / "outside")
    bodies = {"form": form({}, path=path), "results": {"path": path}}
    status, answer = await ask("POST", "runs", where, json=bodies.get(where, start({}, path=path)))
    assert status == 400 and answer["error"]["kind"] == "path"


async def test_outputs_do_not_leave_the_root(work: Path, ask: Any, tmp_path: Path) -> None:
    (work / "nb-runs").symlink_to(tmp_path)
    status, answer = await ask("POST", "runs", "start", json=start({"n": "1, 2"}, sweep=True))
    assert status == 400 and "leads out" in answer["error"]["what"]


async def test_who_is_not_logged_in_is_turned_away(work: Path, http_server_client: Any) -> None:
    for method, path in [
        ("POST", "runs/form"),
        ("POST", "runs/results"),
        ("POST", "runs/start"),
        ("GET", f"jobs/{'0' * 32}/events"),
    ]:
        with pytest.raises(HTTPClientError) as refused:
            body = "{}" if method == "POST" else None
            url = f"/a%40b/jupyter-promote/{path}"
            await http_server_client.fetch(url, method=method, body=body, headers=JSON)
        assert refused.value.code == 403


LOGS: dict[str, tuple[list[tuple[str, str]], list[str], str]] = {
    "pieces of a line": ([("1", "a"), ("1", "b\nc")], ["── 1 ──", "ab"], "c"),
    "a line that is cut off by another cell": (
        [("1", "a"), ("2", "b\n")],
        ["── 1 ──", "a", "── 2 ──", "b"],
        "",
    ),
    "a progress bar": ([("1", "10%\r20%\r"), ("1", "30%")], ["── 1 ──"], "30%"),
    "colours": ([("1", "\x1b[31mred\x1b[0m\n")], ["── 1 ──", "red"], ""),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_kept_in_lines(name: str) -> None:
    pieces, expected, tail = LOGS[name]
    log = Log(sweep=False)
    for title, text in pieces:
        log.add(title, text)
    assert log.since(0) == (expected, tail)


def test_a_log_has_an_end() -> None:
    log = Log(sweep=False)
    log.add("1", "x" * 9999 + "\n" + "y\n" * 5000)
    found, _ = log.since(0)
    assert len(found) == 3001 and len(found[1]) == 2000 and "left out" in found[-1]
