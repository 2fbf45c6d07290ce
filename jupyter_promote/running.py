"""The verbs that execute with parameters: one run, and sweeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_promote import scratch_folders
from jupyter_promote.errors import BadParameter, NotAFile
from jupyter_promote.source import files, textual
from jupyter_promote.writing import records

if TYPE_CHECKING:
    from jupyter_promote.runs import sweep as sweeping
    from jupyter_promote.runs.alarms import Alarm
    from jupyter_promote.runs.execution import Job
    from jupyter_promote.runs.hosting import Hosting
    from jupyter_promote.runs.ledger import Ledger, Row
    from jupyter_promote.runs.outcome import OnEvent, Run
    from jupyter_promote.runs.parameters import Parameter
    from jupyter_promote.runs.points import Point

_BOTH_WAYS = 2  # a cold and a warm run, side by side, where they are to be compared
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How runs are executed; `cold` asks for stock kernels, one for each.

    With `profile` the ledger also keeps what promoted functions took and gave. Modules are found in
    `import_paths` before anywhere else. The ledger is that of the project of `home`, else of the
    notebook. With `hosts`, which outlive a run, a single one need not be cold either. What is written
    stays `within` a real folder, whatever links lead out of it.
    """

    kernel: str | None = None
    cold: bool = False
    profile: bool = False
    import_paths: tuple[Path, ...] = ()
    home: Path | None = None
    seconds: float | None = None
    memory_mb: float | None = None
    cancelled: Callable[[], bool] = lambda: False
    hosts: Hosting | None = None
    within: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which points a sweep visits: `pairs` hold for all of them.

    `fields` are texts that list the values of parameters, see `runs.fields`.
    """

    fields: Mapping[str, str] | None = None
    grid: Path | None = None
    params: Path | None = None
    sample: str | None = None
    seed: int = 0
    pairs: Pairs = ()


def run(
    path: Path,
    *,
    pairs: Pairs = (),
    file: Path | None = None,
    output: Path | None = None,
    how: How = How(),  # noqa: B008  # frozen
    on_event: OnEvent = lambda event: None,
) -> Run:
    """Run the notebook at `path` once through papermill, with checked parameters.

    A thin notebook runs in the folder of its original, which its relative paths mean.

    Raises:
        PromoteError: a parameter, path or kernel that is not usable.
    """
    from jupyter_promote.runs import outputs, parameter_files, remote, sweep

    if remote.url_of(path):
        with _fetched(path) as local:
            here, how = Path.cwd(), replace(how, home=Path.cwd() / local.name)
            output = output or here / f"{local.stem}.output.ipynb"
            return run(local, pairs=pairs, file=file, output=output, how=how, on_event=on_event)
    job, import_paths = _job(path, how)
    given = parameter_files.read(file) if file else {}
    given |= _parsed(pairs, job.declared)
    wanted = output or output_of(path)
    with _staged(wanted) as (target, url):
        outputs.check(path, target)
        plan = sweep.Plan(
            points=[given],
            folder=target.parent,
            output=target,
            url=url,
            jobs=_BOTH_WAYS,
            seconds=how.seconds,
            memory_mb=how.memory_mb,
            retries=0,
            cancelled=how.cancelled,
            within=how.within,
        )
        how = replace(how, cold=how.cold or how.hosts is None)
        return _execute(job, import_paths, plan, how, on_event)[0]


def sweep(
    path: Path,
    wanted: Wanted,
    *,
    folder: Path | None = None,
    jobs: int | None = None,
    retries: int = 1,
    resume: bool = False,
    on: str = "",
    how: How = How(),  # noqa: B008  # frozen
    on_event: OnEvent = lambda event: None,
) -> list[Run]:
    """Run the notebook at `path` at every point that is wanted; a ledger keeps what became of it.

    Raises:
        PromoteError: parameters, paths or a kernel that are not usable; nothing was started.
    """
    from jupyter_promote.runs import remote
    from jupyter_promote.runs import sweep as sweeping

    if remote.url_of(path):
        with _fetched(path) as local:
            how = replace(how, home=Path.cwd() / local.name)
            folder = folder or Path.cwd() / f"{local.stem}-runs"
            more = {"folder": folder, "jobs": jobs, "retries": retries, "resume": resume, "on": on}
            return sweep(local, wanted, how=how, on_event=on_event, **more)  # type: ignore[arg-type]
    at_once = max(jobs or sweeping.processors(), 1)
    job, import_paths = _job(path, how, sweeping.threads(at_once))
    with _staged(folder or folder_of(path)) as (target, url):
        plan = sweeping.Plan(
            points=points(job, wanted),
            folder=target,
            url=url,
            jobs=at_once,
            seconds=how.seconds,
            memory_mb=how.memory_mb,
            retries=retries,
            resume=resume,
            seed=str(wanted.seed) if wanted.sample else None,
            cluster=on,
            cancelled=how.cancelled,
            within=how.within,
        )
        return _execute(job, import_paths, plan, how, on_event)


def output_of(path: Path) -> Path:
    """Return where a run of the notebook at `path` is kept, unless somebody says otherwise."""
    return path.with_name(files.fitting(path.stem, ".output.ipynb"))


def folder_of(path: Path) -> Path:
    """Return where a sweep of the notebook at `path` is kept, unless somebody says otherwise."""
    return path.with_name(files.fitting(path.stem, "-runs"))


@contextmanager
def _fetched(path: Path) -> Iterator[Path]:
    """Give a copy of a notebook that is in a storage, in a folder of its own."""
    from jupyter_promote.runs import remote

    text = remote.read(remote.url_of(path))
    with scratch_folders.temporary("remote") as folder:
        local = folder / path.name
        local.write_text(text, encoding="utf-8")
        yield local


@contextmanager
def _staged(place: Path) -> Iterator[tuple[Path, str]]:
    """Give where to write what shall go to `place`, and its address if that is in a storage."""
    from jupyter_promote.runs import remote

    url = remote.url_of(place)
    if not url:
        yield place, ""
        return
    with scratch_folders.temporary("remote") as folder:
        yield folder / place.name, url


def points(job: Job, wanted: Wanted) -> list[Point]:
    """Return the points that are wanted of a notebook."""
    from jupyter_promote.runs import fields
    from jupyter_promote.runs import points as pointing

    declared = job.declared
    fixed = _parsed(wanted.pairs, declared)
    if wanted.params is not None:
        if wanted.grid is not None or wanted.sample is not None:
            raise BadParameter("--params lists the points", hint="leave --grid and --sample out")
        found = pointing.of_list(wanted.params, declared)
    elif wanted.sample is not None:
        axes = (
            pointing.axes(wanted.grid, declared)
            if wanted.grid is not None
            else pointing.choices([p for p in declared if p.name not in fixed])
        )
        found = pointing.sample(wanted.sample, axes, wanted.seed)
    elif wanted.grid is not None:
        found = pointing.grid(pointing.axes(wanted.grid, declared), where=wanted.grid.name)
    elif wanted.fields is not None:
        found = fields.swept(declared, wanted.fields)
    else:
        raise BadParameter("no points are given", hint="name them: --grid, --params or --sample")
    if not found:
        raise BadParameter("there are no points", hint="list at least one set of parameters")
    return [{**fixed, **point} for point in found]


def _job(
    path: Path, how: How, environment: Mapping[str, str] | None = None
) -> tuple[Job, list[Path]]:
    from jupyter_promote.runs import execution

    textual.refuse(path)
    if not path.exists():
        raise NotAFile(f"{str(path)!r} is not a file", hint="check the path")
    home = records.home_of(path)
    paths = [*how.import_paths, *home.get("import_paths", [])]
    job = execution.prepare(
        path,
        cwd=home.get("cwd"),
        import_paths=paths,
        kernel=how.kernel,
        environment=environment,
        profiled=[home["module"]] if how.profile and "module" in home else [],
        promoted=_module(home),
    )
    return job, paths


def signatures(notebook: Path) -> Mapping[str, str]:
    """Return the types of parameters in the module that a thin notebook was promoted to."""
    from jupyter_promote.runs import execution

    return execution.signatures(_module(records.home_of(notebook)))


def _module(home: records.Home) -> Path | None:
    """Return the module that a thin notebook was promoted to; None for any other notebook."""
    if "module" not in home:
        return None
    return home["import_paths"][0].joinpath(*home["module"].split(".")).with_suffix(".py")


def _parsed(pairs: Pairs, declared: Sequence[Parameter]) -> dict[str, object]:
    from jupyter_promote.runs import parameters

    known = {parameter.name: parameter for parameter in declared}
    return {
        name: parameters.parse_value(text, known.get(name) or parameters.untyped(name))
        for name, text in pairs
    }


def _execute(
    job: Job, import_paths: list[Path], plan: sweeping.Plan, how: How, on_event: OnEvent
) -> list[Run]:
    from jupyter_promote.runs import sweep as sweeping
    from jupyter_promote.runs.hosting import Brief
    from jupyter_promote.runs.ledger import Ledger, place

    at = place(how.home or job.path, how.within)
    book, hosts = Ledger(at, how.within), how.hosts or Brief()
    try:
        about = sweeping.identify(job, import_paths, hosts)
        return sweeping.run(
            job, plan, about=about, ledger=book, hosts=hosts, cold=how.cold, on_event=on_event
        )
    finally:
        book.close()


def report(
    runs: Sequence[Run], notebook: Path, *, junit: Path | None, summary: Path | None
) -> None:
    """Write what CI wants to know of runs: a JUnit report, and a table added to a summary page."""
    from jupyter_promote.runs import reports

    if junit is not None:
        reports.write(junit, reports.junit(runs, notebook).encode())
    if summary is not None:
        reports.write(summary, reports.summary(runs, notebook).encode(), add=True)


def recorded(where: Path) -> list[Row]:
    """Return all runs in the ledger of the project that `where` is in, the newest first.

    Raises:
        NotAFile: there is no ledger.
    """
    book = _existing(where)
    try:
        return book.rows()
    finally:
        book.close()


def history(notebook: Path, *, most: int, within: Path | None = None) -> list[Row]:
    """Return the latest runs of a notebook, the newest first; none where there is no ledger.

    Raises:
        BadPath: the ledger is not `within` the real folder that is given.
    """
    try:
        book = _existing(notebook, within)
    except NotAFile:
        return []
    try:
        wanted = "key in (select key from run where notebook=? order by key desc limit ?)"
        return book.rows(wanted, (str(notebook.absolute()), most))
    finally:
        book.close()


def chosen(where: Path, ids: Sequence[str]) -> list[Row]:
    """Return the newest run of each id that begins so; without ids, the runs of the last sweep."""
    found = recorded(where)
    if not ids:
        return [row for row in found if row.sweep == found[0].sweep][::-1]
    newest = {row.id: row for row in reversed(found)}
    chosen_rows = []
    for begun in ids:
        fitting = [row for id_, row in newest.items() if id_.startswith(begun)]
        if len(fitting) != 1:
            raise BadParameter(
                f"{len(fitting) or 'no'} runs have an id that begins with {begun!r}",
                hint="see: jupyter promote runs list",
            )
        chosen_rows += fitting
    return chosen_rows


def alarms(where: Path) -> list[Alarm]:
    """Return how the newest profiled run leaves what earlier ones of its notebook showed."""
    from jupyter_promote.runs import following

    book = _existing(where)
    try:
        return following.of_ledger(book)
    finally:
        book.close()


def prune(where: Path, *, days: float | None, missing: bool, state: str | None) -> int:
    """Remove finished runs from the ledger; return how many."""
    book = _existing(where)
    try:
        oldest = None if days is None else time.time() - days * 86400
        keys = [
            row.key
            for row in book.rows()
            if row.state not in ("queued", "running")
            and (oldest is None or (row.ended or row.queued) < oldest)
            and (state is None or row.state == state)
            and (not missing or not Path(row.output).exists())
        ]
        return book.remove(keys)
    finally:
        book.close()


def export(rows: Sequence[Row], place: str) -> None:
    """Write runs to a CSV, Parquet or JSON file, or, for `mlflow` or `mlflow:ADDRESS`, to MLflow."""
    from jupyter_promote.runs import reports, tracking

    scheme, _, address = place.partition(":")
    if scheme == "mlflow":
        tracking.send(rows, address)
    else:
        reports.export(rows, Path(place))


def draw(rows: Sequence[Row], *, metric: str, over: str, path: Path) -> None:
    """Draw a result over a parameter."""
    from jupyter_promote.runs import reports

    reports.plot(rows, metric=metric, over=over, path=path)


def _existing(where: Path, within: Path | None = None) -> Ledger:
    from jupyter_promote.runs.ledger import Ledger, place

    path = place(where / "any.ipynb" if where.is_dir() else where, within)
    if not path.is_file():
        raise NotAFile(
            f"there is no ledger at {str(path)!r}",
            hint="run something first, or name a place of the project: --at DIR",
        )
    return Ledger(path, within)
