"""How many pasted copies get a function that the proof confirms.

Into notebooks of CORPUS that run, a copy of a cell is pasted directly after its original: as it is
but for comments (type 1), or with the variables that it binds renamed and its literals changed
(type 2). What still runs then is unified: a function is proposed, and proved.

    python tests/bench/way_out.py CORPUS --manifest FILE --python PY --kernel NAME [--count 40]
"""

from __future__ import annotations

import argparse
import ast
import builtins
import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_promote import unifying
from jupyter_promote.checks.unify.copies import Place
from jupyter_promote.errors import PromoteError
from jupyter_promote.proof.observation import Conditions, NotVerified, observe
from jupyter_promote.proof.verification import Equivalent
from jupyter_promote.source import notebook

SHORTEST = 5  # lines of code of a cell that is copied
TRIES = 4  # cells or changes of a notebook until the pasted one still runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A notebook whose cell `original` has a copy right below it."""

    content: dict[str, Any]
    original: int
    kind: str


def lines_of_code(source: str) -> int:
    """Return how many lines hold code."""
    return sum(bool(x.strip()) and not x.lstrip().startswith("#") for x in source.split("\n"))


def candidates(content: dict[str, Any]) -> list[int]:
    """Return the cells that are long enough, parse as Python, and hold no IPython syntax."""
    found = []
    for i, cell in enumerate(content["cells"]):
        if cell["cell_type"] != "code" or lines_of_code(cell["source"]) < SHORTEST:
            continue
        try:
            ast.parse(cell["source"])
        except SyntaxError:
            continue
        found.append(i)
    return found


def type_1(source: str, rng: random.Random) -> str:
    """Return the source with other comments."""
    lines = [re.sub(r"^(\s*)#.*", r"\1# copied", line) for line in source.split("\n")]
    return "\n".join(["# once more", *lines])


