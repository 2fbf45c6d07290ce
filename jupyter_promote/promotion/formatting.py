"""Formatting what we generate: black and ruff, both isolated from the person's configuration."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from shutil import which

from jupyter_promote.errors import PromoteError

RULES = "E,F,W,I,B,UP,SIM,C4,PIE,RET"
UNUSED_NOQA = "RUF100"
LINE_LENGTH = 88
# Fixes that keep the meaning; the others are left to the person, with a noqa on their line.
PROVEN_FIXES = ("RET504", "RET503", "F401", "UP006", "UP035")
UNWANTED_FIXES = (
    "SIM",
    "B",
    "PIE",
    "C4",
    "RET505",
    "RET506",
    "RET507",
    "RET508",
    "UP031",
    "E711",
    "E712",
    "F841",
    "F632",
)


def python(text: str, *, first_party: str = "") -> str:
    """Return Python source formatted by black and ruff; what they can't mend gets a line's noqa."""
    text = _black(text)
    fixed, left = _ruff(text, first_party)
    for _ in range(3):  # each may undo what the other did, or move a line
        shaped = _black(_silenced(fixed, left))
        if shaped == text:
            break
        text = shaped
        fixed, left = _ruff(text, first_party)
    return text


def cell(text: str) -> str:
    """Return a statement that we made, formatted by black where it is long."""
    if "\n" not in text and len(text) <= LINE_LENGTH:
        return text
    return _black(text).rstrip("\n")


def shaped(text: str) -> str:
    """Return Python source formatted by black alone."""
    return _black(text)


def is_shaped(text: str) -> bool:
    """True for valid Python source that black leaves as it is."""
    try:
        return _black(text) == text
    except (PromoteError, SyntaxError, ValueError):
        return False


def with_sorted_imports(text: str, *, first_party: str = "") -> str:
    """Return Python source with its imports joined and sorted, and nothing else changed."""
    return _ruff(text, first_party, rules="I")[0]


def _black(text: str) -> str:
    import black
    import black.parsing

    try:
        return black.format_str(text, mode=black.Mode(line_length=LINE_LENGTH))
    except black.parsing.InvalidInput as error:
        ast.parse(text)  # a mistake of ours: keep its traceback
        raise PromoteError(
            f"black cannot format the module ({error})", hint="simplify the cell it names"
        ) from error


def _ruff(text: str, first_party: str, rules: str = RULES) -> tuple[str, dict[int, set[str]]]:
    """Return the text with ruff's safe fixes, and the codes that are left by line."""
    settings = [f'lint.extend-safe-fixes=["{codes}"]' for codes in ('","'.join(PROVEN_FIXES),)]
    settings += [
        f"lint.unfixable={json.dumps(UNWANTED_FIXES)}",
        "line-length=88",
        'target-version="py310"',
        "src=[]",  # else folders that happen to lie here make packages ours
    ]
    if first_party:
        settings.append(f"lint.isort.known-first-party={json.dumps([first_party])}")
    command = [
        ruff_path(),
        "check",
        "--isolated",
        "--no-cache",
        "--quiet",
        "--select",
        rules,
        "--fix",
    ]
    command += ["--output-format", "json", "--stdin-filename", "module.py"]
    for setting in settings:
        command += ["--config", setting]
    done = subprocess.run([*command, "-"], input=text.encode(), capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise PromoteError(
            "ruff could not run",
            where=done.stderr.decode(errors="replace")[-200:],
            hint="reinstall ruff",
        )
    left: dict[int, set[str]] = {}
    for item in json.loads(done.stderr or b"[]"):
        left.setdefault(item["noqa_row"], set()).add(item["code"])
    return done.stdout.decode(), left


def ruff_path() -> str:
    """Return the path of ruff's executable."""
    beside = Path(sysconfig.get_path("scripts")) / (
        "ruff.exe" if sys.platform == "win32" else "ruff"
    )
    found = str(beside) if beside.exists() else which("ruff")
    if not found:
        raise PromoteError("ruff is not installed", hint="pip install ruff")
    return found


def _silenced(text: str, left: dict[int, set[str]]) -> str:
    lines = text.split("\n")
    for row, codes in left.items():
        wanted = sorted(c for c in codes if c)
        line = lines[row - 1]
        known = re.search(r"#\s*noqa:\s*([A-Z0-9, ]+)\s*$", line)
        if known:
            wanted = sorted({*wanted, *re.findall(r"[A-Z]+\d+", known[1])})
            line = line[: known.start()].rstrip()
        lines[row - 1] = f"{line}  # noqa: {', '.join(wanted)}"
    return "\n".join(lines)
