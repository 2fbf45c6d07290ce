"""Does `check` find the functions whose tests are gone, or can't fail any more, and nothing else?

    python tests/bench/missing_tests.py NOTEBOOK... [--project DIR] [--rounds 20] [--functions 10]

The notebooks, tagged for promotion, are promoted into one project (DIR, if it is there already, is
taken as it is). Then, round by round, the tests of some promoted functions are removed, or their
assertions emptied, in a copy, and what `check` says is compared with what it said before.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROMOTE = [sys.executable, "-m", "jupyter_promote.surfaces.cli"]
EMPTYINGS = ("deleted", "pass", "assert True", "caught", "itself")


def promote(notebooks: list[Path], to: Path) -> None:
    """Promote notebooks into a project."""
    for path in notebooks:
        command = [
            *PROMOTE,
            "extract",
            str(path),
            "--to",
            str(to),
            "--module",
            f"bench.{path.stem}",
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{path} was not promoted:\n{done.stdout}{done.stderr}")


def told(project: Path) -> set[tuple[str, str, str]]:
    """Return what `check` says: code, file below the project, message."""
    command = [*PROMOTE, "check", str(project), "--format", "json"]
    environment = {**os.environ, "JUPYTER_PROMOTE_CACHE": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    rows = json.loads(done.stdout)["findings"]
    return {(r["code"], os.path.relpath(r["path"], project), r["message"]) for r in rows}


def untouched(project: Path) -> set[tuple[str, str, str]]:
    """Return what `check` says of a copy, which stands apart from the original notebooks."""
    with tempfile.TemporaryDirectory(prefix="missing-tests-") as folder:
        return told(shutil.copytree(project, Path(folder, project.name)))


def promoted(project: Path) -> list[tuple[Path, str]]:
    """Return the promoted functions: the file of their tests below the project, and their names."""
    found = []
    for path in sorted((project / ".promote").glob("*.json")):
        record = json.loads(path.read_text())
        tree = ast.parse((project / record["module"]).read_text())
        tests = Path("tests", f"test_{Path(record['module']).stem}.py")
        names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
        found += [(tests, n) for n in names if n in record["origins"]]
    return found


def tests_of(text: str, function: str) -> list[ast.FunctionDef]:
    """Return the tests of a file that mention a function."""
    return [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if any(
            function in (getattr(n, "attr", None), getattr(n, "id", None)) for n in ast.walk(node)
        )
    ]


def without(text: str, tests: list[ast.FunctionDef]) -> str:
    """Return a file of tests without some of them."""
    lines = text.split("\n")
    for node in sorted(tests, key=lambda n: -n.lineno):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        del lines[first - 1 : node.end_lineno]
    return "\n".join(lines)


def emptied(text: str, tests: list[ast.FunctionDef], how: str) -> str:
    """Return a file of tests whose assertions can't fail any more."""
    lines = text.split("\n")
    for test in sorted(tests, key=lambda n: -n.lineno):
        for node in sorted(asserting(test), key=lambda n: -n.lineno):
            indent = " " * node.col_offset
            own = lines[node.lineno - 1 : node.end_lineno]
            lines[node.lineno - 1 : node.end_lineno] = {
                "deleted": [],
                "pass": [f"{indent}pass"],
                "assert True": [f"{indent}assert True"],
                "itself": [f"{indent}value = 1", f"{indent}assert value == value"],
                "caught": [
                    f"{indent}try:",
                    *(f"    {line}" for line in own),
                    f"{indent}except Exception:",
                    f"{indent}    pass",
                ],
            }[how if not isinstance(node, ast.With) else "pass"]
    return "\n".join(lines)


def asserting(test: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Yield the statements of a test that assert."""
    for node in test.body:
        called = ast.unparse(node).split("(")[0]
        raises = isinstance(node, ast.With) and "raises" in ast.unparse(node.items[0])
        if isinstance(node, ast.Assert) or called.startswith("assert_") or raises:
            yield node


def round_of(project: Path, before: set[tuple[str, str, str]], seed: int, number: int) -> list[str]:
    """Return what was wrong in one round."""
    chance = random.Random(seed)
    functions = promoted(project)

    def others(message: str) -> set[str]:
        return {
            test.name
            for path, name in functions
            if f" {name}()" in message
            for test in tests_of((project / path).read_text(), name)
        } or {"nothing"}

    some = chance.sample(functions, min(number, len(functions)))
    wrong = []
    with tempfile.TemporaryDirectory(prefix="missing-tests-") as folder:
        copy = Path(folder, project.name)
        shutil.copytree(project, copy)
        touched: dict[str, set[str]] = {}
        for path, name in some:
            text = (copy / path).read_text() if (copy / path).exists() else ""
            tests = tests_of(text, name)
            touched[name] = {t.name for t in tests_of((project / path).read_text(), name)}
            how = chance.choice(["removed", *EMPTYINGS])
            new = without(text, tests) if how == "removed" else emptied(text, tests, how)
            ast.parse(new)
            (copy / path).write_text(new)
        new_ones = told(copy) - before
    for name in touched:
        if not any(code == "JP201" and f"{name}()" in message for code, _, message in new_ones):
            wrong.append(f"{name}() was not flagged")
    for code, path, message in sorted(new_ones):
        tests = set().union(*touched.values())
        of_function = code == "JP201" and any(f" {name}()" in message for name in touched)
        of_test = code == "JP202" and message.split("(")[0] in tests
        # A touched test may have been the only one of something else.
        beside = code == "JP201" and (
            any(f"such as {test}()" in message for test in tests) or others(message) <= tests
        )
        if not of_function and not of_test and not beside:
            wrong.append(f"new: {code} {path} {message}")
    return wrong


def main() -> int:
    """Print each round with what was wrong; return 0 when nothing was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--functions", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="missing-tests-") as folder:
        project = asked.project or Path(folder, "project")
        if not project.exists():
            promote(asked.notebooks, project)
        before = untouched(project)
        print(f"{len(promoted(project))} promoted functions, {len(before)} findings untouched")
        failed = 0
        for seed in range(asked.rounds):
            wrong = round_of(project, before, seed, asked.functions)
            failed += bool(wrong)
            print(f"round {seed}: {'; '.join(wrong) if wrong else 'as it should be'}", flush=True)
        print(f"{asked.rounds - failed} of {asked.rounds} rounds as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
