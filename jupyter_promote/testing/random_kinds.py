"""How random generators are stored: by the state from which they go on drawing."""

from __future__ import annotations

import random
import sys
from typing import Any

from jupyter_promote.testing.kinds import JSON, Kind, Reader, Unreadable, Writer, imported

_BITS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


def find(value: Any) -> Kind | None:
    """Return how a random generator of Python or NumPy is stored; None for anything else."""
    kind = type(value)
    if kind is random.Random:
        return RANDOM
    np: Any = sys.modules.get("numpy")
    if np is None or not hasattr(np, "random"):
        return None
    if kind is np.random.RandomState:
        return OLD if _stored_bits(value._bit_generator) else None
    if kind is np.random.Generator:
        return NEW if _stored_bits(value.bit_generator) else None
    return None


def _stored_bits(value: Any) -> bool:
    np = sys.modules["numpy"]
    return any(type(value) is getattr(np.random, name, None) for name in _BITS)


def _write_random(writer: Writer, value: Any, path: str) -> JSON:
    version, numbers, spare = value.getstate()
    return [version, list(numbers), writer.write(spare, path)]


def _read_random(reader: Reader, content: JSON) -> Any:
    version, numbers, spare = content
    made = random.Random()
    made.setstate((version, tuple(numbers), reader.read(spare)))
    return made


def _write_old(writer: Writer, value: Any, path: str) -> JSON:
    return writer.write(value.get_state(legacy=False), path)


def _read_old(reader: Reader, content: JSON) -> Any:
    state = reader.read(content)
    made = imported("numpy").random.RandomState(_bits(state))
    made.set_state(state)
    return made


def _write_new(writer: Writer, value: Any, path: str) -> JSON:
    return writer.write(value.bit_generator.state, path)


def _read_new(reader: Reader, content: JSON) -> Any:
    state = reader.read(content)
    bits = _bits(state)
    bits.state = state
    return imported("numpy").random.Generator(bits)


def _bits(state: Any) -> Any:
    name = state["bit_generator"]
    if name not in _BITS:
        raise Unreadable(f"{name!r} is no generator of random bits that is known")
    return getattr(imported("numpy").random, name)(0)


RANDOM = Kind("Random", _write_random, _read_random)
OLD = Kind("RandomState", _write_old, _read_old)
NEW = Kind("Generator", _write_new, _read_new)
KINDS = (RANDOM, OLD, NEW)
