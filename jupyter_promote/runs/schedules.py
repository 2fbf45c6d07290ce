"""Small files that let a scheduler or a CI run a notebook: one function for each, returning text.

They call `jupyter promote` in the project's root; whoever gets one reads it, changes it, and owns
it. What comes from outside (names of files, parameters) is quoted for where it stands. Nothing is
installed by a name that somebody else could take in a public index: the project itself is, its list
of requirements, and what the person named.
"""

from __future__ import annotations

import keyword
import pprint
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jupyter_promote import quoting

CRON = "0 3 * * *"  # every night at three
_PYTHON = "3.12"
_JUNIT = "report.xml"
_LONGEST_NAME = 80  # characters: systems and file systems take 100 or more
_NEEDS = (
    "# What is installed must bring jupyter_promote along: see `jupyter promote export --install`."
)
# What GitLab reads at the top of its file as something else than a job
_NO_JOBS = frozenset(
    "default include stages types variables workflow image services cache before_script after_script"
    " pages true false nil spec".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """`jupyter promote VERB NOTEBOOK OPTIONS`; `notebook` is relative to the project's root.

    All are printable; the verb is "run" or "sweep". `installed` are pip's arguments in a fresh
    environment, none where nothing is known to install.
    """

    verb: str
    notebook: str
    options: tuple[str, ...] = ()
    installed: tuple[str, ...] = (".",)

    @property
    def name(self) -> str:
        """A name for the work that every system takes."""
        stem = self.notebook.rpartition("/")[2].removesuffix(".ipynb")
        found = re.sub(r"[^A-Za-z0-9]+", "_", stem).strip("_").lower()[:_LONGEST_NAME]
        return found if found[:1].isalpha() else f"notebook_{found}".rstrip("_")

    @property
    def outputs(self) -> str:
        """The folder of the executed notebooks."""
        return f"runs/{self.name}"

    @property
    def words(self) -> list[str]:
        """The command without where its outputs go."""
        return ["jupyter", "promote", self.verb, self.notebook, *self.options]

    def placed(self, day: str) -> list[str]:
        """Return the options for the outputs of a day; a second attempt goes on where one ended."""
        if self.verb == "sweep":
            return ["--output-dir", f"{self.outputs}/{day}", "--resume"]
        return ["--output", f"{self.outputs}/{day}.ipynb"]

    @property
    def line(self) -> str:
        """The command as a line of shell."""
        return " ".join([_shell(self.words), *self.placed("$(date +%F)")])

    @property
    def installing(self) -> str:
        """The command that installs what the other one needs, as a line of shell."""
        if not self.installed:
            return "jupyter promote --version"  # where it is missing, the job ends here
        return _shell(["pip", "install", *self.installed])


def _shell(words: Sequence[str]) -> str:
    return " ".join(map(quoting.shell, words))


def github(work: Work) -> str:
    """Return a GitHub Actions workflow."""
    line = quoting.github(work.line) + ' --summary "$GITHUB_STEP_SUMMARY"'
    return f"""\
# Every night: {work.verb} the notebook. The outputs are kept as an artifact.
{_NEEDS}
name: {quoting.yaml(work.name)}
on:
  schedule:
    - cron: "{CRON}"
  workflow_dispatch:
permissions:
  contents: read
jobs:
  {quoting.yaml(work.name)}:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "{_PYTHON}"
      - run: {quoting.yaml(quoting.github(work.installing))}
      - run: {quoting.yaml(line)}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: {quoting.yaml(work.name)}
          path: {quoting.yaml(work.outputs)}
"""


def gitlab(work: Work) -> str:
    """Return a GitLab CI configuration."""
    job = f"notebook_{work.name}" if work.name in _NO_JOBS else work.name
    return f"""\
# The time is set in GitLab: Build > Pipeline schedules.
{_NEEDS}
{quoting.yaml(job)}:
  image: python:{_PYTHON}
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" || $CI_PIPELINE_SOURCE == "web"
  script:
    - {quoting.yaml(work.installing)}
    - {quoting.yaml(f"{work.line} --junit {_JUNIT}")}
  artifacts:
    when: always
    paths:
      - {quoting.yaml(work.outputs)}
    reports:
      junit: {_JUNIT}
"""


def jenkins(work: Work) -> str:
    """Return a declarative Jenkinsfile."""
    return f"""\
{_NEEDS.replace("#", "//")}
pipeline {{
    agent {{ docker {{ image 'python:{_PYTHON}' }} }}
    triggers {{ cron('{CRON}') }}
    stages {{
        stage({quoting.groovy(work.name)}) {{
            steps {{
                sh {quoting.groovy(work.installing)}
                sh {quoting.groovy(f"{work.line} --junit {_JUNIT}")}
            }}
        }}
    }}
    post {{
        always {{
            junit '{_JUNIT}'
            archiveArtifacts artifacts: {quoting.groovy(f"{work.outputs}/**")}, allowEmptyArchive: true
        }}
    }}
}}
"""


def make(work: Work) -> str:
    """Return a makefile."""
    return f"""\
# make -f {work.name}.mk
.PHONY: {work.name}
{work.name}:
\t{quoting.make(work.line)}
"""


def luigi(work: Work) -> str:
    """Return a module with a Luigi task."""
    task = work.name.title().replace("_", "")
    task = f"{task}Task" if keyword.iskeyword(task) else task
    where = ", ".join(
        f'f"{each}"' if "{" in each else repr(each) for each in work.placed("{self.day}")
    )
    return f'''\
"""python -m luigi --module {work.name}_luigi {task} --local-scheduler"""

import datetime
import os
import subprocess

import luigi

COMMAND = {_python(work.words)}


class {task}(luigi.Task):
    """One {work.verb} a day; it is done when the file with its report is there."""

    day = luigi.DateParameter(default=datetime.date.today())
    root = luigi.Parameter(default=".", description="the project's folder")

    def output(self):
        return luigi.LocalTarget(os.path.join(self.root, f"{work.outputs}/{{self.day}}.json"))

    def run(self):
        command = [*COMMAND, {where}, "--json"]
        done = subprocess.run(command, cwd=self.root, stdout=subprocess.PIPE, text=True, check=True)
        with self.output().open("w") as report:
            report.write(done.stdout)
'''


def airflow(work: Work) -> str:
    """Return a module with a DAG of one BashOperator, for Airflow 2.4 or newer and for 3."""
    # Airflow renders the command with Jinja: what looks like a template must come out as it is.
    command = " ".join([quoting.jinja(_shell(work.words)), *work.placed("{{ ds }}")])
    return f'''\
"""Set PROMOTE_ROOT to the project's folder on the worker."""

import datetime
import os

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2
    from airflow.operators.bash import BashOperator

with DAG(
    dag_id="{work.name}",
    schedule="{CRON}",
    start_date=datetime.datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="{work.verb}",
        bash_command={quoting.python(command)},
        cwd=os.environ.get("PROMOTE_ROOT", "."),
        retries=2,
    )
'''


def _python(words: list[str]) -> str:
    return pprint.pformat(words, width=96)


# The name of the file, and what is in it.
SCHEDULES: Mapping[str, tuple[str, Callable[[Work], str]]] = {
    "luigi": ("{}_luigi.py", luigi),
    "airflow": ("{}_dag.py", airflow),
    "github": (".github/workflows/{}.yml", github),
    "gitlab": (".gitlab-ci.yml", gitlab),
    "jenkins": ("Jenkinsfile", jenkins),
    "make": ("{}.mk", make),
}
