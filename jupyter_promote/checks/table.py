"""The checks, by code: a new one is listed here."""

from __future__ import annotations

from jupyter_promote.checks import drift, finding, hidden_state, randomness
from jupyter_promote.checks.finding import Check, Finding, Subject

CHECKS: tuple[tuple[str, Check], ...] = (
    ("JP301", hidden_state.undefined),
    ("JP302", hidden_state.out_of_order),
    ("JP303", hidden_state.unreadable),
    ("JP401", drift.notebook_changed),
    ("JP402", drift.module_changed),
    ("JP403", drift.missing),
)

# What is said when a notebook is promoted, and is no reason for CI to fail.
AT_PROMOTION: tuple[tuple[str, Check], ...] = (
    ("JP304", hidden_state.other_python),
    ("JP305", randomness.unseeded),
)


def at_promotion(subject: Subject) -> list[Finding]:
    """Return what is said about a notebook that is promoted."""
    found = [f for _, check_one in AT_PROMOTION for f in check_one(subject)]
    return [*findings(subject), *(f for f in found if not finding.silenced(f, subject))]


def findings(subject: Subject) -> list[Finding]:
    """Return what the checks say about a notebook, by cell; what it silences is left out."""
    found = [f for _, check_one in CHECKS for f in check_one(subject)]
    return sorted(
        (f for f in found if not finding.silenced(f, subject)),
        key=lambda f: (-1 if f.cell is None else f.cell, f.line or 0, f.code),
    )
