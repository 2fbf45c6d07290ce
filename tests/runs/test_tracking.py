"""Runs copied to a real MLflow store."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from jupyter_promote import running

mlflow = pytest.importorskip("mlflow")


def test_runs_are_copied_once_with_their_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    cells = [
        nbformat.v4.new_code_cell("alpha = 0.5", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("r2 = 1 / alpha\nname = 'ridge'", metadata={"tags": ["results"]}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "fit.ipynb")
    for alpha in ("0.25", "0.0"):
        running.run(tmp_path / "fit.ipynb", pairs=[("alpha", alpha)])
    address = (tmp_path / "mlruns").as_uri()
    for _ in range(2):
        running.export(running.recorded(tmp_path), f"mlflow:{address}")
    client = mlflow.MlflowClient(tracking_uri=address)
    found = client.search_runs([client.get_experiment_by_name("fit").experiment_id])
    by_alpha = {run.data.params["alpha"]: run for run in found}
    assert len(found) == 2
    assert by_alpha["0.25"].data.metrics["r2"] == 4.0
    assert by_alpha["0.25"].data.tags["name"] == "ridge"
    assert by_alpha["0.25"].info.status == "FINISHED"
    assert [one.path for one in client.list_artifacts(by_alpha["0.25"].info.run_id)]
    assert by_alpha["0.0"].info.status == "FAILED"
    assert by_alpha["0.0"].data.tags["error"].startswith("ZeroDivisionError")
