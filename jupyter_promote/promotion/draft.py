"""The draft: the plan and every file that it would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from jupyter_promote.promotion import module, project, record, rewrite, sharing, tests
from jupyter_promote.promotion.artifact import Artifact
from jupyter_promote.promotion.plan import Plan
from jupyter_promote.promotion.project import Target
from jupyter_promote.promotion.record import Origin, Record, digest
from jupyter_promote.promotion.tests import Staying


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan, its target, and the files that carry it out, in the order they are shown."""

    plan: Plan
    target: Target
    artifacts: tuple[Artifact, ...]
    staying: tuple[Staying, ...] = ()


def render(plan: Plan, target: Target, original: str = "") -> Draft:
    """Return the draft: module, tests, thin notebook, project files and the record.

    `original` is the text of the notebook's file, kept where the thin notebook replaces it.
    """
    if not plan.written:
        return Draft(plan=plan, target=target, artifacts=())
    code = module.render(plan, target)
    code = sharing.apply(code, target) if target.loans else code
    test_files, staying = tests.render(plan, target)
    main = [code, *test_files, rewrite.render(plan, target)]
    files = [*main, *_packages(target), *_project(plan, target)]
    if target.in_place:
        files.append(Artifact(path=target.original_path, text=original, language="json"))
    return Draft(
        plan=plan, target=target, artifacts=(*files, _record(plan, target, main)), staying=staying
    )


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


def _record(plan: Plan, target: Target, generated: Sequence[Artifact]) -> Artifact:
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
    )
    return Artifact(path=target.record_path, text=record.dump(found), language="json")
