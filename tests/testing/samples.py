"""A module whose own instances are stored, as a promoted module's are."""

from __future__ import annotations

import enum
from collections import namedtuple
from dataclasses import dataclass
from typing import Any, NamedTuple

Pair = namedtuple("Pair", "left right")


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Order:
    number: int
    items: tuple[str, ...] = ()


@dataclass(slots=True)
class Slotted:
    x: Any


class Plain:
    def __init__(self, x: Any) -> None:
        self.x = x


class Model(Plain):
    """Like an estimator: parameters, and what was fitted."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {"x": self.x}


class Words(list[str]):
    pass


def double(x: Any) -> Any:
    return 2 * x
