"""Run a notebook at many points, several at a time; a ledger says what became of each."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jupyter_promote.errors import PromoteError, RunFailed, undoing
from jupyter_promote.runs import (
    cluster,
    execution,
    identity,
    outputs,
    remote,
    trial,
)
from jupyter_promote.runs.cluster import Cluster
from jupyter_promote.runs.execution import Host, Job, Limits, Stock
from jupyter_promote.runs.forkserver import NoForkServer
from jupyter_promote.runs.hosting import Brief, Hosting
from jupyter_promote.runs.identity import Identity
from jupyter_promote.runs.kernels import never
from jupyter_promote.runs.ledger import Ledger, Row
from jupyter_promote.runs.outcome import (
    Attempt,
    OnEvent,
    Run,
    RunEnded,
    RunStarted,
    SweepStarted,
    unheard,
)
from jupyter_promote.runs.points import Point
from jupyter_promote.runs.trial import Task
from jupyter_promote.runs.warm import NeedsStock, Warm
from jupyter_promote.source import files

_BRIEF = Brief()
UNSENT = "unsent"  # outputs that could not be put where they were wanted
_POLL_SECONDS = 0.2
_TRIALS = 2  # runs that may fail before nothing can be compared
_FROM_OUTSIDE = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGBUS")
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which points to run and how; outputs go to `folder`, or all of one run to `output`.

    Where there is a `url`, they are put there from the folder: that of a folder, or of the output.
    The runs are executed by the workers of a `cluster`, where its address is given. Outputs stay
    `within` a real folder, whatever links lead out of it.
    """

    points: Sequence[Point]
    folder: Path
    output: Path | None = None
    url: str = ""
    cluster: str = ""
    jobs: int = 1
    seconds: float | None = None
    memory_mb: float | None = None
    retries: int = 1
    resume: bool = False
    seed: str | None = None
    cancelled: Callable[[], bool] = never
    within: Path | None = None

    def output_of(self, stem: str, id_: str) -> Path:
        """Return where the run `id_` of the notebook called `stem` writes its output."""
        return (self.output or self.folder / files.fitting(stem, f"-{id_}.ipynb")).absolute()

    def address(self, output: Path) -> str:
        """Return the address at which an output is put, "" where it stays."""
        return self.url and (self.url if self.output else f"{self.url}/{output.name}")


