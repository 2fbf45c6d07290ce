"""How arguments that can't be stored are made again: by the calls that made them."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote.pinning.calls import Call, Made, Maker
from jupyter_promote.pinning.calls import testable as reasons


def steps() -> types.ModuleType:
    module = types.ModuleType("steps")
    exec(
        "def fit(): return {'model': [1]}\n"
        "def show(model, path): pass\n"
        "def extend(model, by): model.append(by)\n"
        "def score(model): return sum(model)\n",
        vars(module),
    )
    return module


def call(number: int, function: str, *, then: tuple[int, ...] = (), **given: Any) -> Call:
    takes = function != "fit"
    return Call(
        number=number, function=function, values={k: v for k, v in given.items() if k != "lacking"},
        spread={}, made={"model": Made(call=1, path=("model",), then=then)} if takes else {},
        order=("model", *given), lacking=given.get("lacking", ""), raised="", types={}, returns={},
    )  # fmt: skip


def maker(*calls: Call) -> Maker:
    return Maker(calls, steps(), Path.cwd())


def test_an_argument_goes_through_the_calls_that_it_went_through() -> None:
    last = call(3, "score", then=(2,))
    made = maker(call(1, "fit"), call(2, "extend", by=5), last)
    assert made.fresh(made.calls[3], {}) == {"model": [1, 5]}
    assert not made.shortened


@pytest.mark.parametrize("between", ["a call that lacks something", "a call that is not known"])
def test_a_call_between_that_cannot_be_made_is_left_out_and_told(between: str) -> None:
    lacking = call(2, "show", lacking="path: an open file")
    others = [lacking] if "lacks" in between else []
    made = maker(call(1, "fit"), *others, call(3, "score", then=(2,)))
    assert made.fresh(made.calls[3], {}) == {"model": [1]}
    assert made.shortened == {3}
    assert [why for _, why in reasons([*made.calls.values()], made)][-1] == ""


def test_a_call_on_what_was_made_in_another_way_is_told_too() -> None:
    lacking = call(2, "show", lacking="path: an open file")
    extended = call(3, "extend", then=(2,), by=5)
    made = maker(call(1, "fit"), lacking, extended, call(4, "score", then=(3,)))
    assert made.shortened == {3, 4}


def test_what_nobody_made_is_not_made_again() -> None:
    made = maker(call(2, "score"))
    assert [why for _, why in reasons([*made.calls.values()], made)] == [
        "it comes from a call that was not recorded"
    ]
