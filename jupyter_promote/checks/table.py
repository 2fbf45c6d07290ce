"""The rules, by code: a new one is listed here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from jupyter_promote.checks import silencing
from jupyter_promote.checks.finding import Finding, Subject
from jupyter_promote.errors import BadParameter

# What a rule looks at: one notebook; why one can't be read; one file of tests; modules and tests that
# belong together; groups of copies; a fault that no test noticed; a notebook's runs. "promoting" is said of a notebook
# when it is promoted, "verifying" when its proof has run: no reasons for CI to fail.
Scope = Literal[
    "notebook", "broken", "tests", "project", "copies", "faults", "runs", "promoting", "verifying"
]


Options = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule `code` is the function `check` of the module called `name` beside this one.

    It is imported when it is needed: most runs find what they want in the cache. `options` are the
    settings that it takes, with their defaults.
    """

    code: str
    name: str
    scope: Scope = "notebook"
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def check(self) -> Callable[[Any], Iterator[Finding]]:
        """What yields the findings about what the rule looks at."""
        found: Callable[[Any], Iterator[Finding]] = import_module(
            f"jupyter_promote.checks.{self.name}"
        ).check
        return found

    @property
    def explanation(self) -> str:
        """What it finds, why that matters, and what to do instead: for documentation and hover."""
        return inspect.getdoc(self.check) or ""


RULES = (
    Rule(code="JP101", name="copied_within", scope="copies", options={"min_lines": 5}),
    Rule(code="JP102", name="copied_across", scope="copies"),
    Rule(code="JP103", name="copied_module", scope="copies"),
    Rule(code="JP104", name="copied_modules", scope="copies"),
    Rule(code="JP201", name="untested", scope="project"),
    Rule(code="JP202", name="toothless", scope="tests"),
    Rule(code="JP203", name="survivor", scope="faults"),
    Rule(code="JP204", name="untaken", scope="project"),
    Rule(code="JP205", name="unasserted", options={"everywhere": False}),
    Rule(code="JP301", name="undefined"),
    Rule(code="JP302", name="out_of_order"),
    Rule(code="JP303", name="unreadable"),
    Rule(code="JP304", name="other_python", scope="promoting"),
    Rule(code="JP305", name="unseeded"),
    Rule(code="JP306", name="redefined"),
    Rule(code="JP307", name="deleted"),
    Rule(code="JP308", name="unread"),
    Rule(code="JP309", name="stale_output", scope="verifying"),
    Rule(code="JP401", name="notebook_changed"),
    Rule(code="JP402", name="module_changed"),
    Rule(code="JP403", name="gone"),
    Rule(code="JP404", name="secret"),
    Rule(code="JP405", name="machine_path"),
    Rule(code="JP406", name="undeclared"),
    Rule(code="JP407", name="never_run"),
    Rule(code="JP408", name="broken", scope="broken"),
    Rule(code="JP409", name="left_range", scope="runs"),
)


def of_scope(scope: Scope, codes: Collection[str] | None = None) -> list[Rule]:
    """Return the rules of a scope, of those in `codes` where they are given."""
    return [r for r in RULES if r.scope == scope and (codes is None or r.code in codes)]


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = (), where: str = "") -> set[str]:
    """Return the codes that begin with one in `select` (all, where it is empty) and none in `ignore`.

    Raises:
        BadParameter: no rule has a code that begins so.
    """
    wanted = {c for start in select for c in _beginning(start, where)} or {r.code for r in RULES}
    return wanted - {c for start in ignore for c in _beginning(start, where)}


def _beginning(start: str, where: str) -> list[str]:
    codes = [r.code for r in RULES if r.code.startswith(start.upper())] if start else []
    if not codes:
        from difflib import get_close_matches

        groups = sorted({r.code[:3] for r in RULES})
        near = get_close_matches(start.upper(), [*groups, *(r.code for r in RULES)], n=1)
        hint = f"did you mean {near[0]}?" if near else f"rules begin with {', '.join(groups)}"
        raise BadParameter(f"there is no rule {start!r}", where=where, hint=hint)
    return codes


def options(given: Options, where: str = "") -> Options:
    """Return the options of all rules that have some, by code, with what is `given`.

    Raises:
        BadParameter: a rule has no such option, or it is of another type.
    """
    known = {rule.code: dict(rule.options) for rule in RULES if rule.options}
    for code, values in given.items():
        own = known.get(code, {})
        for name, value in values.items():
            if name not in own:
                hint = f"it has {', '.join(own)}" if own else "it has none: remove it"
                raise BadParameter(f"{code} has no option {name!r}", where=where, hint=hint)
            if type(value) is not type(own[name]):
                kind = type(own[name]).__name__
                raise BadParameter(
                    f"{code}: {name} must be of type {kind}", where=where, hint=f"e.g. {own[name]}"
                )
            own[name] = value
    return known


def at_promotion(subject: Subject) -> list[Finding]:
    """Return what is said about a notebook that is promoted."""
    return [*findings(subject), *_found(subject, "promoting")]


def findings(subject: Subject, codes: Collection[str] | None = None) -> list[Finding]:
    """Return what the rules say about a notebook, by cell; what it silences is left out."""
    return sorted(
        _found(subject, "notebook", codes),
        key=lambda f: (-1 if f.cell is None else f.cell, f.line or 0, f.code),
    )


def _found(subject: Subject, scope: Scope, codes: Collection[str] | None = None) -> list[Finding]:
    found = [f for rule in of_scope(scope, codes) for f in rule.check(subject)]
    cells = subject.program.notebook.cells
    quiet = {c.index: silencing.of_text(c.source, c.tags) for c in cells if c.kind == "code"}
    return [f for f in found if not any(s.covers(f) for s in _about(quiet, f))]


def _about(
    quiet: Mapping[int, tuple[silencing.Silence, ...]], finding: Finding
) -> tuple[silencing.Silence, ...]:
    return quiet.get(finding.cell, ()) if finding.cell is not None else ()
