"""The REST API in a real server, with the real engine."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_promote.surfaces.jobs import explain
from jupyter_promote.surfaces.server import ROUTES

pytest_plugins = ["pytest_jupyter.jupyter_server"]

JSON = {"Content-Type": "application/json"}
CELLS = [
    ("n = 3", ["parameters"]),
    ("import math", ["promote"]),
    ("root = math.sqrt(n)\nprint(root)", ["promote:take_root"]),
    ("root + 1", []),
]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyter_promote": True}}}


def notebook(cells: list[tuple[str, list[str]]]) -> dict[str, Any]:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [nbformat.v4.new_code_cell(s, metadata={"tags": t} if t else {}) for s, t in cells]
    book = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    return json.loads(nbformat.writes(book))  # type: ignore[no-any-return]


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    (jp_root_dir / "work").mkdir()
    (jp_root_dir / "work" / "nb.ipynb").write_text(json.dumps(notebook(CELLS)))
    return jp_root_dir


def body(**changes: Any) -> str:
    return json.dumps({"path": "work/nb.ipynb", "content": notebook(CELLS), **changes})


@pytest.fixture
def ask(jp_fetch: Any) -> Any:
    """Ask the API; return status, answer and headers, whatever the status."""

    async def ask(method: str, *path: str, **options: Any) -> tuple[int, Any, Any]:
        options["headers"] = dict(options.get("headers", JSON))  # jp_fetch adds its token to it
        options.setdefault("request_timeout", 120)
        try:
            reply = await jp_fetch("jupyter-promote", *path, method=method, **options)
        except HTTPClientError as error:
            assert error.response is not None
            reply = error.response
        return reply.code, json.loads(reply.body), reply.headers

    return ask


async def finished(ask: Any, job: str) -> dict[str, Any]:
    for _ in range(600):
        _, answer, _ = await ask("GET", "jobs", job)
        if answer["state"] != "running":
            return answer  # type: ignore[no-any-return]
        await asyncio.sleep(0.2)
    raise AssertionError("the job did not end")


async def test_a_plan_says_what_would_be_written_and_writes_nothing(root: Path, ask: Any) -> None:
    status, plan, headers = await ask("POST", "plan", body=body())
    assert status == 200
    assert [f["name"] for f in plan["functions"]] == ["take_root"]
    assert plan["to"] == "work"
    assert plan["files"] and all(file["existing"] is None for file in plan["files"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert [p.name for p in (root / "work").iterdir()] == ["nb.ipynb"]


async def test_the_plan_is_for_what_is_on_screen_not_on_disk(root: Path, ask: Any) -> None:
    (root / "work" / "nb.ipynb").write_text(json.dumps(notebook([("x = 1", [])])))
    _, plan, _ = await ask("POST", "plan", body=body())
    assert [f["name"] for f in plan["functions"]] == ["take_root"]


async def test_findings_are_about_what_is_on_screen_and_explain_their_rules(
    root: Path, ask: Any
) -> None:
    screen = notebook([("n = 3", []), ("print(n)\nprint(forgotten)", [])])
    status, answer, _ = await ask("POST", "findings", body=body(content=screen))
    assert status == 200
    [finding] = answer["findings"]
    place = [finding[key] for key in ("code", "path", "cell", "line")]
    assert place == ["JP301", "work/nb.ipynb", 1, 2]
    assert set(answer["rules"]) == {"JP301"}
    assert "Instead:" in answer["rules"]["JP301"]
    _, answer, _ = await ask("POST", "findings", body=body())
    assert answer == {"findings": [], "rules": {}}


COPY = """{0}_orders = orders[orders["region"] == "{0}"].drop_duplicates("order_id")
{0}_orders = {0}_orders[{0}_orders["price"] > 0].sort_values("shipped_at")
{0}_orders["weekday"] = {0}_orders["shipped_at"].dt.day_name()
{0}_revenue = {0}_orders.groupby("weekday")["price"].sum()
print({0}_revenue.round(2).to_string())"""


async def test_copies_on_screen_can_become_one_function(root: Path, ask: Any) -> None:
    screen = notebook([(COPY.format("north"), []), (COPY.format("south"), [])])
    copies = [{"cell": cell, "first": 1, "last": 5} for cell in (0, 1)]
    asked = {"path": "work/nb.ipynb", "content": screen, "copies": copies}
    status, answer, _ = await ask("POST", "unify", body=json.dumps(asked))
    assert status == 200
    assert answer["obstacle"] is None
    assert answer["source"].startswith(f"def {answer['name']}(")
    assert [c["cell"] for c in answer["cells"]] == [0, 1]
    assert all(f"{answer['name']}(" in c["after"] for c in answer["cells"])

    screen["cells"][1]["source"] = "print(1)"
    asked = {**asked, "content": screen, "copies": [copies[0], {**copies[1], "last": 1}]}
    _, answer, _ = await ask("POST", "unify", body=json.dumps(asked))
    assert answer["obstacle"]["message"] and not answer["source"]


async def test_copies_are_told_at_each_place_on_screen(root: Path, ask: Any) -> None:
    (root / "work" / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    other = notebook([("import math", []), (COPY.format("west"), [])])
    (root / "work" / "other.ipynb").write_text(json.dumps(other))
    screen = notebook([(COPY.format("north"), []), (COPY.format("south"), [])])
    _, answer, _ = await ask("POST", "findings", body=body(content=screen, about="copies"))
    assert [f["cell"] for f in answer["findings"]] == [0, 1]
    assert {f["path"] for f in answer["findings"]} == {"work/nb.ipynb"}
    for finding in answer["findings"]:
        assert finding["code"] in answer["rules"]
        here, there = sorted(finding["related"], key=lambda place: place["path"])
        assert (here["path"], here["cell"]) == ("work/nb.ipynb", 1 - finding["cell"])
        assert (there["path"], there["cell"]) == ("work/other.ipynb", 1)
        assert (there["line"], there["end_line"]) == (1, 5)


async def test_findings_follow_the_settings_of_the_project(root: Path, ask: Any) -> None:
    settings = '[project]\nname = "shop"\n[tool.jupyter_promote]\nignore = ["JP1", "JP301"]\n'
    (root / "work" / "pyproject.toml").write_text(settings)
    screen = notebook([(COPY.format("north"), []), (COPY.format("south") + "\nfree", [])])
    for about in ("cells", "copies"):
        _, answer, _ = await ask("POST", "findings", body=body(content=screen, about=about))
        assert answer["findings"] == []


async def test_findings_are_not_told_of_files_outside_the_server(root: Path, ask: Any) -> None:
    status, answer, _ = await ask("POST", "findings", body=body(path="../nb.ipynb"))
    assert status == 400
    assert "leads out" in answer["error"]["what"]


async def test_the_nearest_project_is_the_default_target(root: Path, ask: Any) -> None:
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    _, plan, _ = await ask("POST", "plan", body=body())
    assert plan["to"] == "."
    _, plan, _ = await ask("POST", "plan", body=body(to="work"))
    assert plan["to"] == "work"


@pytest.mark.parametrize("run", [False, True], ids=["unproved", "proved"])
async def test_a_promotion_is_written(root: Path, ask: Any, run: bool) -> None:
    status, job, _ = await ask("POST", "extract", body=body(run=run))
    assert status == 202
    done = await finished(ask, job["job"])
    assert done["state"] == "done", done
    assert done["report"]["verdict"]["status"] == ("equivalent" if run else "not-run")
    for file in done["report"]["files"]:
        assert (root / "work" / file["path"]).is_file(), file["path"]


async def test_a_promotion_can_be_cancelled(root: Path, ask: Any) -> None:
    slow = notebook([*CELLS, ("import time; time.sleep(60)", [])])
    _, job, _ = await ask("POST", "extract", body=body(content=slow))
    await asyncio.sleep(1)
    assert (await ask("DELETE", "jobs", job["job"]))[0] == 200
    done = await asyncio.wait_for(finished(ask, job["job"]), 30)
    assert done["state"] == "cancelled", done
    assert [p.name for p in (root / "work").iterdir()] == ["nb.ipynb"]


async def test_a_job_that_nobody_started_is_not_found(root: Path, ask: Any) -> None:
    status, answer, _ = await ask("GET", "jobs", "0" * 32)
    assert status == 404
    assert "no longer known" in answer["error"]["what"]


BAD_PATHS = {
    "up": "../secret.ipynb",
    "up inside": "work/../../secret.ipynb",
    "absolute": "/etc/passwd",
    "home": "~/x.ipynb",
    "url": "http://example.org/x.ipynb",
    "file url": "file:///etc/passwd",
    "bucket": "s3://bucket/x.ipynb",
    "drive": "C:\\x.ipynb",
    "backslash": "work\\..\\..\\x.ipynb",
    "nul": "work/nb.ipynb\0.txt",
    "newline": "work/nb\n.ipynb",
    "hidden": ".hidden/nb.ipynb",
    "hidden below": "work/.git/nb.ipynb",
    "too long": "a" * 5000,
    "link": "link/nb.ipynb",
}


@pytest.mark.parametrize("field", ["path", "to"])
@pytest.mark.parametrize("path", BAD_PATHS.values(), ids=BAD_PATHS.keys())
async def test_a_path_out_of_the_root_is_refused(
    root: Path, ask: Any, tmp_path_factory: pytest.TempPathFactory, field: str, path: str
) -> None:
    (root / "link").symlink_to(tmp_path_factory.mktemp("outside"))
    for verb in ("plan", "extract"):
        status, answer, _ = await ask("POST", verb, body=body(**{field: path}))
        assert status == 400
        assert answer["error"]["kind"] == "path"


async def test_text_behind_a_link_that_leads_out_is_not_shown(
    root: Path, ask: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, plan, _ = await ask("POST", "plan", body=body())
    secret = tmp_path_factory.mktemp("outside") / "secret"
    secret.write_text("SECRET")
    target = root / "work" / plan["module"]
    target.parent.mkdir(parents=True)
    target.symlink_to(secret)
    for verb in ("plan", "extract"):
        status, answer, _ = await ask(
            "POST", verb, body=body(run=False) if verb == "extract" else body()
        )
        if status == 202:
            answer = await finished(ask, answer["job"])
            assert answer["state"] == "failed"
        assert answer["error"]["kind"] in ("path", "target")
        assert "SECRET" not in json.dumps(answer)
    assert secret.read_text() == "SECRET"


BAD_BODIES: dict[str, bytes] = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "string": b'"x"',
    "cut short": b"{",
    "deep": b"[" * 100_000,
    "deep content": b'{"path": "work/nb.ipynb", "content": ' + b'{"a":' * 100_000,
    "wrong type": b'{"path": 1, "content": {}}',
    "no content": b'{"path": "work/nb.ipynb"}',
    "content is a list": b'{"path": "work/nb.ipynb", "content": []}',
    "unknown field": b'{"path": "work/nb.ipynb", "content": {}, "workers": 100000}',
    "huge number": b'{"path": "x", "content": {"a": ' + b"9" * 5000 + b"}}",
    "infinite": b'{"path": "x", "content": {"a": 1e400}}',
    "not a number": b'{"path": "x", "content": {"a": NaN}}',
    "not UTF-8": b'{"path": "\xff", "content": {}}',
    "half a character": b'{"path": "\\ud800", "content": {}}',
    "no notebook": b'{"path": "work/nb.ipynb", "content": {"cells": 3}}',
}


@pytest.mark.parametrize("raw", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_bad_body_gets_a_sentence(root: Path, ask: Any, raw: bytes) -> None:
    status, answer, _ = await ask("POST", "plan", body=raw)
    assert status == 400
    assert answer["error"]["what"]
    assert "Traceback" not in json.dumps(answer)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_only_json_is_read(root: Path, ask: Any, kind: str) -> None:
    status, _, _ = await ask("POST", "plan", body=body(), headers={"Content-Type": kind})
    assert status == 415


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("token", ["", "token wrong"], ids=["no token", "wrong token"])
async def test_who_is_not_logged_in_is_turned_away(
    root: Path, ask: Any, method: str, token: str
) -> None:
    sent = body() if method in ("POST", "PUT", "PATCH") else None
    for pattern in ROUTES:
        path = pattern.replace(r"([\w-]{32})", "x" * 32)
        status, answer, _ = await ask(
            method, path, body=sent, headers={**JSON, "Authorization": token}
        )
        assert status in (401, 403), path
        assert answer["error"]["kind"] == "http"


async def cookie_of(jp_fetch: Any, jp_serverapp: Any) -> str:
    """Return the cookies of a browser that logged in with the token."""
    reply = await jp_fetch("api", "status", headers={})
    token = urllib.parse.quote(jp_serverapp.identity_provider.token)
    reply = await jp_fetch("api", "me", params={"token": token})
    return "; ".join(c.partition(";")[0] for c in reply.headers.get_list("Set-Cookie"))


@pytest.mark.parametrize(
    "headers", [{}, {"X-XSRFToken": "wrong"}, {"Origin": "https://evil.example"}], ids=str
)
async def test_a_cookie_alone_may_do_nothing(
    root: Path, ask: Any, jp_fetch: Any, jp_serverapp: Any, headers: dict[str, str]
) -> None:
    cookie = await cookie_of(jp_fetch, jp_serverapp)
    sent = {**JSON, **headers, "Cookie": cookie, "Authorization": ""}
    for pattern, handler in ROUTES.items():
        path = pattern.replace(r"([\w-]{32})", "x" * 32)
        for method in {*handler.needs} - {"GET"}:
            what = {"body": body()} if method == "POST" else {}
            status, _, _ = await ask(method, path, headers=sent, **what)
            assert status in (403, 404), (method, path)
    assert [p.name for p in (root / "work").iterdir()] == ["nb.ipynb"]


async def test_a_bug_of_ours_leaves_its_traceback_in_the_log_only(
    jp_serverapp: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    error = explain(RuntimeError("the inside of it"), jp_serverapp.log)
    assert "inside of it" not in error.what + error.hint
    assert "inside of it" in caplog.text
