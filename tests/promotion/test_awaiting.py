"""Modules and tests of notebooks that await are plain programs: one event loop runs all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jupyter_promote.promotion import draft, plan, project
from jupyter_promote.source import notebook
from tests.programs import cells_of, content_of

PROGRAM = '''
# %% parameters
n = 3
# %%
import asyncio
async def fetch(i):
    await asyncio.sleep(0)
    return i + 1
# %% load
queue = asyncio.Queue()
rows = [await fetch(i) for i in range(n)]
# %% add
total = sum(rows)
# %% drain
async with asyncio.Lock():
    await queue.put(total)
print("drained", await queue.get())
# %% test:total
text = """
of two lines"""
assert total == 6 and text.startswith("\\n") and text.endswith("\\nof two lines")
# %% test:fetch
assert await fetch(1) == 2
# %% test:plain
assert len("ab") == 2
'''


def written(folder: Path) -> dict[str, str]:
    """Return the texts of the promotion, written below `folder`."""
    read = notebook.of_content(content_of(cells_of(PROGRAM)), folder / "churn.ipynb")
    target = project.choose(read, folder, "shop.churn")
    made = draft.render(plan.draw_up(read), target).artifacts
    for one in made:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text)
    return {one.path: one.text for one in made}


def test_one_event_loop_runs_all_steps(tmp_path: Path) -> None:
    module = written(tmp_path)["src/shop/churn.py"]
    assert "async def run(*, n: int = 3):" in module
    assert "asyncio.run(run(**vars(parser.parse_args(argv))))" in module
    assert "\ndef add(rows):" in module
    done = subprocess.run(
        [sys.executable, tmp_path / "src/shop/churn.py", "--n", "2"], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("drained 3\n", "")


def test_migrated_tests_await_in_one_event_loop(tmp_path: Path) -> None:
    text = written(tmp_path)["tests/test_churn.py"]
    assert text.count("asyncio.run(steps())") == 2
    assert "def test_plain():" in text
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "3 passed" in done.stdout, done.stdout
