"""What `check` writes: text, JSON, SARIF that is valid, annotations for GitHub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jupyter_promote.checking.check import Checked
from jupyter_promote.checks.finding import Finding, Lines, Related
from jupyter_promote.surfaces import formats
from tests.programs import cells_of, content_of

SCHEMA = Path(__file__).parents[1] / "data" / "sarif" / "sarif-2.1.0-rtm.5.json"
BOOK = "# %%\nx = 1\n# %% markdown\nWords\n# %%\ny = x\n\nz = 'ä\\n'\nw = q"


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Return findings of all kinds about files that are there."""
    monkeypatch.chdir(tmp_path)
    content = content_of(cells_of(BOOK))
    Path("a b.ipynb").write_text(json.dumps(content, indent=1))
    for cell in content["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    Path("lines.ipynb").write_text(json.dumps(content, indent=1))
    Path("steps.py").write_text("import os\n\n\ndef clean():\n    return 1\n")
    copy = Related(note="the same here", path="lines.ipynb", cell=2, line=1, end_line=3)
    far = Related(note="100% the same", path="/far/away.py", line=7)
    return Checked(
        findings=(
            Finding(code="JP303", message="no, 5%: valid\nPython", hint="correct it", path="a b.ipynb"),
            Finding(code="JP302", message="ran as 3", hint="", path="a b.ipynb", cell=0),
            Finding(
                code="JP301", message="reads 'q'", hint="define it", path="lines.ipynb", cell=2,
                line=4, end_line=4, related=(copy, far),
            ),
            Finding(code="JP201", message="no test", hint="add one", path="steps.py", line=4),
            Finding(code="JP401", message="gone", hint="", path="missing.ipynb", cell=3, line=2),
        ),
        notebooks=2,
    )  # fmt: skip


def sarif(checked: Checked) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(formats.written(checked, "sarif"))
    return found


def test_sarif_is_valid(checked: Checked) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft4Validator(schema).validate(sarif(checked))
    jsonschema.Draft4Validator(schema).validate(sarif(Checked(findings=(), notebooks=0)))


def test_sarif_names_the_lines_of_the_file(checked: Checked) -> None:
    results = sarif(checked)["runs"][0]["results"]
    places = [r["locations"][0]["physicalLocation"] for r in results]
    found = [(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places]
    text = Path("lines.ipynb").read_text().split("\n")
    whole = Path("a b.ipynb").read_text().split("\n")
    assert text[found[2][1] - 1].strip() == '"w = q"'
    assert '"x = 1"' in whole[found[1][1] - 1]
    assert [uri for uri, _ in found] == [
        "a%20b.ipynb", "a%20b.ipynb", "lines.ipynb", "steps.py", "missing.ipynb"
    ]  # fmt: skip
    assert (found[0][1], found[3][1], found[4][1]) == (1, 4, 1)
    near = results[2]["relatedLocations"]
    lines = [
        text[near[0]["physicalLocation"]["region"][e] - 1].strip() for e in ("startLine", "endLine")
    ]
    assert lines == ['"y = x\\n",', "\"z = '\\u00e4\\\\n'\\n\","]
    assert near[1]["physicalLocation"]["artifactLocation"] == {"uri": "file:///far/away.py"}


@pytest.fixture
def across_cells(checked: Checked) -> Checked:
    """Return the finding of a copy in two cells each of two notebooks, and in a module."""
    spans = Lines(cell=0, line=1, end_line=1), Lines(cell=2, line=1, end_line=4)
    copied = Finding(
        code="JP102", message="5 lines stand in two other places too", hint="make a function",
        path="lines.ipynb", cell=2, line=1, end_line=4, spans=spans,
        related=(
            Related(
                note="the same", path="a b.ipynb", cell=2, line=1, end_line=4, spans=spans
            ),
            Related(note="almost the same", path="steps.py", line=1, end_line=5),
        ),
    )  # fmt: skip
    return Checked(findings=(copied,), notebooks=2)


def test_sarif_names_each_cell_in_which_a_copy_goes_on(across_cells: Checked) -> None:
    found = sarif(across_cells)
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text())).validate(found)
    near = found["runs"][0]["results"][0]["relatedLocations"]
    assert [(n["id"], n["message"]["text"]) for n in near] == [
        (1, "together with cell 3, line 1"),
        (2, "the same"),
        (3, "together with cell 3, line 1"),
        (4, "almost the same"),
    ]
    uris = [n["physicalLocation"]["artifactLocation"]["uri"] for n in near]
    assert uris == ["lines.ipynb", "a%20b.ipynb", "a%20b.ipynb", "steps.py"]
    line = near[0]["physicalLocation"]["region"]["startLine"]
    assert Path("lines.ipynb").read_text().split("\n")[line - 1].strip() == '"x = 1"'


def test_a_copy_across_cells_is_one_annotation(across_cells: Checked) -> None:
    assert formats.written(across_cells, "github").count("::warning") == 1


def test_sarif_explains_each_rule_once(checked: Checked) -> None:
    run = sarif(checked)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["JP201", "JP301", "JP302", "JP303", "JP401"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert all("Instead: " in r["help"]["text"] for r in rules)


def test_a_fingerprint_stays_when_the_cell_moves(checked: Checked) -> None:
    def prints() -> list[str]:
        results = sarif(checked)["runs"][0]["results"]
        return [r["partialFingerprints"]["finding/v1"] for r in results]

    before = prints()
    assert len(set(before)) == 5
    content = json.loads(Path("lines.ipynb").read_text())
    content["cells"][2]["source"][3] = "w = r"
    Path("lines.ipynb").write_text(json.dumps(content))
    after = prints()
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, False, True, True]


def test_annotations_are_one_line_each(checked: Checked) -> None:
    lines = formats.written(checked, "github").splitlines()
    assert len(lines) == 5
    assert lines[0] == (
        "::warning file=a b.ipynb,line=1,endLine=1,title=JP303 (jupyter promote check)"
        "::no, 5%25: valid%0APython%0Acorrect it"
    )
    assert lines[3].startswith("::warning file=steps.py,line=4,endLine=4,")
    assert "::cell 3: reads 'q'%0Adefine it" in lines[2]


def test_a_name_that_looks_like_a_command_is_only_text() -> None:
    nasty = Finding(code="JP301", message="x\r\n::error::y", hint="", path="a,line=9::b\n.ipynb")
    (only,) = formats.written(Checked(findings=(nasty,), notebooks=1), "github").splitlines()
    assert only.startswith("::warning file=a%2Cline=9%3A%3Ab%0A.ipynb,line=1,")


def test_json_is_one_object(checked: Checked) -> None:
    rows = json.loads(formats.written(checked, "json"))["findings"]
    assert [r["code"] for r in rows] == ["JP303", "JP302", "JP301", "JP201", "JP401"]
    assert rows[2]["related"][0] == {
        "path": "lines.ipynb", "cell": 2, "line": 1, "end_line": 3, "note": "the same here",
        "spans": [], "like": [],
    }  # fmt: skip


def test_text_names_cells_as_people_count_them(checked: Checked) -> None:
    text = formats.written(checked, "text")
    assert "a b.ipynb: cell 1: \x1b[33mJP302\x1b[0m ran as 3" in text
    assert "lines.ipynb: cell 3, line 4: " in text
    assert "    the same here: lines.ipynb: cell 3, lines 1-3\n" in text
    assert "steps.py:4: " in text
    assert r"valid\x0aPython" in text
    assert text.endswith("5 findings in 2 notebooks")
