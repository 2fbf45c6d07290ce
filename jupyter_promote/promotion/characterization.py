"""The characterization tests: what the module does today, as tests that a person reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from jupyter_promote.pinning.spoken import Fixture, Pin, Pinned, Spoken, Test
from jupyter_promote.promotion import prose

WHOLE = ("run", "main")
REPEATING = "repeating"
SAME, ALIKE, PRINTS = "assert_same", "assert_alike", "assert_prints"
A_LITTLE, ALTOGETHER = 1, 2  # how results differ from run to run
TOLERANCE = "rtol=1e-5"  # of those that differ a little

# By the name of a test: how its results differ, where that shows only when it is run again.
Varying = Mapping[str, int]


def names(pinned: Pinned) -> dict[str, Test]:
    """Return the tests by their names, those of one function after each other."""
    found: dict[str, Test] = {}
    order = [*dict.fromkeys(t.function for t in pinned.tests)]
    for test in sorted(
        pinned.tests,
        key=lambda t: (t.fact.startswith("from_start_to_end"), order.index(t.function)),
    ):
        base = f"test_{_identifier(test.function)}_{test.fact}"
        if any(pin.about == "raised" for pin in test.pins):
            base += "_raises_" + _identifier(test.pins[0].expected)
        name, number = base, 2
        while name in found:
            name, number = f"{base}_{number}", number + 1
        found[name] = test
    return found


def blocks(pinned: Pinned, *, folder: str, varying: Varying) -> list[str]:
    """Return the texts of the fixtures and tests.

    `folder` leads to the notebook's folder; empty where the file defines NOTEBOOK_FOLDER already.
    """
    told = [_setup(pinned, folder), *(_fixture(each) for each in pinned.fixtures)]
    return [*told, *_tests(pinned, varying)]


def _tests(pinned: Pinned, varying: Varying) -> list[str]:
    return [_test(n, t, max(t.varies, varying.get(n, 0))) for n, t in names(pinned).items()]


def imports(pinned: Pinned, *, package: str, module: str, varying: Varying) -> list[str]:
    """Return the import lines that the texts need."""
    texts = "\n".join([*map(_fixture, pinned.fixtures), *_tests(pinned, varying)])
    helpers = [
        n
        for n in (ALIKE, PRINTS, SAME, "drawn", "outline", "reseed")
        if re.search(rf"\b{n}\(", texts)
    ]
    lines = [f"from {package} import {module}" if package else f"import {module}"]
    lines += [f"from jupyter_promote.testing import {n}" for n in ("Recordings", *helpers)]
    lines += ["import pytest", *(["from pathlib import Path"] if _linked(pinned) else [])]
    found = {i for t in pinned.tests for i in t.imports}
    found |= {i for f in pinned.fixtures for i in f.imports}
    return [*lines, *sorted(found)]


def _setup(pinned: Pinned, folder: str) -> str:
    linked = _linked(pinned)
    notebook = (
        f"NOTEBOOK_FOLDER = Path(__file__).resolve().parents[1] / {folder!r}\n"
        if linked and folder
        else ""
    )
    lines = ["    recorded.place(tmp_path)"] if any(pinned.files.values()) else []
    for name in linked:
        lines += [
            f"    (tmp_path / {name!r}).parent.mkdir(parents=True, exist_ok=True)",
            f"    (tmp_path / {name!r}).symlink_to(NOTEBOOK_FOLDER / {name!r})",
        ]
    what = ", with the files that functions read" if pinned.files else ""
    return "\n".join(
        [
            f"{notebook}recorded = Recordings(__file__)\n\n",
            "@pytest.fixture(autouse=True)",
            "def in_own_folder(tmp_path, monkeypatch):",
            f'    """Each test works in a folder of its own{what}."""',
            *lines,
            "    monkeypatch.chdir(tmp_path)",
        ]
    )


def _linked(pinned: Pinned) -> list[str]:
    return [name for name, stored in pinned.files.items() if not stored]


def _fixture(fixture: Fixture) -> str:
    head = f"def {fixture.name}({', '.join(fixture.call.fixtures)}):"
    doc = prose.docstring([f"What `{fixture.function}` gives, made as in the notebook."], indent=4)
    lines = [*_before(fixture.call), *_seeded(fixture.call), f"return {fixture.call.text}"]
    return "\n".join(["@pytest.fixture", head, doc, *(f"    {line}" for line in lines)])


def _before(call: Spoken) -> Iterator[str]:
    yield from call.before
    for name, text in call.names:
        yield f"{name} = {text}"


def _seeded(call: Spoken) -> list[str]:
    return ["reseed()"] if call.chance else []


def _test(name: str, test: Test, varies: int) -> str:
    lost = ("printed", "figures") if varies >= ALTOGETHER else ()
    pins = [p for p in test.pins if p.about not in lost or p.how == REPEATING]
    about = {pin.about for pin in pins}
    needs = [*test.call.fixtures, *(["capsys"] if "printed" in about else [])]
    lines = [*_before(test.call), *_seeded(test.call), ""]
    statement = test.call.text
    if "result" in about:
        statement = f"result = {statement}"
    if "raised" in about:
        lines += [f"with pytest.raises({pins[0].expected}):", f"    {statement}"]
    elif "figures" in about:
        lines += ["with drawn() as figures:", f"    {statement}"]
    else:
        lines.append(statement)
    lines += ["", *(_assertion(pin, varies) for pin in pins if pin.about != "raised")]
    head = f"def {name}({', '.join(needs)}):"
    mark = ["@pytest.mark.varies"] if varies >= ALTOGETHER else []
    doc = prose.docstring([_summary(test, varies)], indent=4)
    body = [f"    {line}" if line else "" for line in lines]
    return "\n".join([*mark, head, doc, *body])


def _assertion(pin: Pin, varies: int) -> str:
    subject = pin.subject or {"result": "result", "figures": "figures"}.get(pin.about, "")
    near = f", {TOLERANCE}" if varies == A_LITTLE else ""
    if pin.about == "printed":
        if pin.how == "equal" and not near:
            return f"assert capsys.readouterr().out == {pin.expected}"
        return f"{PRINTS}(capsys.readouterr().out, {pin.expected}{near})"
    if "outline" in pin.how:
        brief = ", brief=True" if pin.how.startswith("brief") else ""
        subject = f"outline({subject}{brief})"
    if (varies >= ALTOGETHER and pin.how != REPEATING) or pin.how.endswith("alike"):
        return f"{ALIKE}({subject}, {pin.expected})"
    if pin.how == "equal":
        if pin.expected in ("None", "True", "False"):
            return f"assert {subject} is {pin.expected}"
        return f"assert {subject} == {pin.expected}"
    return f"{SAME}({subject}, {pin.expected}{near})"


def _summary(test: Test, varies: int) -> str:
    """Return the first line of a test's docstring."""
    words = test.fact.replace("_", " ")
    said = f"What `{test.function}` does today, {words}"
    how = {A_LITTLE: "; it varies a little.", ALTOGETHER: "; it varies from run to run."}
    return said + how.get(varies, ".")