def type_2(source: str, rng: random.Random) -> str:
    """Return the source with its variables renamed, and some of its literals changed."""
    tree = ast.parse(source)
    imported = {
        (a.asname or a.name).partition(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for a in n.names
    }
    stored = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    inner = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    stored -= imported | inner | set(dir(builtins))
    chosen = {n: f"{n}_{rng.choice(['new', 'other', 'alt', 'b'])}" for n in sorted(stored)}
    early = _read_first(tree, stored)
    chosen = {n: new for n, new in chosen.items() if n not in early}
    edits: list[tuple[ast.expr, str]] = [
        (n, chosen[n.id]) for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in chosen
    ]
    edits += [(n, _other(n, rng)) for n in _literals(tree) if rng.random() < 0.5]
    return _edited(source, edits)


def _read_first(tree: ast.Module, stored: set[str]) -> set[str]:
    """Return the names that the cell may read before it binds them."""
    found: set[str] = set()
    bound: set[str] = set()
    for statement in tree.body:
        names = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        found |= {n.id for n in names if not isinstance(n.ctx, ast.Store)} - bound
        found |= {
            n.target.id
            for n in ast.walk(statement)
            if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
        } - bound
        bound |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    inside = {
        n.id
        for s in ast.walk(tree)
        if isinstance(s, ast.For | ast.comprehension | ast.FunctionDef | ast.While | ast.If)
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return (found & stored) - inside


def _literals(tree: ast.Module) -> Iterator[ast.Constant]:
    within = {id(c) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for c in ast.walk(n)}
    texts = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in within | texts:
            plain = type(node.value) in (int, float) or isinstance(node.value, str)
            if plain and node.lineno == node.end_lineno:
                yield node


def _other(node: ast.Constant, rng: random.Random) -> str:
    match node.value:
        case int(value):
            return str(value + rng.choice([1, 2]))
        case float(value):
            return repr(value * 1.25)
        case str(value) if " " in value:
            return repr(f"{value} 2")
    return repr(node.value)


def _edited(source: str, edits: list[tuple[ast.expr, str]]) -> str:
    lines = [line.encode() for line in source.split("\n")]
    for node, text in sorted(edits, key=lambda e: (e[0].lineno, e[0].col_offset), reverse=True):
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = (
            line[: node.col_offset] + text.encode() + line[node.end_col_offset :]
        )
    return b"\n".join(lines).decode()


KINDS = {"T1": type_1, "T2": type_2}


def paste(content: dict[str, Any], cell: int, kind: str, rng: random.Random) -> Pasted:
    """Return the notebook with a copy of a cell below it."""
    made = json.loads(json.dumps(content))
    copy = json.loads(json.dumps(made["cells"][cell]))
    copy["source"] = KINDS[kind](copy["source"], rng)
    if "id" in copy:
        copy["id"] = "pasted"
    made["cells"].insert(cell + 1, copy)
    return Pasted(content=made, original=cell, kind=kind)


def measure(path: Path, kernel: str, kind: str, rng: random.Random) -> tuple[str, str]:
    """Return what became of one notebook, and the details."""
    with tempfile.TemporaryDirectory(prefix="way-out-") as scratch:
        folder = Path(scratch, "work")
        shutil.copytree(
            path.parent, folder, ignore=lambda _, names: [n for n in names if n.endswith(".ipynb")]
        )
        here = folder / "analysis.ipynb"
        content = dict(notebook.read(path).content)
        content["metadata"] = {
            "kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}
        }
        choices = candidates(content)
        for cell in rng.sample(choices, min(TRIES, len(choices))):
            pasted = paste(content, cell, kind, rng)
            here.write_text(json.dumps(pasted.content))
            ran = observe(pasted.content, Conditions(folder=folder, seconds=120))
            if isinstance(ran, NotVerified):
                continue
            return outcome(here, pasted)
        return "no copy runs", f"{len(choices)} cells"


def outcome(here: Path, pasted: Pasted) -> tuple[str, str]:
    """Return whether the copy gets a function that the proof confirms."""
    places = [Place(cell=pasted.original + i, first=1, last=10**6) for i in range(2)]
    found = unifying.draw_up(notebook.read(here), places)
    where = f"cell {pasted.original + 1}"
    if found.obstacle:
        return f"obstacle {found.obstacle.code}", f"{where}: {found.obstacle.text}"
    found = unifying.proved(found)
    if isinstance(found.verdict, Equivalent):
        return (
            "confirmed",
            f"{where}: {found.name}({', '.join((*found.inputs, *found.parameters))})",
        )
    why = getattr(found.verdict, "differences", None) or getattr(found.verdict, "error", "")
    return "not confirmed", f"{where}: {why}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--manifest", type=Path, required=True, help="which notebooks run, as JSON")
    parser.add_argument(
        "--python", type=Path, required=True, help="the interpreter of their kernel"
    )
    parser.add_argument("--kernel", default="python3", help="the name of their kernel")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10, help="leave slower notebooks out")
    asked = parser.parse_args()
    os.environ["PATH"] = f"{asked.python.parent}:{os.environ['PATH']}"
    os.environ["JUPYTER_PATH"] = str(asked.python.parent.parent / "share" / "jupyter")
    rows = json.loads(asked.manifest.read_text())["notebooks"]
    fit = [
        r
        for r in rows
        if r["runnable"] and not r["expected_error_cells"] and r["seconds"] <= asked.seconds
    ]
    random.Random(asked.seed).shuffle(fit)
    tally: Counter[str] = Counter()
    for number, row in enumerate(fit):
        if sum(n for what, n in tally.items() if what != "no copy runs") >= asked.count:
            break
        kind = list(KINDS)[number % 2]
        path = asked.corpus / row["source"] / row["path"]
        rng = random.Random(f"{asked.seed} {row['path']}")
        try:
            what, details = measure(path, asked.kernel, kind, rng)
        except PromoteError as error:
            what, details = "no copy runs", str(error)
        tally[what] += 1
        print(f"{path.name[:44]:44} {kind} {what:24} {details[:220]}", flush=True)
    tried = sum(n for what, n in tally.items() if what != "no copy runs")
    print(f"confirmed {tally['confirmed']} of {tried}; {dict(tally)}")
    sys.exit(tally["confirmed"] < 0.8 * tried)


if __name__ == "__main__":
    main()
