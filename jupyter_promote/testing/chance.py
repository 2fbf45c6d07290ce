"""The random numbers that nobody seeded, made to repeat."""

from __future__ import annotations

import random
import sys
from typing import Any

SEED = 0


def reseed() -> None:
    """Seed the random states that Python, NumPy and PyTorch share among all code.

    What a call draws from them is then the same in each run; generators of its own are not seeded.
    """
    random.seed(SEED)
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "random"):
        numpy.random.seed(SEED)
    torch: Any = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "manual_seed"):
        torch.manual_seed(SEED)
