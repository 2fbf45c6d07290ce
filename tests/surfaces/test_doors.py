"""Who may do what through the REST API: permissions, owners, limits, in a real server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import psutil
import pytest
from jupyter_server.auth import Authorizer, IdentityProvider, User
from tornado.httpclient import HTTPClientError

from jupyter_promote.errors import BadPath
from jupyter_promote.runs.ledger import Ledger, place
from jupyter_promote.surfaces import doors, workers
from jupyter_promote.surfaces.doors import EXECUTE, READ, WRITE, Permission
from jupyter_promote.surfaces.handlers import PromoteHandler

pytest_plugins = ["pytest_jupyter.jupyter_server"]

JSON = {"Content-Type": "application/json"}
NOBODYS = "x" * 32


class Denying(Authorizer):
    """Lets everybody do everything but what is denied."""

    denied: ClassVar[set[Permission]] = set()

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return Permission(action, resource) not in self.denied


class Named(IdentityProvider):
    """Takes every user's word for who it is."""

    def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-User", "ada")
        return User(username=name) if name else None


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what is set for the extension in one test."""
    return getattr(request, "param", {})


@pytest.fixture
def jp_server_config(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_promote": True},
            "authorizer_class": Denying,
            "identity_provider_class": Named,
            "disable_check_xsrf": True,
        },
        "PromoteServer": {"max_body_mb": 1, **settings},
    }


@pytest.fixture
def deny() -> Iterator[set[Permission]]:
    """Give what is denied to everybody; nothing at first."""
    yield Denying.denied
    Denying.denied.clear()


def code(source: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"c{abs(hash(source))}",
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": source,
    }


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [*cells] or [code("n = 3", "parameters"), code("root = n + 1", "promote:grow")]
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    (jp_root_dir / "nb.ipynb").write_text(json.dumps(notebook()))
    (jp_root_dir / "tests").mkdir()
    return jp_root_dir


PATH = {"path": "nb.ipynb"}
SHOWN = {**PATH, "content": notebook()}
COPIES = [{"cell": 0, "first": 1, "last": 1}, {"cell": 1, "first": 1, "last": 1}]

# What each address does, and so what its user must be allowed to do.
ROWS: dict[str, tuple[str, str, dict[str, Any] | None, set[Permission]]] = {
    "findings": ("POST", "findings", SHOWN, {READ}),
    "unify": ("POST", "unify", {**SHOWN, "copies": COPIES}, {READ}),
    "plan": ("POST", "plan", SHOWN, {READ}),
    "extract without a proof": ("POST", "extract", {**SHOWN, "run": False}, {READ, WRITE}),
    "extract": ("POST", "extract", {**SHOWN, "run": True}, {READ, WRITE, EXECUTE}),
    "extract by default": ("POST", "extract", SHOWN, {READ, WRITE, EXECUTE}),
    "tests": ("POST", "tests", {"to": ".", "test": "tests/test_nb.py"}, {READ, EXECUTE}),
    "form": ("POST", "runs/form", {**SHOWN, "fields": {}}, {READ, EXECUTE}),
    "results": ("POST", "runs/results", PATH, {READ}),
    "start": ("POST", "runs/start", {**PATH, "fields": {}}, {READ, WRITE, EXECUTE}),
    "job": ("GET", f"jobs/{NOBODYS}", None, {READ}),
    "events": ("GET", f"jobs/{NOBODYS}/events", None, {READ}),
    "cancel": ("DELETE", f"jobs/{NOBODYS}", None, {READ}),
}


@pytest.fixture
def ask(jp_fetch: Any) -> Any:
    """Ask the API; return status and answer, whatever the status."""

    async def ask(method: str, path: str, body: Any = None, user: str = "ada") -> tuple[int, Any]:
        sent: dict[str, Any] = {"request_timeout": 300, "connect_timeout": 300}
        if method == "POST":
            sent["body"] = json.dumps(body)
        headers = {**JSON, "X-User": user}
        try:
            reply = await jp_fetch("jupyter-promote", path, method=method, headers=headers, **sent)
        except HTTPClientError as error:
            assert error.response is not None
            reply = error.response
        return reply.code, json.loads(reply.body)

    return ask


def routes(app: Any) -> list[tuple[str, type[PromoteHandler]]]:
    """Return the addresses of the API, and what answers there."""
    rules = [rule for group in app.web_app.default_router.rules for rule in group.target.rules]
    return [
        (rule.matcher.regex.pattern, rule.target)
        for rule in rules
        if isinstance(rule.target, type) and issubclass(rule.target, PromoteHandler)
    ]


async def test_every_address_is_in_the_table(root: Path, jp_serverapp: Any) -> None:
    there = {
        (pattern.partition("jupyter-promote/")[2].rstrip("$"), method)
        for pattern, handler in routes(jp_serverapp)
        for method in handler.needs
    }
    listed = {
        (path.replace(NOBODYS, r"([\w-]{32})"), method) for method, path, _, _ in ROWS.values()
    }
    assert there == listed


async def test_no_method_answers_without_saying_what_it_needs(jp_serverapp: Any) -> None:
    for _, handler in routes(jp_serverapp):
        assert handler.needs and all(handler.needs.values())


ALL = {READ, WRITE, EXECUTE}
MATRIX = {
    f"{name}, {permission} denied": (row, permission)
    for name, row in ROWS.items()
    for permission in sorted(ALL, key=str)
}


@pytest.mark.parametrize("row, permission", MATRIX.values(), ids=MATRIX.keys())
async def test_whoever_may_not_is_refused_and_nobody_else(
    root: Path, ask: Any, deny: set[Permission], row: Any, permission: Permission
) -> None:
    method, path, body, needed = row
    deny.add(permission)
    status, answer = await ask(method, path, body)
    if permission in needed:
        assert (status, answer["error"]["kind"]) == (403, "forbidden")
        assert str(permission) in answer["error"]["what"]
        assert sorted(p.name for p in root.iterdir()) == ["nb.ipynb", "tests"]
    else:
        assert status != 403


async def test_who_may_not_gets_an_answer_to_a_large_body_too(
    root: Path, ask: Any, deny: set[Permission]
) -> None:
    deny.add(READ)
    large = {**PATH, "content": notebook(code("#" * 20_000_000))}
    status, answer = await ask("POST", "plan", large)
    assert (status, answer["error"]["kind"]) == (403, "forbidden")


async def test_to_cancel_takes_what_it_took_to_start(
    root: Path, ask: Any, deny: set[Permission]
) -> None:
    slow = {**PATH, "content": notebook(*notebook()["cells"], code("import time; time.sleep(60)"))}
    _, job = await ask("POST", "extract", slow)
    deny.add(EXECUTE)
    status, answer = await ask("DELETE", f"jobs/{job['job']}")
    assert (status, answer["error"]["kind"]) == (403, "forbidden")
    deny.clear()
    assert (await ask("DELETE", f"jobs/{job['job']}"))[0] == 200
    assert (await ended(ask, job["job"]))["state"] == "cancelled"


async def ended(ask: Any, job: str, user: str = "ada") -> dict[str, Any]:
    for _ in range(600):
        status, answer = await ask("GET", f"jobs/{job}", user=user)
        assert status == 200, answer
        if answer["state"] != "running":
            return answer  # type: ignore[no-any-return]
        await asyncio.sleep(0.2)
    raise AssertionError("the job did not end")


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
async def test_nobody_gets_in_without_a_name(root: Path, ask: Any, row: Any) -> None:
    method, path, body, _ = row
    assert (await ask(method, path, body, user=""))[0] in (401, 403)


# jobs


async def test_a_job_is_its_owners(root: Path, ask: Any) -> None:
    _, job = await ask("POST", "extract", {**SHOWN, "run": False})
    path = f"jobs/{job['job']}"
    for method, where in (("GET", path), ("GET", f"{path}/events"), ("DELETE", path)):
        status, answer = await ask(method, where, user="bob")
        assert (status, answer["error"]["kind"]) == (404, "job")
    assert (await ended(ask, job["job"]))["state"] == "done"


async def test_the_latest_run_is_told_to_its_owner_only(root: Path, ask: Any) -> None:
    _, job = await ask("POST", "runs/start", {**PATH, "fields": {}, "warm": False})
    assert (await ask("POST", "runs/results", PATH, user="bob"))[1]["job"] == ""
    assert (await ask("POST", "runs/results", PATH))[1]["job"] == job["job"]
    assert (await ended(ask, job["job"]))["state"] == "done"


async def test_ids_of_jobs_cannot_be_guessed(root: Path, ask: Any) -> None:
    made = [(await ask("POST", "extract", {**SHOWN, "run": False}))[1]["job"] for _ in range(4)]
    assert len(set(made)) == 4 and {len(one) for one in made} == {32}  # 24 bytes of chance
    columns = zip(*made, strict=True)
    assert sum(len(set(column)) > 1 for column in columns) > 24  # none counts, none has a clock
    for one in made:
        await ended(ask, one)


@pytest.mark.parametrize("settings", [{"abandoned_seconds": 5.0}], ids=str, indirect=True)
async def test_a_job_of_which_nobody_hears_is_cancelled(root: Path, ask: Any) -> None:
    slow = {**PATH, "content": notebook(*notebook()["cells"], code("import time; time.sleep(60)"))}
    _, job = await ask("POST", "extract", slow)
    for _ in range(8):  # as a page does that is being loaded again
        await asyncio.sleep(1)
        assert (await ask("GET", f"jobs/{job['job']}"))[1]["state"] == "running"
    await asyncio.sleep(8)
    assert (await ended(ask, job["job"]))["state"] == "cancelled"
    assert not (root / "src").exists()


# bodies


async def test_a_body_over_the_limit_is_refused_in_plain_words(root: Path, ask: Any) -> None:
    large = {**PATH, "content": notebook(code("n = 3"), code("#" * 20_000_000))}
    for _, path in {(m, p) for m, p, _, _ in ROWS.values() if m == "POST"}:
        status, answer = await ask("POST", path, large)
        assert (status, answer["error"]["kind"]) == (413, "body")
        assert "1 MB" in answer["error"]["what"] and "outputs" in answer["error"]["hint"]
    assert (await ask("POST", "plan", SHOWN))[0] == 200


async def test_a_body_that_does_not_say_its_size_has_the_same_limit(
    root: Path, jp_fetch: Any
) -> None:
    async def pieces(write: Any) -> None:
        for _ in range(30):
            await write(b"x" * 100_000)

    with pytest.raises(HTTPClientError) as told:
        await jp_fetch("jupyter-promote", "plan", method="POST", headers=JSON, body_producer=pieces)
    assert told.value.code == 413


def test_the_room_for_bodies_is_given_back() -> None:
    room = doors.Room(10)
    first, second = doors.Body(room, 8), doors.Body(room, 8)
    first.add(b"1234567")
    second.add(b"1234567")
    with pytest.raises(doors.Busy):
        second.check()
    first.check()
    assert first.content == b"1234567"
    first.leave()
    first.leave()
    third = doors.Body(room, 8)
    third.add(b"12345678")
    third.check()
    third.add(b"9")
    with pytest.raises(doors.BodyTooLarge):
        third.check()
    assert room.take(10) and not room.take(1)


# links that lead out of the server's folder

EXTRACT = ("plan", "extract")
RUN = ("runs/start",)
LINKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "the record of promotions": (".promote", EXTRACT),
    "one record": (".promote/nb.json", EXTRACT),
    "sources": ("src", EXTRACT),
    "tests": ("tests", EXTRACT),
    "thin notebooks": ("notebooks", EXTRACT),
    "the project": ("pyproject.toml", (*EXTRACT, "findings")),
    "the ledger's folder": (".promote", (*RUN, "runs/results")),
    "the ledger": (".promote/runs.db", (*RUN, "runs/results")),
    "the output": ("nb.output.ipynb", RUN),
    "outputs of a sweep": ("nb-runs", RUN),
}


@pytest.mark.parametrize("link, addresses", LINKS.values(), ids=LINKS.keys())
async def test_nothing_is_read_or_written_through_a_link(
    root: Path, ask: Any, tmp_path: Path, link: str, addresses: tuple[str, ...]
) -> None:
    outside = tmp_path / "outside"
    if "." in link.removeprefix("."):
        outside.write_text("SECRET")
    else:
        outside.mkdir()
        (outside / "runs.db").write_text("SECRET")
    (root / "tests").rmdir()
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(outside)
    bodies = {path: body for _, path, body, _ in ROWS.values() if body is not None}
    for path in addresses:
        asked = {**bodies[path], "run": False} if path == "extract" else bodies[path]
        asked = {**asked, "sweep": True, "fields": {"n": "1..2"}} if path == RUN[0] else asked
        status, answer = await ask("POST", path, asked)
        assert (status, answer["error"]["kind"]) == (400, "path"), path
        assert "leads out" in answer["error"]["what"]
    left = [outside] if outside.is_file() else [*outside.iterdir()]
    assert [file.read_text() for file in left] == ["SECRET"]


async def test_a_folder_that_becomes_a_link_is_not_written_through(
    root: Path, ask: Any, tmp_path: Path
) -> None:
    (root / "work").mkdir()
    slow = notebook(*notebook()["cells"], code("import time; time.sleep(5)"))
    _, job = await ask("POST", "extract", {**PATH, "to": "work", "content": slow})
    while (await ask("GET", f"jobs/{job['job']}"))[1]["step"] in (
        "waiting",
        "reading the notebook",
    ):
        await asyncio.sleep(0.1)
    (root / "work").rename(root / "moved")
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "work").symlink_to(outside, target_is_directory=True)
    answer = await ended(ask, job["job"])
    assert (answer["state"], answer["error"]["kind"]) == ("failed", "path"), answer
    assert not [*outside.iterdir()]


def test_a_ledger_is_looked_at_again_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    path = place(tmp_path / "root" / "nb.ipynb", tmp_path / "root")
    path.parent.symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(BadPath, match="leads out"):
        Ledger(path, tmp_path / "root")
    assert not (tmp_path / "runs.db").exists()


def test_the_ledger_of_a_server_is_not_above_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "root" / "work").mkdir(parents=True)
    notebook_ = tmp_path / "root" / "work" / "nb.ipynb"
    assert place(notebook_) == tmp_path / ".promote" / "runs.db"
    below = place(notebook_, tmp_path / "root")
    assert below == notebook_.parent / ".promote" / "runs.db"


# workers


def working() -> list[psutil.Process]:
    """Return the workers of the servers in this process."""
    children = psutil.Process().children()
    return [p for p in children if any("surfaces import worker" in arg for arg in p.cmdline())]


async def test_requests_are_decoded_in_another_process(root: Path, ask: Any) -> None:
    await ask("POST", "plan", SHOWN)
    [worker] = working()
    worker.suspend()
    asked = asyncio.ensure_future(ask("POST", "plan", SHOWN))
    broken = asyncio.ensure_future(ask("POST", "plan", {"path": 3}))
    for _ in range(3):  # everybody else is served meanwhile
        assert (await ask("GET", f"jobs/{NOBODYS}"))[0] == 404
    assert not asked.done()
    worker.resume()
    assert (await asked)[0] == 200
    assert (await broken)[0] == 400


async def test_two_hundred_requests_at_once_are_answered(root: Path, ask: Any) -> None:
    answers = await asyncio.gather(*(ask("POST", "findings", SHOWN) for _ in range(200)))
    assert {status for status, _ in answers} == {200}
    assert len(working()) <= workers.AT_ONCE


async def test_a_worker_that_dies_is_replaced(root: Path, ask: Any) -> None:
    await ask("POST", "plan", SHOWN)
    [worker] = working()
    worker.kill()
    worker.wait()
    assert (await ask("POST", "plan", SHOWN))[0] == 200


async def test_what_takes_too_long_is_ended(root: Path, jp_serverapp: Any) -> None:
    pool = workers.Workers(jp_serverapp.log, seconds=0.01)
    begun = time.monotonic()
    with pytest.raises(workers.TookTooLong, match="no answer"):
        pool.ask("plan", json.dumps(SHOWN).encode(), str(root)).result()
    assert time.monotonic() - begun < workers.LONGEST_SECONDS
    pool.close()
