"""Prove that the thin notebook does what the original did: run both, compare, doubt once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from jupyter_promote import scratch_folders
from jupyter_promote.errors import BadPath
from jupyter_promote.proof import variation
from jupyter_promote.proof.comparison import Different, Equivalent, Verdict, compare
from jupyter_promote.proof.observation import Conditions, NotVerified, Observation, observe

__all__ = ["Conditions", "Different", "Equivalent", "NotVerified", "Verdict", "compare", "verify"]

Notebook = Mapping[str, object]
OnStep = Callable[[str], None]


def verify(
    original: Notebook,
    thin: Notebook,
    conditions: Conditions,
    *,
    sources: Mapping[str, str],
    on_step: OnStep = lambda step: None,
    original_observation: Observation | None = None,
    dropped: int | None = None,
    deleted: Collection[str] = (),
    parallel: bool = False,
    other_values: Sequence[Mapping[str, object]] = (),
    calls: Path | None = None,
) -> tuple[Verdict, Observation | None]:
    """Return whether `thin` does what `original` does, and what the original does.

    Each run has a sandbox of its own. `sources` are the files of the promoted package, by
    their path below `src`. Where both differ, the original is run once more, and only what repeats
    is compared. `on_step` is told in words what is being done; `parallel` runs both notebooks at
    once. With each of `other_values` of parameters both are compared once more, injected alike.
    The calls of promoted functions are written below the folder `calls`.

    Raises:
        BadPath: a path in `sources` leaves the folder.
    """
    with _importable(sources) as src:
        pair = _Pair(
            conditions=conditions, src=src, on_step=on_step, dropped=dropped, deleted=deleted,
            parallel=parallel,
        )  # fmt: skip
        verdict, observed = _verify(pair, original, thin, original_observation, calls)
        for values in other_values:
            if not isinstance(verdict, Equivalent) or not values:
                break
            others = (variation.injected(original, values), variation.injected(thin, values))
            varied, _ = _verify(pair, *others, None, None)
            verdict = _with_others(verdict, varied, variation.told(values))
    return verdict, observed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """How two notebooks are run and compared; `src` is what only the thin one can import."""

    conditions: Conditions
    src: Path
    on_step: OnStep
    dropped: int | None
    deleted: Collection[str]
    parallel: bool

    def look(
        self, notebook: Notebook, step: str, paths: tuple[Path, ...] = (), calls: Path | None = None
    ) -> Observation | NotVerified:
        """Return what a run of `notebook` shows, telling the step and each cell."""
        self.on_step(step)
        return observe(
            notebook,
            self.conditions,
            import_paths=paths,
            calls=calls,
            on_cell=lambda index, total: self.on_step(f"{step}: cell {index + 1} of {total}"),
        )


def _with_others(verdict: Equivalent, varied: Verdict, values: str) -> Verdict:
    """Return the verdict when the comparison with other parameter values is known, too."""
    match varied:
        case Different():
            found = tuple(f"with {values}: {line}" for line in varied.differences)
            return replace(varied, differences=found)
        case NotVerified():
            note = f"other parameter values ({values}): {varied.error}"
            return replace(verdict, not_compared=(*verdict.not_compared, note))
    return replace(verdict, also=f"{verdict.also} and {values}" if verdict.also else values)


def _verify(
    pair: _Pair,
    original: Notebook,
    thin: Notebook,
    original_observation: Observation | None,
    calls: Path | None,
) -> tuple[Verdict, Observation | None]:
    """Return what `verify` does, for one set of parameters."""
    first, second = _both(
        lambda: original_observation or pair.look(original, "running the original"),
        lambda: pair.look(thin, "running the thin notebook", (pair.src,), calls),
        parallel=pair.parallel and original_observation is None,
    )
    if isinstance(first, NotVerified):
        return first, None
    if isinstance(second, NotVerified):
        return _thin_stopped(second), first
    verdict = compare(first, second, dropped=pair.dropped, deleted=pair.deleted)
    if isinstance(verdict, Equivalent):
        return verdict, first
    again = pair.look(original, "running the original a second time")
    if isinstance(again, NotVerified):
        return again if again.reason == "cancelled" else _unsteady(again), first
    return compare(first, second, again=again, dropped=pair.dropped, deleted=pair.deleted), first


def _both(
    first: Callable[[], Observation | NotVerified],
    second: Callable[[], Observation | NotVerified],
    *,
    parallel: bool,
) -> tuple[Observation | NotVerified, Observation | NotVerified]:
    if parallel:
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.submit(first), pool.submit(second)
            return one.result(), other.result()
    one_now = first()
    return (one_now, one_now) if isinstance(one_now, NotVerified) else (one_now, second())


def _thin_stopped(stopped: NotVerified) -> Verdict:
    """Return what it means that the thin notebook did not reach its end, where the original did."""
    match stopped.reason:
        case "failed":
            return Different(
                differences=(
                    f"the thin notebook fails where the original does not: {stopped.error}",
                )
            )
        case "time":
            return replace(stopped, error=f"the thin notebook: {stopped.error}")
        case _:
            return stopped


def _unsteady(stopped: NotVerified) -> NotVerified:
    return replace(stopped, error=f"the original fails the second time: {stopped.error}")


@contextmanager
def _importable(sources: Mapping[str, str]) -> Iterator[Path]:
    """Give a folder that holds `sources` and nothing else."""
    with scratch_folders.temporary("src") as folder:
        for path, text in sources.items():
            parts = PurePosixPath(path)
            if parts.is_absolute() or ".." in parts.parts:
                raise BadPath(f"{path!r} leaves the folder of the package")
            target = Path(folder, *parts.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        yield folder
