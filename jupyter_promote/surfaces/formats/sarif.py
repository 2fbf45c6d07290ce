"""SARIF 2.1.0, which code hosts take: https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from jupyter_promote import __version__, quoting
from jupyter_promote.checking.check import Checked
from jupyter_promote.checking.fingerprints import Fingerprints
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding, Related
from jupyter_promote.surfaces.formats import lines

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 25_000  # results of a run that GitHub takes


def of(found: Checked) -> str:
    """Return a log with one run. Its lines are those of the notebook's file, paths relative."""
    some = found.findings[:MOST]
    codes = sorted({one.code for one in some})
    places, prints = lines.Lines(), Fingerprints()
    run = {
        "tool": {
            "driver": {
                "name": "jupyter promote check",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in table.RULES if rule.code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code), places, prints) for one in some],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return quoting.json(msgspec.json.format(msgspec.json.encode(log)).decode())


def _rule(rule: table.Rule) -> dict[str, Any]:
    first, _, rest = rule.explanation.partition("\n\n")
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": " ".join(first.split())},
        "fullDescription": {"text": " ".join(first.split())},
        "help": {"text": rest, "markdown": rest},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["maintainability"]},
    }


def _result(one: Finding, index: int, places: lines.Lines, prints: Fingerprints) -> dict[str, Any]:
    where = "" if one.cell is None else f"{_cell(one)}: "
    advice = f". {one.hint[0].upper()}{one.hint[1:]}" if one.hint else ""
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": "warning",
        "message": {"text": f"{where}{one.message}{advice}."},
        "locations": [_location(one, places)],
        "partialFingerprints": {"finding/v1": prints.of(one, lines.relative(one.path))},
    }
    related = [*_further(one), *(part for near in one.related for part in (near, *_further(near)))]
    if related:
        result["relatedLocations"] = [
            _location(near, places) | {"id": number, "message": {"text": near.note or "see also"}}
            for number, near in enumerate(related, 1)
        ]
    return result


def _further(place: Finding | Related) -> Iterator[Related]:
    """Yield the cells in which a place goes on, besides the one that it is told at."""
    for span in place.spans:
        if span.cell != place.cell:
            yield Related(
                note=f"together with {_cell(place)}",
                path=place.path,
                cell=span.cell,
                line=span.line,
                end_line=span.end_line,
            )


def _location(place: Finding | Related, places: lines.Lines) -> dict[str, Any]:
    first, last = places.of(place)
    path = lines.relative(place.path)
    uri = quote(path, safe="/") if not path.startswith("/") else Path(path).as_uri()
    base = {} if uri.startswith("file:") else {"uriBaseId": "%SRCROOT%"}
    found: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri} | base,
            "region": {"startLine": first, "endLine": last},
        }
    }
    if place.cell is not None:
        found["logicalLocations"] = [{"fullyQualifiedName": _cell(place), "kind": "member"}]
    return found


def _cell(place: Finding | Related) -> str:
    assert place.cell is not None
    line = "" if place.line is None else f", line {place.line}"
    return f"cell {place.cell + 1}{line}"
