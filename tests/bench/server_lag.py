"""Print how long a Jupyter server keeps its other users waiting while something large comes in.

    python tests/bench/server_lag.py [--only PATTERN] [--at-once 200]

A real server with the extension; one user asks for its status again and again, another one sends the
requests of the table below. Printed for each: how long the answer took, the other user's worst and
95th waiting time over HTTP (`worst`, `p95`), and the longest time in which the server's event loop did
not turn, in CPU time of its process (`held`): what other programs take of a busy machine is in the
first two, and not in the third. `idle` shows what the machine takes when nothing comes in.

Wanted: at most 100 ms. Then so many requests at once, and how long they took.
"""

from __future__ import annotations

import argparse
import fnmatch
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.conftest import _free_port  # noqa: E402

TOKEN = "t0ken"
HEADERS = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
BEAT_SECONDS = 0.005
META = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def serve(root: str, port: int, beats: str) -> None:
    """Run a server, and write down each turn of its event loop that came late."""
    import asyncio

    from jupyter_server.serverapp import ServerApp

    async def beat(file: Any) -> None:
        while True:
            wall, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(BEAT_SECONDS)
            late = time.perf_counter() - wall - BEAT_SECONDS
            file.write(f"{time.time()} {late} {time.process_time() - used}\n")

    app = ServerApp()
    app.initialize(
        [
            f"--ServerApp.root_dir={root}",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--allow-root",
            "--no-browser",
            f"--IdentityProvider.token={TOKEN}",
            "--ServerApp.log_level=ERROR",
        ],
    )
    with open(beats, "w", buffering=1) as file:
        app.io_loop.add_callback(beat, file)
        app.start()


@dataclass
class Server:
    """A server under way."""

    port: int
    beats: Path

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Ask on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body=body, headers=HEADERS)
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def held(self, since: float) -> float:
        """Return the longest time since then in which the loop did not turn, in CPU seconds."""
        rows = [line.split() for line in self.beats.read_text().splitlines()]
        return max((float(r[2]) for r in rows if len(r) == 3 and float(r[0]) >= since), default=0)


@contextmanager
def running(root: Path) -> Iterator[Server]:
    port, beats = _free_port(), root.parent / "beats"
    command = [sys.executable, __file__, "--serve", str(root), str(port), str(beats)]
    process = subprocess.Popen(command, cwd=root)
    server = Server(port=port, beats=beats)
    try:
        for _ in range(600):
            try:
                if server.ask("GET", "/api/status")[0] == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class User:
    """Another user of the server, who asks for its status as fast as it answers."""

    server: Server
    waits: list[float] = field(default_factory=list)

    @contextmanager
    def asking(self) -> Iterator[list[float]]:
        ended = threading.Event()
        self.waits = []

        def go() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
            while not ended.is_set():
                begun = time.perf_counter()
                connection.request("GET", "/api/status", headers=HEADERS)
                connection.getresponse().read()
                self.waits.append(time.perf_counter() - begun)
                time.sleep(BEAT_SECONDS)
            connection.close()

        thread = threading.Thread(target=go)
        thread.start()
        try:
            yield self.waits
        finally:
            ended.set()
            thread.join()


def code(source: str, *tags: str, outputs: Any = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": list(outputs),
        "source": source,
    }


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    made = [{**cell, "id": f"c{i}"} for i, cell in enumerate(cells)]
    return {"cells": made, "metadata": META, "nbformat": 4, "nbformat_minor": 5}


GROW = [code("n = 3", "parameters"), code("root = n + 1\nprint(root)", "promote:grow")]


