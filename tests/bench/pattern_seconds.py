#!/usr/bin/env python3
"""How many seconds does each pattern take for 1 MB of the text that is the worst for it?

    pattern_seconds.py [--texts 200] [--size 1000000] [--all] [--only WORD]

For each pattern that secrets are looked for with (with --all: every pattern of the package) texts are made
of the beginnings of what it matches, cut off and repeated; of the worst one the CPU seconds are printed,
and by how much they grow from half of its size. Ends with 1 if one takes over 0.1 s.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import jupyter_promote  # noqa: E402
from tests.sensitive.steps import worst  # noqa: E402
from tests.sensitive.test_linear import PATTERNS  # noqa: E402

MOST_SECONDS = 0.1


def everything() -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from PATTERNS.items()
    for module in pkgutil.walk_packages(jupyter_promote.__path__, "jupyter_promote."):
        try:
            found = vars(importlib.import_module(module.name))
        except ImportError:
            continue
        for name, value in found.items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value


def seconds(pattern: re.Pattern[str], unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    started = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - started


def slowest(pattern: re.Pattern[str], texts: int, size: int) -> tuple[float, float, str]:
    """Return the seconds for the worst text, by how much they grow from half of it, and its unit."""
    units = {*worst(pattern, random.Random(0), texts), *"a.-1 ", "a.", "a-", "a "}
    small = size // 50
    some = sorted(units, key=lambda unit: seconds(pattern, unit, small))[-3:]
    took = [(min(seconds(pattern, unit, size) for _ in range(3)), unit) for unit in some]
    most, unit = max(took)
    return most, most / max(seconds(pattern, unit, size // 2), 1e-9), unit


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    slow, patterns = 0, dict(everything()) if asked.all else PATTERNS
    for name, pattern in patterns.items():
        if asked.only in name:
            most, growth, unit = slowest(pattern, asked.texts, asked.size)
            slow += most > MOST_SECONDS
            mark = "  SLOW" if most > MOST_SECONDS else ""
            print(f"{most:7.3f} s  x{growth:4.1f}  {name}  {unit[:40]!r}{mark}", flush=True)
    print(
        f"patterns: {slow} of {len(patterns)} take over {MOST_SECONDS} s for {asked.size} characters"
    )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
