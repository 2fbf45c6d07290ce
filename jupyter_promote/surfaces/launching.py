"""The form of a notebook, its runs so far, and the start of new ones, as the panel asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jupyter_promote import running
from jupyter_promote.errors import BadParameter, NotAFile, PromoteError
from jupyter_promote.source import files
from jupyter_promote.surfaces import places
from jupyter_promote.surfaces.jobs import told
from jupyter_promote.surfaces.run_jobs import Running
from jupyter_promote.surfaces.wire_form import FormRequest, FormWire, ParameterWire
from jupyter_promote.surfaces.wire_runs import RunWire, StartRequest, plain

if TYPE_CHECKING:
    from jupyter_promote.runs.hosting import Lasting
    from jupyter_promote.runs.ledger import Row
    from jupyter_promote.runs.outcome import Run
    from jupyter_promote.runs.parameters import Parameter

MOST_SHOWN = 1000  # runs
MOST_CHOICES = 12


def form(asked: FormRequest, root: Path) -> FormWire:
    """Return the form of the notebook on screen, and what is wrong with what was typed into it.

    Raises:
        PromoteError: the parameters can't be read.
    """
    from jupyter_promote.runs import fields, parameters

    path = places.inside(root, asked.path)
    declared = _declared(asked.content, running.signatures(path))
    problems = fields.problems(declared, asked.fields, sweep=asked.sweep)
    problem, runs = None, 1
    if asked.sweep and not problems:
        try:
            runs = fields.count(declared, asked.fields)
        except PromoteError as error:
            problem = error
    return FormWire(
        cell=parameters.cell_of(asked.content),
        parameters=[_parameter(one) for one in declared],
        problems={name: told(error) for name, error in problems.items()},
        problem=told(problem) if problem else None,
        runs=0 if problem or problems else runs,
    )


def _declared(content: Mapping[str, Any], signatures: Mapping[str, str]) -> tuple[Parameter, ...]:
    from jupyter_promote.runs import parameters

    metadata = content.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, Mapping) else None
    language = kernel.get("language") if isinstance(kernel, Mapping) else None
    if str(language or "python").lower() != "python":
        raise BadParameter(
            f"the parameters of a notebook in {language} can't be read",
            hint="jupyter promote run executes it",
        )
    return parameters.of_notebook(content, signatures)


def _parameter(parameter: Parameter) -> ParameterWire:
    from jupyter_promote.runs import fields, points

    choices = [*points.declared_choices(parameter.type_text)]
    return ParameterWire(
        name=parameter.name,
        type=parameter.type_text,
        kind=_kind(parameter, len(choices)),
        default=parameter.default,
        text=fields.default(parameter),
        choices=[fields.shown(one, parameter) for one in choices],
        help=parameter.help,
    )


def _kind(parameter: Parameter, choices: int) -> Literal["flag", "choice", "number", "text"]:
    if parameter.type_text == "bool":
        return "flag"
    if 0 < choices <= MOST_CHOICES:
        return "choice"
    return "number" if parameter.type_text in ("int", "float") else "text"


def results(notebook: Path, root: Path) -> list[RunWire]:
    """Return the runs of a notebook, the newest first; none without a ledger.

    Raises:
        BadPath: the ledger is behind a link that leads out of the root.
    """
    seen: set[str] = set()
    found = []
    for row in running.history(notebook, most=MOST_SHOWN, within=root):
        output = "" if row.output in seen else places.below(root, Path(row.output))
        seen.add(row.output)  # an older run's output was overwritten
        found.append(_row(row, output))
    return found


def _row(row: Row, output: str) -> RunWire:
    from jupyter_promote.runs import reports

    return RunWire(
        key=row.key,
        id=row.id,
        sweep=row.sweep,
        state=row.state,  # type: ignore[arg-type]  # a column of text
        parameters=plain(row.parameters),
        results=plain(reports.values(row.results)),
        seconds=row.seconds,
        at=row.started or row.queued,
        output=output,
        cell=row.failed_cell,
        line=row.error_line,
        error=row.error,
        engine=row.engine,
        reason=row.reason,
    )


def startable(asked: StartRequest, root: Path) -> Path:
    """Return the real path of the notebook that is to be run; nothing is started.

    Raises:
        BadPath, NotAFile: no notebook can be run there.
    """
    from jupyter_promote.runs import ledger

    path = places.inside(root, asked.path)
    if not path.is_file():
        raise NotAFile(f"{asked.path!r} is not a file", hint="save the notebook first")
    for written in (running.output_of(path), running.folder_of(path)):
        files.refuse_leaving(written, root)
    ledger.place(path, root)
    return path


def work(
    asked: StartRequest,
    job: Running,
    hosts: Lasting,
    on_step: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> Sequence[Run]:
    """Execute what is asked, and return its runs."""
    how = running.How(
        cold=not asked.warm,
        seconds=asked.deadline,
        cancelled=cancelled,
        hosts=hosts,
        within=job.root,
    )
    if asked.sweep:
        wanted = running.Wanted(fields=asked.fields)
        return running.sweep(job.path, wanted, how=how, on_event=job.hear)
    pairs = [*asked.fields.items()]
    return [running.run(job.path, pairs=pairs, how=how, on_event=job.hear)]
