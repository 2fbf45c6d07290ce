"""The tests that a promotion generates, from notebooks that really run."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_promote import workflow
from jupyter_promote.workflow import Promotion, Request
from tests.programs import cells_of, content_of

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
TOKEN = "tok-93xk-very-secret"
CARD = "4539578763621486"

# Files, connections, estimators, secrets, chance, and what must not be done twice.
SHOP = """
# %% promote
import os
import random
import socket
import sqlite3
import subprocess
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression
# %% parameters
limit = 3
# %% promote:sign_in
token = os.environ["SHOP_TOKEN"]
# %% promote:header
headers = {"agent": "shop", "password": token}
# %% promote:load
df = pd.read_csv("data/people.csv")
print(len(df), "people")
# %% promote:clean
df["age"] = df["age"].fillna(0)
df.loc[df["age"] > 90, "age"] = 90
# %% promote:summarize
by_town = df.groupby("town")["age"].mean().round(1)
oldest = df.sort_values(["age", "mail"]).tail(3)
# %% promote:draw
fig, ax = plt.subplots()
ax.plot(by_town.values)
ax.set_title("ages")
plt.show()
# %% promote:share
if limit < 0:
    raise ValueError("below nothing")
shares = [100 // (limit + n) for n in (1, 2)]
# %% promote:fit
model = LinearRegression().fit(df[["age"]], df["age"] * 2)
# %% promote:predict
answer = float(model.predict(pd.DataFrame({"age": [4.0]}))[0])
# %% promote:connect
db = sqlite3.connect(":memory:")
# %% promote:fill
db.execute("create table t (x)")
db.execute("insert into t values (7)")
# %% promote:count
found = db.execute("select x from t").fetchall()
# %% promote:start_sheet
sheet = Figure()
sheet.subplots()
# %% promote:put_title
sheet.axes[0].set_title("by town")
# %% promote:read_title
title = sheet.axes[0].get_title()
# %% promote:draw_lots
lots = np.random.rand(3)
# %% promote:pick
picked = np.random.default_rng().random(3)
# %% promote:scatter
fig, ax = plt.subplots()
ax.scatter(shares, np.random.default_rng().random(2))
ax.set_title("chance")
plt.show()
# %% promote:ask_host
address = socket.gethostbyname("localhost")
# %% promote:start_program
status = subprocess.run(["true"]).returncode
# %%
print(by_town, oldest, shares, answer, found, title, len(headers), len(lots), len(picked), address, status)
# %% test
assert shares[0] == 25
"""


def people() -> str:
    towns = ("Ulm", "Bern", "Graz")
    rows = [
        f"p{i}@mail.org,{towns[i % 3]},{CARD},{'' if i % 11 == 0 else i % 97}" for i in range(2_000)
    ]
    return "\n".join(["mail,town,card,age", *rows]) + "\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "shop.ipynb"
    path.write_text(json.dumps(content_of(cells_of(text))))
    return path


def promoted(path: Path, *, run: bool = True) -> Promotion:
    request = Request(notebook=path, to=path.parent / "out", module="shop.steps")
    return workflow.extract(request, run=run)


def files(folder: Path) -> dict[str, bytes]:
    kept = (p for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in kept}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Promotion]:
    place = tmp_path_factory.mktemp("shop")
    (place / "data").mkdir()
    (place / "data" / "people.csv").write_text(people())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOP_TOKEN", TOKEN)
        yield promoted(written(place, SHOP))


@pytest.fixture(scope="module")
def tests(shop: Promotion) -> dict[str, str]:
    """Return the texts of the tests and fixtures, by name."""
    text = (shop.to / "tests/test_steps.py").read_text()
    found = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef))
    return {n.name: "\n".join(map(ast.unparse, [*n.decorator_list, n])) for n in found}


def test_the_promotion_is_proved_and_pinned(shop: Promotion) -> None:
    assert shop.draft.plan.refused == ()
    assert shop.pinned is not None, shop.untested
    assert shop.untested == ""


def test_large_frames_are_reduced_to_rows_on_which_the_same_lines_run(
    shop: Promotion, tests: dict[str, str]
) -> None:
    assert shop.pinned is not None
    assert shop.pinned.coverage["clean"] == (2, 2)
    assert shop.pinned.coverage["summarize"][0] == shop.pinned.coverage["summarize"][1]
    below = shop.to / "tests"
    assert sum(p.stat().st_size for p in below.rglob("*") if p.is_file()) < 150_000


def test_an_argument_that_is_changed_is_asserted(tests: dict[str, str]) -> None:
    text = tests["test_clean_as_in_the_notebook"]
    assert re.search(r"assert_\w+\(df, ", text), text


def test_what_is_printed_and_drawn_is_asserted(tests: dict[str, str]) -> None:
    assert "'2000 people\\n'" in tests["test_load_as_in_the_notebook"]
    assert "with drawn() as figures" in tests["test_draw_as_in_the_notebook"]
    assert "(figures, " in tests["test_draw_as_in_the_notebook"]


def test_estimators_connections_and_figures_come_from_fixtures(tests: dict[str, str]) -> None:
    assert tests["fit_result"].startswith("pytest.fixture\n")
    assert tests["test_predict_as_in_the_notebook"].startswith(
        "def test_predict_as_in_the_notebook(fit_result"
    )
    count = tests["test_count_as_in_the_notebook"]
    assert "(connect_result" in count.splitlines()[0]
    assert count.index("steps.fill(connect_result)") < count.index("steps.count(")
    assert "[(7,)]" in count
    title = tests["test_read_title_as_in_the_notebook"]
    assert title.index("steps.put_title(start_sheet_result)") < title.index("steps.read_title(")
    assert "'by town'" in title


def test_what_varies_is_pinned_by_what_repeats_and_told_with_its_line(
    shop: Promotion, tests: dict[str, str]
) -> None:
    text = tests["test_pick_as_in_the_notebook"]
    assert text.startswith("pytest.mark.varies\n")
    assert "assert_alike(result, " in text
    assert where_unseeded(shop, "pick()") == "np.random.default_rng().random(3)"


def test_what_draws_from_a_shared_state_is_seeded_pinned_and_told(
    shop: Promotion, tests: dict[str, str]
) -> None:
    text = tests["test_draw_lots_as_in_the_notebook"]
    assert text.index("reseed()") < text.index("result = ") < text.index("assert_same(result, ")
    assert where_unseeded(shop, "draw_lots()") == "np.random.rand(3)"


def where_unseeded(shop: Promotion, function: str) -> str:
    unseeded = [f for f in shop.findings if f.code == "JP305"]
    (found,) = [f for f in unseeded if function in f.message]
    line = int(re.findall(r"line (\d+)", found.message)[0])
    module = (shop.to / "src/shop/steps.py").read_text().splitlines()
    return module[line - 1].rpartition("return ")[2]


def test_of_a_figure_that_varies_all_that_repeats_is_pinned(
    shop: Promotion, tests: dict[str, str]
) -> None:
    assert "assert_same(figures, " in tests["test_scatter_as_in_the_notebook"]
    place = shop.to / "tests/recordings/steps/scatter/as_in_the_notebook/figures.json"
    (axes,) = json.loads(place.read_text())[0]["axes"]
    assert axes["title, center"] == "chance"
    assert "$anything" in json.dumps(axes)


def test_hosts_and_programs_are_not_reached_again(shop: Promotion, tests: dict[str, str]) -> None:
    assert shop.pinned is not None
    assert "host" in shop.pinned.unused["ask_host"]
    assert "program" in shop.pinned.unused["start_program"]
    assert not [name for name in tests if "ask_host" in name or "start_program" in name]


def test_secrets_appear_in_no_file(shop: Promotion) -> None:
    for name, content in files(shop.to).items():
        assert TOKEN.encode() not in content, name
        assert CARD.encode() not in content, name
        assert not re.search(rb"p\d+@mail\.org", content), name
    assert shop.pinned is not None
    assert any("token" in what for what in shop.pinned.masked)


def test_a_variant_that_raises_is_pinned_by_the_exception(tests: dict[str, str]) -> None:
    raising = [name for name in tests if name.startswith("test_share_") and "_raises_" in name]
    assert any("with pytest.raises(ValueError)" in tests[name] for name in raising)


@pytest.mark.parametrize(
    "check",
    [
        ["ruff", "check", "--no-cache", "--isolated", "--select", "E,F,W,I,B,UP,SIM,C4,PIE,RET"],
        ["black", "--check", "--config", os.devnull],
        [
            "mypy",
            "--config-file",
            os.devnull,
            "--cache-dir",
            os.devnull,
            "--ignore-missing-imports",
        ],
    ],
    ids=["ruff", "black", "mypy"],
)
def test_the_generated_tests_pass(shop: Promotion, check: list[str]) -> None:
    command = [BIN / check[0], *check[1:], "tests/test_steps.py"]
    env = {**os.environ, "MYPYPATH": f"src:{ROOT}"}
    done = subprocess.run(command, cwd=shop.to, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


_REVERSED = """
def pytest_collection_modifyitems(items):
    items.reverse()
"""


@pytest.mark.parametrize("seed", ["0", "7"])
def test_they_pass_in_any_order_and_under_any_hash_seed(
    shop: Promotion, tmp_path: Path, seed: str
) -> None:
    (tmp_path / "backwards.py").write_text(_REVERSED if seed == "7" else "")
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "backwards", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=shop.to, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


# Promoting again: small, so that it may run twice.
STEPS = """
# %% promote
from pathlib import Path
# %% promote:load
numbers = [int(line) for line in Path("numbers.txt").read_text().split()]
# %% promote:keep
kept = [n for n in numbers if n > 1]
# %%
print(kept)
"""


def test_promoting_again_changes_no_byte_and_keeps_types_without_a_run(tmp_path: Path) -> None:
    (tmp_path / "numbers.txt").write_text("1\n2\n3\n")
    path = written(tmp_path, STEPS)
    assert promoted(path).pinned is not None
    out = files(tmp_path / "out")
    assert out["tests/recordings/steps/files/numbers.txt"] == b"1\n2\n3\n"
    assert b"def keep(numbers: list[int]) -> list[int]:" in out["src/shop/steps.py"]
    assert b"test_keep_as_in_the_notebook" in out["tests/test_steps.py"]
    assert promoted(path, run=False).written == ()
    assert files(tmp_path / "out") == out
    assert promoted(path).written == ()
    assert files(tmp_path / "out") == out
