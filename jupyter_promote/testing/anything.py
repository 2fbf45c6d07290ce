"""The part of a recording that is another one in each run."""

from __future__ import annotations


class Anything:
    """Whatever stands at its place in an expected value; `ANYTHING` is the only one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANYTHING"


ANYTHING = Anything()
