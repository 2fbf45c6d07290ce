"""Which places are copies of each other."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import replace

import pytest

from jupyter_promote.checks.clones import groups, shapes

CLEANING = """
orders = load_orders(path)
orders = orders.dropna(subset=["price", "amount"])
orders["total"] = orders["price"] * orders["amount"]
orders["month"] = orders["date"].dt.to_period("M")
by_month = orders.groupby("month")["total"].sum()
by_month = by_month.rolling(3).mean().dropna()
print(by_month.tail(12).to_string())
"""
RENAMED = """
sales = load_orders(source)
sales = sales.dropna(subset=["cost", "pieces"])
sales["sum"] = sales["cost"] * sales["pieces"]
sales["week"] = sales["day"].dt.to_period("W")
weekly = sales.groupby("week")["sum"].sum()
weekly = weekly.rolling(7).mean().dropna()
print(weekly.tail(52).to_string())
"""
LAID_OUT = """
orders = load_orders(path)  # all of them
orders = orders.dropna(
    subset=['price', 'amount'],
)

orders["total"] = orders["price"]*orders["amount"]
# per month
orders["month"] = orders["date"].dt.to_period('M')
by_month = orders.groupby("month")["total"].sum()
by_month = by_month.rolling(3).mean().dropna()

print(by_month.tail(12).to_string())
"""
EDITED = """
orders = load_orders(path)
orders = orders.dropna(subset=["price", "amount"])
orders = orders[orders["country"] == "NL"]
orders["total"] = orders["price"] * orders["amount"]
orders["month"] = orders["date"].dt.to_period("M")
by_month = orders.groupby("month")["total"].median()
print(by_month.tail(12).to_string())
"""
REORDERED = """
orders = load_orders(path)
orders["total"] = orders["price"] * orders["amount"]
orders = orders.dropna(subset=["price", "amount"])
by_month = orders.groupby("month")["total"].sum()
orders["month"] = orders["date"].dt.to_period("M")
by_month = by_month.rolling(3).mean().dropna()
print(by_month.tail(12).to_string())
"""
OTHER = """
fig = make_map(regions, borders=True)
for region in regions:
    fig.mark(region.center, region.name)
    if region.capital is not None:
        fig.star(region.capital)
