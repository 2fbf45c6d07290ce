"""Print the CPU time of planning and rendering for notebooks of 100 to 100,000 lines of code.

    python tests/bench/plan_scaling.py [--up-to LINES] [--profile LINES] [--suggest]

Wanted: a plan for 1,000 lines in at most 150 ms of CPU, growing linearly to 100,000 lines.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jupyter_promote.flow import program  # noqa: E402
from jupyter_promote.promotion import draft, plan, project, suggest  # noqa: E402
from tests.bench import notebooks  # noqa: E402

SIZES = (100, 1_000, 10_000, 100_000)


def milliseconds(action: Callable[[], object], times: int) -> float:
    """Return the median CPU time of `action`, children included."""
    taken = []
    for _ in range(times):
        gc.collect()
        before = time.process_time()
        action()
        taken.append((time.process_time() - before) * 1000)
    return statistics.median(taken)


def row(lines: int, *, render: bool, suggesting: bool) -> str:
    book = notebooks.of_lines(lines)
    times = 5 if lines <= 1_000 else 1
    planned = milliseconds(lambda: plan.draw_up(book), times)
    found = plan.draw_up(book)
    cells = f"{lines:>9,} {len(found.functions):>10,} {len(found.refused):>8,}"
    text = f"{cells} {planned:>10,.0f} {planned / lines * 1000:>13.0f}"
    if render:
        target = project.choose(book, Path("somewhere"), None)
        text += f" {milliseconds(lambda: draft.render(found, target), min(times, 3)):>12,.0f}"
    if suggesting:
        bare = program.of_notebook(notebooks.of_lines(lines, tagged=False))
        text += f" {milliseconds(lambda: suggest.propose(bare), 1):>11,.0f}"
    return text


def main() -> None:
    """Print the table, or a profile."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("--up-to", type=int, default=SIZES[-1], metavar="LINES")
    asked.add_argument("--render-up-to", type=int, default=10_000, metavar="LINES")
    asked.add_argument("--suggest", action="store_true", help="time suggest, too")
    asked.add_argument("--profile", type=int, metavar="LINES", help="profile one plan instead")
    given = asked.parse_args()
    if given.profile:
        book = notebooks.of_lines(given.profile)
        with cProfile.Profile() as profile:
            plan.draw_up(book)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        return
    plan.draw_up(notebooks.of_lines(100))  # what is loaded once is no plan's cost
    header = f"{'lines':>9} {'functions':>10} {'refused':>8} {'plan ms':>10} {'us per line':>13}"
    print(header + f" {'render ms':>12}" + (f" {'suggest ms':>11}" if given.suggest else ""))
    for lines in (s for s in SIZES if s <= given.up_to):
        render = lines <= given.render_up_to
        print(row(lines, render=render, suggesting=given.suggest), flush=True)


if __name__ == "__main__":
    main()
