"""What several runs of one call have in common."""

from __future__ import annotations

from typing import Any

from jupyter_promote.testing.anything import ANYTHING
from jupyter_promote.testing.comparison import difference


def common(one: Any, other: Any) -> Any:
    """Return `one` with `ANYTHING` where `other` differs; `one` itself where it does not.

    Dicts, lists and tuples are looked into, other values are equal or not.
    """
    if difference(other, one) is None:
        return one
    if type(one) is not type(other) or type(one) not in (dict, list, tuple):
        return ANYTHING
    if type(one) is dict:
        same = one.keys() == other.keys()
        return {key: common(one[key], other[key]) for key in one} if same else ANYTHING
    if len(one) != len(other):
        return ANYTHING
    return type(one)(common(a, b) for a, b in zip(one, other, strict=True))


def holds_anything(value: Any) -> bool:
    """True where a part of `value` is another one in each run."""
    if type(value) is dict:
        return any(holds_anything(part) for part in value.values())
    if type(value) in (list, tuple):
        return any(holds_anything(part) for part in value)
    return value is ANYTHING