fig.write("map.html")
"""


def notebook(path: str, *cells: str) -> shapes.FileShapes:
    return shapes.of_notebook(path, [(i, c.strip("\n")) for i, c in enumerate(cells)])


def in_function(source: str, name: str = "clean") -> str:
    return f"def {name}(path):\n" + textwrap.indent(source.strip("\n"), "    ") + "\n"


TYPES = {
    "equal": (CLEANING, 1),
    "another layout": (LAID_OUT, 1),
    "other names and literals": (RENAMED, 2),
    "statements added, removed and changed": (EDITED, 3),
    "another order": (REORDERED, 3),
    "in a function": (in_function(CLEANING), 1),
}


@pytest.mark.parametrize("name", TYPES)
def test_copies_are_found(name: str) -> None:
    copy, kind = TYPES[name]
    [group] = groups.find([notebook("a.ipynb", CLEANING, OTHER), notebook("b.ipynb", copy)])
    assert group.type == kind
    assert [p.path for p in group.places] == ["a.ipynb", "b.ipynb"]
    assert group.places[0].spans == (groups.Span(cell=0, first=1, last=7),)


def test_copies_are_found_within_a_notebook() -> None:
    [group] = groups.find([notebook("a.ipynb", CLEANING, OTHER, RENAMED)])
    assert [p.spans[0].cell for p in group.places] == [0, 2]


def test_a_copy_may_be_split_into_cells() -> None:
    lines = CLEANING.strip().split("\n")
    split = notebook("b.ipynb", "\n".join(lines[:3]), "\n".join(lines[3:5]), "\n".join(lines[5:]))
    [group] = groups.find([notebook("a.ipynb", OTHER, CLEANING), split])
    assert group.type == 1
    assert [(s.cell, s.first, s.last) for s in group.places[1].spans] == [
        (0, 1, 3),
        (1, 1, 2),
        (2, 1, 2),
    ]


def test_a_copy_of_a_function_names_it() -> None:
    module = "import pandas\n\n\n" + in_function(CLEANING) + "\n\n" + in_function(OTHER, "draw")
    [group] = groups.find([notebook("a.ipynb", RENAMED), shapes.of_module("src/m.py", module)])
    assert [p.function for p in group.places] == ["", "clean"]
    assert group.places[1].spans == (groups.Span(cell=None, first=5, last=11),)


def test_places_that_are_copies_of_each_other_are_one_group() -> None:
    files = [notebook(f"{i}.ipynb", c) for i, c in enumerate([CLEANING, RENAMED, LAID_OUT])]
    [group] = groups.find(files)
    assert len(group.places) == 3
    assert group.saved == 14


def test_the_first_place_is_the_one_that_others_are_alike() -> None:
    files = [
        notebook("a.ipynb", EDITED),
        notebook("b.ipynb", CLEANING),
        notebook("c.ipynb", LAID_OUT),
    ]
    [group] = groups.find(files)
    assert [p.path for p in group.places] == ["b.ipynb", "c.ipynb", "a.ipynb"]


def test_copies_side_by_side_are_told() -> None:
    [group] = groups.find([notebook("a.ipynb", CLEANING + LAID_OUT)])
    assert [(p.spans[0].first, p.lines) for p in group.places] == [(1, 7), (9, 9)]


def test_a_group_that_lies_in_another_is_told_only_if_it_is_equal() -> None:
    long, part = group_of((1, 20), kind=3), group_of((3, 9), kind=2)
    equal, beside = group_of((3, 9), kind=1), group_of((15, 30), kind=2)
    assert list(groups.telling_more([long, part, equal, beside])) == [long, equal, beside]


def test_places_almost_the_same_are_not_told_where_several_groups_have_told_of_each() -> None:
    one, other = group_of((1, 20), kind=3), group_of((1, 20), kind=3, cells=(2, 3))
    between = group_of((3, 9), kind=3, cells=(1, 2))
    for like in (replace(between, matches=()), between):
        assert list(groups.telling_more([one, other, like])) == [one, other]
    close = (replace(between.matches[0], kept=0.95),)
    equal = (replace(between.matches[0], type=2),)
    for matches in (close, equal):
        told = replace(between, matches=matches)
        assert list(groups.telling_more([one, other, told])) == [one, other, told]


def group_of(lines: tuple[int, int], kind: int, cells: tuple[int, int] = (0, 1)) -> groups.Group:
    places = tuple(
        groups.Place(
            path="a.ipynb",
            spans=(groups.Span(cell=cell, first=lines[0], last=lines[1]),),
            lines=lines[1] - lines[0] + 1,
        )
        for cell in cells
    )
    match = groups.Match(one=0, other=1, type=kind, kept=0.8)
    return groups.Group(type=kind, places=places, matches=(match,), saved=places[0].lines)


def test_groups_that_save_most_come_first() -> None:
    files = [notebook("a.ipynb", OTHER, CLEANING), notebook("b.ipynb", CLEANING, OTHER)]
    found = groups.find(files)
    assert [g.saved for g in found] == [7, 6]


LEFT_ALONE = {
    "imports": """
        import numpy as np
        import pandas as pd
        import matplotlib.pyplot as plt
        import seaborn as sns
        from sklearn.model_selection import train_test_split
        from sklearn.linear_model import LogisticRegression
    """,
    "how plots look": """
        sns.set_style("darkgrid")
        plt.rc("figure", figsize=(16, 6))
        plt.rc("savefig", dpi=90)
        plt.rc("font", family="sans-serif")
        plt.rcParams["axes.facecolor"] = "white"
        pd.set_option("display.width", 120)
        warnings.filterwarnings("ignore", category=FutureWarning)
    """,
    "parameters of plots": """
        rcParams["savefig.dpi"] = 10{0}
        rcParams["figure.dpi"] = 10{0}
        rcParams["font.size"] = 20
        rcParams["savefig.directory"] = "figures"
        rcParams["axes.grid"] = True
    """,
    "a figure": """
        plt.figure(figsize=({0}0, 6))
        plt.plot(x{0}, y{0})
        plt.xlabel("x {0}")
        plt.ylabel("y {0}")
        plt.show()
    """,
    "an estimator": """
        model{0} = Ridge(alpha={0})
        model{0}.fit(X{0}, y)
        predicted{0} = model{0}.predict(X_test)
        print(accuracy_score(y_test, predicted{0}))
        print(len(predicted{0}))
    """,
    "a table that is read": """
        table{0} = pd.read_csv(
            "table{0}.csv",
            sep=";",
            index_col={0},
            parse_dates=["a{0}"],
        )
    """,
    "columns that are filled": """
        t{0}["a{0}"] = t{0}["b{0}"].fillna({0})
        t{0} = t{0}[t{0}["c{0}"] > {0}]
        t{0}["d{0}"] = t{0}["e{0}"].fillna({0})
        t{0} = t{0}[t{0}["f{0}"] > {0}]
        print(q.mean())
    """,
    "data": """
        prices = pd.DataFrame({{
            "a{0}": [1, {0}, 3],
            "b{0}": [{0}, 5],
            "c{0}": [7, {0}, 9, 4],
            "d{0}": [7, 8, {0}],
        }})
    """,
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_everybody_writes_is_no_clone(name: str) -> None:
    text = textwrap.dedent(LEFT_ALONE[name])
    files = [notebook("a.ipynb", text.format(2)), notebook("b.ipynb", OTHER, text.format(5))]
    assert groups.find(files) == []


SHOWN = """
from tests_of_roots import {0}Root
{0} = {0}Root(spread, trend="c")
print({0}.summary_of_lags().as_text())
---
{0} = {0}Root(spread, trend="ct")
print({0}.summary_of_lags().as_text())
---
{0} = {0}Root(spread, trend="ctt")
print({0}.summary_of_lags().as_text())
"""


def test_calls_shown_one_after_the_other_are_left_alone() -> None:
    cells = (SHOWN.format("dickey") + "---" + SHOWN.format("perron")).split("---")
    assert groups.find([notebook("a.ipynb", *cells)]) == []


SKELETON = """
class {0}(Scale):
    def __init__(self, {1}):
        self._{1} = {1}

    def __str__(self):
        return "{0}"

    def of_range(self, low: Quantity):
