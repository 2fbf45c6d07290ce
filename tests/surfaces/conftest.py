"""What the tests of the REST API share."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ask(jp_fetch: Any) -> Any:
    """Ask the API; return status and answer, whatever the status."""

    async def ask(method: str, *path: str, **options: Any) -> tuple[int, Any]:
        options["headers"] = dict(options.get("headers", JSON))
        options.setdefault("request_timeout", 120)
        if "json" in options:
            options["body"] = json.dumps(options.pop("json"))
        try:
            reply = await jp_fetch("jupyter-promote", *path, method=method, **options)
        except HTTPClientError as error:
            assert error.response is not None
            reply = error.response
        return reply.code, json.loads(reply.body)

    return ask
