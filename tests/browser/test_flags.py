"""What the checks find is flagged in the cells while a person types, and in the panel."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import TOKEN, WAIT_MS, Server
from tests.browser.test_panel import picture

expect.set_options(timeout=WAIT_MS)

SETUP = """import pandas as pd

pd.set_option("display.precision", 2)
pd.set_option("display.max_rows", 20)

first_day = "2025-01-01"
last_day = "2025-12-31"
print("sales from", first_day, "to", last_day)"""
LAST = "total = north_revenue.sum() + south_revenue.sum()\nprint(total - budget)"
COPIED = """{0} = pd.read_csv("{0}.csv").drop_duplicates("order_id")
{0} = {0}[{0}["price"] > 0].sort_values("shipped_at")
{0}["weekday"] = pd.to_datetime({0}["shipped_at"]).dt.day_name()
{0}_revenue = {0}.groupby("weekday")["price"].sum()
print({0}_revenue.round(2).to_string())"""


def write(path: Path, cells: list[str]) -> str:
    """Write a notebook of these code cells; return its name."""
    made = [nbformat.v4.new_code_cell(source) for source in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)
    return path.name


def cell(page: Page, index: int) -> Locator:
    return page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')


def tip(page: Page, flag: Locator) -> Locator:
    """Rest the mouse on a flag; return what is shown."""
    flag.hover()
    shown = page.locator(".jp-Promote-tip")
    expect(shown).to_be_visible()
    return shown


def tags(page: Page, index: int) -> Any:
    script = "i => jupyterapp.shell.currentWidget.content.widgets[i].model.getMetadata('tags')"
    return page.evaluate(script, index)


def test_a_flag_comes_and_goes_as_one_types(page: Page, server: Server) -> None:
    name = write(server.root / "typing.ipynb", ["price = 3", "print(price)\nprint(price * amount)"])
    page.goto(server.lab(name))
    flagged = cell(page, 1)
    mark = flagged.locator(".cm-lintRange-warning")
    expect(mark).to_have_text("amount")
    expect(flagged.locator(".cm-lint-marker-warning")).to_have_count(1)
    expect(flagged.get_by_role("button", name="1 flag")).to_be_visible()
    expect(cell(page, 0).locator(".cm-gutter-lint")).to_have_count(0)

    shown = tip(page, mark)
    expect(shown).to_contain_text("Reads 'amount', but no cell defines it.")
    expect(shown).to_contain_text("Why it matters: It worked only because")
    expect(shown).to_contain_text("Instead: Move the defining cell above")

    flagged.get_by_role("button", name="1 flag").click()
    panel = page.get_by_role("region", name="Promote")
    rule = panel.get_by_role("region", name="Rule JP301")
    expect(rule).to_contain_text("A cell reads a name that no cell above it defines.")
    rule.get_by_role("button", name=re.compile("Reads 'amount'")).click()
    expect(page.locator(".jp-Notebook .jp-Cell.jp-mod-active")).to_have_attribute(
        "data-windowed-list-index", "1"
    )

    cell(page, 0).locator(".cm-content").click()
    page.keyboard.press("End")
    page.keyboard.type("\namount = 2")
    expect(mark).to_have_count(0)
    expect(flagged.locator(".cm-gutter-lint")).to_have_count(0)
    expect(panel).to_contain_text("Nothing to flag")
    assert "amount = 2" not in (server.root / name).read_text()


def test_a_flag_is_silenced_by_a_tag(page: Page, server: Server) -> None:
    name = write(server.root / "silenced.ipynb", ["print(amount)", "print(amount + 1)"])
    page.goto(server.lab(name))
    mark = cell(page, 0).locator(".cm-lintRange")
    tip(page, mark).get_by_role("button", name="Silence here").click()
    expect(mark).to_have_count(0)
    expect(page.locator(".jp-Promote-tip")).to_have_count(0)
    expect(cell(page, 1).locator(".cm-lintRange")).to_have_text("amount")
    assert tags(page, 0) == ["noqa:JP301"]

    # Leaving the rule out in the settings silences the rest, and that can be taken back.
    with chosen(page, server, {"ignore": ["JP3"]}):
        page.reload()
        page.locator(".jp-Toolbar").get_by_text("Promote", exact=True).click()
        panel = page.get_by_role("region", name="Promote")
        panel.get_by_role("tab", name="Flags").click()
        expect(panel).to_contain_text("Nothing to flag")
        expect(page.locator(".cm-lintRange")).to_have_count(0)


@contextmanager
def chosen(page: Page, server: Server, settings: dict[str, object]) -> Iterator[None]:
    """Have these settings for a while; pages see them when they are loaded."""
    url = f"{server.url}/lab/api/settings/jupyter_promote:flags?token={TOKEN}"
    page.request.put(url, data={"raw": json.dumps(settings)})
    try:
        yield
    finally:
        page.request.put(url, data={"raw": "{}"})


def test_copies_are_compared_and_become_one_function(page: Page, server: Server) -> None:
    folder = server.root / "sales"
    folder.mkdir()
    write(folder / "other.ipynb", ["import pandas as pd", COPIED.format("west")])
    regions = [COPIED.format("north"), COPIED.format("south")]
    name = write(folder / "sales.ipynb", [SETUP, *regions, LAST])
    page.goto(server.lab(f"sales/{name}"))
    for index in (1, 2):
        expect(cell(page, index).locator(".cm-lintRange-info").first).to_be_visible()
    cell(page, 3).get_by_role("button", name="1 flag").click()
    panel = page.get_by_role("region", name="Promote")
    copies = panel.get_by_role("region", name=re.compile("Rule JP10"))

    # The two copies side by side, wherever they stand.
    if os.environ.get("SCREENSHOTS"):
        expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle")
    shown = tip(page, cell(page, 2).locator(".cm-lintRange-info").first)
    picture(page, "flags-light")
    shown.get_by_role("button", name="Compare").first.click()
    sides = page.locator(".jp-Promote-comparison .cm-mergeViewEditor")
    expect(sides).to_have_count(2)
    expect(sides.nth(0).locator(".cm-changedText").first).to_have_text("south")
    expect(page.locator(".jp-Promote-comparison h2").nth(0)).to_contain_text("Cell 3, lines 1–")
    elsewhere = copies.locator(".jp-Promote-places li", has_text="other.ipynb").first
    elsewhere.get_by_role("button", name="Compare").click()
    expect(sides.nth(1)).to_contain_text("west")

    # The way out: a preview of all that would change, one step to apply it, one to take it back.
    way_out = copies.get_by_role("button", name="Make a function")
    way_out.first.click()
    preview = page.locator(".jp-Promote-unification")
    expect(preview.locator(".cm-deletedChunk")).to_have_count(2)
    before = sources(page)
    picture(page, "flags-dark")
    preview.get_by_role("button", name="Apply to notebook").click()
    expect(preview).to_have_count(0)
    after = sources(page)
    assert after[1].startswith("def ") and len(after) == len(before) + 1
    function = after[1].removeprefix("def ").partition("(")[0]
    assert after[2:4] == [
        f'{region}_revenue = {function}(path="{region}.csv")' for region in ("north", "south")
    ]
    expect(way_out).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(way_out).to_have_count(2)
    assert sources(page) == before
    assert function not in (folder / name).read_text()


def sources(page: Page) -> list[str]:
    """Return the text of the notebook's cells, as they are on screen."""
    script = """() => [...jupyterapp.shell.widgets('main')].find(each => each.content.widgets)
        .content.widgets.map(cell => cell.model.sharedModel.source)"""
    found: list[str] = page.evaluate(script)
    return found


def test_only_a_notebook_in_view_is_checked(page: Page, server: Server) -> None:
    first = write(server.root / "front.ipynb", ["print(amount)"])
    second = write(server.root / "behind.ipynb", ["print(count)"])
    asked: list[str] = []
    page.on("request", lambda r: asked.append(path_in(r)) if "/findings" in r.url else None)
    page.goto(server.lab(first))
    expect(page.locator(".cm-lintRange")).to_have_text("amount")
    page.evaluate("path => jupyterapp.commands.execute('docmanager:open', { path })", second)
    expect(page.locator(".cm-lintRange:visible")).to_have_text("count")
    seen = len(asked)
    page.wait_for_timeout(1500)
    assert first not in asked[seen:]  # copies of what is in view are looked for a little later
    assert set(asked) == {first, second}


def path_in(request: Any) -> str:
    return str(json.loads(request.post_data)["path"])
