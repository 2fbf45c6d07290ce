"""Which code awaits by itself, and which only defines what does."""

from __future__ import annotations

import ast

import pytest

from jupyter_promote.flow import awaiting, effects


@pytest.mark.parametrize(
    ("source", "awaits"),
    [
        ("await f()", True),
        ("async for x in f():\n    pass", True),
        ("async with f():\n    pass", True),
        ("if a:\n    x = g(await f())", True),
        ("ys = [x async for x in f()]", True),
        ("ys = [await x for x in f()]", True),
        ("async def f():\n    await g()", False),
        ("async def f():\n    return [x async for x in g()]", False),
        ("x = 1", False),
    ],
)
def test_a_top_level_await_is_seen(source: str, awaits: bool) -> None:
    assert awaiting.awaits(ast.parse(source).body) == awaits


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        ("t = asyncio.create_task(f())", True),
        ("asyncio.get_running_loop().call_later(1, f)", True),
        ("begin()", True),
        ("await asyncio.gather(f(), g())", False),
        ("f()", False),
    ],
)
def test_a_task_that_is_left_running_is_seen(source: str, starts: bool) -> None:
    begin = ast.parse("def begin():\n    begin()\n    asyncio.ensure_future(f())")
    around = effects.Surroundings(modules={}, functions={"begin": begin})
    assert awaiting.starts_task(ast.parse(source).body, around) == starts
