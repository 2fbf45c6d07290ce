"""Notebooks of any length for the benchmarks, made from cells as people write them."""

from __future__ import annotations

from pathlib import Path

from jupyter_promote.source import notebook
from jupyter_promote.source.notebook import Notebook

SETUP = """import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split"""

PARAMETERS = """orders_csv = "data/orders.csv"
test_size = 0.25
seed = 7
alpha = 1.0"""

# (tag, source) of a section's cells; {i} is the section's number, {p} that of the one before.
SECTION = [
    (
        "promote:load_{i}",
        """orders_{i} = pd.read_csv(orders_csv)
orders_{i} = orders_{i}.drop_duplicates("order_id").set_index("order_id").sort_index()
orders_{i}["price"] = pd.to_numeric(orders_{i}["price"], errors="coerce").fillna(0.0)
print(f"{{len(orders_{i})}} orders")
orders_{i}.head()""",
    ),
    ("skip", """orders_{i}.describe(include="all").T"""),
    (
        "promote",
        '''def per_month_{i}(total, tenure):
    """What a customer paid on average."""
    months = np.asarray(tenure, dtype=float)
    return np.where(months > 0, np.asarray(total) / np.maximum(months, 1.0), 0.0)''',
    ),
    (
        "promote:clean_{i}",
        """# a missing charge is unknown
orders_{i}["rate"] = per_month_{i}(orders_{i}["price"], orders_{i}["months"])
for column in ("price", "rate"):
    low, high = orders_{i}[column].quantile([0.01, 0.99])
    orders_{i}[column] = orders_{i}[column].clip(low, high)
assert orders_{i}.index.is_unique
kept = orders_{i}[orders_{i}["rate"] > 0]
print(f"{{len(kept)}} of {{len(orders_{i})}} kept")""",
    ),
    (
        "promote:clean_{i}",
        """names = [c for c in kept.columns if c != "churned"]
X_{i}, y_{i} = kept[names], kept["churned"]""",
    ),
    (
        "promote:train_{i}",
        """X_train, X_test, y_train, y_test = train_test_split(
    X_{i}, y_{i}, test_size=test_size, random_state=seed
)
model_{i} = Ridge(alpha=alpha)
model_{i}.fit(X_train, y_train)
score_{i} = model_{i}.score(X_test, y_test)
if score_{i} < 0.5:
    print("weak")
else:
    print(f"score {{score_{i}:.3f}}")""",
    ),
    (
        "promote:plot_{i}",
        """fig, ax = plt.subplots(figsize=(6, 4))
ax.scatter(y_test, model_{i}.predict(X_test), s=4)
ax.plot([0, 1], [0, 1], color="grey")
ax.set_xlabel("actual")
ax.set_ylabel("predicted")
plt.show()""",
    ),
    ("", """best = max(score_{i}, score_{p})\nprint(f"best so far: {{best:.3f}}")"""),
]


def content(lines: int, *, tagged: bool = True) -> dict[str, object]:
    """Return a notebook of about `lines` lines of code, as nbformat 4 JSON."""
    cells: list[dict[str, object]] = [
        _cell("markdown", "# Orders"),
        _cell("code", SETUP, "promote" if tagged else ""),
        _cell("code", PARAMETERS, "parameters" if tagged else ""),
        _cell("code", "score_0 = 0.0"),
    ]
    left = lines - SETUP.count("\n") - PARAMETERS.count("\n") - 3
    number = 1
    while left > 0:
        cells.append(_cell("markdown", f"## Region {number}\n\nThe same for the next region."))
        for tag, source in SECTION:
            text = source.format(i=number, p=number - 1)
            cells.append(_cell("code", text, tag.format(i=number) if tagged else ""))
            left -= text.count("\n") + 1
            if left <= 0:
                break
        number += 1
    for i, one in enumerate(cells):
        one["id"] = f"cell-{i}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def of_lines(lines: int, *, tagged: bool = True) -> Notebook:
    """Return a notebook of about `lines` lines of code."""
    return notebook.of_content(content(lines, tagged=tagged), Path("orders.ipynb"))


def _cell(kind: str, source: str, tag: str = "") -> dict[str, object]:
    one: dict[str, object] = {
        "cell_type": kind,
        "source": source,
        "metadata": {"tags": [tag]} if tag else {},
    }
    if kind == "code":
        one |= {"outputs": [], "execution_count": None}
    return one
