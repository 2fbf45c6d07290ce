"""A real JupyterLab or Notebook 7 in the system's Chromium, driven by playwright.

The browser is CHROMIUM, or what is found on PATH: nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOKEN = "t0ken"
START_SECONDS = 120
WAIT_MS = 60_000
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Server:
    """A Jupyter server at `url` that serves the folder `root`."""

    url: str
    root: Path

    def lab(self, path: str) -> str:
        """Return the address of a file in JupyterLab, with a workspace of its own."""
        return f"{self.url}/lab/tree/{path}?token={TOKEN}&reset"

    def notebook(self, path: str) -> str:
        """Return the address of a notebook in Notebook 7."""
        return f"{self.url}/notebooks/{path}?token={TOKEN}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last: playwright keeps an event loop running from then on."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Do nothing: pytest-jupyter would clean up a server of its own in every test."""


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Make no event loop: playwright's is running."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launching()}


def launching() -> dict[str, Any]:
    """Return how the browser is started: where it is, and its flags."""
    names = [os.environ.get("CHROMIUM", ""), *NAMES]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.exit("no Chromium or Chrome found: install one, or name it in CHROMIUM", 2)
    args = ["--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
    args += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    return {"executable_path": found, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def page(page: Any) -> Any:
    page.set_default_timeout(WAIT_MS)
    return page


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("home")) as running:
        yield running


@contextmanager
def serving(root: Path, home: Path) -> Iterator[Server]:
    """Run a server for the folder `root`; `home` is what it takes for its user's folder."""
    # No question about news: it would cover our own notification.
    folder = home / "settings" / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True)
    quiet = '{"fetchNews": "false", "checkForUpdates": false}'
    (folder / "notification.jupyterlab-settings").write_text(quiet)
    port = _free_port()
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            _command(port, root), env=_environment(home), stdout=log, stderr=log, cwd=root
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url, process, home / "server.log")
        yield Server(url=url, root=root)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _command(port: int, root: Path) -> list[str]:
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    options += [f"--ServerApp.root_dir={root}", "--LabApp.extension_manager=readonly"]
    options += ["--LabApp.expose_app_in_browser=True"]
    return [sys.executable, "-m", "jupyterlab", *options]


def _environment(home: Path) -> dict[str, str]:
    own = {
        "HOME": "",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "run",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    # Our pytest plugin sets MPLBACKEND, with which a kernel would show no figures.
    others = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return {**others, **{name: str(home / below) for name, below in own.items()}}


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/api/status?token={TOKEN}", timeout=2)
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                pytest.exit(log.read_text(), 2)
            time.sleep(0.2)
