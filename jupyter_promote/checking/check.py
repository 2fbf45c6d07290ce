"""Checking: what is there, what the cache knows of it, what the rules say of the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from jupyter_promote import settings
from jupyter_promote.checking import cache, collecting, projects, promotions, searching
from jupyter_promote.checking.cache import Cache, Entry, digest_of
from jupyter_promote.checking.collecting import Collected, File
from jupyter_promote.checking.computing import Power
from jupyter_promote.checking.promotions import Promotion
from jupyter_promote.checking.units import Job, Told
from jupyter_promote.checks import table
from jupyter_promote.checks.finding import Finding
from jupyter_promote.errors import BadEncoding

Unit = Callable[[Job], Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Check what stands at and below `paths`; an empty `select` asks for what the settings say.

    Only what is not in the file `baseline` is told, which is written where it is not there; and
    only what has changed since the revision `since`. `on` is the address of who computes, "" for
    this process. With `mutants` the tests of promoted modules are run, and tried on small faults.
    """

    paths: tuple[Path, ...]
    select: tuple[str, ...] = ()
    baseline: Path | None = None
    since: str = ""
    on: str = ""
    mutants: bool = False
    on_step: Callable[[str], None] = lambda step: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the rules say, by place; of `notebooks` notebooks.

    `accepted` findings were written to a new baseline, and are not told. `notes` say what could not
    be looked at.
    """

    findings: tuple[Finding, ...]
    notebooks: int
    accepted: int = 0
    notes: tuple[str, ...] = ()


def check(request: Request) -> Checked:
    """Return what the rules say about the notebooks, modules and tests below some paths.

    Raises:
        PromoteError: a path or a rule that is not there; a file, named itself, that can't be read.
    """
    rules = settings.rules(_project_of(request.paths[0]))
    ignore = () if request.select else rules.ignore
    where = "" if request.select else rules.where
    codes = table.chosen(request.select or rules.select, ignore, where)
    options = table.options(rules.options, rules.where)
    collected = collecting.below(request.paths)
    with ExitStack() as stack:
        known = stack.enter_context(cache.opened(cache.place()))
        one = _Check(
            request=request,
            codes=codes,
            options=options,
            known=known,
            power=stack.enter_context(_power(request.on)),
        )
        belongs = one.promotions(collected)
        _take_texts(collected, belongs, request.paths)
        found = sorted((f for f in one.of(collected, belongs) if f.code in codes), key=_place)
    new = _told(found, request)
    first = request.baseline is not None and not request.baseline.exists()
    if request.baseline is not None and first:
        from jupyter_promote.checking import baseline

        baseline.write(found, request.baseline)
    books = len(collected.notebooks)
    return Checked(
        findings=tuple(new),
        notebooks=books,
        accepted=len(found) if first else 0,
        notes=tuple(one.notes),
    )


def _power(address: str) -> AbstractContextManager[Power]:
    if not address:
        return nullcontext(Power())
    from jupyter_promote.checking import remote

    return remote.on(address)


def _told(found: list[Finding], request: Request) -> list[Finding]:
    """Return the findings that are new, as far as the request asks for new ones only."""
    if request.since:
        from jupyter_promote.checking.revisions import Revision

        since = Revision(request.paths[0].resolve(), request.since)
        found = [f for f in found if since.has_changed(f)]
    if request.baseline is None:
        return found
    if not request.baseline.exists():
        return []
    from jupyter_promote.checking import baseline

    return baseline.new_ones(found, request.baseline)


def _take_texts(collected: Collected, belongs: Sequence[Promotion], paths: Sequence[Path]) -> None:
    """Count the texts that were promoted, and stand below the paths, among the notebooks."""
    originals = {p.original for p in belongs if p.original.endswith(collecting.TEXTS)}
    if originals:
        texts = [f for f in collected.modules if os.path.realpath(f.path) in originals]
        collected.modules = [f for f in collected.modules if f not in texts]
        collected.notebooks += texts
        collected.notebooks += collecting.texts(originals, paths, collected)


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    cell = -1 if finding.cell is None else finding.cell
    return finding.path, cell, finding.line or 0, finding.code, finding.message


def _project_of(path: Path) -> Path:
    """Return the folder whose pyproject.toml counts for a path."""
    here = path.resolve()
    folders = (here, *here.parents) if here.is_dir() else here.parents
    return next((p for p in folders if (p / "pyproject.toml").is_file()), folders[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """One check: the rules `codes` with their options, what is `known`, who computes what is not."""

    request: Request
    codes: Collection[str]
    options: table.Options
    known: Cache
    power: Power
    notes: list[str] = field(default_factory=list)

    def of(self, collected: Collected, belongs: Sequence[Promotion]) -> Iterator[Finding]:
        """Yield what the rules say about what was collected."""
        notebooks, modules = collected.notebooks, collected.modules
        around = projects.Surroundings(paths=self.request.paths)
        told: dict[str, Told] = {}
        if self._asks("copies"):
            files = [*notebooks, *(f for f in modules if not projects.is_test(f))]
            least = self.options["JP101"]["min_lines"]
            assert isinstance(least, int)
            search = searching.Search(
                known=self.known, power=self.power, real=around.real, min_lines=least
            )
            yield from search.copies(files, belongs)
        if self._asks("notebook") or self._asks("project"):
            told = self._notebooks(notebooks, belongs, around)
            yield from (f for one in told.values() for f in one.findings)
        if self._asks("tests"):
            tests = [f for f in modules if projects.is_test(f)]
            yield from (f for t in self._tests(tests, around).values() for f in t.findings)
        if self.request.mutants and self._asks("faults"):
            from jupyter_promote.checking import faults

            for promotion in self._wanted(belongs, notebooks):
                yield from faults.findings(promotion, self.request.on_step, self.notes)
        unnamed = BadEncoding("its name is not UTF-8", hint="rename it")
        for path in collected.unnamed:
            broken = (f for rule in table.of_scope("broken") for f in rule.check(unnamed))
            yield from (replace(one, path=path) for one in broken)
        if self._asks("runs"):
            from jupyter_promote.checking import following

            yield from following.findings(notebooks)
        if self._asks("project"):
            used = {path: one.imports for path, one in told.items() if one.imports}
            for gathered in projects.gather(
                modules, self._wanted(belongs, notebooks), used, around
            ):
                yield from self._project(gathered)

    def _asks(self, scope: table.Scope) -> bool:
        return bool(table.of_scope(scope, self.codes))

    def promotions(self, collected: Collected) -> list[Promotion]:
        """Return the promotions that what was collected may belong to."""
        return promotions.of_folders(collected.promoted)

    def _wanted(self, found: Sequence[Promotion], notebooks: Sequence[File]) -> list[Promotion]:
        """Return the promotions below the paths, and those of the notebooks that are checked."""
        folders = [os.path.realpath(p) for p in self.request.paths if p.is_dir()]
        here = {os.path.realpath(f.path) for f in notebooks}
        return [
            p
            for p in found
            if any(f"{p.to}{os.sep}".startswith(f"{folder}{os.sep}") for folder in folders)
            or here & {*p.notebooks}
        ]

    def _notebooks(
        self, files: Sequence[File], belongs: Sequence[Promotion], around: projects.Surroundings
    ) -> dict[str, Told]:
        from jupyter_promote.checking import units

        index = promotions.by_notebook(belongs)
        options = str(self.options)
        jobs, beside = [], []
        for file in files:
            place = around.real(file.path)
            mine = index.get(place, []) if index else []
            own, declared = around.own(file.path), around.declared(file.path)
            jobs.append(
                Job(
                    path=os.path.abspath(file.path),
                    promotions=tuple((p.to, p.record) for p in mine),
                    own=own,
                    declared=declared,
                    options=self.options,
                )
            )
            beside.append("\n".join([options, around.stamp(file.path), *(p.stamp for p in mine)]))
        told = self._remembered("notebook", units.of_notebook, files, jobs, beside)
        explicit = {str(p) for p in self.request.paths}
        for path, one in told.items():
            if one.refused and path in explicit:
                from jupyter_promote.source import notebook

                notebook.read(Path(path))  # raises what is wrong
        return told

    def _tests(self, files: Sequence[File], around: projects.Surroundings) -> dict[str, Told]:
        from jupyter_promote.checking import units

        jobs = [Job(path=os.path.abspath(f.path), own=around.own(f.path)) for f in files]
        beside = [around.stamp(f.path) for f in files]
        return self._remembered("tests", units.of_tests, files, jobs, beside)

    def _project(self, gathered: projects.Gathered) -> list[Finding]:
        stamp = digest_of(gathered.stamp)
        value = self.known.by_digest("project", stamp)
        if value is None:
            found = projects.findings(gathered)
            file = File(path=gathered.root, size=0, mtime=0, inode=0)
            entry = Entry(file=file, around="", digest=stamp, value=msgspec.json.encode(found))
            self.known.store("project", [entry])
            return found
        return msgspec.json.decode(value, type=list[Finding])

    def _remembered(
        self,
        kind: str,
        unit: Unit,
        files: Sequence[File],
        jobs: Sequence[Job],
        beside: Sequence[str],
    ) -> dict[str, Told]:
        """Return what is told of each file by its path: from the cache, else worked out."""
        told: dict[str, Told] = {}
        digests: dict[str, bytes] = {}
        left: list[tuple[File, Job, str]] = []
        same: list[Entry] = []
        for file, job, near in zip(files, jobs, beside, strict=True):
            near = digest_of(near).hex()
            value = self.known.by_stamp(kind, file, near)
            if value is None:
                digest = digests[file.path] = digest_of(near, content_of(file.path))
                value = self.known.by_digest(kind, digest)
                if value is not None:
                    same.append(Entry(file=file, around=near, digest=digest, value=value))
            if value is None:
                left.append((file, job, near))
            told[file.path] = Told() if value is None else _placed(_decoded(value), file.path)
        self.known.store(kind, same)
        for start in range(0, len(left), self.power.batch):
            some = left[start : start + self.power.batch]
            entries = []
            for (file, _, near), one in zip(
                some, self.power.compute(unit, [job for _, job, _ in some]), strict=True
            ):
                told[file.path] = _placed(one, file.path)
                entries.append(
                    Entry(
                        file=file,
                        around=near,
                        digest=digests[file.path],
                        value=msgspec.json.encode(one),
                    )
                )
            self.known.store(kind, entries)
        return told


def _decoded(value: bytes) -> Told:
    return msgspec.json.decode(value, type=Told)


def _placed(told: Told, path: str) -> Told:
    """Return what is told with the path of the file in each finding that names none."""
    if not told.findings:
        return told
    return replace(
        told, findings=tuple(f if f.path else replace(f, path=path) for f in told.findings)
    )


def content_of(path: str) -> bytes:
    """Return what of a file counts: of a notebook all but the outputs."""
    try:
        raw = Path(path).read_bytes()
    except OSError:
        return b""
    if not path.endswith(".ipynb"):
        return raw
    try:
        content = msgspec.json.decode(raw)
        for cell in content["cells"]:
            cell.pop("outputs", None)
        return msgspec.json.encode(content)
    except (
        msgspec.MsgspecError,
        UnicodeError,
        RecursionError,
        KeyError,
        TypeError,
        AttributeError,
    ):
        return raw
