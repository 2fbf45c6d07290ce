"""Passwords, keys and tokens in cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.flow import trees
from jupyter_promote.flow.program import CodeCell

_KNOWN = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "an API key": r"\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{20,}",
    "a Google API key": r"\bAIza[\w-]{35}",
    "a Slack token": r"\bxox[abeoprs]-[\w-]{10,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "a PyPI token": r"\bpypi-AgE[\w-]{40,}",
    "a token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{15,}",
    "a password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}<>$]+:(?P<password>[^\s/@\"'{}<>$]{3,})@",
}
_NAME = re.compile(
    r"(^|_)(pass(word|wd|phrase)?|pwd|secret(_key)?|(access|auth|api|bearer|refresh)_?token|token"
    r"|api_?key|access_?key|private_?key|client_?secret)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?i)^\W*$|\*{3}|\.{3}|x{4}|^<.*>$|^\{.*\}$|^\$|your|my_|change|example|placeholder|insert"
    r"|replace|dummy|fake|todo|none|null|secret|passw|token|key|test|demo|sample|hidden|redacted"
)
_ENV = re.compile(r"^\s*[%!]{1,2}\s*(?:env|set_env|export)\s+(?P<name>\w+)[\s=]+(?P<value>\S+)")


def check(subject: Subject) -> Iterator[Finding]:
    """A cell holds a password, a key or a token.

    Why it matters: whoever gets the notebook gets it too, and history keeps it for good.
    Instead: read it from the environment or a secrets store, and replace the one that was shown.
    """
    for one in subject.program.cells:
        told: set[int] = set()
        for line, what in (*_known(one.cell.source), *_named(one)):
            if line not in told:
                told.add(line)
                yield Finding(
                    code="JP404",
                    message=f"holds what looks like {what}",
                    hint="read it from the environment, and replace the one that was shown here",
                    cell=one.index,
                    line=line,
                )


def _known(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text that hold what is known by its form."""
    for what, pattern in _KNOWN.items():
        for found in re.finditer(pattern, source):
            part = found.groupdict().get("password") or found[0]
            if not re.search(r"(?i)example|x{6}|\*{3}|\.{3}|^pass(word)?$", part):
                yield source.count("\n", 0, found.start()) + 1, what


def _named(one: CodeCell) -> Iterator[tuple[int, str]]:
    """Yield the lines that give a text to a name, key or argument that says it is secret."""
    for number, line in enumerate(one.cell.source.split("\n"), 1):
        found = _ENV.match(line)
        if found and _NAME.search(_snake(found["name"])) and _is_secret(found["value"]):
            yield number, f"the value of {found['name']!r}"
    for node in (n for s in one.statements for n in trees.walk(s)):
        for name, value in _given(node):
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                continue
            if _NAME.search(_snake(name)) and _is_secret(value.value):
                yield value.lineno, f"the value of {name!r}"


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                match target:
                    case ast.Name(id=name) | ast.Attribute(attr=name):
                        yield name, value
                    case ast.Subscript(slice=ast.Constant(value=str(name))):
                        yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_")


def _is_secret(value: str) -> bool:
    """True for a text that is no placeholder and no word, as far as one can see."""
    if len(value) < 6 or re.search(r"\s", value) or _PLACEHOLDER.search(value):
        return False
    return not re.fullmatch(r"[A-Z_]+|[a-z_]+|[\w.-]*\.(txt|json|pem|key|env|csv)", value)
