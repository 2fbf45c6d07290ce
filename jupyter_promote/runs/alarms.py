"""Compare the profile of the newest run with those of earlier ones, and say what left their range.

A profile is what `inside.profiling` tells: by function, its seconds and the values that it took
and gave. Nothing here knows where profiles are kept.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Profile = Mapping[str, Any]

_WORDS = {"table": "table", "column": "column", "items": "array or list", "number": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is still ordinary, beyond the range of earlier runs.

    `missing` and `new_categories` are shares; `distance` is that of Kolmogorov and Smirnov, from 0
    to 1; `collapse` the share of one value; `rows` and `seconds` are factors.
    """

    missing: float = 0.1
    new_categories: float = 0.05
    distance: float = 0.3
    collapse: float = 0.9
    rows: float = 2.0
    seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """In the newest run, `message` is true of a value of `function`."""

    function: str
    message: str


def alarms(
    newest: Profile, earlier: Sequence[Profile], limits: Thresholds = Thresholds()  # noqa: B008
) -> list[Alarm]:
    """Return what the newest run's profile says that no earlier one said; nothing without any."""
    found = []
    for name, function in newest.items():
        before = [run[name] for run in earlier if name in run]
        if before:
            said = [*_of_time(function, before, limits), *_of_values(function, before, limits)]
            found += [Alarm(function=name, message=message) for message in said]
    return found


def _of_time(now: Profile, before: Sequence[Profile], limits: Thresholds) -> Iterator[str]:
    slowest = max(run["seconds"] for run in before)
    if now["seconds"] > max(1.0, slowest * limits.seconds):
        yield f"took {now['seconds']:.1f} s, was {slowest:.1f} s at most"


def _of_values(now: Profile, before: Sequence[Profile], limits: Thresholds) -> Iterator[str]:
    for name, value in now["values"].items():
        known = [run["values"][name] for run in before if name in run["values"]]
        alike = [one for one in known if one["kind"] == value["kind"]]
        if known and not alike:
            yield f"{name} is no {_WORDS[known[-1]['kind']]} any more"
        elif alike:
            yield from _of_value(name, value, alike, limits)


def _of_value(
    name: str, now: Profile, before: Sequence[Profile], limits: Thresholds
) -> Iterator[str]:
    if "rows" in now:
        yield from _of_rows(name, now, before, limits)
    match now["kind"]:
        case "table":
            yield from _of_table(name, now, before, limits)
        case "column":
            yield from _of_column(name, now, before, limits)


def _of_rows(
    name: str, now: Profile, before: Sequence[Profile], limits: Thresholds
) -> Iterator[str]:
    fewest, most = min(run["rows"] for run in before), max(run["rows"] for run in before)
    if now["rows"] > most * limits.rows or now["rows"] < fewest / limits.rows:
        was = f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"
        yield f"{name} has {now['rows']:,} rows, was {was}"


def _of_table(
    name: str, now: Profile, before: Sequence[Profile], limits: Thresholds
) -> Iterator[str]:
    always = set.intersection(*(set(run["columns"]) for run in before))
    for column in sorted(always - set(now["columns"])):
        yield f"{name} has no column `{column}` any more"
    for column, profile in now["columns"].items():
        known = [run["columns"][column] for run in before if column in run["columns"]]
        if known:
            yield from _of_column(f"column `{column}` of {name}", profile, known, limits)
        else:
            yield f"{name} has a new column `{column}`"


def _of_column(
    name: str, now: Profile, before: Sequence[Profile], limits: Thresholds
) -> Iterator[str]:
    missing = max(run["missing"] for run in before)
    if now["missing"] > missing + limits.missing:
        yield f"missing in {name} {now['missing']:.0%}, was {missing:.0%}"
    if "quantiles" in now:
        yield from _of_numbers(name, now, before, limits)
    elif "categories" in now:
        yield from _of_categories(name, now, before, limits)


def _of_numbers(
    name: str, now: Profile, before: Sequence[Profile], limits: Thresholds
) -> Iterator[str]:
    known = [run for run in before if "quantiles" in run]
    if not known:
        return
    usual = max(run["most_common"] for run in known)
    if now["most_common"] > limits.collapse > usual:
        share = f"one value is {now['most_common']:.0%} of it, was {usual:.0%}"
        yield f"the histogram of {name} collapsed: {share}"
        return
    nearest = min(distance(now["quantiles"], run["quantiles"]) for run in known)
    if nearest > limits.distance:
        middle = len(now["quantiles"]) // 2
        was = sorted(run["quantiles"][middle] for run in known)
        between = f"{was[0]:.4g}" if was[0] == was[-1] else f"{was[0]:.4g} to {was[-1]:.4g}"
        median = f"its median is {now['quantiles'][middle]:.4g}, was {between}"
        yield f"the distribution of {name} moved (distance {nearest:.2f}): {median}"


def _of_categories(
    name: str, now: Profile, before: Sequence[Profile], limits: Thresholds
) -> Iterator[str]:
    known = [run for run in before if "categories" in run]
    if not known:
        return
    most = max(run["categories"] for run in known)
    named = [run["shares"] for run in known if "shares" in run]
    fresh: dict[str, float] = {}
    if "shares" in now and named:
        fresh = {k: s for k, s in now["shares"].items() if not any(k in each for each in named)}
    if fresh and (sum(fresh.values()) > limits.new_categories or now["categories"] > most):
        some = ", ".join(repr(k) for k in [*fresh][:5]) + (", …" if len(fresh) > 5 else "")
        many = f"{now['categories']} categories, was {most}"
        yield f"{name} has {many} (new: {some}, {sum(fresh.values()):.0%} of the rows)"
    elif now["categories"] > 2 * most:
        yield f"{name} has {now['categories']:,} categories, was {most:,}"
    usual = max(run["most_common"] for run in known)
    if now["most_common"] > limits.collapse > usual:
        yield f"one category is {now['most_common']:.0%} of {name}, was {usual:.0%}"


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the largest difference of two distribution functions, each given by its quantiles.

    The quantiles are of equal steps from the smallest to the largest value (Kolmogorov-Smirnov,
    read off piecewise linear functions).
    """
    places = sorted({*one, *other})
    return max(
        max(abs(_share(one, x, left) - _share(other, x, left)) for left in (True, False))
        for x in places
    )


def _share(quantiles: Sequence[float], x: float, left: bool) -> float:
    """Return the share of values below `x`, or of those that are not above it."""
    find = bisect.bisect_left if left else bisect.bisect_right
    place = find(quantiles, x)
    last = len(quantiles) - 1
    if place == 0:
        return 0.0
    if place > last:
        return 1.0
    low, high = quantiles[place - 1], quantiles[place]
    part = (x - low) / (high - low) if high > low else 0.0
    return (place - 1 + part) / last
