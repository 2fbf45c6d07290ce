"""Set PROMOTE_ROOT to the project's folder on the worker."""

import datetime
import os

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2
    from airflow.operators.bash import BashOperator

with DAG(
    dag_id="churn",
    schedule="0 3 * * *",
    start_date=datetime.datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="sweep",
        bash_command="jupyter promote sweep notebooks/churn.ipynb --grid grid.yaml --output-dir runs/churn/{{ ds }} --resume",
        cwd=os.environ.get("PROMOTE_ROOT", "."),
        retries=2,
    )
