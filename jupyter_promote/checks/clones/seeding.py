"""Where copies may lie: chains of statements that two places have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from jupyter_promote.checks.clones.index import Index

LONG = 12  # tokens of a statement that may be a seed of its own
RARE = 8  # times that it may occur
PAIR = 9  # tokens of two statements that are a seed together
SKIPPED = 3  # how far apart the two may stand
BUCKET = 12  # places that are compared each with each; of more, neighbours only
GAP, DRIFT = 5, 2

Seed = tuple[int, int]


def chains(index: Index) -> Iterator[list[Seed]]:
    """Yield seeds that lie one after the other in two places, as (statement, statement)."""
    for _, seeds in sorted(_seeds(index).items()):
        yield from _chained(sorted(seeds))


def _seeds(index: Index) -> dict[tuple[int, int], set[Seed]]:
    """Return the seeds by pairs of files."""
    found: dict[tuple[int, int], set[Seed]] = defaultdict(set)
    file = index.file
    for places in _buckets(index):
        for i, j in _pairs(places):
            found[file[i], file[j]].add((i, j))
    return found


def _buckets(index: Index) -> Iterator[list[int]]:
    """Yield the places, in order, of equal long statements and of equal pairs of statements."""
    single: dict[int, list[int]] = defaultdict(list)
    double: dict[tuple[int, int], list[int]] = defaultdict(list)
    shape, size = index.shape, index.size
    for begin, end in zip(index.starts, index.starts[1:], strict=False):
        rows = [i for i in range(begin, end) if not index.is_setup[i]]
        for at, i in enumerate(rows):
            if size[i] >= LONG and 1 < index.frequency[shape[i]] <= RARE:
                single[shape[i]].append(i)
            for j in rows[at + 1 : at + 1 + SKIPPED]:
                if size[i] + size[j] >= PAIR:
                    double[shape[i], shape[j]].append(i)
    yield from (places for places in single.values() if len(places) > 1)
    yield from (places for places in double.values() if len(places) > 1)


def _pairs(places: list[int]) -> Iterator[Seed]:
    places = list(dict.fromkeys(places))
    if len(places) > BUCKET:
        known = set(places)
        places = [i for i in places if i - 1 not in known]  # a run of equal lines counts once
    if len(places) > BUCKET:
        yield from ((i, j) for i, j in zip(places, places[1:], strict=False) if i < j)
        return
    for at, i in enumerate(places):
        for j in places[at + 1 :]:
            if i < j:
                yield i, j


def _chained(seeds: Iterable[Seed]) -> Iterator[list[Seed]]:
    """Yield the seeds in chains: each near the one before, and about as far on in both places."""
    growing: list[list[Seed]] = []
    for i, row in groupby(seeds, key=itemgetter(0)):
        left = {j for _, j in row}
        yield from (chain for chain in growing if i - chain[-1][0] > GAP)
        growing = [chain for chain in growing if i - chain[-1][0] <= GAP]
        drifts = sorted(
            (abs((j - i) - (chain[-1][1] - chain[-1][0])), number, j)
            for number, chain in enumerate(growing)
            for j in left
        )
        grown = set[int]()
        for drift, number, j in drifts:
            chain = growing[number]
            if drift > DRIFT or j not in left or number in grown:
                continue
            if all(j != known for _, known in chain[-GAP:]):  # else another copy begins here
                chain.append((i, j))
                grown.add(number)
                left.discard(j)
        growing += [[(i, j)] for j in sorted(left)]
    yield from growing