"""


def test_what_a_base_class_asks_for_is_left_alone() -> None:
    one = SKELETON.format("Logarithmic", "base") + "        return low.in_bits() / self._base\n"
    two = SKELETON.format("Rounded", "step") + "        yield from low.ticks(12, self._step)\n"
    assert groups.find([notebook("a.ipynb", one, OTHER, two)]) == []


CALLED = ("spread = {0}.between({1}, by=order_price)", "weekly = spread.resampled(step='{2}')")


def test_what_two_files_only_call_alike_is_left_alone() -> None:
    one = "\n\n".join(CALLED).format("orders", "shops", "W").replace("(", "(\n").replace(")", "\n)")
    two = "\n\n".join(CALLED).format("visits", "rooms", "M").replace("(", "(\n").replace(")", "\n)")
    assert len(groups.find([notebook("a.ipynb", one, OTHER, two)])) == 1
    assert groups.find([notebook("a.ipynb", one), notebook("b.ipynb", OTHER, two)]) == []


def test_short_copies_are_left_alone() -> None:
    short = "\n".join(CLEANING.strip().split("\n")[2:6])
    files = [notebook("a.ipynb", short), notebook("b.ipynb", OTHER, short)]
    assert groups.find(files) == []
    assert len(groups.find(files, min_lines=4)) == 1


def test_an_edited_copy_has_as_many_lines_as_any_other() -> None:
    lines = CLEANING.strip().split("\n")
    edited = "\n".join([*lines[2:4], *lines[5:7]])
    files = [notebook("a.ipynb", CLEANING), notebook("b.ipynb", OTHER, edited)]
    assert groups.find(files) == []
    assert len(groups.find(files, min_lines=4)) == 1
    wrapped = CLEANING.replace("(", "(\n    ")  # the same, laid out on more lines
    assert len(groups.find([notebook("a.ipynb", wrapped), notebook("b.ipynb", CLEANING)])) == 1


def test_different_steps_of_a_common_shape_are_left_alone() -> None:
    one = "a = df.groupby('x')['y'].mean()\nb = df[df['z'] > 3]\nprint(a.sum())\nc = b.max()\n"
    two = "q = t.groupby('k')['l'].sum()\nr = t[t['m'] < 9]\nprint(s.min())\nu = q.std()\n"
    files = [notebook("a.ipynb", one + "d = c.std()"), notebook("b.ipynb", two + "p = q.mean()")]
    assert groups.find(files) == []


@pytest.mark.parametrize("source", ["", "# nothing", "x = (", "x = 1\n" * 5000, "f(x)\n" * 5000])
def test_notebooks_without_copies(source: str) -> None:
    assert groups.find([notebook("a.ipynb", source), notebook("b.ipynb")]) == []


def test_many_equal_notebooks_are_one_group() -> None:
    files = [notebook(f"{i:03}.ipynb", CLEANING) for i in range(200)]
    [group] = groups.find(files)
    assert len(group.places) == 200
    assert len(group.matches) < 400


REPEATED = {
    "two lines": "x = f(a, 1, b)\ny = g(x, 2)\n",
    "a copy": "".join(f"x{k} = f{k}(a, 1, b, c=d)\n" for k in range(7)),
}


@pytest.mark.parametrize("name", REPEATED)
def test_work_grows_as_a_file_of_repeated_lines_does(name: str) -> None:
    few, many = (calls_to_find(REPEATED[name] * n) for n in (200, 800))
    assert many < 5 * few


def calls_to_find(source: str) -> int:
    files = [notebook("a.ipynb", source)]
    counted = 0

    def count(*event: object) -> None:
        nonlocal counted
        counted += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        groups.find(files)
    finally:
        sys.setprofile(before)
    return counted


def test_shapes_come_back_from_json() -> None:
    files = [notebook("a.ipynb", CLEANING), shapes.of_module("m.py", in_function(OTHER))]
    assert [shapes.from_json(f.path, shapes.to_json(f)) for f in files] == files
