"""Which expressions certainly have a value, and which certainly have none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from jupyter_promote.flow import program
from jupyter_promote.flow.effects import Surroundings
from jupyter_promote.flow.values import Values
from jupyter_promote.promotion import definitions
from jupyter_promote.source import notebook
from tests.programs import cells_of, content_of

AROUND = """
# %%
import json, time, random, os
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier
df = pd.read_csv("a.csv")
xs = [1]
d = dict(a=1)
tree = DecisionTreeClassifier()
model = smf.ols("y ~ x", df)
result = model.fit()
unknown = df.pipe(len)
def sorted(x): return None
"""


def of_text(text: str) -> tuple[Values, ast.expr]:
    """Return what is known after AROUND, and the expression."""
    read = notebook.of_content(content_of(cells_of(AROUND)), Path("nb.ipynb"))
    code = program.of_notebook(read)
    origins = definitions.find(code, frozenset()).origins()
    around = Surroundings(modules=origins, functions=program.functions(code))
    return Values(code=code, around=around), ast.parse(text, mode="eval").body


VALUES = """df.agg(["sum"])|df.agg(n=("a", "sum"))
|1 + x|not x|a < b|f"{x}"|"a".join(xs)|lambda: 0|[1]|{"a": 1}|(x, y)|len(xs)|round(x, 2)
|sum(xs)|range(3)|np.mean(x)|np.sort(x)|pd.concat([df])|df.head()|df.describe().T|df.shape
|df.loc[:, "a"]|df[df["a"] > 1]|df[["a"]]|df.sample(3)|df.assign(a=1)|df.drop(columns="a")|tree.fit(x, y)
|tree.predict(x)|accuracy_score(x, y)|result.summary()|smf.ols("y ~ x", df).fit().summary()
|json.dumps(d)|time.time()|df.groupby("a").agg("sum")|1 if x else 2|df.drop(columns="a", inplace=False)"""
NOTHING = """None|np.fill_diagonal(x, 1)|np.random.seed(1)|random.seed(1)|xs.append(1)|d.update(a=1)|xs.sort()
|time.sleep(1)|os.makedirs("a")|json.dump(d, f)|df.to_csv("a.csv")|df.to_parquet(path_or_buf="a")
|df.drop(columns="a", inplace=True)|df.insert(0, "a", 1)|unknown.dropna(inplace=True)"""
EITHER = """x|x.y|f(x)|df["a"]|df.loc[0, "a"]|df["a"].iloc[0]|d.get("a")|d["a"]|max(xs)|getattr(x, "y")|sorted(xs)
|sys.stdout.write("a")|unknown.append(1)|unknown.add(1)|unknown.update()|unknown.summary()|unknown.fit(x)
|unknown.to_csv("a")|pd.read_pickle("a")|pd.get_option("a")|np.add.at(x, 0, 1)|re.match("a", "b")
|df.drop(columns="a", inplace=x)|df.drop(**options)|relu(x, inplace=True)|net.relu(x, inplace=True)
|df.agg(f)|df.pipe(f)|s.first_valid_index()|await f()|x or None|1 if x else None|xs.pop()|df.to_csv()"""


def each(texts: str) -> list[str]:
    return texts.replace("\n", "").split("|")


@pytest.mark.parametrize("text", each(VALUES))
def test_it_certainly_has_a_value(text: str) -> None:
    values, node = of_text(text)
    assert values.never_none(node) and not values.always_none(node)


@pytest.mark.parametrize("text", each(NOTHING))
def test_it_certainly_has_none(text: str) -> None:
    values, node = of_text(text)
    assert values.always_none(node) and not values.never_none(node)


@pytest.mark.parametrize("text", each(EITHER))
def test_it_can_not_be_told(text: str) -> None:
    values, node = of_text(text)
    assert not values.always_none(node) and not values.never_none(node)