def _identifier(text: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"\W", "_", spaced).lower().strip("_")


def weakened(failing: Collection[str], pinned: Pinned, varying: Varying) -> dict[str, int]:
    """Return how the results of failing tests differ at least; those that can't stay are not told."""
    tests = names(pinned)
    found = {}
    for name in failing:
        if name in tests and not any(p.about == "raised" for p in tests[name].pins):
            now = max(tests[name].varies, varying.get(name, 0)) + 1
            pins = tests[name].pins
            kept = any(p.about in ("result", "changed") or p.how == REPEATING for p in pins)
            if now == A_LITTLE or (now == ALTOGETHER and kept):
                found[name] = now
    return found


def without(pinned: Pinned, left_out: Collection[str]) -> Pinned:
    """Return what pins a module, without the tests of these names."""
    kept = [test for name, test in names(pinned).items() if name not in left_out]
    needed = {name for test in kept for name in test.call.fixtures}
    for fixture in reversed(pinned.fixtures):
        needed |= set(fixture.call.fixtures) if fixture.name in needed else set()
    fixtures = tuple(f for f in pinned.fixtures if f.name in needed)
    return replace(pinned, tests=tuple(kept), fixtures=fixtures)


def varying(pinned: Pinned, found: Varying) -> list[str]:
    """Return the functions whose results chance decides, by name; those that call all come last."""
    tests = names(pinned).items()
    functions = {
        t.function
        for n, t in tests
        if t.call.chance or max(t.varies, found.get(n, 0)) >= ALTOGETHER
    }
    return sorted(functions, key=lambda name: (name in WHOLE, name))
