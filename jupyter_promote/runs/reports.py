"""Runs as tables and pictures: for people, spreadsheets and CI."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from jupyter_promote import quoting
from jupyter_promote.errors import BadParameter, BadPath, DiskProblem
from jupyter_promote.runs.ledger import Row
from jupyter_promote.runs.outcome import Run
from jupyter_promote.source.characters import printable

_PLAIN = tuple(f.name for f in fields(Row) if f.name not in ("parameters", "results", "heard"))


def flat(row: Row) -> dict[str, object]:
    """Return a row as columns: `parameters.NAME` and `results.NAME` beside the ledger's own."""
    found: dict[str, object] = {name: getattr(row, name) for name in _PLAIN}
    found["seconds"] = row.seconds
    found |= {f"parameters.{name}": value for name, value in row.parameters.items()}
    found |= {f"results.{name}": value for name, value in values(row.results).items()}
    return found


def values(results: Mapping[str, object]) -> dict[str, object]:
    """Return results with mappings taken apart: `scores.mean`."""
    found: dict[str, object] = {}
    for name, value in results.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            found[name] = value
    return found


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[object]]]:
    """Return all columns that the rows have, and their values."""
    flattened = [flat(row) for row in rows]
    names = [*dict.fromkeys(name for one in flattened for name in one)]
    return names, [[one.get(name) for name in names] for one in flattened]


def export(rows: Sequence[Row], path: Path) -> None:
    """Write the rows to `path`: CSV, JSON or Parquet, by its ending.

    Raises:
        BadPath: another ending, or Parquet without pyarrow.
    """
    names, lines = table(rows)
    match path.suffix.lower():
        case ".csv":
            cells: list[list[object]] = [
                [*names],
                *([_cell(value) for value in line] for line in lines),
            ]
            write(
                path, "".join(quoting.csv(line) for line in cells).encode(errors="backslashreplace")
            )
        case ".json":
            found = [dict(zip(names, line, strict=True)) for line in lines]
            text = json.dumps(found, indent=1, default=str, ensure_ascii=False)
            write(path, text.encode(errors="backslashreplace"))
        case ".parquet":
            write(path, _parquet(names, lines))
        case _:
            raise BadPath(
                f"{path.suffix or path.name!r} is no format of a table",
                hint="end the name in .csv, .parquet or .json",
            )


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _parquet(names: Sequence[str], lines: Sequence[Sequence[object]]) -> bytes:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise BadPath("Parquet needs pyarrow", hint="pip install pyarrow, or export CSV") from error
    columns = {name: [line[i] for line in lines] for i, name in enumerate(names)}
    sink = pyarrow.BufferOutputStream()
    found = pyarrow.table({name: _column(column) for name, column in columns.items()})
    pyarrow.parquet.write_table(found, sink)
    raw: bytes = sink.getvalue().to_pybytes()
    return raw


def _column(column: Sequence[object]) -> list[object]:
    """Return a column of one type: numbers, or else text."""
    kinds = {type(value) for value in column if value is not None}
    if kinds <= {bool} or kinds <= {int, float}:
        return [*column]
    return [
        value if value is None or isinstance(value, str) else json.dumps(value) for value in column
    ]


def write(path: Path, raw: bytes, *, add: bool = False) -> None:
    """Write a report, or add it to the end of a file.

    Raises:
        DiskProblem: the file cannot be written.
    """
    try:
        with path.open("ab" if add else "wb") as file:
            file.write(raw)
    except OSError as error:
        raise DiskProblem(f"cannot be written: {error.strerror}", where=str(path)) from error


def plot(rows: Sequence[Row], *, metric: str, over: str, path: Path) -> None:
    """Draw a result over a parameter as PNG or SVG.

    Raises:
        BadParameter: no run has both.
        BadPath: another ending, or matplotlib is missing.
    """
    points = []
    for row in rows:
        y, x = values(row.results).get(metric), row.parameters.get(over)
        if isinstance(y, int | float) and x is not None:
            points.append((x, y))
    if not points:
        known = sorted({name for row in rows for name in values(row.results)})
        raise BadParameter(
            f"no run has a number {metric!r} and a parameter {over!r}",
            hint=f"results: {', '.join(known) or 'none'}",
        )
    if path.suffix.lower() not in (".png", ".svg"):
        raise BadPath(f"{path.name!r} is no picture", hint="end the name in .png or .svg")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise BadPath("a picture needs matplotlib", hint="pip install matplotlib") from error
    numbers = all(isinstance(x, int | float) for x, _ in points)
    points.sort(key=lambda point: point[0] if numbers else str(point[0]))  # type: ignore[return-value,arg-type]
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    xs: list[Any] = [x if numbers else str(x) for x, _ in points]
    axes.plot(xs, [y for _, y in points], "o", color="#1f77b4", alpha=0.8)
    axes.set(xlabel=over, ylabel=metric, title=f"{metric} over {over}, {len(points)} runs")
    axes.grid(alpha=0.3)
    raw = io.BytesIO()
    figure.savefig(raw, format=path.suffix[1:].lower(), dpi=120)
    write(path, raw.getvalue())


def junit(runs: Sequence[Run], notebook: Path) -> str:
    """Return the runs as a JUnit report: one test case for each."""
    failed = sum(run.state == "failed" for run in runs)
    errors = sum(run.state not in ("done", "failed") for run in runs)
    seconds = sum(run.seconds for run in runs)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuite name="{quoting.xml(notebook.name)}" tests="{len(runs)}" '
        f'failures="{failed}" errors="{errors}" time="{seconds:.3f}">',
    ]
    for run in runs:
        named = ", ".join(f"{name}={value}" for name, value in run.parameters.items())
        lines.append(
            f'<testcase classname="{quoting.xml(notebook.stem)}" '
            f'name="{quoting.xml(named or run.id)}" time="{run.seconds:.3f}">'
        )
        if run.state != "done":
            kind, reason = "failure" if run.state == "failed" else "error", quoting.xml(why(run))
            lines.append(f'<{kind} message="{reason}">{reason}</{kind}>')
        lines.append(f"<system-out>{quoting.xml(str(run.output))}</system-out></testcase>")
    return "\n".join([*lines, "</testsuite>", ""])


def summary(runs: Sequence[Run], notebook: Path) -> str:
    """Return the runs as a Markdown table, for the summary page of a CI run."""
    done = sum(run.state == "done" for run in runs)
    lines = [
        f"### {quoting.markdown(notebook.name)}: {done} of {len(runs)} done",
        "",
        "| state | parameters | results | seconds | error |",
        "|---|---|---|---|---|",
    ]
    for run in runs:
        parts = (
            run.state,
            ", ".join(f"{name}={value}" for name, value in run.parameters.items()),
            ", ".join(f"{name}={value}" for name, value in values(run.results).items()),
            f"{run.seconds:.2f}",
            why(run) if run.state != "done" else "",
        )
        lines.append("| " + " | ".join(quoting.markdown(part) for part in parts) + " |")
    return "\n".join([*lines, ""])


def why(run: Run) -> str:
    """Return where and how a run failed, in a line."""
    place = "" if run.failed_cell is None else f"cell {run.failed_cell + 1}"
    line = "" if run.error_line is None else f", line {run.error_line}"
    return f"{place}{line}{': ' if place else ''}{printable(run.error)}"