def picture(size: int) -> dict[str, Any]:
    drawn = "".join(random.Random(7).choices("ABCDEFGH", k=1000)) * (size // 1000)
    data = {"image/png": drawn}
    return code("1", outputs=[{"output_type": "display_data", "data": data, "metadata": {}}])


def small_outputs(size: int) -> dict[str, Any]:
    """Many small values: to decode them takes longest."""
    value = {"application/json": {"rows": [[i, str(i), None] for i in range(size // 29)]}}
    return code("1", outputs=[{"output_type": "display_data", "data": value, "metadata": {}}])


WORST = {
    "one letter": "a" * 1_000_000,
    "spaces": "x = 1" + " " * 1_000_000 + "#",
    "dots": "x = '" + "a." * 500_000 + "'",
    "tokens": "x = '" + "eyJ" * 330_000 + "'",
    "schemes": "x = '" + "a://" * 250_000 + "'",
    "equals": "# " + "password=" * 110_000,
    "dashes": "# " + "-----BEGIN " * 90_000,
    "slashes": "x = '" + "/home/" * 160_000 + "'",
    "quotes": "x = '" + '"' * 1_000_000 + "'",
    "percents": "%" * 1_000_000,
    "lines": "x = 1\n" * 100_000,
    "brackets": "x = " + "[" * 190 + "]" * 190 + "\n" + "y = (" + "1, " * 200_000 + ")",
    "sums": "x = " + "+".join(["1"] * 100_000),
}


def loads() -> Iterator[tuple[str, str, Callable[[], dict[str, Any]]]]:
    """Yield what comes in: its name, its address, and what makes its body."""
    large = {"50 MB picture": picture(50_000_000), "50 MB of values": small_outputs(50_000_000)}
    for name, cell in large.items():
        for verb in ("plan", "findings"):
            yield f"{verb}: {name}", verb, lambda c=cell: {"content": notebook(*GROW, c)}
        yield (
            f"extract: {name}",
            "extract",
            lambda c=cell: {"content": notebook(*GROW, c), "run": False},
        )
    many = [code(f"x{i} = {i}", *(["promote:all"] if i < 50 else [])) for i in range(10_000)]
    for verb in ("plan", "findings", "extract"):
        more = {"run": False} if verb == "extract" else {}
        yield f"{verb}: 10,000 cells", verb, lambda m=more: {"content": notebook(*many), **m}
    yield (
        "copies: 10,000 cells",
        "findings",
        lambda: {"content": notebook(*many), "about": "copies"},
    )
    yield "form: 10,000 cells", "runs/form", lambda: {"content": notebook(*many), "fields": {}}
    for name, text in WORST.items():
        yield f"findings: {name}", "findings", lambda t=text: {"content": notebook(code(t))}
        yield (
            f"plan: {name}",
            "plan",
            lambda t=text: {"content": notebook(*GROW, code(t, "promote:worst"))},
        )


def measure(server: Server, name: str, path: str, body: bytes) -> None:
    since = time.time()
    with User(server).asking() as waits:
        begun = time.perf_counter()
        status, said = server.ask("POST", f"/jupyter-promote/{path}", body)
        while status == 202 and json.loads(said).get("state") == "running":
            time.sleep(0.2)
            job = json.loads(said)["job"]
            status, said = server.ask("GET", f"/jupyter-promote/jobs/{job}")
            status = 202
        took = time.perf_counter() - begun
    row(name, status, took, waits, server.held(since), len(body))


def row(
    name: str, status: int, took: float, waits: list[float], held: float, size: int = 0
) -> None:
    ms = sorted(1000 * wait for wait in waits)
    worst, p95 = ms[-1], ms[int(len(ms) * 0.95)]
    print(
        f"{name:32} {size / 1e6:6.1f} MB {status:4} {took:7.2f} s"
        f"   worst {worst:6.0f} ms  p95 {p95:5.0f} ms   held {1000 * held:5.0f} ms",
        flush=True,
    )


def at_once(server: Server, count: int, method: str, path: str) -> None:
    """Ask so much at once; print how long the answers took."""
    body = json.dumps({"path": "nb.ipynb", "content": notebook(*GROW)}).encode()

    def one(_: int) -> tuple[int, float]:
        begun = time.perf_counter()
        status, _said = server.ask(method, path, body if method == "POST" else None)
        return status, time.perf_counter() - begun

    since = time.time()
    with User(server).asking() as waits, ThreadPoolExecutor(count) as threads:
        begun = time.perf_counter()
        found = [*threads.map(one, range(count))]
        took = time.perf_counter() - begun
    row(
        f"{count} at once: {path.split('/')[-1]}",
        max(status for status, _ in found),
        took,
        waits,
        server.held(since),
    )
    times = sorted(seconds for _, seconds in found)
    answered = sum(status == 200 for status, _ in found)
    print(
        f"{answered} of {count} answered, p50 {statistics.median(times):.2f} s,"
        f" p95 {times[int(count * 0.95) - 1]:.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--only", default="*")
    parser.add_argument("--at-once", type=int, default=200)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], int(options.serve[1]), options.serve[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        root.mkdir()
        with running(root) as server:
            body = json.dumps({"path": "nb.ipynb", "content": notebook(*GROW)}).encode()
            server.ask("POST", "/jupyter-promote/plan", body)  # a worker has started
            since = time.time()
            with User(server).asking() as waits:
                time.sleep(3)
            row("idle", 200, 3, waits, server.held(since))
            for name, path, make in loads():
                if fnmatch.fnmatch(name, options.only):
                    sent = json.dumps({"path": "nb.ipynb", **make()}).encode()
                    measure(server, name, path, sent)
            at_once(server, options.at_once, "POST", "/jupyter-promote/findings")
            at_once(server, options.at_once, "GET", "/api/contents")  # Jupyter Server's own


if __name__ == "__main__":
    main()
