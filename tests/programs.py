"""Small notebooks written as text, promoted by static analysis, and really run: before and after.

The law: a group is refused, or the thin notebook shows the same and every variable that both
notebooks hold is equal. A display may be dropped, but only where the plan says so.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import os
import pickle
import re
import select
import shutil
import signal
import sys
import tempfile
import textwrap
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_promote.promotion import draft, plan, project
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.source import notebook

ROLES = ("parameters", "skip", "test", "results", "raises-exception", "promote", "noqa")
MODULE = "shop_of_tests.steps"
SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """What static analysis made of a program; `module` and `thin` are empty if nothing is written."""

    plan: Plan
    original: Mapping[str, Any] = field(repr=False)
    module: str = field(repr=False)
    thin: Mapping[str, Any] = field(repr=False)

    @property
    def refused(self) -> dict[str, str]:
        """The codes of the refusals, by group."""
        return {r.name: r.code for r in self.plan.refused}

    @property
    def functions(self) -> list[str]:
        """The names of the functions."""
        return [f.name for f in self.plan.functions]

    @property
    def cells(self) -> list[str]:
        """The sources of the thin notebook's cells, without the one that finds the module."""
        return [c["source"] for c in self.thin["cells"] if c.get("id") != "find-module"]

    @property
    def written(self) -> str:
        """Everything for a person to read: why not, module, and thin notebook."""
        reasons = [f"refused {r.name}: {r.code}: {r.message}" for r in self.plan.refused]
        dropped = [
            f"dropped display of cell {s.cell + 1}: {s.reason}"
            for s in self._shown
            if s.fate == "dropped"
        ]
        return "\n".join([*reasons, *dropped, self.module, *(f"# %%\n{c}" for c in self.cells)])

    @property
    def _shown(self) -> Iterator[Any]:
        for function in self.plan.functions:
            yield from function.shown

    @property
    def dropped(self) -> int:
        """How many displays the plan says are dropped."""
        return sum(s.fate == "dropped" for s in self._shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What running a notebook showed and left: events in order, variables, files and error."""

    events: tuple[tuple[str, str], ...]
    variables: Mapping[str, str]
    same: frozenset[tuple[str, str]]
    files: Mapping[str, str]
    error: str
    trace: str = field(default="", repr=False)


def cells_of(text: str) -> list[dict[str, Any]]:
    """Return the notebook's cells; `# %% a` begins a cell tagged promote:a, `# %%` an untagged one."""
    found = []
    for i, chunk in enumerate(re.split(r"(?m)^# %%", textwrap.dedent(text).lstrip("\n"))[1:]):
        head, _, source = chunk.partition("\n")
        words = head.split()
        kind = "markdown" if "markdown" in words else "code"
        tags = [w if w.split(":")[0] in ROLES else f"promote:{w}" for w in words if w != "markdown"]
        cell = {
            "cell_type": kind,
            "id": f"c{i}",
            "metadata": {"tags": tags},
            "source": source.rstrip("\n"),
        }
        if kind == "code":
            cell |= {"outputs": [], "execution_count": None}
        found.append(cell)
    return found


def content_of(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return nbformat 4.5 JSON."""
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": list(cells),
        "metadata": {"kernelspec": spec},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def promote(text: str, *, name: str = "churn") -> Promoted:
    """Return the promotion of a program by static analysis; nothing is executed or written."""
    content = content_of(cells_of(text))
    read = notebook.of_content(json.loads(json.dumps(content)), Path(f"/nowhere/{name}.ipynb"))
    drawn = plan.draw_up(read)
    target = project.choose(read, Path("/nowhere/shop"), MODULE)
    made = {a.path: a.text for a in draft.render(drawn, target).artifacts}
    thin = json.loads(made[target.notebook]) if made else content
    for cell in thin["cells"]:
        cell["source"] = "".join(cell["source"])
    return Promoted(
        plan=drawn, original=content, module=made.get(target.module_path, ""), thin=thin
    )


def run(
    content: Mapping[str, Any],
    module: str = "",
    inject: str = "",
    unheard: frozenset[int] = frozenset(),
) -> Run:
    """Return what the notebook does in a fresh shell of a forked process, in a folder of its own.

    What the cells `unheard` show is left out.
    """
    return _started(content, module, inject, unheard).ended()


def differences(promoted: Promoted, *, inject: str = "") -> list[str]:
    """Return how the thin notebook differs from the original: nothing if the law holds."""
    return list(unlike(promoted, *both_runs(promoted, inject=inject)))


def both_runs(promoted: Promoted, *, inject: str = "") -> tuple[Run, Run]:
    """Return the runs of the original and of the thin notebook, side by side."""
    original = _started(promoted.original, "", inject, promoted.plan.removed)
    thin = _started(promoted.thin, promoted.module, inject, frozenset())
    return original.ended(), thin.ended()


def unlike(promoted: Promoted, before: Run, after: Run) -> Iterator[str]:
    """Yield in what the two runs differ, apart from what a promotion may change."""
    dropped, binders = promoted.dropped, promoted.plan.program.binders
    # What a cell that left has bound, nobody reads; the notebook may still hold an older value.
    left = {n for n, found in binders.items() if {b.cell for b in found} & promoted.plan.removed}
    if before.error != after.error:
        yield f"error: {before.error!r} became {after.error!r}\n{after.trace}"
        return
    missing = _missing(before.events, after.events)
    if missing is None or missing > dropped:
        yield f"shown: {before.events} became {after.events} ({dropped} dropped)"
    if before.error:
        return
    for name in sorted((before.variables.keys() & after.variables.keys()) - left):
        if before.variables[name] != after.variables[name]:
            yield f"variable {name!r}: {before.variables[name]} became {after.variables[name]}"
    for name in sorted((after.variables.keys() - before.variables.keys() - left) & binders.keys()):
        yield f"variable {name!r} should be gone, but is {after.variables[name]}"
    both = (before.variables.keys() & after.variables.keys()) - left
    for pair in sorted(before.same ^ after.same):
        if set(pair) <= both:
            yield f"identity of {pair} changed"
    if before.files != after.files:
        yield f"files: {before.files} became {after.files}"


def _missing(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> int | None:
    """Return how many displays are missing from `after`, None if anything else differs."""
    rest, missing = list(after), 0
    for event in before:
        if rest and rest[0] == event:
            rest.pop(0)
        elif event[0] == "display":
            missing += 1
        else:
            return None
    return None if rest else missing


# in processes of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class _Started:
    """A run under way: the `child` writes its result to `pipe` and works below `place`."""

    child: int
    pipe: int
    place: Path

    def ended(self) -> Run:
        """Return the run's result, when it is there."""
        raw = b""
        while select.select([self.pipe], [], [], SECONDS)[0]:
            chunk = os.read(self.pipe, 1 << 16)
            if not chunk:
                break
            raw += chunk
        else:
            os.kill(self.child, signal.SIGKILL)
        os.close(self.pipe)
        os.waitpid(self.child, 0)
        shutil.rmtree(self.place)
        # The bytes come from our own child; a program may have ended it.
        result = pickle.loads(raw) if raw else replace(NOTHING, error="the process died")
        assert isinstance(result, Run), result
        return result


NOTHING = Run(events=(), variables={}, same=frozenset(), files={}, error="")


def _started(
    content: Mapping[str, Any], module: str, inject: str, unheard: frozenset[int]
) -> _Started:
    warm()
    place = Path(tempfile.mkdtemp(prefix="promote-"))
    package = place / "src" / MODULE.partition(".")[0]
    package.mkdir(parents=True)
    (place / "notebooks").mkdir()
    (package / "__init__.py").touch()
    (package / f"{MODULE.rpartition('.')[2]}.py").write_text(module)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        gc.disable()  # it would touch, and so copy, what the fork shares
        try:
            found: object = _execute(content, place / "notebooks", inject, unheard)
        except BaseException as error:  # the child must end here, whatever happens
            found = f"the harness failed: {error!r}"
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(found, pipe)
        os._exit(0)
    os.close(writing)
    return _Started(child=child, pipe=reading, place=place)


def warm() -> None:
    """Import what most programs need, once, before the forks."""
    for name in ("IPython.core.interactiveshell", "matplotlib.backends.backend_agg", "pandas"):
        importlib.import_module(name)


def _execute(content: Mapping[str, Any], folder: Path, inject: str, unheard: frozenset[int]) -> Run:
    events: list[tuple[str, str]] = []
    os.chdir(folder)
    sys.path[:] = ["", *(p for p in sys.path if p)]
    for name in [
        n for n in sys.modules if n.startswith(("matplotlib.pyplot", "matplotlib_inline"))
    ]:
        del sys.modules[name]
    import matplotlib

    matplotlib.rcParams["backend"] = "module://matplotlib_inline.backend_inline"
    sys.stdout = _Stream(events)  # type: ignore[assignment]
    sys.stderr = _Stream([])  # type: ignore[assignment]
    shell = _shell(events)
    hidden = set(shell.user_ns)
    error = trace = ""
    for index, cell in _injected(content["cells"], inject):
        if cell["cell_type"] != "code" or not cell["source"].strip():
            continue
        shown = len(events)
        result = shell.run_cell(cell["source"], store_history=True)
        del events[shown if index in unheard else len(events) :]
        failure = result.error_before_exec or result.error_in_exec
        if failure is not None and "raises-exception" not in cell["metadata"].get("tags", []):
            error = f"{type(failure).__name__}: {failure}".split("\n")[0]
            trace = "".join(__import__("traceback").format_exception(failure))[-1500:]
            break
    held = {
        n: v
        for n, v in shell.user_ns.items()
        if n not in hidden and not re.fullmatch(r"_.*|os|sys|get_ipython", n)
    }
    files = {
        str(p.relative_to(folder)): hashlib.md5(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }
    mutable = {
        n: v
        for n, v in held.items()
        if isinstance(v, list | dict | set) or hasattr(v, "__dict__") and not isinstance(v, _OPAQUE)
    }
    same = frozenset((a, b) for a in mutable for b in mutable if a < b and mutable[a] is mutable[b])
    prints = {n: fingerprint(v) for n, v in held.items()}
    return Run(
        events=tuple(_joined(events)),
        variables={n: p for n, p in prints.items() if p},
        same=same,
        files=files,
        error=_plain(error),
        trace=trace,
    )


_OPAQUE = (
    types.FunctionType,
    type,
    types.ModuleType,
    types.GeneratorType,
    types.BuiltinFunctionType,
)


def fingerprint(value: object) -> str:
    """Return what is compared of a value; "" for what is not compared, such as iterators."""
    if isinstance(value, type | types.FunctionType | types.ModuleType | types.BuiltinFunctionType):
        return f"a {type(value).__name__}"
    if hasattr(value, "__next__"):
        return ""
    return _plain(f"{type(value).__qualname__}: {value!r}")


def _plain(text: str) -> str:
    bare = text.replace(f"{MODULE}.", "__main__.")
    bare = re.sub(r"/tmp/tmp\w+", "/tmp/", re.sub(r"(?m)^(CPU times|Wall time):.*\n", "", bare))
    return re.sub(r"0x[0-9a-f]+", "0x", re.sub(r"\w+\.<locals>\.", "", bare))


def _joined(events: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    text = ""
    for kind, shown in events:
        if kind == "print":
            text += shown
            continue
        if _plain(text):
            yield "print", _plain(text)
        text = ""
        yield kind, _plain(shown)
    if _plain(text):
        yield "print", _plain(text)


def _injected(cells: Sequence[dict[str, Any]], inject: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, cell in enumerate(cells):
        yield index, cell
        if inject and "parameters" in cell["metadata"].get("tags", []):
            yield -1, {"cell_type": "code", "metadata": {"tags": []}, "source": inject}


class _Stream:
    def __init__(self, events: list[tuple[str, str]]) -> None:
        self.events = events

    def write(self, text: str) -> int:
        self.events.append(("print", text))
        return len(text)

    def flush(self) -> None:
        return

    def isatty(self) -> bool:
        return False

    encoding = "utf-8"


def _shell(events: list[tuple[str, str]]) -> Any:
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            return

        def write_format_data(self, format_dict: dict[str, str], md_dict: object = None) -> None:
            events.append(("display", format_dict.get("text/plain", "")))

        def finish_displayhook(self) -> None:
            return

    class Publisher(DisplayPublisher):
        def publish(self, data: dict[str, Any], **_: object) -> None:
            image = data.get("image/png")
            raw = image if isinstance(image, bytes) else str(image).encode()
            shown = (
                ("figure", hashlib.md5(raw).hexdigest())
                if image
                else ("display", str(data.get("text/plain")))
            )
            events.append(shown)  # display(x) and a trailing x look the same

    class Shell(InteractiveShell):
        displayhook_class = Hook
        display_pub_class = Publisher

        def enable_gui(self, gui: object = None) -> None:
            return

    config = Config()
    config.HistoryManager.enabled = False
    Shell.clear_instance()
    shell = Shell.instance(config=config, colors="nocolor")
    shell.showtraceback = lambda *args, **kwargs: None
    shell.showsyntaxerror = lambda *args, **kwargs: None
    return shell
