"""Copies of small programs: the function that is proposed, or the obstacle, and that it does the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jupyter_promote import unifying
from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.flow import program
from jupyter_promote.source import notebook
from jupyter_promote.unifying import Unified
from tests.programs import cells_of, content_of, run


def unify(text: str, *places: Place) -> Unified:
    """Return what becomes of a program's copies: the cells tagged with a name, or `places`."""
    content = content_of(cells_of(text))
    whole = [
        Place(cell=i, first=1, last=10**6)
        for i, c in enumerate(content["cells"])
        if any(t.startswith("promote:") for t in c["metadata"]["tags"])
    ]
    for cell in content["cells"]:
        cell["metadata"] = {}
    return unifying.unify_content(content, places or whole, Path("/nowhere/shop.ipynb"))


def calls(found: Unified) -> list[str]:
    """Return the new sources of the cells that held copies."""
    return [c.after for c in found.changes]


def same(found: Unified) -> None:
    """Check that the notebook with calls shows and holds what the notebook did."""
    before, after = run(found.notebook.content), run(found.content)
    assert not before.error
    assert after.error == "", after.trace
    assert after.events == before.events
    both = before.variables.keys() & after.variables.keys()
    assert {n: after.variables[n] for n in both} == {n: before.variables[n] for n in both}
    assert {p for p in after.same if set(p) <= both} == {p for p in before.same if set(p) <= both}
    others = [
        c.source for c in found.notebook.cells if c.index not in {x.cell for x in found.changes}
    ]
    read = {n for source in others for n in before.variables if f"print({n})" in source}
    assert read <= after.variables.keys()


