"""`jupyter_promote.record(name=value)`: a notebook names what its run has found."""

from __future__ import annotations

from typing import Any

MIME = "application/vnd.jupyter-promote.results+json"
_DEEPEST = 2


def record(**values: Any) -> None:
    """Store values as results of this run: columns of the ledger, beside the parameters.

    Numbers, text, truth values, None, dates, and lists and dicts of these. Outside a notebook it
    does nothing.

    Raises:
        TypeError: a value is none of these.
    """
    plain = {name: _plain(name, value, 0) for name, value in values.items()}
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is not None:
        text = ", ".join(f"{name} = {value}" for name, value in plain.items())
        display({MIME: plain, "text/plain": text}, raw=True)


def _plain(name: str, value: Any, depth: int) -> object:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        finite = value == value and abs(value) != float("inf")
        return value if finite else str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if depth < _DEEPEST:
        if getattr(value, "size", None) == 1 and hasattr(value, "item"):
            return _plain(name, value.item(), depth + 1)
        if isinstance(value, dict):
            return {str(key): _plain(name, inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [_plain(name, inner, depth + 1) for inner in value]
    raise TypeError(
        f"{name} is a {type(value).__name__}, which is no result; record numbers or text"
    )
