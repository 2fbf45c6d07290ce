"""Whether a call draws random numbers that nobody seeded."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from jupyter_promote.testing.chance import reseed


@dataclass(slots=True)
class Chance:
    """What became of the shared random states; known when the call has ended."""

    drawn: bool = False
    seeded: bool = False

    @property
    def decides(self) -> bool:
        """True where the call drew from states that it had not seeded itself."""
        return self.drawn and not self.seeded


@contextmanager
def watched() -> Iterator[Chance]:
    """Begin with the same random states each time, and watch who draws from them."""
    reseed()
    chance, before = Chance(), _states()
    with ExitStack() as stack:
        for module in _modules():
            seed = _noted(module.seed, chance)
            stack.enter_context(mock.patch.object(module, "seed", seed))
        yield chance
    chance.drawn = _states() != before


def _modules() -> list[Any]:
    numpy = sys.modules.get("numpy")
    return [random, *([numpy.random] if numpy is not None and hasattr(numpy, "random") else [])]


def _noted(seed: Callable[..., Any], chance: Chance) -> Callable[..., Any]:
    def noted(*given: Any, **named: Any) -> Any:
        chance.seeded = True
        return seed(*given, **named)

    return noted


def _states() -> list[object]:
    """Return the shared states as far as they are loaded; equal ones draw the same numbers."""
    found: list[object] = [random.getstate()]
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "random"):
        name, key, *rest = numpy.random.get_state()
        found.append((name, key.tobytes(), *rest))
    torch: Any = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "get_rng_state"):
        found.append(bytes(torch.get_rng_state().tolist()))
    return found
