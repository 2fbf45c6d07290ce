"""python -m luigi --module churn_luigi Churn --local-scheduler"""

import datetime
import os
import subprocess

import luigi

COMMAND = [
    "jupyter",
    "promote",
    "sweep",
    "notebooks/churn.ipynb",
    "--grid",
    "grid.yaml",
]


class Churn(luigi.Task):
    """One sweep a day; it is done when the file with its report is there."""

    day = luigi.DateParameter(default=datetime.date.today())
    root = luigi.Parameter(default=".", description="the project's folder")

    def output(self):
        return luigi.LocalTarget(os.path.join(self.root, f"runs/churn/{self.day}.json"))

    def run(self):
        command = [
            *COMMAND,
            "--output-dir",
            f"runs/churn/{self.day}",
            "--resume",
            "--json",
        ]
        done = subprocess.run(
            command, cwd=self.root, stdout=subprocess.PIPE, text=True, check=True
        )
        with self.output().open("w") as report:
            report.write(done.stdout)
