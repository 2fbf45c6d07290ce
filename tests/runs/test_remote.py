"""Notebooks in S3: a real server of that protocol, on this machine."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from papermill.s3 import S3

from jupyter_promote import running
from jupyter_promote.errors import DiskProblem
from jupyter_promote.runs import remote
from jupyter_promote.runs.outcome import Run
from tests.programs import cells_of, content_of


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    point_to(f"http://{host}:{port}", monkeypatch)
    boto3.client("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket="nightly")
    yield "s3://nightly"
    server.stop()


def point_to(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(S3, "s3_session", (None, None, None))  # it remembers where it was


def test_what_is_written_can_be_read(bucket: str) -> None:
    text = json.dumps({"cells": [], "what": "größer"}, indent=1)
    remote.write(text, f"{bucket}/a folder/one.ipynb")
    assert json.loads(remote.read(f"{bucket}/a folder/one.ipynb")) == json.loads(text)


def test_a_bucket_that_is_not_there(bucket: str) -> None:
    with pytest.raises(DiskProblem, match="NoSuchBucket"):
        remote.write("{}", "s3://elsewhere/one.ipynb")


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        point_to(f"http://127.0.0.1:{free.getsockname()[1]}", monkeypatch)
    with pytest.raises(DiskProblem, match="cannot be reached"):
        remote.write("{}", "s3://nightly/one.ipynb")


@pytest.mark.parametrize(
    ("place", "is_url"),
    [
        ("s3://nightly/one.ipynb", True),
        ("gs://nightly/runs", True),
        ("abs://account.blob.core.windows.net/c/one.ipynb", True),
        ("runs/one.ipynb", False),
        ("s3:/nightly", False),
        ("http://host/one.ipynb", False),
        ("file:///one.ipynb", False),
    ],
)
def test_which_places_are_elsewhere(place: str, is_url: bool) -> None:
    assert remote.is_url(place) is is_url


def test_a_sweep_from_a_bucket_into_a_bucket(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = "# %% parameters\nalpha = 0.5\n# %%\nprint(alpha * 2)\n"
    remote.write(json.dumps(content_of(cells_of(cells))), f"{bucket}/in/fit.ipynb")
    (tmp_path / "grid.json").write_text('{"alpha": [0.1, 0.2]}')
    monkeypatch.chdir(tmp_path)

    def sweep() -> list[Run]:
        wanted = running.Wanted(grid=tmp_path / "grid.json")
        book, folder = Path(f"{bucket}/in/fit.ipynb"), Path(f"{bucket}/out")
        how = running.How(cold=True)
        return running.sweep(book, wanted, folder=folder, jobs=1, resume=True, how=how)

    done = sweep()
    assert [run.state for run in done] == ["done", "done"]
    shown = [json.loads(remote.read(run.url))["cells"][-1]["outputs"][0]["text"] for run in done]
    assert ["".join(text) for text in shown] == ["0.2\n", "0.4\n"]
    assert [run.url for run in sweep()] == [run.url for run in done]
    assert len(running.recorded(tmp_path)) == 2  # nothing was done twice


def test_a_run_whose_output_cannot_be_put_there_has_failed(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "fit.ipynb").write_text(json.dumps(content_of(cells_of("# %%\nprint(1)\n"))))
    found = running.run(tmp_path / "fit.ipynb", output=Path("s3://elsewhere/fit.ipynb"))
    assert found.state == "failed"
    assert "NoSuchBucket" in found.error
    assert [row.state for row in running.recorded(tmp_path)] == ["failed"]
    assert found.output == tmp_path / ".promote" / "unsent" / "fit.ipynb"
    assert str(found.output) in found.error and "print(1)" in found.output.read_text()
