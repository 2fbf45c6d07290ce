"""Notebooks in S3: a real server of that protocol, on this machine."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer
from papermill.s3 import S3

from jupyter_promote.errors import DiskProblem
from jupyter_promote.runs import remote


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
