"""A person tags a cell, presses Promote, reviews and writes: in JupyterLab and in Notebook 7."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WAIT_MS, Server

PROJECT = Path(__file__).parents[2]
PICTURES = PROJECT / ".github" / "screenshots"

PROOF_MS = 4 * WAIT_MS  # the notebook runs several times, and so do its tests

STEPS = [
    ("amounts = [3, 8, 13, 40]", ["promote:load"]),
    (
        "large = []\nfor amount in amounts:\n    if amount > 10:\n        large.append(amount)",
        ["promote:choose"],
    ),
    ("assert len(large) == 2", ["test:choice"]),
    ("print(sum(large))", []),
]

expect.set_options(timeout=WAIT_MS)


@pytest.fixture
def churn(server: Server, request: pytest.FixtureRequest) -> str:
    """Return the path of an example notebook, in a folder of the test's own."""
    folder = server.root / request.node.originalname.replace("test_promote", "shop")
    ignored = shutil.ignore_patterns("promoted", ".promote")
    shutil.copytree(PROJECT / "examples" / "churn", folder, ignore=ignored)
    return f"{folder.name}/churn.ipynb"


@pytest.fixture
def steps(server: Server) -> str:
    """Return the path of a small notebook that is soon proved."""
    made = [nbformat.v4.new_code_cell(s, metadata={"tags": t} if t else {}) for s, t in STEPS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    (server.root / "steps").mkdir()
    nbformat.write(book, server.root / "steps" / "steps.ipynb")
    return "steps/steps.ipynb"


def untag(path: Path) -> int:
    """Take the tag of one promoted group away; return the position of its only cell."""
    book = json.loads(path.read_text())
    tags = [cell["metadata"].get("tags", []) for cell in book["cells"]]
    named = [t for row in tags for t in row if t.startswith("promote:")]
    single = next(t for t in named if named.count(t) == 1)
    at = next(i for i, row in enumerate(tags) if single in row)
    book["cells"][at]["metadata"].pop("tags")
    path.write_text(json.dumps(book))
    return at


def press_promote(page: Page) -> Locator:
    page.locator(".jp-Toolbar").get_by_text("Promote", exact=True).click()
    panel = page.get_by_role("region", name="Promote")
    expect(panel).to_be_visible()
    return panel


def tag_through_the_menu(page: Page, cell: int, name: str) -> None:
    target = page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{cell}"]')
    target.scroll_into_view_if_needed()
    target.locator(".jp-InputArea-editor").click(button="right")
    page.get_by_role("menuitem", name=re.compile("Tag for Promotion")).click()
    page.get_by_label("Name of the function").fill("not a name")
    button = page.get_by_role("button", name="Tag cell")
    expect(button).to_be_disabled()
    page.get_by_label("Name of the function").fill(name)
    button.click()


def run_all(tests: Locator) -> None:
    """Run the tests that were written, and see all ticks."""
    total = tests.locator(".jp-Promote-outcome").count()
    tests.get_by_role("button", name="Run tests").click()
    expect(tests.locator(".jp-Promote-output")).to_contain_text("test session starts")
    expect(tests).to_contain_text(re.compile(rf"All {total} tests passed in"))
    expect(tests.locator('[data-outcome="passed"]')).to_have_count(total)


def picture(page: Page, name: str) -> None:
    """Take the picture `name` in the theme that its end says, if pictures are asked for."""
    if not os.environ.get("SCREENSHOTS"):
        return
    theme = f"JupyterLab {name.rpartition('-')[2].title()}"
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    page.wait_for_timeout(1000)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def test_promote(page: Page, server: Server, churn: str) -> None:
    notebook = server.root / churn
    cell = untag(notebook)
    page.goto(server.lab(churn))
    panel = press_promote(page)
    functions = panel.locator(".jp-Promote-function")
    expect(functions.first).to_be_visible()
    before = functions.count()

    # Tagging changes the plan without saving.
    tag_through_the_menu(page, cell, "my_step")
    mine = panel.get_by_role("article", name="Function my_step")
    expect(mine).to_be_visible()
    expect(functions).to_have_count(before + 1)
    assert "my_step" not in notebook.read_text()
    mine.get_by_role("button", name=f"Go to cell {cell + 1}").click()
    active = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    expect(active).to_have_attribute("data-windowed-list-index", str(cell))
    expect(active).to_have_attribute("data-promote-tag", "promote:my_step")
    picture(page, "panel-light")

    # Every file can be read before it is written.
    panel.get_by_role("button", name="Preview").click()
    preview = page.locator(".jp-Promote-preview")
    expect(preview.locator(".cm-content")).to_contain_text('"my_step"')
    tabs = preview.get_by_role("tab")
    expect(tabs.nth(1)).to_be_visible()
    assert list(notebook.parent.rglob("*.py")) == []

    # Written after a proof; what stands on the disk is what the panel says.
    panel.get_by_role("button", name=re.compile(r"^Write \d+ files")).click()
    expect(panel.get_by_role("button", name="Cancel", exact=True)).to_be_visible()
    verdict = panel.locator('.jp-Promote-verdict[data-status="equivalent"]')
    expect(verdict).to_be_visible(timeout=PROOF_MS)
    expect(verdict).to_contain_text(re.compile(r"\d+ outputs, \d+ variables.* compared"))
    written = verdict.locator(".jp-Promote-files button")
    for path in [written.nth(i).get_attribute("title") for i in range(written.count())]:
        assert (server.root / str(path)).is_file(), path
    modules = list((notebook.parent / "src").rglob("*.py"))
    assert any("def my_step(" in module.read_text() for module in modules)
    verdict.get_by_role("button", name=re.compile(r"^test_.*\.py")).first.click()
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text="test_").first).to_be_visible()
    page.get_by_role("tab", name=re.compile("^churn.ipynb")).first.click()
    if os.environ.get("SCREENSHOTS"):
        run_all(panel.get_by_role("region", name="Tests"))
        expect(page.locator(".Toastify__toast")).to_have_count(0)
        picture(page, "panel-dark")


