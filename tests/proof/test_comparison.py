"""What counts as the same, on observations made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_promote.proof.comparison import Different, Equivalent, compare
from jupyter_promote.proof.events import Event
from jupyter_promote.proof.observation import Observation, Variable


def variable(text: str, *, opaque: bool = False, kind: str = "int") -> Variable:
    return Variable(text=text, kind=kind, summary=text, parts={}, opaque=opaque, skipped=())


def seen(shown: str = "", **more: Any) -> Observation:
    """`shown`: a letter is an event; small ones are printed lines, capitals are displays."""
    kinds = {True: "display", False: "text"}
    return Observation(
        events=tuple(Event(kind=kinds[each.isupper()], text=each) for each in shown),  # type: ignore[arg-type]
        variables={name: variable(text) for name, text in more.get("variables", {}).items()},
        identities=more.get("identities", ()),
        files=more.get("files", {}),
        seconds=1.0,
    )


SAME_STREAMS = [("aBc", "aBc"), ("aBc", "ac"), ("ABc", "Bc"), ("AAB", "AB"), ("", ""), ("B", "")]
OTHER_STREAMS = [
    ("aBc", "aB"),
    ("aBc", "Bc"),
    ("aBc", "acB"),
    ("ab", "ba"),
    ("ab", "abc"),
    ("ab", "abC"),
    ("AB", "BA"),
    ("aB", "aC"),
    ("aA", "Aa"),
]


@pytest.mark.parametrize(("original", "thin"), SAME_STREAMS)
def test_displays_may_be_left_out(original: str, thin: str) -> None:
    verdict = compare(seen(original), seen(thin))
    assert isinstance(verdict, Equivalent)
    assert verdict.dropped == len(original) - len(thin)
    assert verdict.outputs == len(thin)


@pytest.mark.parametrize(("original", "thin"), OTHER_STREAMS)
def test_text_may_not_be_left_out_nor_anything_change_place(original: str, thin: str) -> None:
    assert isinstance(compare(seen(original), seen(thin)), Different)


def test_no_more_displays_may_be_left_out_than_the_plan_drops() -> None:
    assert isinstance(compare(seen("AB"), seen("B"), dropped=1), Equivalent)
    verdict = compare(seen("AB"), seen("B"), dropped=0)
    assert isinstance(verdict, Different)
    assert "'A'" in verdict.differences[0]


def test_a_figure_with_other_pixels_differs() -> None:
    def figure(pixels: str) -> Observation:
        event = Event(kind="display", text="<Figure>", image=pixels)
        return Observation(events=(event,), variables={}, identities=(), files={}, seconds=1.0)

    same = compare(figure("p"), figure("p"))
    assert isinstance(same, Equivalent) and same.figures == 1
    verdict = compare(figure("p"), figure("q"))
    assert isinstance(verdict, Different)
    assert verdict.differences == ("the figure of the display '<Figure>' differs",)


DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a variable": (
        {"variables": {"x": "1", "y": "2"}},
        {"variables": {"x": "3"}},
        "variable `x`: 1 became 3",
    ),
    "an identity lost": (
        {"variables": {"a": "1", "b": "1"}, "identities": (("a", "b"),)},
        {"variables": {"a": "1", "b": "1"}},
        "`a` and `b` are no longer the same object",
    ),
    "an identity gained": (
        {"variables": {"a": "1", "b": "1"}},
        {"variables": {"a": "1", "b": "1"}, "identities": (("a", "b"),)},
        "`a` and `b` have become the same object",
    ),
    "a file missing": ({"files": {"o": "1"}}, {}, "file `o` is not written"),
    "a file more": ({}, {"files": {"o": "1"}}, "file `o` is written, which the original"),
    "a file changed": ({"files": {"o": "1"}}, {"files": {"o": "2"}}, "file `o` differs"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_each_difference_is_a_sentence(name: str) -> None:
    original, thin, sentence = DIFFERENT[name]
    verdict = compare(seen(**original), seen(**thin))
    assert isinstance(verdict, Different)
    assert len(verdict.differences) == 1 and verdict.differences[0].startswith(sentence)


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a name that thin no longer has": ({"variables": {"x": "1"}}, {}),
    "a name that only thin has": ({}, {"variables": {"x": "1"}}),
    "an identity with a name that is gone": (
        {"variables": {"a": "1", "b": "1"}, "identities": (("a", "b"),)},
        {"variables": {"a": "1"}},
    ),
    "a pickle of other bytes": ({"files": {"p": "pickle 1"}}, {"files": {"p": "pickle 2"}}),
}


@pytest.mark.parametrize("name", SAME)
def test_what_is_no_difference(name: str) -> None:
    original, thin = SAME[name]
    assert isinstance(compare(seen(**original), seen(**thin)), Equivalent)


def test_a_pickle_of_other_bytes_is_reported_as_not_compared() -> None:
    verdict = compare(seen(files={"p": "pickle 1"}), seen(files={"p": "pickle 2"}))
    assert isinstance(verdict, Equivalent) and "`p`" in verdict.not_compared[0]


def test_a_deleted_name_that_is_still_there_is_a_difference() -> None:
    verdict = compare(seen(), seen(variables={"x": "1"}), deleted={"x"})
    assert isinstance(verdict, Different)


def test_an_opaque_value_equals_only_an_opaque_value() -> None:
    def holding(one: Variable) -> Observation:
        return Observation(events=(), variables={"f": one}, identities=(), files={}, seconds=1.0)

    function, number = variable("<callable>", opaque=True, kind="function"), variable("int:1")
    same = compare(holding(function), holding(function))
    assert isinstance(same, Equivalent)
    assert (same.variables, same.not_compared) == (0, ("`f` (function)",))
    assert isinstance(compare(holding(function), holding(number)), Different)


UNSTABLE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "a line": ({"shown": "ab"}, {"shown": "xb"}, {"shown": "yb"}, "output 1"),
    "the number of lines": ({"shown": "ab"}, {"shown": "abb"}, {"shown": "a"}, "what it shows"),
    "a variable": (
        {"variables": {"t": "1"}},
        {"variables": {"t": "2"}},
        {"variables": {"t": "3"}},
        "variable `t`",
    ),
    "a file": ({"files": {"o": "1"}}, {"files": {"o": "2"}}, {"files": {"o": "3"}}, "file `o`"),
}


@pytest.mark.parametrize("name", UNSTABLE)
def test_what_the_original_does_not_repeat_is_reported_and_not_compared(name: str) -> None:
    original, thin, again, words = UNSTABLE[name]
    assert isinstance(compare(seen(**original), seen(**thin)), Different)
    verdict = compare(seen(**original), seen(**thin), again=seen(**again))
    assert isinstance(verdict, Equivalent) and verdict.unstable == (words,)


def test_what_repeats_is_compared_although_something_else_does_not() -> None:
    original = seen("ab", variables={"t": "1", "x": "1"})
    thin = seen("ac", variables={"t": "2", "x": "2"})
    verdict = compare(original, thin, again=seen("zb", variables={"t": "3", "x": "1"}))
    assert isinstance(verdict, Different)
    assert len(verdict.differences) == 2


def test_the_parts_of_a_variable_that_repeat_are_compared() -> None:
    def holding(time: str, value: str) -> Observation:
        parts = {".time": time, ".value": value}
        one = Variable(
            text=time + value, kind="T", summary="T", parts=parts, opaque=False, skipped=()
        )
        return Observation(events=(), variables={"t": one}, identities=(), files={}, seconds=1.0)

    again = holding("2", "a")
    assert isinstance(compare(holding("1", "a"), holding("3", "a"), again=again), Equivalent)
    verdict = compare(holding("1", "a"), holding("3", "b"), again=again)
    assert isinstance(verdict, Different)
    assert verdict.differences == ("variable `t`: .value differs",)


def test_many_differences_are_cut_short() -> None:
    names = {f"x{number}": "1" for number in range(30)}
    verdict = compare(seen(variables=names), seen(variables=dict.fromkeys(names, "2")))
    assert isinstance(verdict, Different)
    assert len(verdict.differences) == 11 and verdict.differences[-1] == "and 20 more"
