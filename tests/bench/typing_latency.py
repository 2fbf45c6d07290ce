"""Print how long after a keystroke the flags of a notebook are up to date, in a real JupyterLab.

    CHROMIUM="$(.ci/chromium)" python tests/bench/typing_latency.py [--cells 100] [--keys 25]

Each keystroke makes a name longer that no cell defines, in the middle of the notebook; measured is
the time from the event of the key to the first frame in which the longer name is underlined. The
pause before checking (`quietMs`) is part of that, and is subtracted in the second column.

Wanted: at most 300 ms after the pause, by the median, in a notebook of 100 cells.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import notebooks  # noqa: E402
from tests.browser.conftest import launching, serving  # noqa: E402

QUIET_MS = 300
NAME = "unknown"
WATCH = """() => {
    addEventListener('keydown', event => { window.pressed = event.timeStamp; }, true);
    window.underlined = name => new Promise((done, failed) => {
        setTimeout(() => failed(new Error(`${name} was not flagged`)), 60000);
        const look = now => [...document.querySelectorAll('.cm-lintRange')]
            .some(mark => mark.textContent === name)
            ? done(performance.now() - window.pressed) : requestAnimationFrame(look);
        requestAnimationFrame(look);
    });
}"""
SHOW = """async index => {
    const { content } = jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    await content.scrollToItem(index, 'center');
    content.mode = 'edit';
    const { editor } = content.activeCell;
    const line = editor.model.sharedModel.getSource().split('\\n').length - 1;
    editor.setCursorPosition({ line, column: editor.getLine(line).length });
    editor.focus();
}"""


def written(path: Path, cells: int) -> int:
    """Write a notebook of so many code cells; return the position of the one to type into."""
    lines = 8 * cells
    source = [c.source for c in notebooks.of_lines(lines, tagged=False).cells if c.kind == "code"]
    made = [nbformat.v4.new_code_cell(s) for s in source[:cells]]
    assert len(made) == cells, f"{len(made)} cells in {lines} lines"
    made[cells // 2] = nbformat.v4.new_code_cell(f"total = 1\ntotal + {NAME}")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)
    return cells // 2


def latencies(page: Page, keys: int) -> list[float]:
    """Return the milliseconds from each keystroke to the flag that it makes."""
    page.evaluate(WATCH)
    taken, name = [], NAME
    for _ in range(keys):
        page.wait_for_timeout(250)
        page.keyboard.press("a")
        name += "a"
        taken.append(page.evaluate("name => underlined(name)", name))
    return taken


def requests(page: Page) -> list[float]:
    """Return the milliseconds that each question to the server took."""
    entries = "performance.getEntriesByType('resource')"
    script = f"{entries}.filter(e => e.name.includes('/findings')).map(e => e.duration)"
    found: list[float] = page.evaluate(script)
    return found


def main() -> None:
    """Print the median and the worst, with and without the pause."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--cells", type=int, default=100)
    options.add_argument("--keys", type=int, default=25)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder, "root")
        root.mkdir()
        index = written(root / "long.ipynb", given.cells)
        with serving(root, Path(folder, "home")) as server:
            page = playwright.chromium.launch(**launching()).new_page()
            page.set_default_timeout(120_000)
            page.goto(server.lab("long.ipynb"))
            page.locator(".jp-Notebook .jp-Cell").first.wait_for()
            page.wait_for_timeout(5_000)
            page.evaluate(SHOW, index)
            page.locator(".cm-lintRange", has_text=NAME).wait_for()
            page.evaluate("performance.clearResourceTimings()")
            taken = latencies(page, given.keys)
            asked = requests(page)
            page.context.browser.close()
    print(f"{given.cells} cells, {given.keys} keystrokes; milliseconds to the updated flag")
    for word, value in (("median", statistics.median(taken)), ("worst", max(taken))):
        print(f"{word:>8} {value:>8,.0f} {value - QUIET_MS:>8,.0f} after the pause of {QUIET_MS}")
    print(
        f"of that, {statistics.median(asked):,.0f} (median) in {len(asked)} questions to the server"
    )


if __name__ == "__main__":
    main()
