"""Findings that are accepted as they are: only new ones are told."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from jupyter_promote.checking.fingerprints import Fingerprints
from jupyter_promote.checks.finding import Finding
from jupyter_promote.errors import BadParameter, DiskProblem
from jupyter_promote.runs import outputs


class _Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that was there; code and path are for people, its fingerprint is what counts."""

    code: str
    path: str
    fingerprint: str


class _File(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    findings: list[_Accepted]


def new_ones(findings: Sequence[Finding], path: Path) -> list[Finding]:
    """Return the findings that the baseline in a file does not hold, each as often as it is new.

    Raises:
        BadParameter: the file is no baseline.
    """
    try:
        known = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, ValueError, RecursionError) as error:
        raise BadParameter(
            "this is no baseline", where=str(path), hint="remove it, and check again to make one"
        ) from error
    if known.version != 1:
        raise BadParameter(
            f"baseline of version {known.version}",
            where=str(path),
            hint="remove it, and check again",
        )
    left = Counter(one.fingerprint for one in known.findings)
    found = []
    for finding, accepted in zip(findings, _accepted(findings, path), strict=True):
        if left[accepted.fingerprint]:
            left[accepted.fingerprint] -= 1
        else:
            found.append(finding)
    return found


def write(findings: Iterable[Finding], path: Path) -> None:
    """Write a baseline that accepts the findings: all of the file, or nothing.

    Raises:
        DiskProblem: the file can't be written.
    """
    order = sorted(_accepted(findings, path), key=lambda a: (a.path, a.code, a.fingerprint))
    text = msgspec.json.format(msgspec.json.encode(_File(version=1, findings=order)), indent=1)
    try:
        outputs.write(path.absolute(), text.decode() + "\n", lasting=True)
    except OSError as error:
        raise DiskProblem(
            f"cannot be written ({error.strerror})", where=str(path), hint="check the folder"
        ) from error


def _accepted(findings: Iterable[Finding], path: Path) -> list[_Accepted]:
    prints, folder = Fingerprints(), path.absolute().parent
    found = []
    for one in findings:
        shown = os.path.relpath(os.path.abspath(one.path), folder).replace(os.sep, "/")
        found.append(_Accepted(code=one.code, path=shown, fingerprint=prints.of(one, shown)))
    return found
