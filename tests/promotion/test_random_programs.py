"""Random notebooks obey the law: a group is refused, or the thin notebook does the same."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.programs import both_runs, promote, unlike

EXAMPLES = int(os.environ.get("PROMOTE_EXAMPLES", "40"))

NUMBERS = st.sampled_from(["n", "m", "k"])
LISTS = st.sampled_from(["xs", "ys"])
FUNCTIONS = st.sampled_from(["f", "g"])
CONSTANTS = st.integers(0, 3).map(str)
OPERANDS = st.one_of(
    NUMBERS, NUMBERS, CONSTANTS, LISTS.map("sum({})".format), FUNCTIONS.map("{}()".format)
)
FORMS = (
    "{0} + {1}",
    "{0} * {1}",
    "max({0}, {1})",
    "{0} if {1} > 2 else {1}",
    "sum(v + {0} for v in [{1}])",
)
EXPRESSIONS = st.builds(
    lambda form, a, b: form.format(a, b), st.sampled_from(FORMS), OPERANDS, OPERANDS
)
SIMPLE = st.one_of(
    st.builds("{} = {}".format, NUMBERS, EXPRESSIONS),
    st.builds("{} = {}".format, NUMBERS, EXPRESSIONS),
    st.builds("{} += {}".format, NUMBERS, OPERANDS),
    st.builds("print({})".format, OPERANDS),
    st.builds("{}.append({})".format, LISTS, OPERANDS),
    st.builds("{} = [{}]".format, LISTS, EXPRESSIONS),
    st.builds("{} = {}".format, LISTS, LISTS),
    st.builds("{} += [{}]".format, LISTS, OPERANDS),
    st.builds("{} = [v + {} for v in {}]".format, LISTS, OPERANDS, LISTS),
    st.builds("del {}".format, st.one_of(NUMBERS, LISTS)),
    st.builds("{}, {} = {}, {}".format, NUMBERS, NUMBERS, OPERANDS, OPERANDS),
    st.builds("{} = next(it)".format, NUMBERS),
    st.builds("{} = len({}) + ({} := {})".format, NUMBERS, LISTS, NUMBERS, OPERANDS),
    st.builds("h = lambda: {}".format, EXPRESSIONS),
    st.builds("print(h())".format),
    st.builds("gen = (v + {} for v in {})".format, NUMBERS, LISTS),
    st.builds("{} = list(gen)".format, LISTS),
    st.builds("{} = [{}() for {} in {}]".format, LISTS, FUNCTIONS, NUMBERS, LISTS),
    st.builds("h = {}".format, FUNCTIONS),
    st.builds("h = lambda {0}={0}: {0} + {1}".format, NUMBERS, OPERANDS),
    st.builds("{} = list(map(lambda v: v + {}, {}))".format, LISTS, OPERANDS, LISTS),
    st.builds("print({}); {} = {}".format, OPERANDS, NUMBERS, OPERANDS),
    st.builds("{};".format, OPERANDS),
    st.builds("{}.append({}.pop() if {} else 0)".format, LISTS, LISTS, LISTS),
    st.builds("{} = eval('n + k')".format, NUMBERS),
    st.builds("a, K = {}, 4".format, OPERANDS),
)


def _indented(lines: list[str]) -> str:
    return "\n".join("    " + row for line in lines for row in line.split("\n"))


BODY = st.lists(SIMPLE, min_size=1, max_size=2).map(_indented)
RESULTS = st.one_of(EXPRESSIONS, LISTS)
COMPOUND = st.one_of(
    st.builds("if {} > 1:\n{}".format, OPERANDS, BODY),
    st.builds("if {} > 1:\n{}\nelse:\n{}".format, OPERANDS, BODY, BODY),
    st.builds("for {} in [1, 2]:\n{}".format, NUMBERS, BODY),
    st.builds("for {} in list({}):\n{}".format, NUMBERS, LISTS, BODY),
    st.builds("for _ in range({}):\n{}".format, NUMBERS, BODY),
    st.builds("try:\n{}\nexcept (NameError, StopIteration):\n{}".format, BODY, BODY),
    st.builds("def {}():\n    return {}".format, FUNCTIONS, EXPRESSIONS),
    st.builds("def {}():\n    {}.append({})\n    return 1".format, FUNCTIONS, LISTS, OPERANDS),
    st.builds("def {}(n=2):\n    return n + {}".format, FUNCTIONS, OPERANDS),
    st.builds(
        "def {0}():\n    global {1}\n    {1} = {2}\n    return 1".format,
        FUNCTIONS,
        NUMBERS,
        CONSTANTS,
    ),
)
STATEMENTS = st.one_of(SIMPLE, SIMPLE, COMPOUND)
TRAILING = st.one_of(st.just(""), st.just(""), st.just(""), NUMBERS, LISTS, EXPRESSIONS)
TAGS = st.sampled_from(["a", "a", "b", "c", "", "", "skip"])


@st.composite
def _cells(draw: st.DrawFn) -> str:
    body = "\n".join(draw(st.lists(STATEMENTS, min_size=1, max_size=3)))
    last = draw(TRAILING)
    return f"# %% {draw(TAGS)}\n{body}" + (f"\n{last}" if last else "")


START = """# %%
import contextlib
n, m, k = 1, 2, 3
xs, ys = [1], [2, 3]
it = iter(range(100))
# %%
def f():
    return 5
g = lambda: 7
h = lambda: 8
gen = iter([4])
"""
END = "# %%\nprint(n, m, k, xs, ys)\nprint(f(), g(), h())"
ENDS = st.sampled_from([END, END, "# %%\nprint('end')", "# %%\nprint(n, xs)\nn"])
PROGRAMS = st.builds(
    lambda cells, end: "\n".join([START, *cells, end]),
    st.lists(_cells(), min_size=2, max_size=5),
    ENDS,
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(PROGRAMS)
def test_refused_or_the_same(text: str) -> None:
    made = promote(text)
    assume(made.plan.written)
    before, after = both_runs(made)
    assume(not before.error)
    assert not list(unlike(made, before, after)), f"{text}\n\n{made.written}"