FAITHFUL = {
    "the same lines take what they read and give what is read below": (
        """
        # %%
        xs = [1, 2, 3]
        # %% a
        total = sum(xs)
        mean = total / len(xs)
        # %% a
        total = sum(xs)
        mean = total / len(xs)
        # %%
        print(mean)
        """,
        "compute_mean(xs) -> mean",
    ),
    "variables may have other names in each copy": (
        """
        # %%
        xs = [3, 1, 2]
        # %% a
        low = sorted(xs)[0]
        rest = [x - low for x in xs]
        print(rest)
        # %% a
        low_b = sorted(xs)[0]
        rest_b = [x - low_b for x in xs]
        print(rest_b)
        # %%
        print(rest, low_b)
        """,
        "compute_rest(xs) -> low, rest",
    ),
    "a differing column becomes a parameter of that name, used wherever it stands": (
        """
        # %%
        rows = {"price": [1, 2], "size": [3, 4]}
        # %% a
        values = rows["price"]
        print("mean of", "price", sum(values) / len(values))
        # %% a
        values = rows["size"]
        print("mean of", "size", sum(values) / len(values))
        """,
        "compute_values(rows, *, column)",
    ),
    "a differing number in a comparison is a threshold": (
        """
        # %%
        xs = [1, 5, 9]
        # %% a
        large = [x for x in xs if x > 2]
        print(len(large))
        # %% a
        large = [x for x in xs if x > 6]
        print(len(large))
        """,
        "compute_large(xs, *, threshold)",
    ),
    "a keyword gives its parameter its name": (
        """
        # %% a
        names = sorted(["b", "a"], reverse=True)
        print(names, sep="-")
        # %% a
        names = sorted(["b", "a"], reverse=False)
        print(names, sep="+")
        """,
        "compute_names(*, reverse, sep)",
    ),
    "a function that is called may differ": (
        """
        # %%
        import math
        xs = [1.5, 2.5]
        # %% a
        ys = [math.floor(x) for x in xs]
        print(sum(ys))
        # %% a
        ys = [math.ceil(x) for x in xs]
        print(sum(ys))
        """,
        "compute_ys(xs, *, function)",
    ),
    "data of another name is passed, not read": (
        """
        # %%
        train_rows, test_rows = [1, 2], [3]
        # %% a
        count = len(train_rows)
        print(count, max(train_rows))
        # %% a
        count = len(test_rows)
        print(count, max(test_rows))
        """,
        "compute_count(*, rows)",
    ),
    "a piece of an f-string's text may differ": (
        """
        # %%
        xs = [1, 2]
        # %% a
        n = len(xs)
        print(f"first: {n:3d} of {len(xs)}")
        # %% a
        n = len(xs)
        print(f"second: {n:3d} of {len(xs)}")
        """,
        "compute_n(xs, *, text)",
    ),
    "an input that the copy binds again comes back": (
        """
        # %%
        xs = [1, 2, 3]
        # %% a
        xs = [x * 2 for x in xs]
        print(xs)
        # %% a
        xs = [x * 3 for x in xs]
        print(xs)
        # %%
        print(xs)
        """,
        "compute_xs(xs, *, number) -> xs",
    ),
    "an input may be the result of the copy above": (
        """
        # %%
        a0 = [3, 1]
        # %% a
        a1 = [x + 1 for x in a0]
        print(a1)
        # %% a
        a2 = [x + 1 for x in a1]
        print(a2)
        """,
        "compute_a(*, a) -> a1",
    ),
    "what a cell shows is returned": (
        """
        # %%
        xs = [2, 1]
        # %% a
        ys = sorted(xs)
        ys.index(1)
        # %% a
        ys = sorted(xs)
        ys.index(2)
        """,
        "compute_ys(xs, *, number)",
    ),
    "a look at a result stays in its cell": (
        """
        # %%
        xs = [2, 1]
        # %% a
        ys = sorted(xs)
        ys
        # %% a
        zs = sorted(xs)
        zs
        # %%
        print(ys)
        """,
        "compute_ys(xs) -> ys",
    ),
    "what is shown after a copy in one cell only stays there": (
        """
        # %%
        xs = [2, 1]
        # %% a
        ys = sorted(xs)
        ys.append(3)
        print(ys)
        # %% a
        ys = sorted(xs)
        ys.append(4)
        print(ys)
        ys
        """,
        "compute_ys(xs, *, number) -> ys",
    ),
    "a deleted variable is gone after the call": (
        """
        # %%
        xs, old = [1], [2]
        # %% a
        ys = xs + old
        del old
        # %%
        print(ys)
        old = [3]
        # %% a
        ys = xs + old
        del old
        # %%
        print(ys)
        """,
        "compute_ys(old, xs) -> ys",
    ),
    "what is bound on some paths only keeps its value on the others": (
        """
        # %%
        xs, best, ready = [1, 2], 0, False
        # %% a
        n = len(xs)
        if ready:
            best = max(xs)
        print(n)
        # %%
        print(best)
        # %% a
        n = len(xs)
        if ready:
            best = max(xs)
        print(n)
        # %%
        print(best)
        """,
        "compute_best(xs, ready, best) -> best",
    ),
    "what is shown after a deletion comes last": (
        """
        # %%
        xs, old = [1], [2]
        # %% a
        xs.append(len(old))
        del old
        xs.count(1)
        # %%
        old = [3]
        # %% a
        xs.append(len(old))
        del old
        xs.count(2)
        """,
        "compute_old(old, xs, *, number)",
    ),
    "imports among the copied lines stay in the notebook": (
        """
        # %% a
        import json
        text = json.dumps([1])
        import math
        print(text, math.floor(1.5))
        # %% a
        import json
        text = json.dumps([2])
        import math
        print(text, math.floor(1.5))
        """,
        "compute_text(*, number)",
    ),
    "an attribute is passed where nothing changes it before": (
        """
        # %%
        from types import SimpleNamespace
        shop = SimpleNamespace(prices=[1, 2], sizes=[3, 4])
        # %% a
        values = sorted(shop.prices)
        print(values)
        # %% a
        values = sorted(shop.sizes)
        print(values)
        """,
        "compute_values(*, function)",
    ),
    "the first value may come from anywhere": (
        """
        # %%
        def load():
            print("loading")
            return [4]
        # %% a
        rows = load()
        rows.append(1)
        print(rows)
        # %% a
        rows = [2, 3]
        rows.append(1)
        print(rows)
        """,
        "load_rows(*, rows_value)",
    ),
    "equal lists stay two lists": (
        """
        # %% a
        a = []
        b = []
        a.append(1)
        print(a, b)
        # %% a
        a = [0]
        b = [0]
        a.append(1)
        print(a, b)
        """,
        "compute_b(*, a_value, b_value)",
    ),
    "an argument of a nested function keeps its name": (
        """
        # %%
        rows = [{"price": 1, "size": 2}]
        # %% a
        pick = [(lambda column: column["price"])(r) for r in rows]
        print(pick)
        # %% a
        pick = [(lambda column: column["size"])(r) for r in rows]
        print(pick)
        """,
        "compute_pick(rows, *, column_2)",
    ),
}


