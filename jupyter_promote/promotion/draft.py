"""The draft: the plan and every file that it would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from jupyter_promote.pinning.spoken import Pinned
from jupyter_promote.promotion import (
    annotate,
    characterization,
    module,
    pipeline,
    project,
    record,
    rewrite,
    sharing,
    tests,
)
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.promotion.project import Target
from jupyter_promote.promotion.record import Origin, Record, digest
from jupyter_promote.promotion.tests import Staying


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a run has shown: `pinned`, and the recordings by path below the tests' recordings.

    `varying` says of tests how their results differ from run to run; `calls` is the digest of the
    recorded calls.
    """

    pinned: Pinned
    recordings: Mapping[str, bytes] = field(repr=False)
    calls: str = ""
    varying: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan, its target, and the files that carry it out, in the order they are shown.

    `recordings` are files by path. `pinned` says what the tests of today's behaviour were made
    from, as the record does, and which functions vary; empty where there are none.
    """

    plan: Plan
    target: Target
    artifacts: tuple[Artifact, ...]
    staying: tuple[Staying, ...] = ()
    recordings: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    pinned: Mapping[str, str] = field(default_factory=dict)

    @property
    def module(self) -> Artifact:
        """The module's file."""
        return self.artifacts[0]

    @property
    def varying(self) -> tuple[str, ...]:
        """The functions that give something else from run to run, as far as a run has shown."""
        return tuple(self.pinned.get("varying", "").split())


def render(
    plan: Plan,
    target: Target,
    original: str = "",
    *,
    last: Record | None = None,
    shown: Shown | None = None,
) -> Draft:
    """Return the draft: module, tests, thin notebook, project files and the record.

    `original` is the text of the notebook's file, kept where the thin notebook replaces it.
    With `shown`, the module tells types and sizes, and tests pin what it does; without, they are
    kept as in the `last` promotion where the code is still the same.
    """
    if not plan.written:
        return Draft(plan=plan, target=target, artifacts=())
    code = module.render(plan, target)
    code = sharing.apply(code, target) if target.loans else code
    test_files, staying = tests.render(plan, target)
    plain = digest("\0".join(a.text for a in (code, *test_files)))
    pinned: dict[str, str] = {}
    if shown:
        code = _annotated(plan, target, code, shown.pinned)
        test_files, staying = tests.render(plan, target, shown.pinned, shown.varying)
        pinned = {"module": plain, "calls": shown.calls}
        if varying := characterization.varying(shown.pinned, shown.varying):
            pinned["varying"] = " ".join(varying)
    elif last and last.pinned.get("module") == plain and target.test_path in last.generated:
        code = replace(code, text=last.generated.get(target.module_path, code.text))
        test_files = [_kept_tests(test_files, target, last)]
        pinned = dict(last.pinned)
    main = [code, *test_files, rewrite.render(plan, target)]
    files = [*main, *_packages(target), *_project(plan, target)]
    if target.in_place:
        files.append(Artifact(path=target.original_path, text=original, language="json"))
    return Draft(
        plan=plan,
        target=target,
        artifacts=(*files, _record(plan, target, main, pinned)),
        staying=staying,
        recordings={} if shown is None else _recordings(target, shown.recordings),
        pinned=pinned,
    )


def _kept_tests(found: Sequence[Artifact], target: Target, last: Record) -> Artifact:
    text = last.generated[target.test_path]
    if found:
        return replace(found[0], text=text)
    return Artifact(path=target.test_path, text=text, language="python")


def _recordings(target: Target, found: Mapping[str, bytes]) -> dict[str, bytes]:
    folder = f"tests/recordings/{PurePosixPath(target.test_path).stem.removeprefix('test_')}"
    return {f"{folder}/{name}": content for name, content in found.items()}


def _annotated(plan: Plan, target: Target, code: Artifact, pinned: Pinned) -> Artifact:
    """Return the module with the types that a run has shown, where they change nothing else."""
    seen: dict[str, Mapping[str, Sequence[annotate.Seen]]] = {
        name: {of: [annotate.Seen(**each) for each in found] for of, found in types.items()}
        for name, types in pinned.types.items()
    }
    first_party = target.package.partition(".")[0]
    functions = {f.name for f in plan.functions}
    if pipeline.render(plan):
        functions.add("run")
        seen["run"] = pipeline.result_types(plan, seen)
    typed = annotate.apply(code, functions, seen, first_party=first_party, dotted=target.dotted)
    return typed if annotate.same_behaviour(code.text, typed.text) else code


def _packages(target: Target) -> list[Artifact]:
    parts = target.package.split(".") if target.package else []
    made = []
    for depth in range(1, len(parts) + 1):
        folder = "/".join([target.root, *parts[:depth]] if target.root else parts[:depth])
        text = f'"""Code promoted from notebooks: {".".join(parts[:depth])}."""\n'
        made.append(Artifact(path=f"{folder}/__init__.py", text=text, language="python"))
    return made


def _project(plan: Plan, target: Target) -> list[Artifact]:
    if target.has_project or not target.package:
        return []
    modules = [i.module for found in module.used_imports(plan).values() for i in found]
    text = project.pyproject(target, project.distributions(modules))
    return [Artifact(path="pyproject.toml", text=text, language="toml")]


def _record(
    plan: Plan, target: Target, generated: Sequence[Artifact], pinned: Mapping[str, str]
) -> Artifact:
    """Return the file that says what came from which cell, and the text last generated."""
    cells = {c.index: c for c in plan.notebook.cells}
    places: dict[str, tuple[int, ...]] = {d.name: (d.cell,) for d in plan.definitions}
    places |= {f.name: f.group.cells for f in plan.functions}
    found = Record(
        notebook=str(PurePosixPath(target.folder, plan.notebook.path.name)),
        module=target.module_path,
        root=target.root,
        origins={
            name: tuple(Origin(id=cells[i].id, digest=digest(cells[i].source)) for i in indexes)
            for name, indexes in places.items()
        },
        cells={c.id: record.digest_of(c) for c in plan.notebook.cells if c.is_code},
        generated={a.path: a.text for a in generated},
        loans=target.loans,
        pinned=pinned,
    )
    return Artifact(path=target.record_path, text=record.dump(found), language="json")
