"""Files of a promotion that are gone."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_promote.checks.finding import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """A file of the promotion, or the notebook that was promoted, is gone.

    Why it matters: the promoted notebook can't run, or nobody can promote it again.
    Instead: promote the notebook again, or remove what is left of the promotion.
    """
    for found in subject.promotions:
        if found.role == "thin":
            if not found.has_original:
                message = f"the notebook it was promoted from, {found.record.notebook}, is gone"
                yield Finding(
                    code="JP403", message=message, hint="restore it, or remove its .promote record"
                )
            continue
        for path, text in found.present.items():
            if text is None:
                yield Finding(
                    code="JP403",
                    message=f"{path} was promoted and is gone",
                    hint="promote the notebook again",
                )