@pytest.mark.parametrize(("text", "signature"), FAITHFUL.values(), ids=FAITHFUL.keys())
def test_copies_become_calls_that_do_the_same(text: str, signature: str) -> None:
    found = unify(text)
    assert found.obstacle is None, found.obstacle
    named = ["*", *found.parameters] if found.parameters else []
    outputs = f" -> {', '.join(found.outputs)}" if found.outputs else ""
    assert f"{found.name}({', '.join([*found.inputs, *named])}){outputs}" == signature
    assert all(f"{found.name}(" in text for text in calls(found))
    same(found)


OBSTACLES = {
    "an operator differs": (
        """
        # %%
        xs = [1]
        # %% a
        n = len(xs)
        m = n + 1
        # %% a
        n = len(xs)
        m = n - 1
        """,
        ("not-alike", 1, 2, "which the copy computes"),
    ),
    "one copy has a statement in the middle that the other lacks": (
        """
        # %%
        xs = [2, 1]
        # %% a
        n = len(xs)
        m = n + 1
        print(m)
        # %% a
        n = len(xs)
        xs.sort()
        m = n + 1
        print(m)
        """,
        ("not-alike", 2, 2, "`xs.sort()` has no counterpart in cell 2"),
    ),
    "a method of a computed value differs": (
        """
        # %%
        text = "a b"
        # %% a
        words = text.split()
        print(words[0].upper())
        # %% a
        words = text.split()
        print(words[0].lower())
        """,
        ("not-alike", 1, 2, "which the copy computes"),
    ),
    "what an argument reads is changed before": (
        """
        # %%
        one, other = {"a": 1}, {"a": 2}
        # %% a
        one["a"] = 5
        print(one["a"] + 1)
        # %% a
        one["a"] = 5
        print(one.get("a") + 1)
        """,
        ("not-alike", 1, 2, "which the copy may change before"),
    ),
    "an argument might not be evaluated at all": (
        """
        # %%
        one, other, ready = {}, [], False
        # %% a
        n = 0
        if ready:
            n = one["lacking"]
        # %% a
        n = 0
        if ready:
            n = other[0] + 1
        """,
        ("not-alike", 1, 3, "not at all"),
    ),
    "a name stands for two variables": (
        """
        # %%
        xs = [1]
        # %% a
        a = xs[0]
        b = a + 1
        print(a, b)
        # %% a
        c = xs[0]
        c = c + 1
        print(c, c)
        """,
        ("not-alike", 2, 1, "'c' stands for both 'a' and 'b' of cell 2"),
    ),
    "a function of the notebook reads what the copy binds": (
        """
        # %%
        def rate():
            return factor * 2
        # %% a
        factor = 2
        print(rate())
        # %% a
        factor = 3
        print(rate())
        """,
        ("late-binding", 1, None, "'rate' of cell 1 reads 'factor'"),
    ),
    "a function of the copy reads a variable that changes later": (
        """
        # %%
        slow, fast = 1, 2
        # %% a
        def scale(x):
            return x * slow
        print(scale(2))
        # %% a
        def scale(x):
            return x * fast
        print(scale(2))
        # %%
        fast = 5
        """,
        ("not-alike", 1, 2, "is bound more than once"),
    ),
    "a query looks up a variable with another name": (
        """
        # %%
        import pandas as pd
        df = pd.DataFrame({"x": [1, 2]})
        # %% a
        low = 1
        print(len(df.query("x > @low")))
        # %% a
        high = 2
        print(len(df.query("x > @high")))
        """,
        ("frame-capture", 1, 2, "a string looks up 'low'"),
    ),
    "one copy is a function already": (
        """
        # %%
        xs = [1]
        # %% a
        n = len(xs)
        print(n)
        # %% a
        def count(xs):
            n = len(xs)
            print(n)
        """,
        ("not-alike", 1, 1, "the copy in cell 3 is the function 'count'"),
    ),
    "an argument would be read before it is bound": (
        """
        # %%
        ready = False
        def early():
            return 1
        # %% a
        n = 0
        if ready:
            n = early()
        # %% a
        n = 0
        if ready:
            n = late()
        # %%
        def late():
            return 2
        """,
        ("maybe-unbound", 2, 3, "'late' may not be bound yet"),
    ),
    "one copy only finds a variable bound": (
        """
        # %%
        ready = False
        # %% a
        n = 1
        if ready:
            best = 2
        if n > 1:
            print(best)
        # %%
        best = 5
        # %% a
        n = 2
        if ready:
            best = 2
        if n > 1:
            print(best)
        """,
        ("maybe-unbound", 1, None, "'best' is bound only on some paths"),
    ),
    "an import is influenced by the code above it": (
        """
        # %% a
        import os
        os.environ["LANG"] = "C"
        import locale
        print(1)
        # %% a
        import os
        os.environ["LANG"] = "C"
        import locale
        print(2)
        """,
        ("interleaved", 0, 3, "may influence it"),
    ),
    "a target is read after a call that changes it": (
        """
        # %%
        one, other, store = {"k": "a"}, {"k": "b", "j": "c"}, {}
        def load(names):
            names["k"] = "z"
            return 1
        # %% a
        n = 1
        store[one["k"]] = load(one)
        # %% a
        n = 1
        store[one.get("k")] = load(one)
        """,
        ("not-alike", 1, 2, "which the copy may change before"),
    ),
    "a magic stands among the lines": (
        """
        # %%
        xs = [1]
        # %% a
        n = len(xs)
        %time m = n + 1
        # %% a
        n = len(xs)
        m = n + 1
        """,
        ("magic", 1, 2, "is no Python"),
    ),
    "code sees every name": (
        """
        # %%
        xs = [1]
        # %% a
        n = len(xs)
        print(len(locals()) > n)
        # %% a
        n = len(xs)
        print(len(locals()) > n)
        """,
        ("dynamic-code", 1, None, "locals(…)"),
    ),
    "a cell is no Python": (
        """
        # %% a
        n = = 1
        # %% a
        n = 1
        """,
        ("syntax-error", 0, 1, "is no valid Python"),
    ),
    "the copies import something else": (
        """
        # %% a
        import json
        # %% a
        import math
        """,
        ("not-alike", 1, 1, "not the same ones"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), OBSTACLES.values(), ids=OBSTACLES.keys())
def test_an_obstacle_names_line_and_reason(
    text: str, expected: tuple[str, int, int | None, str]
) -> None:
    found = unify(text)
    assert found.obstacle is not None, found.source
    code, cell, line, said = expected
    assert (found.obstacle.code, found.obstacle.cell, found.obstacle.line) == (code, cell, line)
    assert said in found.obstacle.text
    assert found.content["cells"] == list(found.notebook.content["cells"])


FIGURES = """
# %%
import matplotlib.pyplot as plt
xs, ys, zs = [1, 2], [3, 4], [5, 3]
# %% a
fig, ax = plt.subplots(figsize=(2, 1))
# the curve
ax.plot(xs, ys, label="y")
ax.set_title(f"y of {len(xs)}")
plt.show()
# %% a
fig, ax = plt.subplots(figsize=(2, 1))
ax.plot(xs, zs, label="z")
ax.set_title(f"z of {len(xs)}")
plt.show()
"""


def test_figures_are_drawn_by_the_call_and_comments_are_kept() -> None:
    found = unify(FIGURES)
    assert found.source.split("\n") == [
        "def plot_xs(xs, *, value, label, title):",
        "    fig, ax = plt.subplots(figsize=(2, 1))",
        "    # the curve",
        "    ax.plot(xs, value, label=label)",
        '    ax.set_title(f"{title}{len(xs)}")',
        "    plt.show()",
    ]
    same(found)


def test_copies_in_one_cell_are_replaced_where_they_stand() -> None:
    found = unify(
        """
        # %%
        xs = [1, 2]
        # %%
        # first
        n = max(xs)
        print("a", n)
        print("between")
        # second
        n = max(xs)
        print("b", n)
        print("below")
        """,
        Place(cell=1, first=1, last=3),
        Place(cell=1, first=6, last=7),
    )
    assert calls(found) == [
        "# first\n"
        'compute_n(xs, text="a")\n'
        'print("between")\n'
        "# second\n"
        'compute_n(xs, text="b")\n'
        'print("below")'
    ]
    same(found)


def test_statements_that_one_copy_has_at_its_ends_are_left_out() -> None:
    found = unify("""
        # %%
        xs = [2, 1]
        # %% a
        n = len(xs)
        m = n + 1
        print(m)
        # %% a
        xs.sort()
        n = len(xs)
        m = n + 1
        print(m)
        """)
    assert calls(found) == ["compute_m(xs)", "xs.sort()\ncompute_m(xs)"]
    same(found)


FUNCTIONS = """
# %% a
def summarize_price(rows, *, most=3):
    \"\"\"The price.\"\"\"
    # the first ones
    part = rows["price"][:most]
    if most > 10:
        return None
    return sum(part) + 1
# %% a
def summarize_size(rows, *, most=5):
    values = rows["size"][:most]
    if most > 12:
        return None
    return sum(values) + 1
# %%
rows = {"price": [1, 2, 3, 4], "size": [5, 6]}
print(summarize_price(rows), summarize_size(rows, most=1), summarize_size(rows, most=13))
"""


def test_functions_keep_their_names_and_call_the_common_one() -> None:
    found = unify(FUNCTIONS)
    assert found.source == (
        "def summarize(rows, *, most, column, threshold):\n"
        "    # the first ones\n"
        "    part = rows[column][:most]\n"
        "    if most > threshold:\n"
        "        return None\n"
        "    return sum(part) + 1"
    )
    assert calls(found) == [
        "def summarize_price(rows, *, most=3):\n"
        '    """The price."""\n'
        '    return summarize(rows, most=most, column="price", threshold=10)',
        "def summarize_size(rows, *, most=5):\n"
        '    return summarize(rows, most=most, column="size", threshold=12)',
    ]
    same(found)


def test_functions_with_other_arguments_are_an_obstacle() -> None:
    found = unify(FUNCTIONS.replace("summarize_size(rows, *", "summarize_size(rows, extra=1, *"))
    assert found.obstacle is not None
    assert found.obstacle.message == "the functions take different arguments"


def test_a_function_with_one_more_step_is_an_obstacle() -> None:
    found = unify(
        FUNCTIONS.replace(
            "    return sum(values) + 1", "    values.sort()\n    return sum(values) + 1"
        )
    )
    assert found.obstacle is not None
    assert (found.obstacle.cell, found.obstacle.line) == (1, 5)
    assert "`values.sort()` has no counterpart in cell 1" in found.obstacle.text


def test_a_generator_is_not_given_what_it_reads_later() -> None:
    found = unify("""
        # %%
        small, large = 1, 2
        # %% a
        def count():
            yield 0
            yield small
        # %% a
        def counts():
            yield 0
            yield large
        """)
    assert found.obstacle is not None and "while the function runs" in found.obstacle.message


ONCE = """
# %% a
# helper
def double(x):
    return x * 2
ys = [double(y) for y in (1, 2)]
print(ys)
# %% a
def double(x):
    return x * 2
ys = [double(y) for y in (3, 4)]
print(ys)
"""


def test_a_function_that_all_copies_define_is_defined_once() -> None:
    found = unify(ONCE)
    assert calls(found) == [
        "# helper\ndef double(x):\n    return x * 2\ncompute_ys(value=(1, 2))",
        "compute_ys(value=(3, 4))",
    ]
    same(found)


def test_copies_that_only_define_a_function_leave_one_of_them() -> None:
    found = unify(re.sub(r"ys = .*\nprint.*\n", "", ONCE) + "# %%\nprint(double(4))")
    assert (found.name, found.source) == ("double", "")
    assert calls(found) == [""]
    same(found)


def test_the_same_imports_are_kept_once() -> None:
    imports = "import json\nimport math\n"
    found = unify(f"# %% a\n{imports}# %% a\n# again\n{imports}# %%\nprint(math.floor(1.5))")
    assert (found.name, calls(found)) == ("imports", ["# again"])
    same(found)


def test_a_function_that_reads_what_its_copy_binds_moves_along() -> None:
    found = unify(
        ONCE.replace("# helper", "k = 1")
        .replace("x * 2", "x * k")
        .replace("a\ndef", "a\nk = 1\ndef")
    )
    assert "def double" in found.source
    same(found)


LONG = """
# %%
xs = [2, 1]
# %% a
low = min(xs)
high = max(xs)
mean = sum(xs) / len(xs)
print(low, high, mean)
print(low + 1)
# %% a
low = min(xs)
high = max(xs)
mean = sum(xs) / len(xs)
print(low, high, mean)
print(low * 2)
"""


@pytest.mark.parametrize(
    "last", ["print(low * 2)", "xs.sort()\nprint(low + 1)"], ids=["changed", "added"]
)
def test_most_of_a_copy_is_unified_where_one_line_stands_in_the_way(last: str) -> None:
    found = unify(LONG.replace("print(low * 2)", last))
    assert found.left is not None and found.left.cell in (1, 2)
    assert calls(found) == [
        "low = compute_low(xs)\nprint(low + 1)",
        f"low = compute_low(xs)\n{last}",
    ]
    same(found)


def test_three_copies_share_one_function() -> None:
    text = """
        # %%
        xs = [1, 2, 3]
        """ + "".join(
        f"""
        # %% a
        part_{i} = [x for x in xs if x > {i}]
        print("above", {i}, part_{i})
        """ for i in range(3)
    )
    found = unify(text)
    assert [line for c in calls(found) for line in c.split("\n")] == [
        f"compute_part(xs, threshold={i})" for i in range(3)
    ]
    same(found)


def test_one_copy_of_several_is_left_out_where_only_it_differs() -> None:
    text = LONG.replace("print(low * 2)", "print(low + 1)")
    other = "# %% a\nlow = max(xs) + 1\nhigh = low * 2\nprint(low, high)\n"
    found = unify(text + other)
    assert [p.cell for p in found.places] == [1, 2]
    assert found.left is not None and found.left.code == "not-alike"
    same(found)


def test_magics_above_the_copy_stay() -> None:
    found = unify("""
        # %% a
        %matplotlib inline
        n = 1
        print(n)
        # %% a
        n = 2
        print(n)
        """)
    assert calls(found)[0].startswith("%matplotlib inline\n")


def test_one_place_is_no_copy() -> None:
    found = unify("# %%\nn = 1", Place(cell=0, first=1, last=1))
    assert found.obstacle is not None and found.obstacle.message == "a single place is no copy"


def test_lines_inside_a_statement_can_not_be_replaced() -> None:
    text = "# %%\ndef f(x):\n" + "    x += 1\n" * 9
    found = unify(text, Place(cell=0, first=2, last=4), Place(cell=0, first=5, last=7))
    assert found.obstacle is not None
    assert found.obstacle.message == "the copy is a part of the function 'f'"


def test_what_was_read_is_not_changed() -> None:
    content: dict[str, Any] = content_of(cells_of(FIGURES))
    before = json.dumps(content)
    places = [Place(cell=i, first=1, last=9) for i in (1, 2)]
    found = unifying.unify_content(content, places, Path("/nowhere/shop.ipynb"))
    assert found.content["cells"][1]["source"] == found.source
    assert json.dumps(content) == before
    assert program.of_notebook(notebook.of_content(found.content, Path("x.ipynb"))).cells
