"""A person fills in the form of a notebook, runs and sweeps it, and looks at what came of it."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from urllib.request import Request, urlopen

import nbformat
from playwright.sync_api import Locator, Page, Route, expect

from jupyter_promote import running
from jupyter_promote.runs.ledger import Row
from tests.browser.conftest import TOKEN, WAIT_MS, Server, serving
from tests.browser.test_panel import picture

expect.set_options(timeout=WAIT_MS)

Cells = list[tuple[str, list[str]]]

FORECAST: Cells = [
    (
        "from typing import Literal\n\n"
        "alpha = 0.3  # smoothing: 0 keeps all history, 1 only the last month\n"
        "months: int = 12  # how many months to forecast\n"
        'model: Literal["mean", "trend", "seasonal"] = "trend"  # what the forecast follows\n'
        "detrend = True",
        ["parameters"],
    ),
    (
        "import math\n\n"
        "history = [100 + 3 * i + 20 * math.sin(i / 2) for i in range(36)]\n"
        'print(len(history), "months")',
        [],
    ),
    (
        "level = history[0]\n"
        "for value in history:\n    level = alpha * value + (1 - alpha) * level\n"
        'level += {"mean": 0, "trend": 9, "seasonal": 5}[model]\n'
        'print("level", round(level, 2))',
        [],
    ),
    (
        "error = sum(abs(value - level) for value in history[-months:]) / months\n"
        "bias = (history[-1] - level) / level / alpha",
        ["results"],
    ),
]
SLOW: Cells = [
    ("n = 1", ["parameters"]),
    ("import time\nfor i in range(6):\n    print('tick', i, flush=True)\n    time.sleep(0.25)", []),
    ("n_squared = n * n", ["results"]),
]


def write(server: Server, name: str, cells: Cells) -> str:
    """Write a notebook in a project of its own; return its path."""
    made = [nbformat.v4.new_code_cell(s, metadata={"tags": t} if t else {}) for s, t in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder = server.root / name
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1"\n')
    book = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    nbformat.write(book, folder / f"{name}.ipynb")
    return f"{name}/{name}.ipynb"


def runs_tab(page: Page) -> Locator:
    """Press Promote, then Runs; return the panel."""
    page.locator(".jp-Toolbar").get_by_text("Promote", exact=True).click()
    panel = page.get_by_role("region", name="Promote")
    panel.get_by_role("tab", name="Runs").click()
    return panel


def field(panel: Locator, name: str) -> Locator:
    return panel.get_by_label(name, exact=True)


def progress(panel: Locator) -> Locator:
    return panel.get_by_role("region", name="Progress")


def press_run(panel: Locator) -> Locator:
    panel.get_by_role("button", name="Run", exact=True).click()
    return progress(panel)


def column(panel: Locator, title: str) -> list[str]:
    """Return what stands in a column of the table."""
    heads = panel.locator(".jp-Promote-table th").all_inner_texts()
    rows = panel.locator(".jp-Promote-table tbody tr").all()
    return [row.locator("td").nth(heads.index(title)).inner_text() for row in rows]


def open_tab(page: Page, name: str) -> Locator:
    return page.locator(".lm-TabBar-tab.lm-mod-current", has_text=name).first


def pose(page: Page, panel: Locator) -> None:
    """Give the panel more room, and show it from its top."""
    page.set_viewport_size({"width": 1440, "height": 1040})
    page.evaluate("jupyterapp.commands.execute('filebrowser:hide-main')")
    box = panel.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] - 2, 500)
    page.mouse.down()
    page.mouse.move(1440 - 33 - 430, 500, steps=4)
    page.mouse.up()
    page.mouse.move(500, 900)
    panel.locator(".jp-Promote-scroll").evaluate("node => node.scrollTo(0, 0)")
    page.wait_for_timeout(500)


def test_run_and_sweep(page: Page, server: Server) -> None:
    path = write(server, "forecast", FORECAST)
    page.goto(server.lab(path))
    panel = runs_tab(page)
    expect(field(panel, "alpha")).to_have_value("0.3")
    expect(panel.get_by_text("how many months to forecast")).to_be_visible()
    expect(field(panel, "model")).to_have_value("trend")
    expect(field(panel, "detrend")).to_be_checked()

    # What is typed is checked by the engine; what does not fit can't be run.
    field(panel, "alpha").fill("high")
    expect(panel.get_by_role("alert")).to_contain_text("'high' is no value for 'alpha'")
    expect(panel.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    panel.get_by_role("button", name="Reset alpha to 0.3").click()
    expect(panel.get_by_role("alert")).to_have_count(0)

    field(panel, "months").fill("6")
    done = press_run(panel)
    expect(done).to_have_attribute("data-at", "done")
    expect(done).to_contain_text(re.compile(r"Done in \d"))
    expect(done).to_contain_text("error")
    done.get_by_text("Output", exact=True).click()
    expect(done.locator(".jp-Promote-output")).to_contain_text("── cell 2 ──\n36 months")
    kernels = "async () => (await fetch('/api/kernels')).json().then(all => all.length)"
    before = page.evaluate(kernels)
    done.get_by_role("button", name="Open output").click()
    expect(open_tab(page, "forecast.output")).to_be_visible()
    output = page.locator(".jp-NotebookPanel:visible")
    expect(output).to_contain_text("months = 6")
    expect(output.locator(".jp-NotebookPanel-toolbar")).to_contain_text("No Kernel")
    assert page.evaluate(kernels) == before
    panel.get_by_role("button", name="Back to it").click()
    expect(open_tab(page, "forecast.ipynb")).to_be_visible()

    # A sweep over a range and two choices; one of its runs fails.
    panel.get_by_text("Sweep", exact=True).click()
    field(panel, "alpha").fill("0..0.8 step 0.2")
    panel.get_by_role("button", name="mean").click()
    broken: list[str] = []

    def break_once(route: Route) -> None:
        broken.append(route.request.url)
        if len(broken) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/jobs/*/events*", break_once)  # the connection is made again
    panel.get_by_role("button", name="Sweep 10 runs").click()
    expect(progress(panel)).to_contain_text("8 runs done, 2 failed")
    assert len(broken) > 1
    failures = progress(panel).get_by_text("2 runs not done")
    failures.click()
    expect(progress(panel)).to_contain_text("ZeroDivisionError")
    failures.click()

    rows = panel.locator(".jp-Promote-table tbody tr")
    expect(rows).to_have_count(11)
    head = panel.get_by_role("columnheader", name="error")
    for order in ("ascending", "descending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        shown = [float(text) for text in column(panel, "error") if text]
        assert shown == sorted(shown, reverse=order == "descending")
    plot = panel.locator(".jp-Promote-plot svg")
    expect(plot).to_have_attribute("aria-label", "error over alpha: 8 runs")
    expect(plot.locator("circle")).to_have_count(8)
    if os.environ.get("SCREENSHOTS"):
        head.get_by_role("button").click()
        pose(page, panel)
        picture(page, "runs-light")

    rows.first.get_by_role("button").press("Enter")
    expect(open_tab(page, "forecast-")).to_be_visible()
    expect(rows).to_have_count(11)
    if os.environ.get("SCREENSHOTS"):
        pose(page, panel)
        picture(page, "runs-dark")


def test_a_failing_notebook_says_where(page: Page, server: Server) -> None:
    path = write(server, "failing", [("n = 1", ["parameters"]), ("x = 3\nx / (n - 1)", [])])
    page.goto(server.lab(path))
    panel = runs_tab(page)
    card = press_run(panel)
    expect(card).to_contain_text(re.compile(r"Failed in \d"))
    expect(card).to_contain_text("ZeroDivisionError: division by zero")
    card.get_by_text("Traceback", exact=True).click()
    expect(card.locator(".jp-Promote-output").first).to_contain_text("x / (n - 1)")
    card.get_by_role("button", name="Go to cell 2").click()
    active = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    expect(active).to_have_attribute("data-windowed-list-index", "1")
    assert (server.root / "failing" / "failing.output.ipynb").is_file()


def test_a_reload_loses_nothing_and_a_sweep_is_cancelled(page: Page, server: Server) -> None:
    path = write(server, "slow", SLOW)
    page.goto(server.lab(path))
    panel = runs_tab(page)
    panel.get_by_text("Sweep", exact=True).click()
    field(panel, "n").fill("1..60")
    panel.get_by_role("button", name="Sweep 60 runs").click()
    expect(progress(panel).locator(".jp-Promote-output")).to_contain_text("tick 1")
    expect(progress(panel).get_by_role("progressbar", name="Cells of n=1")).to_be_visible()

    page.reload()
    page.locator(".jp-Toolbar").get_by_text("Promote", exact=True).click()
    expect(progress(panel)).to_contain_text(re.compile(r"[1-9] of 60 runs"))
    expect(progress(panel).locator(".jp-Promote-output")).to_contain_text("n=1 · cell 2")
    expect(panel.locator('tr[data-state="done"]').first).to_be_visible()
    progress(panel).get_by_role("button", name="Cancel").click()
    expect(progress(panel)).to_contain_text(re.compile(r"Cancelled: \d+ of 60 runs had ended"))
    expect(panel.locator('tr[data-state="running"]')).to_have_count(0)
    expect(panel.locator('tr[data-state="cancelled"]').first).to_be_visible()


def test_a_server_that_stops_ends_its_runs(tmp_path: Path) -> None:
    for name in ("root", "home"):
        (tmp_path / name).mkdir()
    with serving(tmp_path / "root", tmp_path / "home") as server:
        path = write(server, "slow", SLOW)
        body = {"path": path, "fields": {"n": "1..40"}, "sweep": True, "warm": False}
        headers = {"Content-Type": "application/json", "Authorization": f"token {TOKEN}"}
        url = f"{server.url}/jupyter-promote/runs/start"
        request = Request(url, json.dumps(body).encode(), headers)
        assert urlopen(request).status == 202
        while not any(row.state == "running" for row in rows_of(server.root / path)):
            time.sleep(0.2)
    states = {row.state for row in rows_of(server.root / path)}
    assert "cancelled" in states and states <= {"done", "cancelled"}


def rows_of(notebook: Path) -> list[Row]:
    return running.history(notebook, most=100)


def test_mistakes_are_told(page: Page, server: Server) -> None:
    path = write(server, "untagged", [("n = 1", [])])
    page.goto(server.lab(path))
    panel = runs_tab(page)
    expect(panel.get_by_text("No parameters cell")).to_be_visible()
    script = "() => jupyterapp.shell.currentWidget.content.widgets[0].model"
    page.evaluate(f"({script})().setMetadata('tags', ['parameters'])")
    panel.get_by_text("Sweep", exact=True).click()
    expect(panel.get_by_role("button", name="Sweep", exact=True)).to_be_disabled()
    field(panel, "n").fill("1..1e9")
    expect(panel.get_by_role("alert")).to_contain_text("1,000,000,000 runs are too many")
    expect(panel.get_by_role("button", name="Sweep", exact=True)).to_be_disabled()

    # Unsaved, the notebook is saved before it is run.
    panel.get_by_text("One run", exact=True).click()
    field(panel, "n").fill("2")
    expect(press_run(panel)).to_contain_text(re.compile(r"Done in \d"))
    assert "parameters" in Path(server.root / path).read_text()