def processors() -> int:
    """Return how many processors we may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads(jobs: int) -> dict[str, str]:
    """Return environment variables that share the processors among `jobs` runs."""
    each = str(max(1, processors() // jobs))
    return {name: os.environ.get(name, each) for name in _THREADS}


def identify(job: Job, import_paths: Sequence[Path] = (), hosts: Hosting = _BRIEF) -> Identity:
    """Return what runs of the job depend on besides their parameters."""
    sources = [cell.source for cell in job.node.cells if cell.cell_type == "code"]
    return Identity(
        notebook=identity.of_notebook(job.node.cells, job.kernel),
        code=identity.of_code(sources, [job.folder, *import_paths]),
        environment=hosts.environment(job).digest,
        commit=identity.commit_of(job.path.absolute().parent),
    )


def run(
    job: Job,
    plan: Plan,
    *,
    about: Identity,
    ledger: Ledger,
    hosts: Hosting = _BRIEF,
    cold: bool = False,
    on_event: OnEvent = unheard,
) -> list[Run]:
    """Execute the plan's points, and return their runs in the points' order.

    With `cold` stock kernels execute them, else what `hosts` gives: children of a fork-server, where
    that is possible, pays, and was seen to show the same. With `resume`, runs that ended well are kept
    if their outputs are in the same folder: a sweep into another one begins anew. A point that is
    given twice is executed once.

    Raises:
        BadParameter: a point does not fit the notebook; nothing was started.
        RunFailed: one of these runs is being executed by somebody else.
    """
    plan = replace(plan, points=execution.checked(job, plan.points))
    ids = [about.run_id(given) for given in plan.points]
    known = ledger.latest(dict.fromkeys(ids))
    _refuse_running(known)
    kept = {
        id_: _of_row(row)
        for id_, row in known.items()
        if plan.resume and _stands(row, plan, job.path.stem)
    }
    for path in outputs.leftovers(plan.folder):
        with contextlib.suppress(OSError):
            path.unlink()
    points = {i: p for i, p in zip(ids, plan.points, strict=True) if i not in kept}
    with cluster.connected(plan.cluster) if plan.cluster else nullcontext() as workers:
        tasks = _queue(job, plan, points, about, ledger)
        on_event(SweepStarted(total=len(tasks), kept=len(kept)))
        stock = cold or workers is not None
        with hosts.opened(job, runs=len(tasks), cold=stock) as host:
            done = _Execution(job, plan, ledger, on_event, workers).all(tasks, about, host)
    return [kept[i] if i in kept else done[i] for i in ids]


def _refuse_running(known: Mapping[str, Row]) -> None:
    for row in known.values():
        if row.state == "running":
            raise RunFailed(
                f"run {row.id} is being executed by process {row.owner.split(':')[1]}",
                hint="wait for it, or end that process",
            )


def _stands(row: Row, plan: Plan, stem: str) -> bool:
    """Whether a run ended well, and its output is where this sweep would put it."""
    output = plan.output_of(stem, row.id)
    if row.state != "done":
        return False
    if plan.url:
        return row.output == plan.address(output)
    return row.output == str(output) and output.is_file()


def _of_row(row: Row) -> Run:
    return Run(
        id=row.id,
        state="done",
        parameters=row.parameters,
        output=Path(row.output),
        url=row.output if remote.is_url(row.output) else "",
        seconds=round(row.seconds or 0.0, 3),
        engine=row.engine,
        reason=row.reason,
        peak_mb=row.peak_mb,
        results=row.results,
    )


def _queue(
    job: Job, plan: Plan, points: Mapping[str, Point], about: Identity, ledger: Ledger
) -> list[Task]:
    sweep = secrets.token_hex(8)
    paths = {i: plan.output_of(job.path.stem, i) for i in points}
    keys = ledger.add(
        Row(
            id=id_,
            sweep=sweep,
            notebook=str(job.path.absolute()),
            parameters=given,
            output=plan.address(paths[id_]) or str(paths[id_]),
            notebook_digest=about.notebook,
            code_digest=about.code,
            environment_digest=about.environment,
            git_commit=about.commit,
            seed=str(given["seed"]) if "seed" in given else plan.seed,
        )
        for id_, given in points.items()
    )
    return [
        Task(id=id_, key=key, given=given, output=paths[id_])
        for (id_, given), key in zip(points.items(), keys, strict=True)
    ]


class _Execution:
    """The threads that take tasks, and what became of these."""

    def __init__(
        self, job: Job, plan: Plan, ledger: Ledger, on_event: OnEvent, workers: Cluster | None
    ) -> None:
        self._job = job
        self._plan = plan
        self._ledger = ledger
        self._host: Host = Stock()
        self._cluster = workers
        self._jobs = max(workers.slots if workers else plan.jobs, 1)
        self._on_event = on_event
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._ended: dict[str, Run] = {}

    def all(self, tasks: Sequence[Task], about: Identity, chosen: Stock | Warm) -> dict[str, Run]:
        """Execute the tasks; those that were not begun when somebody cancelled are cancelled."""
        match chosen:
            case Stock():
                self._host = chosen
            case Warm():
                self._host = self._tried(chosen, tasks, about)
        self._work([task for task in tasks if task.id not in self._ended])
        for task in tasks:
            if task.id not in self._ended:
                self._end(task, self._unbegun(task, state="cancelled", error="cancelled"))
        return self._ended

    def _tried(self, warm: Warm, tasks: Sequence[Task], about: Identity) -> Host:
        """Return what executes the tasks, once a cold and a warm run were seen to show the same.

        The first run that ends well is done both ways. What that has shown is kept for the same
        notebook, code and environment.
        """
        known = self._ledger.trusted(about.digests)
        if known is not None:
            return Stock(known) if known else warm
        for task in tasks[:_TRIALS]:
            run, other = self._both_ways(task, warm)
            if self._cancelled():
                break
            if isinstance(other, PromoteError):
                return Stock(f"a warm run was not possible: {other}")
            if run.state == "done" and not _was_killed(other.run):
                known = trial.verdict(self._job, task, other.node, self._limits)
                self._ledger.trust(about.digests, known)
                return Stock(known) if known else warm
        return Stock("no run ended well that could be compared")

    def _both_ways(self, task: Task, warm: Warm) -> tuple[Run, Attempt | PromoteError]:
        """Execute a task in a stock kernel, and once more in a child, of which nothing is kept.

        They run side by side where several runs may.
        """
        with ThreadPoolExecutor(1, "jupyter-promote-compare") as aside:
            other = aside.submit(trial.attempt, self._job, task, warm, self._limits)
            if self._plan.jobs == 1:
                other.exception()
            run = self._execute(task)
            self._end(task, run)
        return run, other.result()

    def _work(self, tasks: Sequence[Task]) -> None:
        waiting = iter(tasks)
        with self._pool() as pool:
            threads = [pool.submit(self._take, waiting) for _ in range(self._jobs)]
            pending = set(threads)
            while pending:
                finished, pending = wait(
                    pending, timeout=_POLL_SECONDS, return_when=FIRST_EXCEPTION
                )
                if self._plan.cancelled() or any(one.exception() for one in finished):
                    self._stop.set()
                self._ledger.beat()
            for one in threads:
                one.result()

    @contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        with (
            ThreadPoolExecutor(self._jobs, "jupyter-promote-run") as pool,
            undoing(lambda _error: self._stop.set()),
        ):
            yield pool

    def _take(self, waiting: Iterator[Task]) -> None:
        while not self._stop.is_set():
            with self._lock:
                task = next(waiting, None)
            if task is None:
                return
            self._end(task, self._execute(task))

    def _execute(self, task: Task) -> Run:
        for attempt in range(1, self._plan.retries + 2):
            self._ledger.start(task.key, attempt)
            self._on_event(RunStarted(id=task.id, attempt=attempt, parameters=task.given))
            run = self._once(task)
            if not _was_killed(run):
                return run
        return replace(run, state="lost")

    def _once(self, task: Task) -> Run:
        host, started = self._host, time.monotonic()
        try:
            if self._cluster is not None:
                return self._cluster.execute(self._job, task, self._limits)
            return execution.execute(
                self._job,
                task.given,
                task.output,
                host=host,
                limits=self._limits,
                on_event=self._on_event,
                run_id=task.id,
                within=self._plan.within,
            )
        except (NeedsStock, NoForkServer) as error:
            self._host = Stock(str(error))
            return self._once(task)
        except PromoteError as error:
            seconds = round(time.monotonic() - started, 3)
            return replace(
                self._unbegun(task, state="failed", error=str(error), engine=host.name),
                seconds=seconds,
            )

    def _unbegun(self, task: Task, **how: Any) -> Run:
        return Run(id=task.id, parameters=task.given, output=task.output, seconds=0.0, **how)

    @property
    def _limits(self) -> Limits:
        plan = self._plan
        return Limits(seconds=plan.seconds, memory_mb=plan.memory_mb, cancelled=self._cancelled)

    def _cancelled(self) -> bool:
        return self._stop.is_set() or self._plan.cancelled()

    def _published(self, run: Run) -> Run:
        """Put the output where it is wanted; a run whose output can't be put there has failed.

        Such an output is kept beside the ledger: it may have taken hours.
        """
        url = self._plan.address(run.output)
        if not url or not run.output.is_file():
            return run
        try:
            remote.write(run.output.read_text(encoding="utf-8"), url)
        except PromoteError as error:
            kept = outputs.moved(run.output, self._ledger.path.parent / UNSENT)
            told = (run.error, str(error), f"the output is {kept}" if kept else "")
            return replace(
                run,
                state="failed" if run.state == "done" else run.state,
                error="; ".join(filter(None, told)),
                output=kept or run.output,
            )
        return replace(run, url=url)

    def _end(self, task: Task, run: Run) -> None:
        run = self._published(run)
        self._ledger.finish(task.key, run)
        # Of many runs only the ledger keeps what may be large.
        self._ended[task.id] = run if self._plan.output else replace(run, profile={})
        self._on_event(RunEnded(run=run))


def _was_killed(run: Run) -> bool:
    """Whether the run's process was ended from outside, which says nothing of the notebook."""
    return run.state == "failed" and run.exit_signal in _FROM_OUTSIDE
