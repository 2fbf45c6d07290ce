"""Prove that the thin notebook does what the original did: run both, compare, doubt once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from jupyter_promote.errors import BadPath
from jupyter_promote.proof import variation
from jupyter_promote.proof.comparison import Different, Equivalent, Verdict, compare
from jupyter_promote.proof.observation import COPY_LIMIT_MB, NotVerified, Observation, observe
from jupyter_promote.runs.kernels import never

__all__ = ["Different", "Equivalent", "NotVerified", "Verdict", "compare", "verify"]

Notebook = Mapping[str, object]
OnStep = Callable[[str], None]


def verify(
    original: Notebook,
    thin: Notebook,
    *,
    folder: Path,
    sources: Mapping[str, str],
    module: str,
    seconds: float | None = None,
    on_step: OnStep = lambda step: None,
    cancelled: Callable[[], bool] = never,
    original_observation: Observation | None = None,
    dropped: int | None = None,
    deleted: Collection[str] = (),
    copy_limit_mb: float = COPY_LIMIT_MB,
    parallel: bool = False,
    other_values: Mapping[str, object] | None = None,
) -> tuple[Verdict, Observation | None]:
    """Return whether `thin` does what `original` does, and what the original does.

    Each run gets its own copy of `folder`. `sources` are the files of the promoted package, by
    their path below `src`; `module` is the promoted module's dotted name. Where both differ, the
    original is run once more, and only what repeats is compared. `seconds` limits each run;
    `on_step` is told in words what is being done; `parallel` runs both notebooks at once. With `other_values`
    of parameters both are compared once more, injected alike.

    Raises:
        BadPath: a path in `sources` leaves the folder.
    """
    look = partial(
        _verify,
        folder=folder,
        sources=sources,
        module=module,
        seconds=seconds,
        on_step=on_step,
        cancelled=cancelled,
        dropped=dropped,
        deleted=deleted,
        copy_limit_mb=copy_limit_mb,
        parallel=parallel,
    )
    verdict, observed = look(original, thin, original_observation=original_observation)
    if not isinstance(verdict, Equivalent) or not other_values:
        return verdict, observed
    varied, _ = look(
        variation.injected(original, other_values), variation.injected(thin, other_values)
    )
    return _with_others(verdict, varied, variation.told(other_values)), observed


def _with_others(verdict: Equivalent, varied: Verdict, values: str) -> Verdict:
    """Return the verdict when the comparison with other parameter values is known, too."""
    match varied:
        case Different():
            found = tuple(f"with {values}: {line}" for line in varied.differences)
            return replace(varied, differences=found)
        case NotVerified():
            note = f"other parameter values ({values}): {varied.error}"
            return replace(verdict, not_compared=(*verdict.not_compared, note))
    return replace(verdict, also=values)


def _verify(
    original: Notebook,
    thin: Notebook,
    *,
    folder: Path,
    sources: Mapping[str, str],
    module: str,
    seconds: float | None = None,
    on_step: OnStep = lambda step: None,
    cancelled: Callable[[], bool] = never,
    original_observation: Observation | None = None,
    dropped: int | None = None,
    deleted: Collection[str] = (),
    copy_limit_mb: float = COPY_LIMIT_MB,
    parallel: bool = False,
) -> tuple[Verdict, Observation | None]:
    """Return what `verify` does, for one set of parameters."""
    with _importable(sources) as src:
        look = partial(
            _look, folder=folder, module=module, seconds=seconds, cancelled=cancelled,
            copy_limit_mb=copy_limit_mb, on_step=on_step,
        )  # fmt: skip
        first, second = _both(
            lambda: original_observation or look(original, "running the original", ()),
            lambda: look(thin, "running the thin notebook", (src,)),
            parallel=parallel and original_observation is None,
        )
        if isinstance(first, NotVerified):
            return first, None
        if isinstance(second, NotVerified):
            return _thin_stopped(second), first
        verdict = compare(first, second, dropped=dropped, deleted=deleted)
        if isinstance(verdict, Equivalent):
            return verdict, first
        again = look(original, "running the original a second time", ())
    if isinstance(again, NotVerified):
        return again if again.reason == "cancelled" else _unsteady(again), first
    return compare(first, second, again=again, dropped=dropped, deleted=deleted), first


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


def _look(
    notebook: Notebook,
    step: str,
    import_paths: tuple[Path, ...],
    *,
    folder: Path,
    module: str,
    seconds: float | None,
    cancelled: Callable[[], bool],
    copy_limit_mb: float,
    on_step: OnStep,
) -> Observation | NotVerified:
    on_step(step)
    return observe(
        notebook,
        folder=folder,
        import_paths=import_paths,
        module=module,
        seconds=seconds,
        on_cell=lambda index, total: on_step(f"{step}: cell {index + 1} of {total}"),
        cancelled=cancelled,
        copy_limit_mb=copy_limit_mb,
    )


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
    with tempfile.TemporaryDirectory(prefix="jupyter-promote-src-") as folder:
        for path, text in sources.items():
            parts = PurePosixPath(path)
            if parts.is_absolute() or ".." in parts.parts:
                raise BadPath(f"{path!r} leaves the folder of the package")
            target = Path(folder, *parts.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        yield Path(folder)
