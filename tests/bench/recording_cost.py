"""Print what recording costs: the thin notebook's execution with and without it, by turns.

    python tests/bench/recording_cost.py [--repeats N] [--profile] [NOTEBOOK...]

Measured are the three examples and the (tagged) notebooks given: medians of wall time, and of the
CPU time of the kernel and its children, in one run. Wanted: at most 1.3 times the plain execution.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from jupyter_promote import promoting  # noqa: E402
from jupyter_promote.pinning import inside  # noqa: E402
from jupyter_promote.promotion.draft import Draft  # noqa: E402
from jupyter_promote.proof import drafts, observation  # noqa: E402
from jupyter_promote.runs.kernels import Completed, execute  # noqa: E402
from jupyter_promote.sandbox.sandboxes import sandbox  # noqa: E402

WANTED = 1.3
EXAMPLES = [ROOT / "examples" / name / f"{name}.ipynb" for name in ("churn", "demand", "sensors")]

# Put around the recording: what of it takes longest, told when the kernel ends.
_PROFILED = """
import atexit, cProfile, pstats
from jupyter_promote.pinning import recorder
profile = cProfile.Profile()
def profiled(method):
    def inner(*args, **kwargs):
        profile.enable()
        try:
            return method(*args, **kwargs)
        finally:
            profile.disable()
    return inner
for name in ("begin", "end"):
    setattr(recorder._Recorder, name, profiled(getattr(recorder._Recorder, name)))
def told():
    with open({target!r}, "w") as file:
        pstats.Stats(profile, stream=file).sort_stats("cumulative").print_stats(25)
atexit.register(told)
"""


@dataclass(slots=True)
class Times:
    """Seconds of each execution: by the clock, and of processors."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, wall: float, cpu: float) -> None:
        self.wall.append(wall)
        self.cpu.append(cpu)


def drawn_up(notebook: Path, to: Path) -> Draft:
    """Return the draft of a notebook.

    Raises:
        SystemExit: nothing is promoted.
    """
    made = promoting.draw_up(promoting.Request(notebook=notebook, to=to)).draft
    if not made.artifacts:
        sys.exit(f"{notebook}: nothing is promoted; is it tagged?")
    return made


def executed(made: Draft, *, recorded: bool, profile: Path | None = None) -> tuple[float, float]:
    """Return the seconds that the thin notebook takes: by the clock, and of processors."""
    thin = next(a for a in made.artifacts if a.path == made.target.notebook)
    with (
        tempfile.TemporaryDirectory() as src,
        sandbox(made.plan.notebook.path.resolve().parent) as box,
    ):
        calls = box.shared
        for name, text in drafts.package_of(made, Path(src)).items():
            Path(src, name).parent.mkdir(parents=True, exist_ok=True)
            Path(src, name).write_text(text)
        record = [observation.recording(calls, made.target.dotted)] if recorded else []
        traced = [_PROFILED.format(target=str(profile))] if profile else []
        before = _cpu_of_children()
        ran = execute(
            json.loads(thin.text),
            folder=made.plan.notebook.path.resolve().parent,
            within=box.command,
            import_paths=[Path(src)],
            environment={"PYTHONHASHSEED": "0"},
            prologue="\n".join(map(inside.aside, [*record, *traced])),
        )
        assert isinstance(ran, Completed), ran
        assert recorded == any(calls.iterdir())
        return ran.seconds, _cpu_of_children() - before


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(made: Draft, repeats: int) -> tuple[str, float]:
    """Return the line of the table for a notebook, and the larger of its ratios."""
    times = {False: Times(), True: Times()}
    executed(made, recorded=False)  # once for the disk's cache
    for turn in range(repeats):
        for recorded in (False, True) if turn % 2 else (True, False):
            times[recorded].add(*executed(made, recorded=recorded))
    found, ratios = f"{made.plan.notebook.path.name:24}", []
    for what in ("wall", "cpu"):
        plain, with_it = (statistics.median(getattr(times[r], what)) for r in (False, True))
        ratios.append(with_it / plain)
        found += f" {plain:9.2f} {with_it:9.2f} {ratios[-1]:7.2f}"
    return found, max(ratios)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where a ratio is over what is wanted."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("notebooks", nargs="*", type=Path)
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument("--profile", action="store_true", help="show what takes long instead")
    given = asked.parse_args(arguments)
    print(f"load {os.getloadavg()[0]:.1f}, medians of {given.repeats} by turns, seconds")
    print(
        f"{'':24} {'wall':>9} {'recorded':>9} {'ratio':>7} {'CPU':>9} {'recorded':>9} {'ratio':>7}"
    )
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for notebook in [*EXAMPLES, *given.notebooks]:
            made = drawn_up(notebook, Path(folder, "shop"))
            if given.profile:
                target = Path(folder, "profile.txt")
                executed(made, recorded=True, profile=target)
                print(notebook.name, target.read_text(), sep="\n")
                continue
            line, ratio = row(made, given.repeats)
            print(line, flush=True)
            worst = max(worst, ratio)
    print(f"worst {worst:.2f}, wanted {WANTED}")
    return 1 if worst > WANTED else 0


if __name__ == "__main__":
    sys.exit(main())
