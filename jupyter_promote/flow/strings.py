"""Names that stand in strings: formulas, queries, evaluated code."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

NOTHING: tuple[ast.stmt, ...] = ()
FRAME_READERS = ("query", "eval")
EXPRESSIONS = ("eval", "pd.eval", "pandas.eval", "ne.evaluate", "numexpr.evaluate")
FORMULA = re.compile(r"~|^\s*[\w.]+\(.*\)\s*$|[+*:]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Names that a call looks up by strings.

    `certain` are read from the frame of the call; `possible` may as well be columns of the data;
    `statements` are those of a literal given to exec; `dynamic` says what can't be traced.
    """

    certain: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    statements: tuple[ast.stmt, ...] = NOTHING
    dynamic: str = ""


def names_read(call: ast.Call) -> Looked:
    """Return the names that the strings among the arguments of `call` look up."""
    callee = dotted(call.func)
    last = callee.rpartition(".")[2]
    texts = [
        a.value
        for a in (*call.args, *(k.value for k in call.keywords))
        if isinstance(a, ast.Constant) and isinstance(a.value, str)
    ]
    if callee == "exec":
        return _executed(call)
    if callee in EXPRESSIONS:
        return _evaluated(call, texts)
    if last in FRAME_READERS:
        names = {n for text in texts for n in re.findall(r"@([A-Za-z_]\w*)", text)}
        return Looked(certain=frozenset(names))
    formulas = [text for text in texts if "~" in text]
    return Looked(possible=frozenset(n for text in formulas for n in _identifiers(text)))


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of attributes on a name, and `.c` below anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _executed(call: ast.Call) -> Looked:
    if (
        len(call.args) == 1
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ):
        tree = _parsed(call.args[0].value, "exec")
        if isinstance(tree, ast.Module):
            for node in ast.walk(tree):
                if hasattr(node, "lineno"):
                    node.lineno = call.lineno
            return Looked(statements=tuple(tree.body), dynamic="exec")
    return Looked(dynamic="exec")


def _evaluated(call: ast.Call, texts: list[str]) -> Looked:
    if not call.args or not isinstance(call.args[0], ast.Constant):
        return Looked(dynamic="eval" if dotted(call.func) == "eval" else "")
    tree = _parsed(texts[0] if texts else "", "eval")
    if tree is None:
        return Looked(dynamic="eval")
    names = frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
    return Looked(
        certain=names, dynamic="eval" if dotted(call.func) == "eval" and len(call.args) > 1 else ""
    )


def _parsed(text: str, mode: str) -> ast.AST | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip() if mode == "eval" else text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _identifiers(formula: str) -> set[str]:
    return set(re.findall(r"(?<![\w.])([A-Za-z_]\w*)", formula))