def test_run_the_tests(page: Page, server: Server, steps: str) -> None:
    """See the tests that were written, open one, run them; a reload loses none of it."""
    page.goto(server.lab(steps))
    panel = press_promote(page)
    panel.get_by_role("button", name=re.compile(r"^Write \d+ files")).click()
    tests = panel.get_by_role("region", name="Tests")
    expect(tests).to_contain_text(re.compile(r"run \d+ of \d+ lines and"), timeout=PROOF_MS)
    group = tests.get_by_role("group", name="choose")
    expect(group.get_by_role("meter")).to_be_visible()
    migrated = tests.get_by_role("group", name="From test cells")
    expect(migrated.get_by_role("button", name="choice")).to_be_visible()

    row = group.get_by_role("button").first
    row.click()
    head = f"def {row.get_attribute('title')}("
    expect(page.locator(".jp-FileEditor:visible .cm-line", has_text=head)).to_be_in_viewport()
    page.get_by_role("tab", name=re.compile("^steps.ipynb")).first.click()

    run_all(tests)
    page.reload()
    press_promote(page)
    expect(tests).to_contain_text(re.compile(r"All \d+ tests passed in"))
    expect(tests.locator('[data-outcome="unknown"]')).to_have_count(0)
    tests.get_by_role("button", name="Run again").click()
    expect(tests.get_by_role("progressbar")).to_be_visible()
    tests.get_by_role("button", name="Cancel").click()
    expect(tests).to_contain_text("Cancelled:")


def test_diff_and_errors(page: Page, server: Server, churn: str) -> None:
    """What stands there already is shown as a diff; a mistake is told in sentences."""
    folder = (server.root / churn).parent
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    (folder / "src" / "shop").mkdir(parents=True)
    (folder / "src" / "shop" / "__init__.py").write_text("")
    (folder / "src" / "shop" / "churn.py").write_text("mine = 1\n")
    page.goto(server.lab(churn))
    panel = press_promote(page)
    panel.locator(".jp-Promote-files").get_by_role(
        "button", name=re.compile("churn.py")
    ).first.click()
    preview = page.locator(".jp-Promote-preview")
    expect(preview.locator(".cm-deletedChunk").first).to_contain_text("mine = 1")

    # The file is somebody else's: nothing is written, and the panel says why.
    panel.get_by_role("button", name=re.compile(r"^Write \d+ files")).click()
    problem = panel.get_by_role("alert")
    expect(problem).to_contain_text("not ours to replace")
    expect(problem).not_to_contain_text("Traceback")
    assert (folder / "src" / "shop" / "churn.py").read_text() == "mine = 1\n"

    field = panel.get_by_label("Target folder")
    field.fill("../elsewhere")
    field.press("Enter")
    expect(panel.get_by_role("alert").last).to_contain_text("leads out of its folder")


def test_cancel(page: Page, server: Server, churn: str) -> None:
    notebook = server.root / churn
    book = json.loads(notebook.read_text())
    slow = {"cell_type": "code", "id": "slow", "metadata": {}, "outputs": []}
    slow |= {"execution_count": None, "source": "import time\n\ntime.sleep(300)"}
    notebook.write_text(json.dumps({**book, "cells": [*book["cells"], slow]}))
    page.goto(server.lab(churn))
    panel = press_promote(page)
    panel.get_by_role("button", name=re.compile(r"^Write \d+ files")).click()
    page.wait_for_timeout(1500)
    panel.get_by_role("button", name="Cancel", exact=True).click()
    expect(panel.get_by_text("Nothing was written.")).to_be_visible()
    assert list(notebook.parent.rglob("*.py")) == []


def test_nothing_tagged(page: Page, server: Server, churn: str) -> None:
    notebook = server.root / churn
    book = json.loads(notebook.read_text())
    for cell in book["cells"]:
        cell["metadata"].pop("tags", None)
    notebook.write_text(json.dumps(book))
    page.goto(server.lab(churn))
    panel = press_promote(page)
    expect(panel.get_by_text("Nothing is tagged yet")).to_be_visible()
    expect(panel.get_by_role("button", name="Write")).to_have_count(0)

    # The button leads from the text cell at the top to the first code cell.
    panel.get_by_role("button", name="Tag this cell").click()
    page.get_by_label("Definitions").check()
    page.get_by_role("button", name="Tag cell").click()
    expect(panel.get_by_text("1 cell moved")).to_be_visible()


def test_notebook_7(page: Page, server: Server, churn: str) -> None:
    page.goto(server.notebook(churn))
    panel = press_promote(page)
    expect(panel.locator(".jp-Promote-function").first).to_be_visible()
    panel.get_by_role("button", name="Preview").click()
    text = page.locator(".jp-Promote-preview .cm-content")
    expect(text).to_contain_text("import pandas")
    expect(text).to_be_in_viewport(ratio=0.05)
