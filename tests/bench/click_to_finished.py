"""From the click on Run to "Done" on screen, in Chromium, beside papermill on the same notebook.

    CHROMIUM="$(.ci/chromium)" python tests/bench/click_to_finished.py [--runs 15]

The first click runs the notebook both ways (cold and warm) and is told apart; from the second on a
child of the kept fork-server executes it. Each click is followed by papermill's own command line.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.conftest import Server, launching, serving  # noqa: E402

CELLS = [
    ("n = 3  # how many", ["parameters"]),
    ("total = 0\nfor i in range(n):\n    total += i * i\nprint(total)", []),
    ("mean = total / n", ["results"]),
    ("{'total': total, 'mean': mean}", []),
]
# From the event of the click to the first frame that shows the end.
CLICK = """button => new Promise(resolve => {
  const shown = () => document.querySelector('.jp-Promote-progressCard[data-at="done"]');
  const start = performance.now();
  const watcher = new MutationObserver(() => {
    if (shown()) {
      watcher.disconnect();
      requestAnimationFrame(() => resolve((performance.now() - start) / 1000));
    }
  });
  watcher.observe(document.body, { subtree: true, childList: true, attributes: true });
  button.click();
})"""


def main() -> None:
    """Print the median of both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder, "root"), Path(folder, "home")
        root.mkdir()
        home.mkdir()
        write(root / "small.ipynb")
        with serving(root, home) as server, sync_playwright() as playwright:
            page = playwright.chromium.launch(**launching()).new_page()
            page.set_default_timeout(120_000)
            report(page, server, root / "small.ipynb", runs)


def write(path: Path) -> None:
    """Write the small notebook."""
    made = [nbformat.v4.new_code_cell(s, metadata={"tags": t} if t else {}) for s, t in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


def report(page: Page, server: Server, notebook: Path, runs: int) -> None:
    """Click and run papermill by turns, and print what both took."""
    page.goto(server.lab(notebook.name))
    page.locator(".jp-Toolbar").get_by_text("Promote", exact=True).click()
    panel = page.get_by_role("region", name="Promote")
    panel.get_by_role("tab", name="Runs").click()
    first = click(page, 1)
    print(f"first click (cold and warm, side by side): {first:.3f} s")
    clicks, others = [], []
    for n in range(2, runs + 2):
        clicks.append(click(page, n))
        others.append(papermill(notebook, n))
        engine = panel.locator(".jp-Promote-engine").inner_text()
        print(f"click {clicks[-1]:.3f} s ({engine}), papermill {others[-1]:.3f} s")
    ours, theirs = statistics.median(clicks), statistics.median(others)
    print(f"median of {runs}: click to finished {ours:.3f} s, papermill {theirs:.3f} s", end="")
    print(f", {theirs / ours:.1f} times as long")


def click(page: Page, n: int) -> float:
    """Return the seconds from the click to the end, for another value of the parameter."""
    panel = page.get_by_role("region", name="Promote")
    panel.get_by_label("n", exact=True).fill(str(n))
    page.wait_for_timeout(800)  # it is checked while one types
    dismiss = panel.get_by_role("button", name="Dismiss")
    if dismiss.count():
        dismiss.click()
    button = panel.get_by_role("button", name="Run", exact=True)
    return float(button.evaluate(CLICK))


def papermill(notebook: Path, n: int) -> float:
    """Return the seconds that papermill's command line takes."""
    output = notebook.with_name("papermill.ipynb")
    command = [sys.executable, "-m", "papermill", str(notebook), str(output), "-p", "n", str(n)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=notebook.parent)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
