"""The characterization tests: what the module does today, as tests that a person reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from jupyter_promote.pinning.spoken import Fixture, Pin, Pinned, Spoken, Test
from jupyter_promote.promotion import prose

SAME, ALIKE = "assert_same", "assert_alike"


def names(pinned: Pinned) -> dict[str, Test]:
    """Return the tests by the names of their functions."""
    found: dict[str, Test] = {}
    for test in sorted(pinned.tests, key=lambda t: t.fact == "does_all_steps"):
        base = f"test_{_identifier(test.function)}_{test.fact}"
        if any(pin.about == "raised" for pin in test.pins):
            base += "_raises_" + _identifier(test.pins[0].expected)
        name, number = base, 2
        while name in found:
            name, number = f"{base}_{number}", number + 1
        found[name] = test
    return found


def blocks(pinned: Pinned, *, folder: str, varying: Collection[str] = ()) -> list[str]:
    """Return the texts of the fixtures and tests; `folder` leads to the notebook's folder.

    Tests named in `varying` compare only what does not differ from run to run.
    """
    tests = names(pinned)
    told = [_setup(pinned, folder), *(_fixture(each) for each in pinned.fixtures)]
    return [*told, *(_test(n, t, varying=t.varies or n in varying) for n, t in tests.items())]


def imports(
    pinned: Pinned, *, package: str, module: str, varying: Collection[str] = ()
) -> list[str]:
    """Return the import lines that the texts need."""
    tests = names(pinned)
    texts = "\n".join(_test(n, t, varying=t.varies or n in varying) for n, t in tests.items())
    helpers = [n for n in (ALIKE, SAME, "drawn", "outline") if re.search(rf"\b{n}\(", texts)]
    lines = [f"from {package} import {module}" if package else f"import {module}"]
    lines += [f"from jupyter_promote.testing import {n}" for n in ("Recordings", *helpers)]
    lines += ["import pytest", *(["from pathlib import Path"] if _linked(pinned) else [])]
    found = {i for t in pinned.tests for i in t.imports}
    found |= {i for f in pinned.fixtures for i in f.imports}
    return [*lines, *sorted(found)]


def _setup(pinned: Pinned, folder: str) -> str:
    linked = _linked(pinned)
    notebook = (
        f"NOTEBOOK_FOLDER = Path(__file__).resolve().parents[1] / {folder!r}\n" if linked else ""
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
    lines = [*_before(fixture.call), f"return {fixture.call.text}"]
    return "\n".join(["@pytest.fixture", head, doc, *(f"    {line}" for line in lines)])


def _before(call: Spoken) -> Iterator[str]:
    yield from call.before
    for name, text in call.names:
        yield f"{name} = {text}"


def _test(name: str, test: Test, *, varying: bool) -> str:
    pins = [p for p in test.pins if not varying or p.about not in ("printed", "figures")]
    about = {pin.about for pin in pins}
    needs = [*test.call.fixtures, *(["capsys"] if "printed" in about else [])]
    lines = [*_before(test.call), ""]
    statement = test.call.text
    if "result" in about:
        statement = f"result = {statement}"
    if "raised" in about:
        lines += [f"with pytest.raises({pins[0].expected}):", f"    {statement}"]
    elif "figures" in about:
        lines += ["with drawn() as figures:", f"    {statement}"]
    else:
        lines.append(statement)
    lines += ["", *(_assertion(pin, varying=varying) for pin in pins if pin.about != "raised")]
    head = f"def {name}({', '.join(needs)}):"
    mark = ["@pytest.mark.varies"] if varying else []
    doc = prose.docstring([_summary(test, varying)], indent=4)
    body = [f"    {line}" if line else "" for line in lines]
    return "\n".join([*mark, head, doc, *body])


def _assertion(pin: Pin, *, varying: bool) -> str:
    subject = {"result": "result", "changed": pin.subject, "figures": "figures"}.get(pin.about, "")
    if pin.about == "printed":
        return f"assert capsys.readouterr().out == {pin.expected}"
    if pin.how == "outline":
        subject = f"outline({subject})"
    if varying or pin.how == "alike":
        return f"{ALIKE}({subject}, {pin.expected})"
    if pin.how == "equal":
        if pin.expected in ("None", "True", "False"):
            return f"assert {subject} is {pin.expected}"
        return f"assert {subject} == {pin.expected}"
    return f"{SAME}({subject}, {pin.expected})"


def _summary(test: Test, varying: bool) -> str:
    """Return the first line of a test's docstring."""
    words = test.fact.replace("_", " ")
    said = f"What `{test.function}` does today, {words}."
    return said[:-1] + "; it varies from run to run." if varying else said


def _identifier(text: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"\W", "_", spaced).lower().strip("_")


def varied(
    failing: Collection[str], pinned: Pinned, varying: Collection[str]
) -> tuple[set[str], set[str]]:
    """Return of failing tests (those of which something can be kept, those that can't stay)."""
    tests = names(pinned)
    weak = {
        name
        for name in failing
        if name in tests
        and not (name in varying or tests[name].varies)
        and any(p.about in ("result", "changed") for p in tests[name].pins)
    }
    return weak, set(failing) - weak


def without(pinned: Pinned, left_out: Collection[str]) -> Pinned:
    """Return what pins a module, without the tests of these names."""
    kept = [test for name, test in names(pinned).items() if name not in left_out]
    needed = {name for test in kept for name in test.call.fixtures}
    for fixture in reversed(pinned.fixtures):
        needed |= set(fixture.call.fixtures) if fixture.name in needed else set()
    fixtures = tuple(f for f in pinned.fixtures if f.name in needed)
    return replace(pinned, tests=tuple(kept), fixtures=fixtures)
