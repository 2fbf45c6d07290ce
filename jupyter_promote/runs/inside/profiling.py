"""Profile what the functions of promoted modules take and give while a run calls them.

Of a table that is its rows and columns, of a column what is missing, how its numbers are
distributed or which categories it has. No single value is kept but the names of few categories,
and none of those where the column's name or content looks secret.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from jupyter_promote.pinning import importing, secrets
from jupyter_promote.sensitive.names import Degree, degree
from jupyter_promote.testing.foreign import attempted

MOST_COLUMNS = 200
MOST_ROWS = 100_000  # of longer columns as many, evenly spread
MOST_CATEGORIES = 50  # of which the names are kept
STEPS = 20  # between quantiles
_LEFT_OUT = ("main", "run")
_NAME = "_jupyter_promote_profile"

Json = dict[str, Any]


def start(modules: Sequence[str]) -> None:
    """Profile the calls of these modules' functions, from their imports on."""
    profiler = _Profiler()
    sys.modules[_NAME] = types.ModuleType(_NAME)
    sys.modules[_NAME].profiler = profiler  # type: ignore[attr-defined]
    importing.when_imported(modules, profiler.wrap)


def told() -> str:
    """Return the profiles so far as JSON: by function the calls, seconds, and values by name."""
    return json.dumps(sys.modules[_NAME].profiler.functions)


class _Profiler:
    """Wraps functions; the values of each one's first call are profiled, all calls are counted."""

    def __init__(self) -> None:
        self.functions: dict[str, Json] = {}

    def wrap(self, module: types.ModuleType) -> None:
        """Replace the module's own functions by profiled ones."""
        for name, value in list(vars(module).items()):
            own = isinstance(value, types.FunctionType) and value.__module__ == module.__name__
            if own and name not in _LEFT_OUT and not inspect.iscoroutinefunction(value):
                setattr(module, name, self.profiled(name, value))

    def profiled(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does what `function` does, and is profiled."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            first = name not in self.functions
            seen = self.functions.setdefault(name, {"calls": 0, "seconds": 0.0, "values": {}})
            if first:
                seen["values"].update(_profiles(_given(function, args, kwargs)))
            started = time.perf_counter()
            result = function(*args, **kwargs)
            seen["calls"] += 1
            seen["seconds"] = round(seen["seconds"] + time.perf_counter() - started, 6)
            if first:
                seen["values"].update(_profiles(_results(result)))
            return result

        return call


def _given(
    function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    try:
        yield from inspect.signature(function).bind(*args, **kwargs).arguments.items()
    except (TypeError, ValueError):
        return


def _results(result: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(result, tuple):
        names = getattr(result, "_fields", None) or range(1, len(result) + 1)
        yield from ((f"result {name}", part) for name, part in zip(names, result, strict=False))
    else:
        yield "result", result


def _profiles(values: Iterator[tuple[str, Any]]) -> Json:
    found = {}
    for name, value in values:
        # A value of odd ways: the run goes on without its profile.
        profile = attempted(partial(of_value, name, value), otherwise=None)
        if profile is not None:
            found[name] = profile
    return found


def of_value(name: str, value: Any) -> Json | None:
    """Return the profile of a value called `name`; None for what has none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return {"kind": "number", "value": float(value)} if value == value else None
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        columns = [(str(c), value.iloc[:, i]) for i, c in enumerate(value.columns[:MOST_COLUMNS])]
        return {
            "kind": "table",
            "rows": len(value),
            "columns": {_label(c): _column(c, part) for c, part in columns},
        }
    if pandas is not None and isinstance(value, pandas.Index):
        return _column(str(value.name or name), value.to_series())
    if pandas is not None and isinstance(value, pandas.Series):
        return _column(str(value.name or name), value)
    if numpy is not None and isinstance(value, numpy.ndarray) and value.ndim == 1:
        return _column(name, value)
    if numpy is not None and isinstance(value, numpy.ndarray) and value.ndim:
        return {"kind": "items", "rows": len(value)}
    if isinstance(value, list | tuple | dict | set):
        return {"kind": "items", "rows": len(value)}
    return None


def _column(name: str, values: Any) -> Json:
    rows = len(values)
    some = values[:: max(1, rows // MOST_ROWS)] if not hasattr(values, "iloc") else values.iloc[
        :: max(1, rows // MOST_ROWS)
    ]  # fmt: skip
    missing = some.isna().to_numpy() if hasattr(some, "isna") else some != some
    there = some[~missing]
    found: Json = {
        "kind": "column",
        "rows": rows,
        "dtype": str(values.dtype),
        "missing": round(float(missing.mean()), 6) if rows else 0.0,
    }
    if len(there):
        found |= _numbers(there) if _is_numeric(there) else _categories(name, there)
    return found


def _is_numeric(values: Any) -> bool:
    return getattr(values.dtype, "kind", "O") in "iufmM"


def _numbers(values: Any) -> Json:
    numpy = sys.modules["numpy"]
    plain = numpy.asarray(values)
    if plain.dtype.kind in "mM":
        plain = plain.astype("int64")
    plain = plain.astype(float)
    plain = plain[numpy.isfinite(plain)]
    if not len(plain):
        return {}
    at = numpy.linspace(0, 1, STEPS + 1)
    _, counts = numpy.unique(plain, return_counts=True)
    return {
        "quantiles": [float(q) for q in numpy.quantile(plain, at)],
        "most_common": round(float(counts.max() / len(plain)), 6),
    }


def _categories(name: str, values: Any) -> Json:
    counts: dict[str, int] = {}
    for value in values.tolist():
        key = str(value)
        counts[key] = counts.get(key, 0) + 1
    shares = {k: round(n / len(values), 6) for k, n in counts.items()}
    found: Json = {"categories": len(counts), "most_common": max(shares.values())}
    if len(counts) <= MOST_CATEGORIES and not _is_secret(name, counts):
        found["shares"] = shares
    return found


def _label(name: str) -> str:
    """Return the name of a column, masked where it is a secret itself."""
    hidden, _ = secrets.masked(name)
    return str(hidden)


def _is_secret(name: str, texts: Any) -> bool:
    return degree(name) is Degree.SURELY or secrets.in_text("\n".join(texts))
