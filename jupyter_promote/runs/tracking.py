"""Copy runs of the ledger to MLflow: parameters, metrics, and the executed notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from jupyter_promote.errors import BadParameter, DiskProblem
from jupyter_promote.runs.ledger import Row

_ID = "jupyter_promote.run"
_STATES = {"done": "FINISHED", "cancelled": "KILLED"}
_LONGEST = 500  # characters of a parameter's value; MLflow takes no longer ones


def send(rows: Sequence[Row], address: str) -> int:
    """Copy those runs that have ended and are not there yet; return how many these were.

    `address` is that of an MLflow server or a folder, "" for what MLFLOW_TRACKING_URI names. The
    notebook's name is the experiment's.

    Raises:
        BadParameter: mlflow is not installed.
        DiskProblem: it can't be reached.
    """
    try:
        mlflow: Any = import_module("mlflow")
    except ImportError as error:
        raise BadParameter("mlflow is not installed", hint="pip install mlflow-skinny") from error
    try:
        client = mlflow.MlflowClient(tracking_uri=address or None)
        return sum(_sent(client, row) for row in rows if row.ended)
    except (mlflow.exceptions.MlflowException, OSError) as error:
        said = " ".join(str(error).split())
        raise DiskProblem(f"MLflow: {said}", where=address) from error


def _sent(client: Any, row: Row) -> bool:
    name = Path(row.notebook).stem
    experiment = client.get_experiment_by_name(name)
    place = experiment.experiment_id if experiment else client.create_experiment(name)
    mark = f"{row.id}/{row.key}"
    if client.search_runs([place], filter_string=f"tags.`{_ID}` = '{mark}'"):
        return False
    tags = {_ID: mark, "engine": row.engine, "mlflow.source.git.commit": row.git_commit}
    tags |= {key: str(value) for key, value in row.results.items() if not _is_metric(value)}
    if row.error:
        tags["error"] = row.error
    run = client.create_run(
        place, start_time=_milliseconds(row.started), run_name=row.id, tags=tags
    )
    for key, value in row.parameters.items():
        client.log_param(run.info.run_id, key, str(value)[:_LONGEST])
    for key, value in _metrics(row).items():
        client.log_metric(run.info.run_id, key, value)
    if Path(row.output).is_file():
        client.log_artifact(run.info.run_id, row.output)
    status = _STATES.get(row.state, "FAILED")
    client.set_terminated(run.info.run_id, status=status, end_time=_milliseconds(row.ended))
    return True


def _metrics(row: Row) -> Mapping[str, float]:
    own = {"seconds": row.seconds, "peak_mb": row.peak_mb}
    found = {**row.results, **{key: value for key, value in own.items() if value is not None}}
    return {key: float(value) for key, value in found.items() if _is_metric(value)}  # type: ignore[arg-type]


def _is_metric(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
